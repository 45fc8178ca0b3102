"""Those who are trained: names, signatures, points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from training import selectors

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from training.models import Attendee, Session


class AttendeeForm(forms.Form):
    """A colleague with an account, or somebody by name."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("Colleague"), required=False, empty_label=_("somebody without an account"))
    name = forms.CharField(label=_("Full name"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("The invitation goes there."))

    def __init__(self, *args: Any, session: Session, **given: Any) -> None:
        super().__init__(*args, **given)
        cast("forms.ModelChoiceField", self.fields["user"]).queryset = selectors.colleagues_of(session.organization, session)

    def clean(self) -> dict[str, Any]:
        """Ask for a name where nobody was chosen."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("user") and not given.get("name", "").strip() and not self.errors:
            self.add_error("name", _("Choose a colleague, or write a name."))
        return given


class SignForm(forms.Form):
    """A drawing, or the tick that the typed name stands for it."""

    strokes = forms.JSONField(required=False, widget=forms.HiddenInput)
    typed = forms.BooleanField(label=_("Sign by typing the name"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for a drawing, unless the name is to stand for it."""
        given: dict[str, Any] = super().clean() or {}
        typed = given.pop("typed", False)
        drawn = given.get("strokes") or []
        if not isinstance(drawn, list):
            self.add_error("strokes", _("The drawing could not be read; sign again."))
        elif not drawn and not typed and not self.errors:
            self.add_error("typed", _("Sign in the field above, or tick this to sign by typing the name."))
        given["strokes"] = [] if typed else drawn
        return given


class ScoresForm(forms.Form):
    """The points of everybody who was there."""

    def __init__(self, *args: Any, people: Iterable[Attendee], **given: Any) -> None:
        super().__init__(*args, **given)
        for who in people:
            self.fields[f"points-{who.pk}"] = forms.DecimalField(
                label=who.name, min_value=0, max_value=100, max_digits=4, decimal_places=1, required=False, initial=who.score
            )

    @property
    def points(self) -> dict[int, Decimal | None]:
        """Answer the points by attendee."""
        return {int(name.removeprefix("points-")): value for name, value in self.cleaned_data.items()}

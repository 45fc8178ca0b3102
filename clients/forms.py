"""What is typed about a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients import scopes, selectors
from clients.models import HIGHEST_RATE, RATE, ApiClient

if TYPE_CHECKING:
    from accounts.models import User


class ClientForm(forms.Form):
    """A client; as whom it acts is chosen when it is made and stays."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("For example the name of the other helpdesk."))
    account = forms.EmailField(
        label=_("Acts as (e-mail of an account)"),
        help_text=_("It sees and does what this account may, and stands in the record under its name. Best an account of its own."),
    )
    rate = forms.IntegerField(label=_("Requests a minute"), min_value=1, max_value=HIGHEST_RATE, initial=RATE)
    scopes = forms.MultipleChoiceField(label=_("Scopes"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, user: User, shown: ApiClient | None = None, **given: Any) -> None:
        if shown is not None:
            given["initial"] = {name: getattr(shown, name) for name in ("name", "rate", "scopes")}
        super().__init__(*args, **given)
        self.people = selectors.people_for(user)
        self.fields["scopes"].choices = scopes.choices()  # type: ignore[attr-defined]
        if shown is not None:
            del self.fields["account"]

    def clean_account(self) -> User:
        """Find the account, among those that this person may let a client act as."""
        found: User | None = self.people.filter(email__iexact=self.cleaned_data["account"]).first()
        if found is None:
            raise forms.ValidationError(_("There is no active account with this address that a client of yours may act as."))
        return found


class RotateForm(forms.Form):
    """How long both secrets open."""

    overlap_hours = forms.IntegerField(
        label=_("Hours for which the old secret opens as well"), min_value=0, max_value=168, initial=24,
        help_text=_("0: the old one ends at once, and every token with it. A week at most."),
    )  # fmt: skip

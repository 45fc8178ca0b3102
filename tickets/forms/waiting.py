"""What the steps around waiting have to know: the cause, its evidence, when it is expected, objections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.file_fields import FilesField
from core.time import now
from sla.causes import cause_words
from sla.words import spoken
from tickets.forms.facts import MoveForm, words
from tickets.forms.kept import KeepsFiles
from tickets.models import WaitOwner
from tickets.pauses import Held, open_to_objection, pauses_of
from tickets.services import causes_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def moment_field(label: _StrPromise, *, required: bool = False, help_text: _StrPromise | str = "") -> forms.DateTimeField:
    """Make a field for a day and a time."""
    picker = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(label=label, required=required, widget=picker, help_text=help_text)


class HoldForm(KeepsFiles, MoveForm):
    """What we wait for and what shows it: a cause of the plan, or whose hands it is in and words."""

    code = forms.ChoiceField(label=_("What we wait for"), required=False, widget=forms.RadioSelect)
    expected_at = moment_field(_("Expected"), help_text=_("For something on its way: the wait ends then by itself."))
    cause = words(_("In words"), rows=2, required=False, help_text=_("The customer reads this and may object."))
    evidence = words(_("Evidence"), rows=2, required=False, help_text=_("For example a call, an order number, a tracking number."))
    files = FilesField()  # type: ignore[assignment]  # a field, taken off the class by its metaclass
    owner = forms.ChoiceField(
        label=_("In whose hands it is"),
        choices=WaitOwner.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Only for something else; a cause from the list says it itself."),
    )

    def shape(self) -> None:
        """Offer the causes of the plan, and something else."""
        causes = [(cause.code, self._label(cause)) for cause in causes_of(self.ticket)]
        self.fields["code"].choices = [*causes, ("", gettext("Something else: say it below, and whose hands it is in"))]  # type: ignore[attr-defined]

    @staticmethod
    def _label(cause: Any) -> str:
        said = [f"{WaitOwner(cause.owner).label}: {spoken(cause.name)}"]
        said += [gettext("needs evidence")] if cause.needs_evidence else []
        said += [gettext("ends by itself at the expected time")] if cause.ends_by_itself else []
        return " · ".join(said)


class ArrivalForm(MoveForm):
    """When it is expected now, and why."""

    expected_at = moment_field(_("Expected now"), required=True, help_text=_("If it has come already, resume the work instead."))
    reason = words(_("Why it comes at another time"), rows=2, help_text=_("The customer reads this."))

    def shape(self) -> None:
        """Begin with the time that holds."""
        if self.ticket.wait_until is not None:
            self.initial.setdefault("expected_at", self.ticket.wait_until)


class ObjectionForm(MoveForm):
    """To which pause, and why."""

    pause = forms.TypedChoiceField(label=_("Which pause"), coerce=int, widget=forms.RadioSelect)
    reason = words(_("Why you object"), help_text=_("A manager who did not order the pause decides; you are told."))

    def shape(self) -> None:
        """Offer what may be objected to; the newest goes without saying."""
        found = self.offered()
        self.fields["pause"].choices = [(held.seq, label_of(held)) for held in found]  # type: ignore[attr-defined]
        self.fields["pause"].required = len(found) > 1
        if found:
            self.initial.setdefault("pause", found[0].seq)
        if not found:
            self.fields["pause"].widget = forms.HiddenInput()

    def offered(self) -> list[Held]:
        """Answer the pauses that may still be objected to."""
        at = now()
        return open_to_objection(self.ticket, pauses_of(self.ticket, at), at)

    def clean_pause(self) -> int | None:
        """Answer the pause; none chosen is the newest."""
        return self.cleaned_data["pause"] or None


class DecisionForm(ObjectionForm):
    """About which objection, and why it is decided so."""

    reason = words(_("Reason"), help_text=_("The customer reads this."))

    def offered(self) -> list[Held]:
        """Answer the pauses that are objected to."""
        return [held for held in pauses_of(self.ticket, now()) if held.is_disputed]


class UpholdForm(DecisionForm):
    """About which objection, why it is right, and for which part."""

    since = moment_field(_("Withdrawn from"), help_text=_("Empty: from the beginning of the pause."))
    to = moment_field(_("Withdrawn until"), help_text=_("Empty: until its end, or until now."))


def label_of(held: Held) -> str:
    """Name a pause: since when, until when, whose and why."""
    facts = held.hold.facts
    begins, ends = (f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else gettext("now") for at in (held.hold.at, held.ended_at))
    owner = WaitOwner(facts["owner"]).label if facts.get("owner") in WaitOwner.values else "—"
    return f"{begins} – {ends} · {owner} · {cause_words(facts.get('name'), facts.get('cause', ''))}"

"""What each move of a ticket has to know: fields are named as the arguments of its service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import absences
from accounts.models import PROVIDER_ROLES, Office, Team, User
from core.file_fields import FilesField
from core.forms import refuse
from sla.models import Escalation
from sla.words import spoken
from tickets import selectors
from tickets.forms.kept import KeepsFiles
from tickets.models import Channel, Kind, Ticket, TicketLink
from tickets.words import PLAIN_SEVERITIES, plan_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

    from accounts.models import Absence
    from core.errors import DomainError


def words(label: _StrPromise, *, rows: int = 3, required: bool = True, help_text: _StrPromise | str = "") -> forms.CharField:
    """Make a field for a few sentences."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=20_000, widget=area, help_text=help_text)


def severities(ticket: Ticket) -> list[tuple[int, str]]:
    """Answer the severities a ticket can have, in its plan's words and with what each means."""
    plan = plan_of(ticket)
    if plan is None:
        return [(number, f"{name} · {means}") for number, (name, means) in PLAIN_SEVERITIES.items()]
    return [(number, f"{spoken(row.name)} · {spoken(row.means)}") for number, row in sorted(plan.severities.items())]


class MoveForm(forms.Form):
    """The facts of one move; the form of a move without facts is this one.

    ``seen`` is how much of the record the page showed: a move made on an older page is looked at once more.
    """

    heedful: ClassVar[bool] = True
    """Whether what happened meanwhile is to be read before the move is made."""
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, name: str, ticket: Ticket, user: User, **given: Any) -> None:
        self.name, self.ticket, self.user = name, ticket, user
        given["auto_id"] = f"{name}-%s"  # several forms stand on one page
        super().__init__(*args, **given)
        self.initial.setdefault("seen", ticket.event_count)
        self.shape()

    def shape(self) -> None:
        """Fit the fields to the ticket and to who asks."""

    def facts(self) -> dict[str, Any]:
        """Answer what the service is called with."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def refuse(self, refusal: DomainError) -> None:
        """Show the refusal at the field it is about."""
        refuse(self, refusal)

    def look_again(self, sentence: str) -> None:
        """Ask to read what happened meanwhile; sent once more, the form goes through."""
        self.add_error(None, sentence)
        self.data: Any = self.data.copy()
        self.data["seen"] = self.ticket.event_count


class CommentForm(KeepsFiles, MoveForm):
    """One box for what is said: to the customer, about a call, among us; a customer just replies."""

    WAYS = (("message", _("Message to the customer")), ("call", _("Call log")), ("note", _("Internal note")))
    says = forms.ChoiceField(label=_("What is it?"), choices=WAYS, initial="message", widget=forms.RadioSelect)
    text = words(_("Text"), rows=4, required=False)
    files = FilesField()  # type: ignore[assignment]  # a field, taken off the class by its metaclass

    def shape(self) -> None:
        """A customer has one way of saying something."""
        if self.user.is_customer:
            del self.fields["says"]

    @property
    def heedful(self) -> bool:  # type: ignore[override]
        """What happened meanwhile matters to what the customer is told, not to a note."""
        return self.data.get("says") != "note"

    def facts(self) -> dict[str, Any]:
        """Answer the text, and as what it is said."""
        says = self.cleaned_data.get("says", "message")
        ways = {} if self.user.is_customer else {"internal": says == "note", "via": "call" if says == "call" else "message"}
        return {"text": self.cleaned_data["text"], "files": self.cleaned_data["files"], **ways}


class TalkForm(KeepsFiles, MoveForm):
    """Words and files."""

    text = words(_("Text"), required=False)
    files = FilesField()  # type: ignore[assignment]  # a field, taken off the class by its metaclass


class NoteForm(TalkForm):
    """A note among us."""

    heedful = False


class ContactForm(KeepsFiles, MoveForm):
    """What we told the customer, and how."""

    text = words(_("What you told the customer"))
    via = forms.ChoiceField(
        label=_("How"), choices=(("message", _("Message")), ("call", _("Call"))), initial="message", widget=forms.RadioSelect
    )
    files = FilesField()  # type: ignore[assignment]  # a field, taken off the class by its metaclass

    def shape(self) -> None:
        """Who phoned is phoned back."""
        self.initial.setdefault("via", "call" if self.ticket.channel == Channel.PHONE else "message")


class RegisterForm(MoveForm):
    """How the report is classified."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    severity = forms.TypedChoiceField(label=_("Severity"), coerce=int, widget=forms.RadioSelect)
    text = words(_("Remark"), rows=2, required=False)

    def shape(self) -> None:
        """Offer the plan's own words; what the reporter chose is the suggestion."""
        self.fields["severity"].choices = severities(self.ticket)  # type: ignore[attr-defined]
        self.initial.update(kind=self.ticket.kind, severity=self.ticket.severity)


class SeverityForm(MoveForm):
    """Another severity, and why."""

    severity = forms.TypedChoiceField(label=_("Severity"), coerce=int, widget=forms.RadioSelect)
    reason = words(_("Why it changes"), rows=2)

    def shape(self) -> None:
        """Offer the plan's own words."""
        self.fields["severity"].choices = severities(self.ticket)  # type: ignore[attr-defined]
        self.initial["severity"] = self.ticket.severity


class DiagnosisForm(KeepsFiles, MoveForm):
    """The diagnosis report."""

    cause = words(_("Cause"))
    plan = words(_("What is to be done"))
    risk = words(_("Risk"), rows=2, required=False, help_text=_("What may go wrong, and what the customer has to prepare."))
    files = FilesField()  # type: ignore[assignment]  # a field, taken off the class by its metaclass


class ResolveForm(KeepsFiles, MoveForm):
    """What was wrong, what was done, what prevents it."""

    cause = words(_("Cause"))
    solution = words(_("Solution"))
    prevention = words(_("Prevention"), rows=2, required=False, help_text=_("What keeps it from coming back."))
    files = FilesField()  # type: ignore[assignment]  # a field, taken off the class by its metaclass


class ReasonForm(MoveForm):
    """Why."""

    reason = words(_("Reason"))


class MaybeReasonForm(MoveForm):
    """Why, if there is something to say."""

    reason = words(_("Reason"), rows=2, required=False)


class RemarkForm(MoveForm):
    """A word on it, if there is one."""

    text = words(_("Remark"), rows=2, required=False)


class FollowUpForm(MoveForm):
    """What the customer said when we asked whether it came back."""

    OUTCOMES = (("fine", _("It has not come back")), ("came_back", _("It came back: open it again")), ("no_answer", _("Not reached")))
    outcome = forms.ChoiceField(label=_("What the customer says"), choices=OUTCOMES, widget=forms.RadioSelect)
    text = words(_("Remark"), rows=2, required=False)


class AssignForm(MoveForm):
    """To whom it goes."""

    assignee = forms.ModelChoiceField(User.objects.none(), label=_("Assignee"), required=False, empty_label=_("as it is"))
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False, empty_label=_("as it is"))
    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), required=False, empty_label=_("as it is"))

    def shape(self) -> None:
        """An engineer takes a ticket or hands over their own; dispatchers choose freely."""
        people = User.objects.filter(role__in=PROVIDER_ROLES, is_active=True).order_by("name")
        may_choose = self.user.dispatches or self.ticket.assignee_id == self.user.pk
        self.fields["assignee"].queryset = people if may_choose else people.filter(pk=self.user.pk)  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.order_by("code")  # type: ignore[attr-defined]
        self.fields["office"].queryset = Office.objects.order_by("code")  # type: ignore[attr-defined]
        if not may_choose:
            del self.fields["team"], self.fields["office"]


def tell_who_is_away(form: MoveForm, away: Mapping[int, Absence]) -> None:
    """Have the list of people say who of them is away, until when, and who is there instead."""

    def label(person: User) -> str:
        return f"{person} · {absences.words(away[person.pk])}" if person.pk in away else str(person)

    if isinstance(form, AssignForm):
        form.fields["assignee"].label_from_instance = label  # type: ignore[attr-defined]


class TagForm(MoveForm):
    """Words the ticket is grouped by."""

    heedful = False
    names = forms.CharField(label=_("Tags"), required=False, max_length=400, help_text=_("Separate them with commas."))

    def shape(self) -> None:
        """Begin with the tags it has."""
        self.initial.setdefault("names", ", ".join(tag.name for tag in self.ticket.tags.all()))

    def clean_names(self) -> list[str]:
        """Answer the words; Chinese commas separate too."""
        return [name.strip() for name in self.cleaned_data["names"].replace("，", ",").replace("、", ",").split(",") if name.strip()]


class LinkForm(MoveForm):
    """Another ticket, and how this one stands to it."""

    heedful = False
    kind = forms.ChoiceField(label=_("This ticket is"), choices=TicketLink.Kind.choices)
    target = forms.CharField(label=_("Number of the other ticket"), max_length=24)

    def clean_target(self) -> Ticket:
        """Answer the ticket of that number, if this person may know of it."""
        number = self.cleaned_data["target"].strip().upper()
        found = selectors.tickets_for(self.user).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("There is no ticket with the number %(number)s."), params={"number": number})
        return found


class AcknowledgeForm(MoveForm):
    """Which escalations, and what is done about them."""

    heedful = False
    escalation = forms.ModelMultipleChoiceField(Escalation.objects.none(), widget=forms.MultipleHiddenInput)
    text = words(_("Remark"), rows=2, required=False)

    def shape(self) -> None:
        """Only escalations of this ticket."""
        self.fields["escalation"].queryset = selectors.escalations_of(self.ticket)  # type: ignore[attr-defined]


class WatchForm(MoveForm):
    """Nothing to say."""

    heedful = False


def initial_of(form: type[MoveForm], given: Mapping[str, str]) -> dict[str, str]:
    """Answer what a link to a form fills in already: ``?do=hold&owner=customer``."""
    return {name: given[name] for name in form.base_fields if name in given and name != "seen"}

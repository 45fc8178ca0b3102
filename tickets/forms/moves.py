"""Every move a page can make, by name: its form, its service, what the button says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tickets import services, workflow
from tickets.forms import facts, support, waiting
from tickets.forms.facts import MoveForm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from django.utils.functional import Promise

    from accounts.models import User
    from sla.models import Escalation
    from tickets.models import Ticket, TicketLink


@dataclass(frozen=True, slots=True)
class Step:
    """One move: the form with its facts, the service that makes it, its words, its icon, whose it is."""

    name: str
    form: type[MoveForm]
    service: Callable[..., Any]
    label: Promise
    icon: str
    by: frozenset[str]

    @property
    def has_facts(self) -> bool:
        """Whether there is anything to fill in; if not, a button is enough."""
        return len(self.form.base_fields) > 1

    def blank(self, ticket: Ticket, user: User, initial: Mapping[str, Any] | None = None) -> MoveForm:
        """Answer the form to fill in."""
        return self.form(name=self.name, ticket=ticket, user=user, initial=dict(initial or {}))

    def filled(self, ticket: Ticket, user: User, data: Any, files: Any) -> MoveForm:
        """Answer the form as it was sent."""
        return self.form(data, files, name=self.name, ticket=ticket, user=user)

    def make(self, form: MoveForm, *, actor: User, at: datetime) -> Any:
        """Make the move with the facts of a valid form; raises DomainError where it is refused."""
        return self.service(form.ticket, actor=actor, at=at, **form.facts())


def _link(ticket: Ticket, *, target: Ticket, kind: str, actor: User, at: datetime) -> TicketLink:
    return services.link(ticket, target, kind, actor=actor, at=at)


def _acknowledge(ticket: Ticket, *, escalation: Sequence[Escalation], text: str, actor: User, at: datetime) -> int:
    return services.acknowledge_all(escalation, actor=actor, at=at, text=text)


US, THEM, BOTH = workflow.US, workflow.THEM, workflow.BOTH
_STEPS = (
    ("register", facts.RegisterForm, services.register, _("Register and classify"), "clipboard-check", US),
    ("accept", MoveForm, services.accept, _("Accept"), "hand-stop", US),
    ("assign", facts.AssignForm, services.assign, _("Assign"), "user-plus", US),
    ("contact", facts.ContactForm, services.contact, _("Contact the customer"), "phone", US),
    ("form-team", support.TeamForm, services.form_team, _("Form the emergency team"), "urgent", US),
    ("ask-department", support.DepartmentForm, services.ask_department, _("Ask the department"), "building", US),
    ("give-opinion", support.OpinionForm, services.give_opinion, _("Record the department's opinion"), "note", US),
    ("diagnose", facts.DiagnosisForm, services.diagnose, _("Deliver the diagnosis"), "stethoscope", US),
    ("reject-diagnosis", facts.ReasonForm, services.reject_diagnosis, _("Reject the diagnosis"), "thumb-down", THEM),
    ("agree-remote", support.ConsentForm, services.agree_remote, _("Consent to remote support"), "thumb-up", BOTH),
    ("start-remote", facts.RemarkForm, services.start_remote, _("Begin remote support"), "device-desktop", US),
    ("end-remote", support.EndRemoteForm, services.end_remote, _("End remote support"), "device-desktop", US),
    ("request-onsite", facts.MaybeReasonForm, services.request_onsite, _("Request on-site work"), "map-pin", BOTH),
    ("hold", waiting.HoldForm, services.hold, _("Put on hold"), "player-pause", US),
    ("resume", facts.RemarkForm, services.resume, _("Resume"), "player-play", US),
    ("move-arrival", waiting.ArrivalForm, services.move_arrival, _("Move the expected arrival"), "calendar-event", US),
    ("object", waiting.ObjectionForm, services.object_to_pause, _("Object to the pause"), "hand-stop", THEM),
    ("uphold-objection", waiting.UpholdForm, services.uphold_objection, _("Uphold the objection"), "thumb-up", US),
    ("refuse-objection", waiting.DecisionForm, services.refuse_objection, _("Refuse the objection"), "thumb-down", US),
    ("set-severity", facts.SeverityForm, services.set_severity, _("Change the severity"), "flag", US),
    ("stopgap", support.StopgapForm, services.stopgap, _("Put a stop-gap in place"), "tool", US),
    ("raise-tier", support.RaiseForm, services.raise_tier, _("Hand to the next tier"), "arrow-up", US),
    ("take-over", support.TakeOverForm, services.take_over, _("Take over"), "hand-stop", US),
    ("resolve", facts.ResolveForm, services.resolve, _("Resolve"), "check", US),
    ("confirm", facts.RemarkForm, services.confirm, _("Confirm the solution"), "thumb-up", BOTH),
    ("reject", facts.ReasonForm, services.reject, _("Reject the solution"), "thumb-down", THEM),
    ("reopen", facts.ReasonForm, services.reopen, _("Open again"), "refresh", BOTH),
    ("close", facts.MaybeReasonForm, services.close, _("Close"), "circle-check", US),
    ("cancel", facts.ReasonForm, services.cancel, _("Cancel the ticket"), "ban", BOTH),
    ("follow-up", facts.FollowUpForm, services.follow_up, _("Follow up"), "headset", US),
    ("comment", facts.CommentForm, services.comment, _("Send"), "send", BOTH),
    ("reply", facts.TalkForm, services.reply, _("Reply"), "message", THEM),
    ("note", facts.NoteForm, services.note, _("Write a note"), "note", US),
    ("tag", facts.TagForm, services.tag, _("Change the tags"), "tag", US),
    ("link", facts.LinkForm, _link, _("Link another ticket"), "link", US),
    ("watch", facts.WatchForm, services.watch, _("Watch"), "eye", BOTH),
    ("unwatch", facts.WatchForm, services.unwatch, _("Stop watching"), "eye-off", BOTH),
    ("acknowledge", facts.AcknowledgeForm, _acknowledge, _("Acknowledge"), "check", US),
)
MOVE_FORMS = {row[0]: Step(*row) for row in _STEPS}
"""The moves of ``tickets.workflow`` and what else can be done to a ticket on its page."""

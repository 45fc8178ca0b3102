"""The steps from report to close. Each is one transaction: the record, the clocks, the messages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role
from core.errors import Invalid
from core.time import FAR
from tickets import workflow
from tickets.errors import MoveNotAllowed
from tickets.models import Event, Kind, Ticket
from tickets.services import files as uploads
from tickets.services import log, origins, papers, telling
from tickets.services.origins import NOWHERE
from tickets.services.record import check, locked, move, save, save_derived, settle
from tickets.services.waking import AWAKE, wake

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from tickets.services.origins import Origin

GRACE_DAYS = 7
"""How long a closed ticket may be opened again; later, a new ticket is reported and linked (rule 8)."""


def said(text: str, field: str, sentence: str) -> str:
    """Answer the text without its edges; refuse an empty one by the name of its field."""
    words = text.strip()
    if not words:
        raise Invalid(sentence, field=field, code="required")
    return words


def tell(ticket: Ticket, event: Event, actor: User | None, at: datetime) -> Ticket:
    """Tell whom it concerns, and answer the ticket."""
    telling.happened(ticket, event, actor=actor, at=at)
    return ticket


@transaction.atomic
def register(
    ticket: Ticket, *, actor: User | None, at: datetime, kind: str | None = None, severity: int | None = None, text: str = ""
) -> Ticket:
    """Take the report in and classify it: its kind and severity are now ours (P3: within 15 minutes)."""
    row = locked(ticket)
    kind, severity = kind or row.kind, severity or row.severity
    if kind not in Kind.values:
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": ", ".join(Kind.values)}, field="kind", code="invalid_choice")
    _check_severity(severity)
    if row.kind in workflow.LOOPED and kind != row.kind:
        sentence = _("What a customer complains about stays a complaint until they are satisfied; report the fault as a ticket of its own.")
        raise Invalid(sentence, field="kind", code="in_loop")
    facts = {"kind": kind, "severity": severity, "situation": {"kind": kind, "severity": severity}}
    return move(row, "register", actor=actor, at=at, text=text, facts=facts, kind=kind, severity=severity)[0]


@transaction.atomic
def accept(ticket: Ticket, *, actor: User | None, at: datetime) -> Ticket:
    """Take the ticket on; whoever accepts an unassigned ticket has it."""
    row = locked(ticket)
    mine: dict[str, Any] = {"assignee": actor} if row.assignee_id is None and actor is not None else {}
    return move(row, "accept", actor=actor, at=at, **mine)[0]


@transaction.atomic
def contact(
    ticket: Ticket,
    *,
    actor: User | None,
    at: datetime,
    text: str,
    via: str = "message",
    files: Sequence[UploadedFile] = (),
    in_loop: bool = False,
    facts: Mapping[str, Any] | None = None,
    origin: Origin = NOWHERE,
) -> Ticket:
    """Send the customer a message, or log a call with them: what a response is (rule 11).

    ``in_loop``: the closed loop of a complaint writes to the customer itself, in words of its own.
    """
    words = said(text, "text", _("Write what you told the customer."))
    if via not in ("message", "call"):
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": "message, call"}, field="via", code="invalid_choice")
    uploads.check_all(files)
    row = locked(ticket)
    if origins.known(row, origin, actor) is not None:
        return row
    told = {**(facts or {}), "via": via, **origin.facts()}
    row, event = move(row, "contact", actor=actor, at=at, text=words, facts=told, **_taken(row, actor))
    uploads.keep(row, files, event=event, actor=actor, at=at)
    return row if in_loop else tell(row, event, actor, at)


def _taken(ticket: Ticket, actor: User | None) -> dict[str, Any]:
    """An engineer who speaks with the customer has taken the ticket (P0: by somebody who can handle it)."""
    columns: dict[str, Any] = {}
    if actor is not None and actor.role == Role.ENGINEER and ticket.assignee_id is None:
        columns["assignee"] = actor
    if ticket.status == workflow.NEW and (columns or ticket.assignee_id is not None):
        columns["status"] = workflow.ACCEPTED
    return columns


@transaction.atomic
def diagnose(
    ticket: Ticket, *, actor: User | None, at: datetime, cause: str, plan: str, risk: str = "", files: Sequence[UploadedFile] = ()
) -> Ticket:
    """Deliver the diagnosis report to the customer: cause, plan and risk. They may reject it."""
    facts = {
        "cause": said(cause, "cause", _("Write the cause that was found.")),
        "plan": said(plan, "plan", _("Write what is to be done.")),
        "risk": risk.strip(),
    }
    uploads.check_all(files)
    row, event = move(ticket, "diagnose", actor=actor, at=at, facts=facts)
    uploads.keep(row, files, event=event, actor=actor, at=at)
    if row.kind == Kind.FAULT:
        papers.diagnosis(row, event, actor=actor, at=at)
    return tell(row, event, actor, at)


@transaction.atomic
def reject_diagnosis(ticket: Ticket, *, actor: User | None, at: datetime, reason: str = "") -> Ticket:
    """The customer does not accept the diagnosis: its clock is armed again."""
    row = locked(ticket)
    last = row.events.filter(type__in=[Event.Type.DIAGNOSIS_DELIVERED, Event.Type.DIAGNOSIS_REJECTED]).order_by("-seq").first()
    if last is None or last.type != Event.Type.DIAGNOSIS_DELIVERED:
        raise MoveNotAllowed(_("There is no diagnosis report to reject."))
    return tell(*move(row, "reject-diagnosis", actor=actor, at=at, text=reason), actor, at)


@transaction.atomic
def request_onsite(ticket: Ticket, *, actor: User | None, at: datetime, reason: str = "") -> Ticket:
    """Somebody has to come: the on-site promise starts now."""
    row, event = move(ticket, "request-onsite", actor=actor, at=at, text=reason, facts={"situation": {"onsite": True}})
    return tell(row, event, actor, at)


@transaction.atomic
def depart(ticket: Ticket, *, actor: User | None, at: datetime, visit: str) -> Ticket:
    """The engineer is on the way to a visit; made by the visit of that number, by nothing else."""
    return move(ticket, "depart", actor=actor, at=at, facts={"visit": visit})[0]


@transaction.atomic
def check_in(ticket: Ticket, *, actor: User | None, at: datetime, visit: str, place: str = "") -> Ticket:
    """The engineer of a visit has arrived at the site."""
    facts = {"place": place.strip(), "visit": visit, "situation": {"onsite": True}}
    return move(ticket, "check-in", actor=actor, at=at, facts=facts)[0]


@transaction.atomic
def leave(ticket: Ticket, *, actor: User | None, at: datetime, visit: str, outcome: str = "") -> Ticket:
    """The engineer of a visit has left the site."""
    return move(ticket, "leave", actor=actor, at=at, text=outcome, facts={"visit": visit})[0]


def _check_severity(severity: int) -> None:
    if severity not in (1, 2, 3, 4):
        raise Invalid(_("The severity is a number from 1 (worst) to 4."), field="severity", code="invalid_choice")


@transaction.atomic
def set_severity(ticket: Ticket, *, actor: User | None, at: datetime, severity: int, reason: str) -> Ticket:
    """Change the severity: start and elapsed time are kept, the targets are new (rule 9)."""
    _check_severity(severity)
    words = said(reason, "reason", _("Write why the severity changes."))
    row = locked(ticket)
    if row.severity == severity:
        raise Invalid(_("The severity already is %(severity)s.") % {"severity": severity}, field="severity", code="unchanged")
    facts = {"from": row.severity, "to": severity, "situation": {"severity": severity}}
    return move(row, "set-severity", actor=actor, at=at, text=words, facts=facts, severity=severity)[0]


@transaction.atomic
def correct_severity(ticket: Ticket, *, actor: User | None, at: datetime, severity: int, reason: str) -> Ticket:
    """Write down another severity after the work has ended: the clocks were settled under the one before and stay (rule 8)."""
    _check_severity(severity)
    words = said(reason, "reason", _("Write why the severity changes."))
    row = locked(ticket)
    if row.is_open:
        raise MoveNotAllowed(_("Ticket %(number)s is open: change its severity instead.") % {"number": row.number})
    log.append(row, Event.Type.NOTED, actor=actor, at=at, text=words, facts={"from": row.severity, "to": severity}, public=False)
    row.severity = severity
    save(row, actor=actor, at=at)
    return row


@transaction.atomic
def resolve(
    ticket: Ticket,
    *,
    actor: User | None,
    at: datetime,
    cause: str,
    solution: str,
    prevention: str = "",
    files: Sequence[UploadedFile] = (),
    in_loop: bool = False,
) -> Ticket:
    """Say what was wrong, what was done and what prevents it; the customer confirms or rejects."""
    row = locked(ticket)
    wake(row, at=at)
    check(row, "resolve", actor, in_loop=in_loop)
    facts = {
        "cause": said(cause, "cause", _("Write the cause that was found.")),
        "solution": said(solution, "solution", _("Write how it was solved.")),
        "prevention": prevention.strip(),
    }
    uploads.check_all(files)
    if row.status == workflow.WAITING:
        log.append(row, Event.Type.RESUMED, actor=actor, at=at)
        save_derived(row)
    visited = row.events.filter(type=Event.Type.CHECKED_IN).exists()
    facts_on_row: dict[str, Any] = {"resolution": facts["solution"], "solved_remotely": not visited, **AWAKE}
    facts_on_row |= {"resolved_at": at, "in_loop": in_loop, "raised_at": None}
    row, event = move(row, "resolve", actor=actor, at=at, facts={**facts, "remote": not visited}, **facts_on_row)
    uploads.keep(row, files, event=event, actor=actor, at=at)
    if row.kind == Kind.FAULT:
        papers.fault_report(row, event, actor=actor, at=at)
    return row if in_loop else tell(row, event, actor, at)


@transaction.atomic
def confirm(ticket: Ticket, *, actor: User | None, at: datetime, text: str = "", in_loop: bool = False) -> Ticket:
    """The customer says it works again: the ticket is closed."""
    row, event = move(ticket, "confirm", actor=actor, at=at, text=text, closed_at=at, in_loop=in_loop)
    _closed(row, actor, at)
    return tell(row, event, actor, at)


@transaction.atomic
def close(ticket: Ticket, *, actor: User | None, at: datetime, reason: str = "") -> Ticket:
    """Close without the customer's word; restore stays stamped with the time of the solution (rule 16)."""
    return tell(*move(ticket, "close", actor=actor, at=at, text=reason, closed_at=at), actor, at)


def _closed(ticket: Ticket, actor: User | None, at: datetime) -> None:
    log.append(ticket, Event.Type.CLOSED, actor=actor, at=at)
    settle(ticket, at=at)
    save(ticket, actor=actor, at=at)


@transaction.atomic
def reject(ticket: Ticket, *, actor: User | None, at: datetime, reason: str = "") -> Ticket:
    """The customer says it does not work: work goes on, the time it counted as solved is left out (rule 8)."""
    return tell(*move(ticket, "reject", actor=actor, at=at, text=reason, resolved_at=None, solved_remotely=None), actor, at)


@transaction.atomic
def reopen(ticket: Ticket, *, actor: User | None, at: datetime, reason: str = "", in_loop: bool = False) -> Ticket:
    """Open it again; after the final close this starts a new cycle, and only within the grace days (rule 8)."""
    row = locked(ticket)
    if row.closed_at is not None and at - row.closed_at > timedelta(days=GRACE_DAYS):
        raise MoveNotAllowed(
            _("Ticket %(number)s was closed more than %(days)s days ago; report a new one and link it.")
            % {"number": row.number, "days": GRACE_DAYS},
            code="grace_over",
        )
    columns: dict[str, Any] = {"resolved_at": None, "closed_at": None, "solved_remotely": None, "in_loop": in_loop}
    return tell(*move(row, "reopen", actor=actor, at=at, text=reason, **columns), actor, at)


@transaction.atomic
def cancel(ticket: Ticket, *, actor: User | None, at: datetime, reason: str = "", in_loop: bool = False) -> Ticket:
    """It is not needed any more: what still runs is void, what was missed stays missed."""
    return tell(*move(ticket, "cancel", actor=actor, at=at, text=reason, queue_at=FAR, in_loop=in_loop, **AWAKE), actor, at)


@transaction.atomic
def follow_up(ticket: Ticket, *, actor: User | None, at: datetime, outcome: str, text: str = "") -> Ticket:
    """Ask the customer whether it came back (P3: within 24 hours); if it did, the ticket is opened again.

    Whoever served is refused (`call_served`): somebody else asks, and the refusal says who may.
    """
    if outcome not in ("fine", "came_back", "no_answer"):
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": "fine, came_back, no_answer"}, field="outcome", code="invalid_choice")
    if outcome == "no_answer":
        row = locked(ticket)
        check(row, "follow-up", actor)
        log.append(row, Event.Type.NOTED, actor=actor, at=at, text=text, facts={"follow_up": outcome}, public=False)
        save(row, actor=actor, at=at)
        return row
    row = move(ticket, "follow-up", actor=actor, at=at, text=text, facts={"outcome": outcome})[0]
    if outcome == "came_back":
        return reopen(row, actor=actor, at=at, reason=text or _("The customer says that it came back."))
    return row

"""What a level does by itself: decided when it is reached, done in the same transaction, each deed a line of the record.

What a level does is not what a person owes: its lines have names of their own (*reassigned*, *team called*, *vendor called*), and
a promise is kept by one of them only where the plan names it (docs/decisions/deeds-of-levels.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sla import selectors as promises
from tickets import workflow
from tickets.models import Event, Ticket
from tickets.services import log, telling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sla.models import Escalation
    from tickets.services.directory import Directory

Deed = dict[str, Any]
"""``do``: the action; ``done``: whether it was; ``why`` there was nothing to do; and the facts of the action."""
Asked = tuple["Escalation", Deed]


def nothing(action: str, why: str) -> Deed:
    """Answer that an action does not apply."""
    return {"do": action, "done": False, "why": why}


def done(action: str, **facts: Any) -> Deed:
    """Answer that an action is done, with its facts."""
    return {"do": action, "done": True, **facts}


@dataclass(slots=True)
class Standing:
    """A ticket as the deeds of this round leave it: two levels that are reached at once do not do the same."""

    ticket: Ticket
    severity: int
    assignee: int | None
    has_team: bool
    has_vendor: bool

    @classmethod
    def of(cls, ticket: Ticket, *, has_team: bool) -> Standing:
        """Answer how a ticket stands."""
        return cls(ticket, ticket.severity, ticket.assignee_id, has_team, ticket.vendor_called_at is not None)


def with_team(tickets: Iterable[Ticket]) -> set[int]:
    """Answer which of these tickets have an emergency team, formed by a person or called by a level, since they were last closed."""
    kinds = (Event.Type.TEAM_FORMED, Event.Type.TEAM_CALLED, Event.Type.CLOSED)
    rows = Event.objects.filter(ticket__in=[ticket.pk for ticket in tickets], type__in=kinds).order_by("ticket", "seq")
    last = dict(rows.values_list("ticket_id", "type"))
    return {ticket for ticket, type_ in last.items() if type_ != Event.Type.CLOSED}


def decide(actions: Sequence[str], standing: Standing, directory: Directory) -> list[Deed]:
    """Answer what the actions of a level come to, and note what they change."""
    if standing.ticket.status not in workflow.OPEN:
        return [nothing(action, "not_open") for action in actions]
    return [DECIDE[action](standing, directory) for action in actions]


def _reassign(standing: Standing, directory: Directory) -> Deed:
    """Give it to the next one above: the lead of the ticket's team, then of its office, then of the offices above."""
    chain = directory.above(standing.ticket)
    at = chain.index(standing.assignee) + 1 if standing.assignee in chain else 0
    if at >= len(chain):
        return nothing("reassign", "highest" if chain else "nobody")
    before, standing.assignee = standing.assignee, chain[at]
    known = directory.people.get(before) if before else None
    return done("reassign", to=directory.people[chain[at]].name, person=chain[at], before=known.name if known else "")


def _raise_severity(standing: Standing, _directory: Directory) -> Deed:
    """Make it one step worse, of the steps the plan has words for."""
    plan = promises.engine_plan(standing.ticket.commitment.plan_version_id)  # type: ignore[union-attr]  # a level has a plan
    held = plan.severity(standing.severity).number
    worse = [number for number in plan.severities if number < held]
    if not worse:
        return nothing("raise_severity", "worst")
    before, standing.severity = standing.severity, max(worse)
    return done("raise_severity", **{"from": before, "to": standing.severity})


def _form_team(standing: Standing, directory: Directory) -> Deed:
    """Call the emergency team, unless there is one."""
    if standing.has_team:
        return nothing("form_team", "has_team")
    people = directory.find(["emergency_team"], standing.ticket)
    if not people:
        return nothing("form_team", "nobody")
    standing.has_team = True
    return done("form_team", people=[directory.people[person].name for person in people], told=people)


def _vendor(standing: Standing, directory: Directory) -> Deed:
    """Have the vendor called on: the people of the office do it, the queue shows it."""
    if standing.has_vendor:
        return nothing("vendor", "has_vendor")
    standing.has_vendor = True
    return done("vendor", told=directory.find(["dispatchers", "office_lead"], standing.ticket))


DECIDE: Mapping[str, Callable[[Standing, Directory], Deed]] = {
    "reassign": _reassign,
    "raise_severity": _raise_severity,
    "form_team": _form_team,
    "vendor": _vendor,
}


# --- Doing ------------------------------------------------------------------------------------------------


def do(ticket: Ticket, asked: Sequence[Asked], *, at: datetime) -> None:
    """Do what was decided, by the system; the caller holds the lock, then settles and saves the ticket."""
    for row, deed in asked:
        cause = {"promise": row.clock.promise, "level": row.level, "escalation": row.pk}
        DO[deed["do"]](ticket, deed, cause, at)


def _line(ticket: Ticket, type_: str, cause: Mapping[str, Any], at: datetime, **facts: Any) -> Event:
    return log.append(ticket, type_, actor=None, at=at, facts={**facts, **cause}, public=False)


def _do_reassign(ticket: Ticket, deed: Deed, cause: Mapping[str, Any], at: datetime) -> None:
    ticket.assignee_id = deed["person"]
    event = _line(ticket, Event.Type.REASSIGNED, cause, at, assignee=deed["to"], before=deed["before"])
    telling.assigned(ticket, event, actor=None, at=at)


def _do_raise_severity(ticket: Ticket, deed: Deed, cause: Mapping[str, Any], at: datetime) -> None:
    """The customer reads this line: it names the promise, and not our level."""
    ticket.severity = deed["to"]
    facts = {"from": deed["from"], "to": deed["to"], "situation": {"severity": deed["to"]}}
    because = {name: cause[name] for name in ("promise", "escalation")}
    log.append(ticket, Event.Type.SEVERITY_CHANGED, actor=None, at=at, facts={**facts, **because})


def _do_form_team(ticket: Ticket, deed: Deed, cause: Mapping[str, Any], at: datetime) -> None:
    _line(ticket, Event.Type.TEAM_CALLED, cause, at, people=deed["people"])


def _do_vendor(ticket: Ticket, _deed: Deed, cause: Mapping[str, Any], at: datetime) -> None:
    ticket.vendor_called_at = at
    _line(ticket, Event.Type.VENDOR_CALLED, cause, at)


DO: Mapping[str, Callable[[Ticket, Deed, Mapping[str, Any], datetime], None]] = {
    "reassign": _do_reassign,
    "raise_severity": _do_raise_severity,
    "form_team": _do_form_team,
    "vendor": _do_vendor,
}

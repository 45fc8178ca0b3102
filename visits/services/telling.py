"""Who is told what about a visit: every message is drafted here, in the transaction that gave cause for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from accounts import selectors as people
from accounts.models import Role
from notifications.services import Draft, post
from visits import selectors
from visits.models import Failure, VisitEvent
from visits.services import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from accounts.models import User
    from visits.models import Visit


def scheduled(visit: Visit, *, actor: User | None, at: datetime, known: bool) -> None:
    """Announce a visit that has a time and an engineer: as planned, or as changed to who knew of it (``known``)."""
    if visit.lead is None or visit.starts_at is None:
        return
    kind = "visit_changed" if known else "visit_planned"
    facts = {"starts_at": visit.starts_at, "ends_at": visit.ends_at, "engineer": visit.lead.name}
    to_customer(kind, visit, facts, actor=actor, at=at)
    to_crew(kind, visit, facts, actor=actor, at=at)


def departed(visit: Visit, *, actor: User | None, at: datetime) -> None:
    """Tell the customer that somebody is on the way."""
    to_customer("visit_departed", visit, {"engineer": str(visit.lead)}, actor=actor, at=at)


def cancelled(visit: Visit, *, actor: User | None, at: datetime) -> None:
    """Tell everybody who expects a visit that it does not come, and why."""
    facts = {"text": visit.ended_because, **_when(visit)}
    if visit.lead is not None and visit.starts_at is not None:
        to_customer("visit_cancelled", visit, facts, actor=actor, at=at)
    to_crew("visit_cancelled", visit, facts, actor=actor, at=at)


def failed(visit: Visit, *, actor: User | None, at: datetime) -> None:
    """Tell the customer that nothing could be done and why, and those who have to plan anew."""
    facts = {"cause": Failure(visit.failure).label, "text": visit.ended_because, **_when(visit)}
    to_customer("visit_failed", visit, facts, actor=actor, at=at)
    _post("visit_failed", visit, _planners(visit), facts, actor=actor, at=at)


def proposed(visit: Visit, event: VisitEvent, *, actor: User | None, at: datetime) -> None:
    """Ask the customer to approve the plan of work."""
    facts = {"text": event.text, "risk": event.facts.get("risk", "")}
    to_customer("visit_plan", visit, facts, actor=actor, at=at)


def answered(visit: Visit, event: VisitEvent, *, actor: User | None, at: datetime) -> None:
    """Tell who travels what the customer said to the plan of work."""
    approved = event.type == VisitEvent.Type.PLAN_APPROVED
    facts = {"approved": approved, "name": event.facts.get("name", ""), "text": event.text}
    to_crew("visit_plan_answered", visit, facts, actor=actor, at=at)


def overridden(visit: Visit, event: VisitEvent, *, actor: User | None, at: datetime) -> None:
    """Tell the customer that work began before their word, and why."""
    to_customer("visit_overridden", visit, {"text": event.text}, actor=actor, at=at)


def to_customer(kind: str, visit: Visit, facts: Mapping[str, Any], *, actor: User | None, at: datetime) -> None:
    """Tell the customer, and put down in the record that they were told."""
    drafts = _to_customer(kind, visit, {**_about(visit), **facts, "for_customer": True}, actor)
    if not drafts:
        return
    names = [str(draft.recipient) if draft.recipient else draft.address for draft in drafts]
    post(drafts, at=at)
    record.append(visit, VisitEvent.Type.TOLD, actor=None, at=at, facts={"kind": kind, "to": names})


def to_crew(kind: str, visit: Visit, facts: Mapping[str, Any], *, actor: User | None, at: datetime) -> None:
    """Tell who travels."""
    _post(kind, visit, selectors.crew(visit), facts, actor=actor, at=at)


def _post(kind: str, visit: Visit, told: Iterable[User], facts: Mapping[str, Any], *, actor: User | None, at: datetime) -> None:
    context = {**_about(visit), **facts}
    key = f"{_key(visit)}:crew"
    post([Draft(kind=kind, recipient=person, context=context, key=key, link=_link(visit)) for person in told if person != actor], at=at)


def _planners(visit: Visit) -> list[User]:
    """Answer who plans the next visit: the office's dispatchers, and who has the ticket."""
    dispatchers = list(people.people(Role.DISPATCHER, office=visit.office_id))
    assignee = visit.ticket.assignee if visit.ticket is not None else None
    return [*dispatchers, *([assignee] if assignee is not None and assignee not in dispatchers else [])]


def _to_customer(kind: str, visit: Visit, context: dict[str, Any], actor: User | None) -> list[Draft]:
    """Who reported the ticket, or the address they left; for an inspection the site's people."""
    ticket = visit.ticket
    key = _key(visit)
    if ticket is None:
        told = [person for person in selectors.customers_at(visit) if person != actor]
    elif ticket.reporter is not None and ticket.reporter.is_customer:
        told = [ticket.reporter] if ticket.reporter != actor else []
    elif ticket.contact_email:
        return [Draft(kind=kind, address=ticket.contact_email, context=context, key=key, link=_link(visit))]
    else:
        told = []
    return [Draft(kind=kind, recipient=person, context=context, key=key, link=_link(visit)) for person in told]


def _about(visit: Visit) -> dict[str, Any]:
    number = {"ticket_number": visit.ticket.number} if visit.ticket is not None else {}
    return {"subject": visit.subject, "customer": str(visit.organization), "site": visit.site.name, **number}


def _when(visit: Visit) -> dict[str, Any]:
    return {"starts_at": visit.starts_at} if visit.starts_at is not None else {}


def _key(visit: Visit) -> str:
    """Answer what makes a message be told once: the place in the record it follows."""
    return f"visit:{visit.pk}:{visit.event_count}"


def _link(visit: Visit) -> str:
    return reverse("visits:visit", args=[visit.pk])

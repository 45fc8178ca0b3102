"""Who is told of what: every message about a ticket is drafted here, in the transaction that gave cause for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy

from accounts.models import Role, User
from core.time import epoch
from notifications.services import Draft, post
from sla import selectors as promises
from tickets.models import Event, Ticket
from tickets.services import concerning
from tickets.services.directory import Directory

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sla.models import Clock

TOLD_CUSTOMER = {
    Event.Type.CONTACTED: "ticket_replied",
    Event.Type.TEAM_FORMED: "ticket_replied",
    Event.Type.STOPGAP: "ticket_replied",
    Event.Type.REMOTE_ENDED: "ticket_replied",
    Event.Type.DIAGNOSIS_DELIVERED: "diagnosis_delivered",
    Event.Type.HOLD: "ticket_hold",
    Event.Type.ARRIVAL_MOVED: "ticket_replied",
    Event.Type.OBJECTION_UPHELD: "ticket_replied",
    Event.Type.OBJECTION_REFUSED: "ticket_replied",
    Event.Type.RESOLVED: "ticket_resolved",
    Event.Type.CLOSED: "ticket_closed",
}
TOLD_US = frozenset(
    {
        Event.Type.REPLIED, Event.Type.DIAGNOSIS_REJECTED, Event.Type.ONSITE_REQUESTED, Event.Type.PAUSE_OBJECTED, Event.Type.REJECTED,
        Event.Type.REOPENED, Event.Type.CANCELLED, Event.Type.CONFIRMED, Event.Type.REMOTE_AGREED, Event.Type.OPINION_GIVEN,
    }
)  # fmt: skip
WORST = 1
"""The severity of which people are told at any hour."""
DECISIONS = frozenset({Event.Type.OBJECTION_UPHELD, Event.Type.OBJECTION_REFUSED})
RECEIVERS = """
    WITH able AS (
        SELECT team.id FROM accounts_team AS team LEFT JOIN accounts_team_skills AS skill ON skill.team_id = team.id AND skill.skill_id = %s
        WHERE team.office_id = %s ORDER BY skill.id IS NULL, team.code LIMIT 1
    ), chosen AS (SELECT COALESCE(%s, (SELECT id FROM able)) AS team)
    SELECT person.id, person.is_active, person.quiet_from, person.quiet_until, person.time_zone, chosen.team
    FROM chosen LEFT JOIN accounts_user AS person ON person.is_active AND (
        (person.office_id = %s AND person.role = %s)
        OR person.id IN (SELECT user_id FROM accounts_user_teams WHERE team_id = chosen.team)
    ) ORDER BY person.id
"""
"""A statement, since every report asks it and making it anew costs several times what running it does."""


def reported(ticket: Ticket, clocks: Sequence[Clock], receivers: Iterable[User], *, actor: User | None, at: datetime) -> None:
    """Tell the people who take reports, and give the customer a receipt that names the promised times."""
    context = {**_about(ticket), "promises": _promised(ticket, clocks)}
    key = f"{ticket.number}:1"
    drafts = [
        Draft(kind="ticket_reported", recipient=person, context=context, key=key, channels=("inbox",), **_manner(ticket))
        for person in receivers
        if person != actor
    ]
    drafts += _to_customer("ticket_reported", ticket, {**context, "receipt": True}, f"{key}:receipt", None)
    post(drafts, at=at)


def happened(ticket: Ticket, event: Event, *, actor: User | None, at: datetime) -> None:
    """Tell the other side, and who watches, what happened."""
    context = _context(ticket, event, actor)
    key = f"{ticket.number}:{event.seq}"
    drafts: list[Draft] = []
    told_customer = TOLD_CUSTOMER.get(Event.Type(event.type))
    if told_customer and event.is_public:
        drafts += _to_customer(told_customer, ticket, context, key, actor)
        decided = _handlers(ticket) if event.type in DECISIONS else []
        drafts += _to_people("ticket_replied", ticket, context, key, [*decided, *_watchers(ticket, event)], actor=actor)
    elif event.type in TOLD_US or (event.type == Event.Type.RESUMED and actor is None):
        deciding = Directory.load(at, [ticket]).people_of(["manager"], ticket) if event.type == Event.Type.PAUSE_OBJECTED else []
        people = [*_handlers(ticket), *deciding, *_watchers(ticket, event)]
        drafts += _to_people("ticket_replied", ticket, context, key, people, actor=actor)
    post(drafts, at=at)


def assigned(ticket: Ticket, event: Event, *, actor: User | None, at: datetime) -> None:
    """Tell the person the ticket was given to."""
    if ticket.assignee is None or ticket.assignee == actor:
        return
    context = {**_about(ticket), "by": actor.name if actor else ""}
    post(_to_people("ticket_assigned", ticket, context, f"{ticket.number}:{event.seq}", [ticket.assignee], actor=actor), at=at)


def mentioned(ticket: Ticket, event: Event, people: Iterable[User], *, actor: User | None, at: datetime) -> None:
    """Tell the people who were named with an @."""
    post(_to_people("ticket_mentioned", ticket, _context(ticket, event, actor), f"{ticket.number}:{event.seq}", people, actor=actor), at=at)


def raised(ticket: Ticket, event: Event, people: Iterable[User], *, actor: User | None, at: datetime) -> None:
    """Tell those who are to take it over what was tried and what is asked of them."""
    post(_to_people("ticket_raised", ticket, _context(ticket, event, actor), f"{ticket.number}:{event.seq}", people, actor=actor), at=at)


def late(ticket: Ticket, owed: Sequence[tuple[Mapping[str, str], datetime]], *, at: datetime) -> list[Draft]:
    """Draft what the customer is told when a level says so: what was promised until when, and nothing of ours.

    ``owed`` are the promises' names and due times.
    """
    named = [{"promise": name["zh-hans"], "promise_en": name["en"], "due_at": due, "late": due <= at} for name, due in owed]
    context = {"ticket_number": ticket.number, "subject": ticket.subject, "owed": named, "late": any(each["late"] for each in named)}
    return _to_customer("ticket_late", ticket, context, late_key(ticket.number, at), None)


def late_key(number: str, at: datetime) -> str:
    """Answer the key of the message by which a customer is told in a round."""
    return f"late:{number}:{epoch(at)}"


def reachable(ticket: Ticket) -> dict[str, Any]:
    """Answer, as a deed of a level, who of the customer's is told; nobody where they left no address."""
    person = ticket.reporter
    if person is not None and person.is_customer and person.is_active:
        return {"do": "contact", "done": True, "to": person.name}
    if ticket.contact_email and not (person is not None and person.is_customer):
        return {"do": "contact", "done": True, "to": ticket.contact_name or ticket.contact_email}
    return {"do": "contact", "done": False, "why": "no_address"}


def _about(ticket: Ticket) -> dict[str, Any]:
    facts: dict[str, Any] = {"customer": str(ticket.organization), "site": ticket.site.name, **_severity(ticket)}
    if ticket.equipment is not None:
        facts["equipment"] = ticket.equipment.name
    return {"ticket_number": ticket.number, "subject": ticket.subject, **facts}


def _severity(ticket: Ticket) -> dict[str, Any]:
    """Answer the severity in the plan's own words, in both languages."""
    if ticket.commitment is None:
        return {"severity": ticket.severity}
    words = promises.engine_plan(ticket.commitment.plan_version_id).severity(ticket.severity).name
    return {"severity": words["zh-hans"], "severity_en": words["en"]}


def _said(event: Event) -> Any:
    """Answer what was said; a move of the other side is named, with its reason if one was given."""
    label = Event.Type(event.type).label
    if event.type in (Event.Type.REPLIED, Event.Type.CONTACTED, Event.Type.NOTED):
        return event.text
    return format_lazy("{label}: {text}", label=label, text=event.text) if event.text else label


def _context(ticket: Ticket, event: Event, actor: User | None) -> dict[str, Any]:
    facts = {name: event.facts[name] for name in ("cause", "solution", "prevention", "plan", "risk") if event.facts.get(name)}
    author = actor.name if actor else ""
    waits = _waits_for(event) if event.type == Event.Type.HOLD else {}
    return {
        "ticket_number": ticket.number,
        "subject": ticket.subject,
        "author": author,
        "text": _said(event),
        "cause": "",
        **facts,
        **waits,
    }


def _waits_for(event: Event) -> dict[str, Any]:
    """Answer what is waited for in both languages: the plan's word for it, and what was said beside it."""
    names, words = event.facts.get("name") or {}, event.facts.get("cause", "")
    said = {language: " · ".join(filter(None, (names.get(language, ""), words))) for language in ("zh-hans", "en")}
    until = {"expected_at": event.facts["expected_at"]} if event.facts.get("expected_at") else {}
    return {"cause": said["zh-hans"], "cause_en": said["en"], **until}


def _promised(ticket: Ticket, clocks: Sequence[Clock]) -> list[dict[str, Any]]:
    if ticket.commitment is None:
        return []
    plan = promises.engine_plan(ticket.commitment.plan_version_id)
    found = []
    for clock in clocks:
        promise = plan.promise(clock.promise)
        if promise is not None and clock.due_at is not None and clock.is_strictest:
            found.append({"promise": promise.name["zh-hans"], "promise_en": promise.name["en"], "due_at": clock.due_at})
    return found


def receivers(office: int | None, team: int | None = None, *, skill: int | None = None) -> tuple[int | None, list[User]]:
    """Answer the team and whom to tell with it: the office's dispatchers and the team, of each only what a message needs.

    Without a team it is the office's one that has the skill, else its first one.
    """
    people = list(User.objects.raw(RECEIVERS, [skill, office, team, office, Role.DISPATCHER.value]))
    chosen = people[0].team if people else None  # type: ignore[attr-defined]  # a column of the statement
    return chosen, [person for person in people if person.pk is not None]


def _handlers(ticket: Ticket) -> list[User]:
    return [ticket.assignee] if ticket.assignee is not None else receivers(ticket.office_id, ticket.team_id)[1]


def _watchers(ticket: Ticket, event: Event) -> list[User]:
    watchers = ticket.watchers.filter(is_active=True)
    return [person for person in watchers if event.is_public or person.is_provider]


def _to_people(kind: str, ticket: Ticket, context: dict[str, Any], key: str, people: Iterable[User], *, actor: User | None) -> list[Draft]:
    barred = concerning.barred([ticket]).get(ticket.pk, set())
    told = {person.pk: person for person in people if person != actor and person.pk not in barred}
    return [Draft(kind=kind, recipient=person, context=context, key=key, **_manner(ticket)) for person in told.values()]


def _to_customer(kind: str, ticket: Ticket, context: dict[str, Any], key: str, actor: User | None) -> list[Draft]:
    """The person who reported it; where they have no account, the address they left."""
    person = ticket.reporter
    if person is not None and person.is_customer:
        return [Draft(kind=kind, recipient=person, context=context, key=key, **_manner(ticket))] if person != actor else []
    if ticket.contact_email:
        return [Draft(kind=kind, address=ticket.contact_email, context=context, key=key, **_manner(ticket))]
    return []


def _manner(ticket: Ticket) -> dict[str, Any]:
    """Answer where a message leads, and whether it wakes people: of severity 1 it does."""
    return {"link": ticket.get_absolute_url(), "at_once": ticket.severity == WORST}

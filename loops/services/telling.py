"""Who is told what: departments, the customer, who answers for the office. Drafted in the transaction that gave cause for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from loops import selectors
from notifications.services import Draft, post
from tickets import services as tickets
from tickets.services.directory import Directory

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import Team, User
    from loops.models import Loop, Opinion, Round

ANSWERABLE = ("office_lead", "manager")
WORST = 1


def said(loop: Loop, *, at: datetime) -> None:
    """Tell the office's lead and managers that something was said: they see to it that a department answers."""
    context = {**_about(loop), "source": loop.get_source_display(), "text": loop.ticket.description}
    post(_drafts("loop_said", loop, context, f"{loop.ticket.number}:said", _leaders(loop, at)), at=at)


def asked(loop: Loop, opinion: Opinion, *, actor: User | None, at: datetime) -> None:
    """Send the tracking form to a department: its people and its lead."""
    context = {**_about(loop), **_asked(opinion), "text": opinion.question}
    people = [person for person in _people_of(opinion.department) if person != actor]
    post(_drafts("loop_asked", loop, context, f"{loop.ticket.number}:asked:{opinion.pk}", people), at=at)


def opinion_late(loop: Loop, opinion: Opinion, *, at: datetime) -> None:
    """Tell the department's lead and who answers for the office that an opinion is overdue."""
    context = {**_about(loop), **_asked(opinion)}
    lead = [opinion.department.lead] if opinion.department.lead is not None else []
    post(_drafts("loop_late", loop, context, f"{loop.ticket.number}:late:{opinion.pk}", [*lead, *_leaders(loop, at)]), at=at)


def turn(loop: Loop, this: Round, asks: str, *, at: datetime) -> None:
    """Ask the customer: whether they agree to what we intend, or whether they are satisfied with what was done.

    A reminder asks the same again and wakes nobody, whatever the level.
    """
    context = {**_about(loop), "asks": asks, "text": this.plan if asks == "agree" else this.result}
    drafts = _to_customer("loop_turn", loop, context, f"{loop.ticket.number}:{asks}:{this.number}:{at:%Y%m%d%H%M%S}")
    post([replace(draft, at_once=draft.at_once and not this.reminded) for draft in drafts], at=at)


def again(loop: Loop, before: Round, *, at: datetime) -> None:
    """Tell who handles it and who answers for the office that the customer is not satisfied: it goes round as a priority."""
    context = {**_about(loop), "round": loop.rounds, "text": before.verdict_words}
    handler = [loop.ticket.assignee] if loop.ticket.assignee is not None else []
    post(_drafts("loop_again", loop, context, f"{loop.ticket.number}:again:{loop.rounds}", [*handler, *_leaders(loop, at)]), at=at)


def closed(loop: Loop, this: Round, *, at: datetime) -> None:
    """Tell everybody that the customer is satisfied."""
    context = {**_about(loop), "rounds": loop.rounds, "text": this.result}
    key = f"{loop.ticket.number}:closed"
    handler = [loop.ticket.assignee] if loop.ticket.assignee is not None else []
    post(
        [*_drafts("loop_closed", loop, context, key, [*handler, *_leaders(loop, at)]), *_to_customer("loop_closed", loop, context, key)],
        at=at,
    )


def _about(loop: Loop) -> dict[str, Any]:
    ticket = loop.ticket
    return {"ticket_number": ticket.number, "subject": ticket.subject, "customer": str(ticket.organization)}


def _asked(opinion: Opinion) -> dict[str, Any]:
    department = opinion.department
    return {"department": department.name, "department_en": department.name_en or department.name, "due_at": opinion.due_at}


def _leaders(loop: Loop, at: datetime) -> list[User]:
    return Directory.load(at, [loop.ticket]).people_of(ANSWERABLE, loop.ticket)


def _people_of(department: Team) -> list[User]:
    people = list(department.members.filter(is_active=True))
    return [*people, department.lead] if department.lead is not None and department.lead not in people else people


def _drafts(kind: str, loop: Loop, context: dict[str, Any], key: str, people: Iterable[User]) -> list[Draft]:
    barred = tickets.barred([loop.ticket]).get(loop.ticket.pk, set())
    told = {person.pk: person for person in people if person.pk not in barred}
    return [Draft(kind=kind, recipient=person, context=context, key=key, **_manner(loop)) for person in told.values()]


def _to_customer(kind: str, loop: Loop, context: dict[str, Any], key: str) -> list[Draft]:
    """Who said it, named or not; where they have no account, the address they left; where they left nothing, who speaks for them."""
    given: dict[str, Any] = {"kind": kind, "context": {**context, "for_customer": True}, "key": f"{key}:customer", **_manner(loop)}
    given["is_discreet"] = loop.is_anonymous
    person, ticket = loop.complainant, loop.ticket
    if person is not None and person.is_active:
        return [Draft(recipient=person, **given)]
    if ticket.contact_email:
        return [Draft(address=ticket.contact_email, **given)]
    if loop.is_anonymous or ticket.contact_phone:
        return []
    return [Draft(recipient=each, **given) for each in selectors.spokespeople(ticket)]


def _manner(loop: Loop) -> dict[str, Any]:
    return {"link": loop.get_absolute_url(), "at_once": loop.ticket.severity == WORST}

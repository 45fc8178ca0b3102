"""Levels that were reached become rows, lines of the record, deeds, and one message a person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from core.bulk import insert_many
from notifications.kinds import ITEMS_SHOWN
from notifications.services import Draft, post
from sla import selectors as promises
from sla import services as sla
from sla.models import Escalation
from tickets.models import Event, Ticket
from tickets.services import deeds, log, telling
from tickets.services.directory import Directory
from tickets.services.telling import WORST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from accounts.models import User
    from sla.engine.plan import Promise
    from sla.engine.settle import LevelTime
    from sla.models import Clock


@dataclass(slots=True)
class _Batch:
    """What one round writes."""

    at: datetime
    directory: Directory
    standings: dict[int, deeds.Standing]
    """How the tickets stand that levels do something to."""
    before: set[tuple[int, str]]
    """Levels that did what they do already, under another due time."""
    rows: list[tuple[Ticket, Escalation, Promise | None]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    told: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """For each person the places in ``rows`` they are told of."""
    instead_of: dict[int, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    """For each deputy the names of those in whose place they are told."""
    customers: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """For each ticket the places in ``rows`` its customer is told of."""


def climb(changes: Sequence[tuple[Ticket, sla.Change]], *, at: datetime) -> int:
    """Write what was reached: escalations, lines of the record, and one message a person for all of it.

    Call under the tickets' locks; the caller saves ``event_count`` and ``head_hash`` of the tickets, and then does what
    is left in their ``to_do`` (``record.carry_out``). Answers how many levels fired.
    """
    if not any(change.fired or change.skipped for _ticket, change in changes):
        return 0
    _know_customers(changes)
    batch = _Batch(at, Directory.load(at, [ticket for ticket, _change in changes]), *_standings(changes))
    for ticket, change in changes:
        _collect(batch, ticket, change)
    insert_many([row for _ticket, row, _promise in batch.rows])
    log.keep_many(batch.events)
    items: dict[int, dict[str, Any]] = {}
    drafts = [_draft(batch, batch.directory.people[person], places, items, at) for person, places in batch.told.items()]
    drafts += [draft for places in batch.customers.values() for draft in _customers(batch, places)]
    drafts += [canary_draft(ticket) for ticket, _row, _promise in batch.rows if ticket.is_canary]
    post(drafts, at=at)
    return len(batch.events)


def _know_customers(changes: Sequence[tuple[Ticket, sla.Change]]) -> None:
    """Read whom to tell of the customer's, where a level says so: a sweep has not read that of its tickets."""
    telling_them = {ticket.pk: ticket for ticket, change in changes if any("contact" in level.tell for _clock, level in change.fired)}
    unknown = [pk for pk, ticket in telling_them.items() if ticket.get_deferred_fields()]
    if unknown:
        rows = Ticket.objects.filter(pk__in=unknown).select_related("reporter").only("reporter", "contact_name", "contact_email")
        for row in rows:
            ticket = telling_them[row.pk]
            ticket.reporter, ticket.contact_name, ticket.contact_email = row.reporter, row.contact_name, row.contact_email


def _standings(changes: Sequence[tuple[Ticket, sla.Change]]) -> tuple[dict[int, deeds.Standing], set[tuple[int, str]]]:
    """Read what has to be known of the tickets that levels do something to; mostly there are none, and nothing is asked."""
    doing = {ticket.pk: ticket for ticket, change in changes if any(level.do for _clock, level in change.fired)}
    if not doing:
        return {}, set()
    teams = deeds.with_team(doing.values())
    clocks = {clock.pk for _ticket, change in changes for clock, level in change.fired if level.do}
    fired = Escalation.objects.filter(clock__in=clocks, outcome=Escalation.Outcome.FIRED).values_list("clock_id", "level")
    return {pk: deeds.Standing.of(ticket, has_team=pk in teams) for pk, ticket in doing.items()}, set(fired)


def _collect(batch: _Batch, ticket: Ticket, change: sla.Change) -> None:
    plan = promises.engine_plan(ticket.commitment.plan_version_id)  # type: ignore[union-attr]
    for clock, level in change.skipped:
        batch.rows.append((ticket, sla.escalation(clock, level, at=batch.at, skipped=True), None))
    for clock, level in change.fired:
        _reach(batch, ticket, clock, level, plan.promise(clock.promise))


def _reach(batch: _Batch, ticket: Ticket, clock: Clock, level: LevelTime, promise: Promise | None) -> None:
    """Note one level: whom it tells, what it does, the line of the record."""
    place, found = len(batch.rows), _deeds(batch, ticket, clock, level)
    contact = [telling.reachable(ticket)] if "contact" in level.tell else []
    people = [] if ticket.is_canary else _people(batch.directory, ticket, level, [*found, *contact])
    away = batch.directory.instead_of([role for role in level.tell if role != "contact"], ticket, people)
    row = sla.escalation(clock, level, at=batch.at, told=people)
    if found or contact:
        row.done = [{name: value for name, value in deed.items() if name != "told"} for deed in (*found, *contact)]
    for person in people:
        batch.told[person].append(place)
        if person in away:
            batch.instead_of[person].update(dict.fromkeys(away[person]))
    if contact:
        batch.customers[ticket.pk].append(place)
    if found:
        ticket.to_do = (*ticket.to_do, *((row, deed) for deed in found if deed["done"]))
    batch.rows.append((ticket, row, promise))
    facts = _facts(batch.directory, clock, level, people, away) | ({"done": list(row.done)} if row.done else {})
    batch.events.append(log.entry(ticket, Event.Type.ESCALATED, actor=None, at=batch.at, public=False, facts=facts))


def _deeds(batch: _Batch, ticket: Ticket, clock: Clock, level: LevelTime) -> list[deeds.Deed]:
    """Answer what a level does; never twice for one clock, though it is reached again when its due time has moved."""
    if not level.do:
        return []
    if (clock.pk, level.code) in batch.before:
        return [deeds.nothing(action, "done_before") for action in level.do]
    return deeds.decide(level.do, batch.standings[ticket.pk], batch.directory)


def _people(directory: Directory, ticket: Ticket, level: LevelTime, found: Sequence[deeds.Deed]) -> list[int]:
    """Answer the people of ours who are told: those the level names, and those whom what it does calls.

    Where it names the customer only, nobody of ours has to know, unless there is nobody of theirs to tell.
    """
    if not found:
        return directory.find(level.tell, ticket)
    ours = [role for role in level.tell if role != "contact"]
    called = [person for deed in found for person in deed.get("told", ())]
    told_customer = any(deed["do"] == "contact" and deed["done"] for deed in found)
    named = directory.find(ours, ticket) if ours or not (called or told_customer) else []
    return list(dict.fromkeys([*named, *called]))


def _facts(
    directory: Directory, clock: Clock, level: LevelTime, people: Sequence[int], away: Mapping[int, Sequence[str]]
) -> dict[str, Any]:
    instead = {directory.people[person].name: list(names) for person, names in away.items()}
    return {
        "promise": clock.promise,
        "cycle": clock.cycle,
        "level": level.code,
        "due_at": clock.due_at.isoformat() if clock.due_at else None,
        "told": [directory.people[person].name for person in people],
        **({"instead_of": instead} if instead else {}),
        **({"unanswered": level.unanswered} if level.unanswered else {}),
    }


def _draft(batch: _Batch, person: User, places: Sequence[int], made: dict[int, dict[str, Any]], at: datetime) -> Draft:
    """One message for all that a person has to know of this round; ``made`` keeps the items, as several are told the same."""
    for place in places[:ITEMS_SHOWN]:
        if place not in made:
            made[place] = _item(*batch.rows[place], at)
    items = [made[place] for place in places[:ITEMS_SHOWN]]
    link = items[0]["link"] if len(places) == 1 else f"{reverse('tickets:queue')}?risk=late"
    key = f"escalation:{batch.rows[places[0]][1].pk}"
    context = {"items": items, "count": len(places), "instead_of": ", ".join(batch.instead_of[person.pk])}
    at_once = any(batch.rows[place][0].severity == WORST for place in places)
    return Draft(kind="escalation", recipient=person, context=context, key=key, link=link, urgent=True, at_once=at_once)


def canary_draft(ticket: Ticket) -> Draft:
    """The message that ends a canary's way: to the address that watches the desk, or as far as the mail server takes it."""
    context = {"ticket_number": ticket.number, "subject": ticket.subject}
    return Draft(kind="canary", address=settings.CANARY_ADDRESS, context=context, key=ticket.number, urgent=True)


def _item(ticket: Ticket, row: Escalation, promise: Promise | None, at: datetime) -> dict[str, Any]:
    words = _named(promise, row)
    item = {
        "ticket_number": ticket.number,
        "subject": ticket.subject,
        "promise": words["zh-hans"],
        "promise_en": words["en"],
        "level": row.level,
        "due_at": row.due_at,
        "late": row.due_at <= at,
        "link": ticket.get_absolute_url(),
        "escalation_id": row.pk,
    }
    if row.unanswered:
        item["unanswered"] = True
    if row.done:
        item["did"] = [deed["do"] for deed in row.done if deed["done"] and deed["do"] != "contact"]
    return item


def _named(promise: Promise | None, row: Escalation) -> Mapping[str, str]:
    return promise.name if promise else {"zh-hans": row.clock.promise, "en": row.clock.promise}


def _customers(batch: _Batch, places: Sequence[int]) -> list[Draft]:
    """One message to the customer for all that they are told of their ticket in this round."""
    ticket = batch.rows[places[0]][0]
    owed = [(_named(promise, row), row.due_at) for _ticket, row, promise in (batch.rows[place] for place in places)]
    return telling.late(ticket, owed, at=batch.at)

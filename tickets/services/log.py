"""The record: lines are only ever added, under the lock of their ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.bulk import insert_many
from core.time import epoch
from sla.engine.settle import Event as LogEvent
from tickets.models import Event, Ticket
from tickets.services import listeners

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from accounts.models import User

SILENT = frozenset(
    {
        Event.Type.NOTED, Event.Type.REPLIED, Event.Type.ESCALATED, Event.Type.ACKNOWLEDGED, Event.Type.LINKED, Event.Type.ATTACHED,
        Event.Type.REMOTE_ENDED,
    }
)  # fmt: skip
"""Events that no promise can hang on; settling does not read them."""


def entry(
    ticket: Ticket,
    type_: str,
    *,
    actor: User | None,
    at: datetime,
    text: str = "",
    facts: Mapping[str, Any] | None = None,
    public: bool = True,
) -> Event:
    """Make the next line of the record, not saved yet, chained to the last; counts up the ticket's events."""
    ticket.event_count += 1
    event = Event(
        ticket=ticket, seq=ticket.event_count, type=type_, at=at, actor=actor, text=text.strip(), facts=dict(facts or {}), is_public=public
    )
    ticket.head_hash = event.seal(ticket.head_hash)
    return event


def keep(event: Event) -> None:
    """Write a line that ``entry`` made; its ticket is saved already."""
    event.save(force_insert=True)
    listeners.written((event,))


def keep_many(events: Sequence[Event]) -> None:
    """Write the lines of a sweep in one statement."""
    insert_many(events)
    if events:
        listeners.written(events)


def append(
    ticket: Ticket,
    type_: str,
    *,
    actor: User | None,
    at: datetime,
    text: str = "",
    facts: Mapping[str, Any] | None = None,
    public: bool = True,
) -> Event:
    """Add a line to the record; the caller holds the ticket's lock and saves the ticket."""
    event = entry(ticket, type_, actor=actor, at=at, text=text, facts=facts, public=public)
    keep(event)
    if public and type_ != Event.Type.ATTACHED:
        ticket.last_public_at = at
    ticket.updated_at = at
    return event


def as_log(events: Iterable[Event]) -> list[LogEvent]:
    """Answer the events as the engine reads them."""
    return [LogEvent(epoch(event.at), event.seq, event.type, event.facts) for event in events]


def logs(tickets: Iterable[Ticket]) -> dict[int, list[LogEvent]]:
    """Answer what the engine has to read, for each ticket, in one query."""
    found: dict[int, list[LogEvent]] = {ticket.pk: [] for ticket in tickets}
    rows = Event.objects.filter(ticket__in=found).exclude(type__in=SILENT).order_by("ticket", "seq")
    for ticket, at, seq, type_, facts in rows.values_list("ticket_id", "at", "seq", "type", "facts"):
        found[ticket].append(LogEvent(epoch(at), seq, type_, facts))
    return found

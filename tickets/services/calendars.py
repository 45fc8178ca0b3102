"""A published version of a calendar reaches the tickets that run already: in batches, each under its lock (rule 14)."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef

from core.bulk import update_many
from core.queue import claim
from core.time import instant
from sla import services as sla
from sla.models import Clock
from sla.services import calendars as hours
from tickets.models import Event, Ticket
from tickets.services import ladder, log
from tickets.services.record import DERIVED, carry_out, place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from sla.models import CalendarChange

BATCH = 200
"""Tickets in a transaction: few, so that nobody waits long for one."""


@transaction.atomic
def move_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Move up to ``limit`` tickets to a version that has begun to hold; answers how many were.

    A ticket is yet to be moved as long as one of its clocks counts in an older version, so a worker that is killed has left nothing
    undone that the next one does not find. Tickets that somebody else holds are left to the next batch.
    """
    change = hours.change_to_go_on(at)
    if change is None:
        return 0
    rows = _left(change)
    tickets = claim(rows, limit, of=("self",))
    if tickets:
        _move(tickets, change, at)
    elif not rows.exists():
        hours.finish(change, at=at)
    return len(tickets)


def _left(change: CalendarChange) -> QuerySet[Ticket]:
    """Answer the tickets with a clock in an older version; none is moved to the same version twice."""
    told = Event.objects.filter(ticket=OuterRef("pk"), type=Event.Type.CALENDAR_CHANGED, facts__version=change.version_id)
    rows = Ticket.objects.filter(~Exists(told), commitment__in=hours.left_of(change).values("commitment"))
    return rows.select_related("commitment").order_by("id")


def _move(tickets: Sequence[Ticket], change: CalendarChange, at: datetime) -> None:
    """Write a line into each record, settle the clocks again and put the tickets into their places; the tickets are locked."""
    commitments = [ticket.commitment_id for ticket in tickets]
    clocks = _clocks(commitments)
    versions = dict(change.version.calendar.versions.filter(number__lt=change.version.number).values_list("pk", "number"))
    logs, fired = log.logs(tickets), sla.fired_levels_of(chain.from_iterable(clocks.values()))
    changes, events = [], []
    for ticket in tickets:
        older = [number for clock in clocks[ticket.commitment_id] if (number := _older(clock, versions)) is not None]
        if ticket.commitment is None or not older:
            continue  # it was moved or has ended while the lock was waited for
        when = max([at, *(instant(event.at) for event in logs[ticket.pk])])
        facts = hours.change_facts(change, older)
        event = log.entry(ticket, Event.Type.CALENDAR_CHANGED, actor=change.version.created_by, at=when, facts=facts)
        told = [*logs[ticket.pk], *log.as_log([event])]
        changes.append((ticket, sla.reconsider(ticket.commitment, clocks[ticket.commitment_id], told, fired, at=when)))
        place(*changes[-1])
        ticket.updated_at = when
        events.append(event)
    log.keep_many(events)
    sla.write([settled for _ticket, settled in changes])
    ladder.climb(changes, at=at)
    update_many([ticket for ticket, _settled in changes], DERIVED)
    for ticket, _settled in changes:
        carry_out(ticket, at=at)
    hours.moved(change, len(changes))


def _clocks(commitments: Sequence[int | None]) -> dict[int | None, list[Clock]]:
    found: dict[int | None, list[Clock]] = {commitment: [] for commitment in commitments}
    for clock in Clock.objects.filter(commitment__in=commitments):
        found[clock.commitment_id].append(clock)
    return found


def _older(clock: Clock, versions: dict[int, int]) -> int | None:
    """Answer the number of the older version that a clock still counts in."""
    if clock.calendar_version_id is None or clock.stopped_at is not None or clock.state not in hours.LIVE:
        return None
    return versions.get(clock.calendar_version_id)

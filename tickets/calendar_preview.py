"""What a draft of a calendar would do to the tickets that run: settled three times, nothing stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.pages import Page, page
from core.time import instant
from sla import engine
from sla import selectors as promises
from sla.services import calendars as hours
from sla.words import spoken
from tickets import selectors
from tickets.services import log

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from sla.calendars.content import Content
    from sla.engine.settle import Clock as Settled
    from sla.models import Calendar
    from tickets.models import Ticket

LOOKED_AT = 500
"""Tickets on a page: each is settled three times while somebody waits."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How a clock stands: its state, when it is due, and while it is paused what is left."""

    state: str
    due_at: datetime | None
    remaining: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A clock that would stand otherwise: now, under carry over, settled again."""

    ticket: Ticket
    promise: str
    now: Stand
    carry: Stand
    again: Stand


@dataclass(slots=True)
class Tally:
    """How many clocks one of the two ways would change, and how."""

    tickets: set[int] = field(default_factory=set)
    later: int = 0
    earlier: int = 0
    newly_missed: int = 0
    no_longer_missed: int = 0

    def count(self, row: Row, after: Stand) -> None:
        """Take a clock in."""
        if after == row.now:
            return
        self.tickets.add(row.ticket.pk)
        before, then = row.now.due_at, after.due_at
        if before and then:
            self.later += then > before
            self.earlier += then < before
        self.newly_missed += after.state == "missed" != row.now.state
        self.no_longer_missed += row.now.state == "missed" != after.state


@dataclass(frozen=True, slots=True)
class Preview:
    """A page of tickets with clocks in the calendar; only the clocks that would change are rows."""

    total: int
    page: Page[Ticket]
    rows: list[Row]
    carry: Tally
    again: Tally


def preview(calendar: Calendar, content: Content, viewer: User, *, at: datetime, cursor: str = "") -> Preview:
    """Answer what would change if the content held from an instant on; five queries, however many tickets there are."""
    tickets = selectors.tickets_for(viewer).filter(commitment__in=hours.counting_in(calendar).values("commitment"))
    shown = page(tickets.select_related("commitment").only("number", "subject", "commitment"), cursor=cursor, size=LOOKED_AT)
    logs, draft = log.logs(shown.rows), engine.Calendar.from_content(content)
    rows: list[Row] = []
    for ticket in shown.rows:
        rows += _rows(ticket, logs[ticket.pk], calendar.code, draft, at)
    carry, again = Tally(), Tally()
    for row in rows:
        carry.count(row, row.carry)
        again.count(row, row.again)
    return Preview(tickets.count(), shown, rows, carry, again)


def _rows(ticket: Ticket, events: list[engine.Event], code: str, draft: engine.Calendar, at: datetime) -> list[Row]:
    commitment = ticket.commitment
    assert commitment is not None
    plan = promises.engine_plan(commitment.plan_version_id)
    as_is = hours.would_stand(commitment, events, code, None, at=at)
    carry = _stands(hours.would_stand(commitment, events, code, draft, at=at))
    again = _stands(hours.would_stand(commitment, events, code, draft, at=at, again=True))
    found = []
    for clock in as_is:
        key = (clock.cycle, clock.promise)
        promise = plan.promise(clock.promise)
        if clock.state not in hours.LIVE or clock.stopped is not None or promise is None:
            continue
        row = Row(ticket, spoken(promise.name), _stand(clock), carry[key], again[key])
        if row.now != row.carry or row.now != row.again:
            found.append(row)
    return found


def _stands(clocks: list[Settled]) -> dict[tuple[int, str], Stand]:
    return {(clock.cycle, clock.promise): _stand(clock) for clock in clocks}


def _stand(clock: Settled) -> Stand:
    due = None if clock.due is None else instant(clock.due)
    return Stand(clock.state, due, clock.remaining if clock.state == "paused" else None)

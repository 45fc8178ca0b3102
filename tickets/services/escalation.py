"""The sweep: find the clocks that want attention, look again under the lock, and climb the ladder."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from django.db import transaction

from core.bulk import update_many
from core.queue import claim, drain
from sla import services as sla
from tickets.models import Event, Ticket
from tickets.services import concerning, ladder, log, upkeep
from tickets.services.record import carry_out, locked, save_derived, settle
from tickets.services.waking import is_over

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User
    from sla.models import Escalation

BATCH, BACKLOG = 250, 1000
"""Clocks in a batch: few, so that nobody waits long for a ticket that is being looked at; more when many are due at once."""

READ = (
    "number", "kind", "subject", "status", "severity", "office", "team", "assignee", "vendor_called_at", "wait_until",
    "event_count", "head_hash", "is_counted", "is_canary",
    "commitment__plan_version", "commitment__calendars", "commitment__situation",
)  # fmt: skip
"""What the sweep has to know of a ticket."""


def escalate_due(at: datetime) -> int:
    """Do all that is due, batch after batch; answers how many tickets were looked at."""
    done = drain(escalate_next_batch, rounds=1, at=at)
    return done + drain(escalate_next_batch, at=at, limit=BACKLOG) if done else 0


@transaction.atomic
def escalate_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Do all that is due for up to ``limit`` clocks: states, levels, record, messages; one transaction, each step once.

    Answers how many tickets were looked at. Tickets that somebody else holds are left to them.
    """
    due = sla.due_commitments(at, limit)
    if not due:
        return 0
    rows = Ticket.objects.filter(commitment__in=due).select_related("commitment").only(*READ).order_by("id")
    tickets = claim(rows, limit, of=("self",))  # from here on nobody changes them: look again what is due
    clocks = sla.due_clocks((ticket.commitment_id for ticket in tickets), at)
    tickets = [ticket for ticket in tickets if ticket.commitment_id in clocks]
    woken = [ticket for ticket in tickets if is_over(ticket, at)]
    for ticket in woken:
        upkeep.go_on(ticket, at=at)
    tickets = [ticket for ticket in tickets if ticket not in woken]
    fired, logs = sla.fired_levels_of(chain.from_iterable(clocks.values())), log.logs(tickets)
    changes = [
        (ticket, sla.attend(ticket.commitment, clocks[ticket.commitment.pk], logs[ticket.pk], fired, at=at))
        for ticket in tickets
        if ticket.commitment is not None
    ]
    sla.write([change for _ticket, change in changes])
    ladder.climb(changes, at=at)
    _write(changes)
    for ticket, _change in changes:
        if ticket.to_do:
            _carry_out(ticket, at)
    return len(changes) + len(woken)


def _carry_out(ticket: Ticket, at: datetime) -> None:
    """Do what levels ask for; of a ticket that was read in part, all has to be known now."""
    whole = locked(ticket)
    whole.to_do = ticket.to_do
    carry_out(whole, at=at)


def _write(changes: Sequence[tuple[Ticket, sla.Change]]) -> None:
    """Write the tickets whose record grew; those with a clock that stands differently have to be counted again.

    Where they stand in the queue follows from due times, and no due time moves because time passes.
    """
    grown = []
    for ticket, change in changes:
        restated = len(change.changed) > len(change.waiting)
        ticket.is_counted = ticket.is_counted and not restated
        if change.fired or restated:
            grown.append(ticket)
    update_many(grown, ["event_count", "head_hash", "is_counted"])


@transaction.atomic
def acknowledge(escalation: Escalation, *, actor: User, at: datetime, text: str = "") -> Escalation:
    """Put a name to a level that fired; it stands in the record of the ticket, and the next one is not called on for it."""
    ticket = locked(Ticket.objects.get(commitment__clocks=escalation.clock_id))
    concerning.refuse(ticket, actor)
    when = max(at, ticket.updated_at)  # whoever held the lock may have written a later line
    row = sla.acknowledge(escalation, actor=actor, at=at)
    facts = {"promise": row.clock.promise, "level": row.level, "escalation": row.pk}
    log.append(ticket, Event.Type.ACKNOWLEDGED, actor=actor, at=at, text=text, facts=facts, public=False)
    if sla.asks_for_acknowledgement(row):
        settle(ticket, at=when)
    save_derived(ticket)
    carry_out(ticket, at=when)
    return row


@transaction.atomic
def acknowledge_all(escalations: Sequence[Escalation], *, actor: User, at: datetime, text: str = "") -> int:
    """Put a name to several levels of one ticket at once; those that have one already keep it, unless all of them do."""
    waiting = [row for row in escalations if row.acknowledged_at is None] or list(escalations)
    for row in sorted(waiting, key=lambda row: row.pk):
        acknowledge(row, actor=actor, at=at, text=text)
    return len(waiting)

"""The sweep that keeps the daily figures: for tickets that changed, the days they stand in now or stood in before."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import connection, transaction

from core.bulk import update_many
from core.queue import claim
from tickets.figures import cells, daily
from tickets.models import Ticket

if TYPE_CHECKING:
    from collections.abc import Iterable

BATCH = 1000
LOCK = 0x5D_F16
"""Two counts of one day at once could leave the older one behind."""


@transaction.atomic
def count_next_batch(limit: int = BATCH) -> int:
    """Count the days of up to ``limit`` changed tickets anew; answers how many tickets that were."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    tickets = claim(Ticket.objects.filter(is_counted=False).only("pk", "counted_days").order_by("pk"), limit)
    if not tickets:
        return 0
    days = daily.by_ticket(daily.touched(Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets])))
    cells.store(sorted(_all_days(ticket.counted_days or () for ticket in tickets) | _all_days(days.values())))
    for ticket in tickets:
        ticket.is_counted, ticket.counted_days = True, days[ticket.pk]
    update_many(tickets, ["is_counted", "counted_days"])
    return len(tickets)


def _all_days(lists: Iterable[Iterable[str]]) -> set[date]:
    return {date.fromisoformat(day) for days in lists for day in days}


def forget_counts() -> None:
    """Have every ticket counted again by the sweeps, such as after the desk moved to another time zone."""
    Ticket.objects.filter(is_counted=True).update(is_counted=False)

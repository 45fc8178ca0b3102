"""Whether the plan of inspections was kept, month by month and contract by contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate, TruncMonth

from inspections.models import Inspection, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class Kept:
    """What one contract was owed in one month, by the last day it could be done on."""

    month: date
    contract: int
    owed: int
    in_time: int
    late: int
    missed: int
    called_off: int

    @property
    def share(self) -> float | None:
        """Answer the share that was done in time, of what is decided; None where nothing is."""
        decided = self.in_time + self.late + self.missed
        return self.in_time / decided if decided else None


def plan_kept(
    first: date, last: date, *, today: date, contracts: Iterable[int] | None = None, of: Mapping[str, int] | None = None
) -> list[Kept]:
    """Answer, for visits whose last possible day is from ``first`` to ``last``: owed, done in time, done late, missed.

    A visit is done in time when it began on one of its days. What was called off, or refused by the customer on site, is owed no
    more and counted beside. Missed is what is not begun after its days; made up for later it is late instead.
    """
    owed = Inspection.objects.filter(due_to__gte=first, due_to__lte=last, **(of or {}))
    if contracts is not None:
        owed = owed.filter(plan__contract__in=list(contracts))
    off = Q(status__in=[Status.CANCELLED, Status.REFUSED])
    begun = Q(started_at__isnull=False) & ~off
    days = owed.order_by().annotate(month=TruncMonth("due_to"), begun_on=TruncDate("started_at"))
    rows = days.values("month", contract=F("plan__contract")).annotate(
        owed=Count("pk", filter=~off),
        in_time=Count("pk", filter=begun & Q(begun_on__lte=F("due_to"))),
        late=Count("pk", filter=begun & Q(begun_on__gt=F("due_to"))),
        missed=Count("pk", filter=~off & Q(started_at__isnull=True, due_to__lt=today)),
        called_off=Count("pk", filter=off),
    )
    return [Kept(**row) for row in rows.order_by("month", "contract")]

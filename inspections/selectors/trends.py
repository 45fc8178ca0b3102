"""How a figure went from inspection to inspection."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from inspections.engine import within
from inspections.models import Inspection, InspectionResult, Kind

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

SHOWN = 12
"""So many inspections back."""
NOTABLE = 10
"""A change by more than this part of the limit is worth a look."""
ENOUGH = 2
"""One point is no trend."""


@dataclass(frozen=True, slots=True)
class Point:
    """One reading."""

    day: date
    value: Decimal
    is_ok: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """The readings of one item, oldest first, with the limits of today's checklist."""

    item: InspectionResult
    points: tuple[Point, ...]

    @property
    def change(self) -> Decimal:
        """Answer how much the last reading differs from the one before."""
        return self.points[-1].value - self.points[-2].value

    @property
    def is_worse(self) -> bool:
        """Whether the last reading is outside of the limits, or nearer to the one it was nearest to by a tenth of the limit."""
        last = self.points[-1]
        if not last.is_ok:
            return True
        high, low = self.item.high, self.item.low
        if high is not None:
            return self.change > abs(high) / NOTABLE
        return low is not None and -self.change > abs(low) / NOTABLE


def trends(visit: Inspection) -> list[Trend]:
    """Answer the trends of a visit's figures against the earlier inspections of its plan, in two queries."""
    items = [row for row in visit.results.all() if row.kind == Kind.NUMBER and row.code]
    if not items or visit.started_at is None:
        return []
    earlier = Inspection.objects.filter(plan=visit.plan_id, started_at__isnull=False, started_at__lte=visit.started_at)
    days = {pk: timezone.localdate(at) for pk, at in earlier.order_by("-started_at", "-pk").values_list("pk", "started_at")[:SHOWN]}
    readings: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    rows = InspectionResult.objects.filter(inspection__in=days, code__in=[item.code for item in items], value__isnull=False)
    for code, pk, value in rows.order_by("inspection__started_at", "inspection_id").values_list("code", "inspection_id", "value"):
        if value is not None:
            readings[code].append((days[pk], value))
    drawn = [
        Trend(item, tuple(Point(day, value, within(value, item.low, item.high)) for day, value in readings[item.code])) for item in items
    ]
    return [trend for trend in drawn if len(trend.points) >= ENOUGH]

"""How far a quarter's inquiries are: each equipment in service of each contract that is promised it, asked about once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import get_language

from care.models import CallItem, Status

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

GROUPS = {
    "region": ("call__site__region__name", "call__site__region__name_en"),
    "contract": ("contract__number", "contract__organization__name"),
    "person": ("call__person__name", "call__person__name"),
}
OFF = Q(call__status=Status.DROPPED)
KEYS = {"region": "call__site__region", "contract": "contract", "person": "call__person"}


@dataclass(frozen=True, slots=True)
class Covered:
    """A region, contract or person: how much is owed in the quarter, asked, late, called off, and how much feedback there was."""

    name: str
    owed: int
    done: int
    late: int
    spared: int
    feedback: int

    @property
    def share(self) -> float:
        """Answer the part that was asked about."""
        return self.done / self.owed if self.owed else 1.0


def items_of(period: str, **scope: Any) -> QuerySet[CallItem]:
    """Answer what is owed in a quarter, also where its call was called off; retired equipment is in no call any more."""
    return CallItem.objects.filter(period=period, **scope)


def covered(period: str, group: str, at: datetime, **scope: Any) -> list[Covered]:
    """Answer the coverage by region, contract or person, the least covered first; late: behind the planned day.

    What is spared is owed and not asked about, since its call was called off with a reason.
    """
    today = timezone.localdate(at)
    first, second = GROUPS[group]
    counted = items_of(period, **scope).order_by().values(KEYS[group], first=F(first), second=F(second))
    rows = counted.annotate(
        owed=Count("pk"),
        done=Count("pk", filter=Q(asked_at__isnull=False)),
        late=Count("pk", filter=Q(asked_at__isnull=True, call__planned_on__lt=today) & ~OFF),
        spared=Count("pk", filter=OFF),
        feedback=Count("pk", filter=Q(state="feedback")),
    )
    found = [Covered(_name(row, group), row["owed"], row["done"], row["late"], row["spared"], row["feedback"]) for row in rows]
    return sorted(found, key=lambda row: (row.share, row.name))


def _name(row: dict[str, Any], group: str) -> str:
    first, second = row["first"] or "—", row["second"] or ""
    if group == "contract":
        return f"{first} · {second}"
    return second or first if (get_language() or "").startswith("en") else first


def asked_by_week(period: str, first: date, last: date, **scope: Any) -> list[tuple[date, int, int]]:
    """Answer for each week of a quarter how much was planned and how much was asked by its end, summed up from the quarter's begin."""
    planned = list(items_of(period, **scope).values_list("call__planned_on", flat=True))
    asked = [timezone.localdate(at) for at in items_of(period, **scope).filter(asked_at__isnull=False).values_list("asked_at", flat=True)]
    weeks, day = [], first
    while day <= last:
        ends = min(day + timedelta(days=6), last)
        weeks.append((ends, sum(each <= ends for each in planned), sum(each <= ends for each in asked)))
        day = ends + timedelta(days=1)
    return weeks

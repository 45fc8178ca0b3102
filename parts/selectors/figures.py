"""Parts used in a period, for the dashboard and reports."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, F, Q, Sum

from parts import engine
from parts.models import StockMovement

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.db.models import QuerySet

NOTHING = Decimal("0.00")
USED_BY = {
    "part": ("part__code", "part__name", "part__name_en"),
    "model": ("equipment__maker", "equipment__model"),
    "contract": ("ticket__contract__number", "ticket__contract__name"),
}
"""What the figures may be grouped by, and the columns that name a group."""


class Used(NamedTuple):
    """What was handed out in a group: how many, their value by the catalogue of the day, what was charged, on how many tickets."""

    names: tuple[str, ...]
    quantity: int
    value: Decimal
    charged: Decimal
    free: int
    tickets: int


def used(starts: datetime, ends: datetime, by: str = "part", of: Mapping[str, int] | None = None) -> list[Used]:
    """Answer the parts handed out from an instant until before another, by part, equipment model or contract, the most first."""
    names = USED_BY[by]
    rows = _handed_out(starts, ends).filter(**(of or {})).values(*names).order_by()
    totals = rows.annotate(
        count=Sum("quantity"),
        value=Sum(F("unit_price") * F("quantity"), default=NOTHING),
        charged=Sum("amount", default=NOTHING),
        free=Sum("quantity", filter=Q(is_free=True), default=0),
        tickets=Count("ticket", distinct=True),
    )
    found = (
        Used(tuple(row[name] or "" for name in names), row["count"], row["value"], row["charged"], row["free"], row["tickets"])
        for row in totals
    )
    return sorted(found, key=lambda row: (-row.quantity, row.names))


def _handed_out(starts: datetime, ends: datetime) -> QuerySet[StockMovement]:
    return StockMovement.objects.filter(kind__in=engine.CONSUMED, at__gte=starts, at__lt=ends)

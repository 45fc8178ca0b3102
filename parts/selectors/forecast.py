"""What the installed base is likely to need, beside what is there (P0: fault forecast)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, F, Sum

from accounts.models import Office
from customers.models import CANARY, Equipment
from parts import engine
from parts.models import PartType, Purchase, StockLevel, StockMovement

if TYPE_CHECKING:
    from datetime import datetime


class Line(NamedTuple):
    """One part in one region: the need with its numbers, what is free there, what is on its way."""

    part: PartType
    office: Office
    need: engine.Need
    available: int
    on_way: int

    @property
    def short(self) -> int:
        """Answer how many are missing to cover the need."""
        return max(0, self.need.whole - self.available - self.on_way)


def forecast(at: datetime) -> list[Line]:
    """Answer what each region is expected to need in the next 90 days, what is missing most first; see ``engine.needs``."""
    found = engine.needs(_used(at), _installed())
    parts = PartType.objects.in_bulk({part for part, _office in found})
    offices = Office.objects.in_bulk({office for _part, office in found})
    available, on_way = _available(), _on_way()
    lines = [
        Line(parts[part], offices[office], need, available.get((part, office), 0), on_way.get((part, office), 0))
        for (part, office), need in found.items()
    ]
    return sorted(lines, key=lambda line: (-line.short, -line.need.expected, line.part.code, line.office.code))


def _used(at: datetime) -> dict[tuple[int, str], int]:
    since = at - timedelta(days=engine.WINDOW_DAYS)
    handed = StockMovement.objects.filter(kind__in=engine.CONSUMED, at__gte=since, at__lte=at).exclude(equipment=None)
    named = handed.exclude(equipment__model="").order_by()
    rows = named.values_list("part", "equipment__model").annotate(total=Sum("quantity"))
    return {(part, model): total for part, model, total in rows}


def _installed() -> dict[tuple[int, str], int]:
    served = Equipment.objects.filter(is_active=True).exclude(model="").exclude(site__organization__code=CANARY).order_by()
    rows = served.values_list("site__region__office", "model").annotate(total=Count("pk"))
    return {(office, model): total for office, model, total in rows}


def _available() -> dict[tuple[int, int], int]:
    rows = StockLevel.objects.filter(depot__is_active=True).order_by().values_list("part", "depot__office")
    return {(part, office): total for part, office, total in rows.annotate(total=Sum(F("on_hand") - F("reserved")))}


def _on_way() -> dict[tuple[int, int], int]:
    rows = Purchase.objects.filter(status__in=["requested", "ordered"], ticket=None).order_by().values_list("part", "depot__office")
    return {(part, office): total for part, office, total in rows.annotate(total=Sum(F("quantity") - F("received")))}

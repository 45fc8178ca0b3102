"""What the dashboard says of calls: call-backs made in time, customers reached, faults that came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from care import selectors
from care.models import Call, Kind
from tickets.figures.tables import Column, Table, Tile, tile

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tickets.figures.period import Period
    from tickets.figures.tables import Asked

NAME = "callbacks"


def callbacks(asked: Asked, limit: int | None = None) -> tuple[Table, Tile]:
    """Answer the call-backs due in the period by office, those least in time first, and the share made in time."""
    columns = [Column(_("Office"), "text"), Column(_("Due")), Column(_("Made in time")), Column(_("Not made in time"))]
    columns += [Column(_("Share in time"), "share"), Column(_("Customers reached"), "share"), Column(_("Came back"), "share")]
    says = _("Call-backs due in these days. Reached: of those that were tried to their end. Came back: of those reached.")
    table = Table(NAME, _("Call-backs"), says, tuple(columns))
    rows = selectors.figures_by(_due(asked, asked.period), "office", asked.at)
    for row in sorted(rows, key=lambda row: (_in_time(row) if _in_time(row) is not None else 2, row["name"]))[:limit]:
        missed = row["done_late"] + row["open_late"]
        table.add(row["name"], row["owed"], row["in_time"], missed, _in_time(row), _reached(row), _came_back(row))
    table.left_off = len(rows) - len(table.rows)
    now, before = (_in_time(selectors.figures(_due(asked, period), asked.at)) for period in (asked.period, asked.period.previous))
    return table, tile(_("Call-backs in time"), "share", now, before, url=reverse("care:figures"))


def _due(asked: Asked, period: Period) -> QuerySet[Call]:
    return Call.objects.filter(kind=Kind.CALLBACK, due_at__gte=period.starts, due_at__lt=period.ends, **asked.scope.filters)


def _in_time(row: dict[str, Any]) -> float | None:
    """Answer the share made in time, of what is decided."""
    decided = row["in_time"] + row["done_late"] + row["open_late"]
    return row["in_time"] / decided if decided else None


def _reached(row: dict[str, Any]) -> float | None:
    done = row["in_time"] + row["done_late"]
    tried = done + row["not_reached"]
    return done / tried if tried else None


def _came_back(row: dict[str, Any]) -> float | None:
    done = row["in_time"] + row["done_late"]
    return row["came_back"] / done if done else None

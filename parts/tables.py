"""The stock and its ledger as tables for spreadsheets, the forecast as a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

    from core.exports import Sheet
    from parts.models import StockLevel, StockMovement
    from parts.selectors import Line

CHUNK = 1000


def stock(levels: QuerySet[StockLevel]) -> Sheet:
    """Answer the stock, a line for each depot and part."""
    heads = [
        _("Part"), _("Name"), _("Maker"), _("Maker's part number"), _("Depot"), _("On hand"), _("Set aside"), _("Free"), _("Minimum"),
        _("Defective"), _("In repair"), _("Unit"), _("Price, CNY"),
    ]  # fmt: skip
    return _("Stock"), heads, map(_stock_row, levels.iterator(CHUNK))


def _stock_row(level: StockLevel) -> list[Any]:
    part = level.part
    counts = [level.on_hand, level.reserved, level.available, level.minimum, level.defective, level.in_repair]
    return [part.code, str(part), part.maker, part.number, str(level.depot), *counts, part.unit, float(part.price)]


def ledger(movements: QuerySet[StockMovement]) -> Sheet:
    """Answer the ledger, the newest line first."""
    heads = [
        _("Booked at"), _("Movement"), _("Part"), _("Name"), _("Depot"), _("Quantity"), _("Condition"), _("Serial number"), _("Ticket"),
        _("Equipment"), _("By"), _("Free of charge"), _("Charged, CNY"), _("Note"),
    ]  # fmt: skip
    return _("Ledger of the stock"), heads, _ledger_rows(movements)


def _ledger_rows(movements: QuerySet[StockMovement]) -> Iterator[list[Any]]:
    for row in movements.iterator(CHUNK):
        free = "" if row.is_free is None else _("yes") if row.is_free else _("no")
        yield [
            row.at, row.get_kind_display(), row.part.code, str(row.part), str(row.depot), row.quantity, row.get_condition_display(),
            row.serial_number, row.ticket.number if row.ticket else "", str(row.equipment or ""), str(row.actor or _("System")), free,
            None if row.amount is None else float(row.amount), row.note or row.override_reason,
        ]  # fmt: skip


def chart(lines: Iterable[Line]) -> dict[str, Any]:
    """Answer need beside stock, to be drawn as bars."""
    rows = list(lines)
    series = [
        {"name": _("Expected need"), "values": [round(float(line.need.expected), 2) for line in rows]},
        {"name": _("Free"), "values": [line.available for line in rows]},
        {"name": _("On its way"), "values": [line.on_way for line in rows]},
    ]
    return {"labels": [f"{line.part.code} · {line.office}" for line in rows], "series": series}

"""What the dashboard says of spare parts: what was used, and what it was worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core import languages
from parts import selectors
from tickets.figures.tables import Column, Table

if TYPE_CHECKING:
    from tickets.figures.tables import Asked

NAME = "parts-used"


def used(asked: Asked, limit: int | None = None) -> tuple[Table, None]:
    """Answer the parts that were handed out for tickets in the period, the most used first."""
    columns = [
        Column(_("Part"), "text"),
        Column(_("Number"), "text"),
        Column(_("Used")),
        Column(_("On tickets")),
        Column(_("Of these free")),
    ]
    columns += [Column(_("Value, CNY"), "text"), Column(_("Charged, CNY"), "text")]
    says = _("Parts used, exchanged or sold in these days; the value is that of the catalogue on the day they were handed out.")
    table = Table(NAME, _("Use of parts"), says, tuple(columns))
    of = {f"ticket__{name}": key for name, key in asked.scope.filters.items()}
    rows = selectors.used(asked.period.starts, asked.period.ends, of=of)
    for row in rows[:limit]:
        code, name, english = row.names
        called = english if english and languages.active() == languages.ENGLISH else name
        table.add(called, code, row.quantity, row.tickets, row.free, f"{row.value:.2f}", f"{row.charged:.2f}")
    table.left_off = len(rows) - len(table.rows)
    if rows:
        shown = table.rows[:12]
        drawn = {"name": _("Used"), "values": [cells[2].value for cells in shown], "look": "kept"}
        table.chart = {"kind": "load", "labels": [cells[0].text for cells in shown], "series": [drawn]}
    return table, None

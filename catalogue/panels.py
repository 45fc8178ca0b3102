"""What the dashboard says of service requests: which are asked for, how long approval takes, what share is approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from catalogue import selectors
from core import languages
from tickets.figures.tables import Column, Table

if TYPE_CHECKING:
    from tickets.figures.tables import Asked

NAME = "service-requests"


def requests(asked: Asked, limit: int | None = None) -> tuple[Table, None]:
    """Answer the requests made in the period by item, the most asked for first."""
    columns = [
        Column(_("Item"), "text"),
        Column(_("Requests")),
        Column(_("Of these free")),
        Column(_("Answered quotations")),
        Column(_("Approved share"), "share"),
        Column(_("Time to approval"), "span"),
        Column(_("Begun without approval")),
    ]
    says = _("Requests made from the catalogue in these days; the time runs from the request to the customer's approval.")
    table = Table(NAME, _("Service requests"), says, tuple(columns))
    of = {f"ticket__{name}": key for name, key in asked.scope.filters.items()}
    rows = selectors.figures_of_requests(asked.period.starts, asked.period.ends, of=of)
    for row in rows[:limit]:
        called = row.name_en if row.name_en and languages.active() == languages.ENGLISH else row.name
        waited = None if row.until_approved is None else row.until_approved.total_seconds()
        table.add(called, row.number, row.free, row.answered, row.share, waited, row.without)
    table.left_off = len(rows) - len(table.rows)
    return table, None

"""Spare parts that were handed out: used, exchanged, sold, supplied in an emergency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.sources.source import Source
from parts import engine, selectors

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from archive.engine import Entry
    from parts.models import StockMovement


class Parts(Source):
    """What left the stock for a customer; what moves inside the stock is nobody's history."""

    kind = "part"
    label = gettext_lazy("Spare part")
    icon = "tool"
    at = "at"
    organization = "site__organization"
    ticket = "ticket"
    searched = ("part__name", "part__name_en", "part__code", "part__number", "serial_number", "note", "ticket__number", "equipment__name")

    def visible(self, user: User) -> QuerySet[StockMovement]:
        """Answer the lines of the ledger a person may see."""
        return selectors.movements_for(user).filter(kind__in=engine.CONSUMED)

    def widened(self, rows: QuerySet[StockMovement]) -> QuerySet[StockMovement]:
        """Add the names of part, place and person."""
        return selectors.with_names(rows)

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one movement."""
        return self.told(
            row,
            f"{row.part} × {row.quantity}",
            link=row.ticket.get_absolute_url() if row.ticket else "",
            state="none",
            state_label=row.get_kind_display(),
            site=row.site,
            equipment=row.equipment,
            who=row.actor,
            text=row.note,
            facts=[
                (_("Serial number"), row.serial_number),
                (_("Ticket"), row.ticket.number if row.ticket else ""),
                (_("Charge"), _("free of charge") if row.is_free else row.amount),
            ],
        )


SOURCES = (Parts(),)

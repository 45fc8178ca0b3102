"""What the dashboard says of ends, renewals and remedies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from customers import services as customers
from entitlements import selectors
from entitlements.models import Remedy
from tickets.figures.tables import Column, Table

if TYPE_CHECKING:
    from tickets.figures.tables import Asked

ENDS, REMEDIES = "terms-ending", "remedies"


def ends(asked: Asked, limit: int | None = None) -> tuple[Table, None]:
    """Answer what ends in the next 90 days by office, and how much of what ended in the period was renewed."""
    columns = (
        Column(_("Office"), "text"),
        Column(_("In 30 days")),
        Column(_("In 60 days")),
        Column(_("In 90 days")),
        Column(_("Price, CNY"), "text"),
    )
    share = selectors.renewal_share(asked.period.first, asked.period.last)
    says = _("Warranties and contracts that end and are not renewed yet. Of %(ended)s that ended in these days %(renewed)s were renewed.")
    table = Table(ENDS, _("What ends soon"), says % share._asdict(), columns)
    rows = selectors.by_office(customers.today(asked.at))
    for row in rows[:limit]:
        table.add(row.office, row.in_30, row.in_60, row.in_90, f"{row.price:.2f}")
    table.left_off = len(rows) - len(table.rows)
    return table, None


def remedies(asked: Asked, limit: int | None = None) -> tuple[Table, None]:
    """Answer the remedies proposed in the period, by kind."""
    columns = (
        Column(_("Remedy"), "text"),
        Column(pgettext("count", "Times")),
        Column(_("Of these free")),
        Column(_("Charged, CNY"), "text"),
        Column(_("Paid out, CNY"), "text"),
    )
    table = Table(REMEDIES, _("Repair, exchange, compensation"), _("Remedies proposed in these days that were not refused."), columns)
    of = {f"ticket__{name}": key for name, key in asked.scope.filters.items()}
    for row in selectors.remedies_by_kind(asked.period.starts, asked.period.ends, of):
        table.add(str(Remedy.Kind(row.kind).label), row.times, row.free, f"{row.charged:.2f}", f"{row.paid:.2f}")
    return table, None

"""Obligations as tables for spreadsheets, and as charts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from obligations.models import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from django.db.models import QuerySet

    from core.exports import Sheet
    from obligations.models import Obligation
    from obligations.selectors import Kept

CHUNK = 1000


def sheet(rows: QuerySet[Obligation], at: datetime) -> Sheet:
    """Answer what is owed, a line each."""
    heads = [
        _("Due at"), _("What is owed"), _("Kind"), _("Customer"), _("Contract"), _("Period"), _("Clause"), _("Office"), _("Times owed"),
        _("Times done"), _("Times not done, with a reason"), _("State"), _("overdue"), _("Done or waived at"), _("By"), _("Proof"),
        _("Reason"),
    ]  # fmt: skip
    return _("Obligations"), heads, _lines(rows, at)


def _lines(rows: QuerySet[Obligation], at: datetime) -> Iterator[list[Any]]:
    for row in rows.iterator(CHUNK):
        late = _("yes") if row.is_late(at) else _("no")
        yield [
            row.due_at, row.shown_title, row.get_kind_display(), str(row.organization), row.contract.number if row.contract else "",
            row.period, row.clause, str(row.office or ""), row.wanted, row.got, row.spared, row.get_status_display(), late, row.ended_at,
            str(row.ended_by or ""), row.proof, row.reason,
        ]  # fmt: skip


def chart(rows: Iterable[Kept]) -> dict[str, Any]:
    """Answer the share done in time by month, a line for each kind."""
    months: dict[date, None] = {}
    by_kind: defaultdict[str, dict[date, float | None]] = defaultdict(dict)
    for row in rows:
        months[row.month] = None
        by_kind[row.kind][row.month] = None if row.share is None else round(100 * row.share, 1)
    series = [{"name": str(Kind(kind).label), "values": [found.get(month) for month in months]} for kind, found in sorted(by_kind.items())]
    return {"labels": [f"{month:%Y-%m}" for month in months], "series": series, "unit": "%", "max": 100}

"""What the dashboard says of recurring work: whether what contracts make us owe was done in time, by kind."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from obligations import selectors
from obligations.models import Kind, Obligation
from tickets.figures.tables import Column, Table, Tile, tile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tickets.figures.period import Period
    from tickets.figures.tables import Asked

NAME = "obligations-kept"


def obligations_kept(asked: Asked, limit: int | None = None) -> tuple[Table, Tile]:
    """Answer the kinds of recurring work, the least kept first, and the share that was done in time."""
    now, before = _by_kind(asked, asked.period), _by_kind(asked, asked.period.previous)
    columns = [Column(_("Kind"), "text"), Column(_("Times owed")), Column(_("Done in time")), Column(_("Late")), Column(_("Waived"))]
    says = _("What contracts make us owe again and again, by when it fell due. What is owed past its time is late; waived is not owed.")
    table = Table(NAME, _("Obligations kept"), says, (*columns, Column(_("Share kept"), "share")))
    rows = sorted(now.items(), key=lambda item: (_share([item[1]]) if _share([item[1]]) is not None else 2, item[0]))
    for kind, (owed, in_time, late, waived) in rows[:limit]:
        table.add(str(Kind(kind).label), owed, in_time, late, waived, _share([(owed, in_time, late, waived)]))
    table.left_off = len(rows) - len(table.rows)
    shares = (_share(found.values()) for found in (now, before))
    return table, tile(_("Obligations kept"), "share", *shares, url=reverse("obligations:kept"))


def _by_kind(asked: Asked, period: Period) -> dict[str, tuple[int, int, int, int]]:
    due = Obligation.objects.filter(due_at__gte=period.starts, due_at__lt=period.ends, **asked.scope.filters)
    sums: defaultdict[str, tuple[int, int, int, int]] = defaultdict(lambda: (0, 0, 0, 0))
    for row in selectors.kept(due, asked.at):
        added = (row.owed, row.in_time, row.late, row.waived)
        sums[row.kind] = tuple(a + b for a, b in zip(sums[row.kind], added, strict=True))  # type: ignore[assignment]
    return sums


def _share(sums: Iterable[tuple[int, int, int, int]]) -> float | None:
    """Answer the share done in time, of what is decided."""
    done = decided = 0
    for _owed, in_time, late, _waived in sums:
        done, decided = done + in_time, decided + in_time + late
    return done / decided if decided else None

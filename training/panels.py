"""What the dashboard says of training: sessions, people, what was owed in time, how it was liked; by office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from tickets.figures.tables import Column, Table, Tile, tile
from training import selectors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tickets.figures.period import Period
    from tickets.figures.tables import Asked
    from training.selectors import Counted

NAME = "training"


def trained(asked: Asked, limit: int | None = None) -> tuple[Table, Tile]:
    """Answer the trainings by office, the least in time first, and how many people were trained."""
    now, before = _counted(asked, asked.period), _counted(asked, asked.period.previous)
    columns = [Column(_("Office"), "text"), Column(_("Sessions held")), Column(_("People trained")), Column(_("Training owed"))]
    columns += [Column(_("Of these in time"), "share"), Column(_("Evaluation"), "score")]
    says = _("Sessions that began in these days, and what fell due in them: in time is what was held before its last day.")
    table = Table(NAME, _("Training of customers"), says, tuple(columns))
    rows = sorted(now.items(), key=lambda item: (item[1].share if item[1].share is not None else 2, item[0] or 0))
    for office, row in rows[:limit]:
        table.add(_office(asked, office), row.sessions, row.people, row.owed, row.share, row.mark)
    table.left_off = len(rows) - len(table.rows)
    table.more = (reverse("training:owed"), _("Trainings owed by contract"))
    people = (_people(found.values()) for found in (now, before))
    return table, tile(_("People trained"), "count", *people, url=reverse("training:list"))


def _counted(asked: Asked, period: Period) -> dict[int | None, Counted]:
    return selectors.by_office(period.starts, period.ends, at=asked.at, of=asked.scope.filters)


def _people(found: Iterable[Counted]) -> int | None:
    return sum(row.people for row in found) or None


def _office(asked: Asked, office: int | None) -> str:
    return asked.office_names.get(str(office), "") if office else _("without an office")

"""The dashboard as a whole: tiles on top, what is urgent now, and every table in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tickets.figures import daily, kept, work
from tickets.figures.open_work import Open, open_now
from tickets.figures.panels import PANELS
from tickets.figures.restore import ALL
from tickets.figures.tables import Tile, percent, tile
from tickets.figures.work import REMOTE_TARGET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tickets.figures.daily import Daily
    from tickets.figures.tables import Asked, Table
    from tickets.figures.work import Times

    Maker = Callable[[Asked, Daily, int | None], Table]

SHOWN = 20
"""Rows of a long table that the page shows; the export has all."""
COUNTED: dict[str, Maker] = {
    "kept-by-day": kept.by_day,
    "kept-by-promise": kept.by_promise,
    "kept-by-severity": kept.by_severity,
    "kept-by-office": kept.by_office,
    "kept-by-customer": kept.by_customer,
    "remote-by-severity": work.remote_by_severity,
    "remote-by-office": work.remote_by_office,
    "flow": work.flow,
    "workload": work.workload,
}
RESTORE = "restore-time"


@dataclass(frozen=True, slots=True)
class Section:
    """Tables that belong together."""

    title: str
    tables: list[Table]


@dataclass(frozen=True, slots=True)
class Board:
    """What the page shows."""

    tiles: list[Tile]
    open: Open
    sections: list[Section]


def names() -> list[str]:
    """Answer the tables that can be asked for by name, in the order of the page."""
    return [*COUNTED, RESTORE, *PANELS]


def board(asked: Asked) -> Board:
    """Answer the whole dashboard."""
    figures, times, open_ = daily.read(asked.period, asked.scope), work.restore_times(asked), open_now(asked.user, asked.scope, asked.at)
    made = {name: make(asked, figures, SHOWN) for name, make in COUNTED.items()}
    made[RESTORE] = work.restore_by_severity(asked, times)
    brought = [panel(asked, SHOWN) for panel in PANELS.values()]
    promises = [table for name, table in made.items() if name.startswith("kept")]
    others = [made[name] for name in ("remote-by-severity", "remote-by-office", RESTORE, "flow", "workload")]
    sections = [Section(_("Promises"), promises), Section(_("The work"), [*others, *(table for table, _tile in brought)])]
    return Board([*_tiles(asked, figures, times, open_), *(tile for _table, tile in brought if tile)], open_, sections)


def table(asked: Asked, name: str) -> Table:
    """Answer one table with all its rows."""
    return next(_tables(asked, [name]))


def all_tables(asked: Asked) -> Iterator[Table]:
    """Answer every table with all its rows."""
    return _tables(asked, names())


def _tables(asked: Asked, wanted: list[str]) -> Iterator[Table]:
    figures = daily.read(asked.period, asked.scope) if COUNTED.keys() & set(wanted) else None
    for name in wanted:
        if name == RESTORE:
            yield work.restore_by_severity(asked, work.restore_times(asked))
        elif figures is not None and name in COUNTED:
            yield COUNTED[name](asked, figures, None)
        else:
            yield PANELS[name](asked, None)[0]


def _tiles(asked: Asked, figures: Daily, times: Times, open_: Open) -> Iterator[Tile]:
    now, before = figures.total, figures.total_before
    yield tile(_("Promises kept"), "share", now.kept_share, before.kept_share, url=asked.behind())
    yield tile(_("Promises missed"), "count", now.missed, before.missed, good="less", url=asked.behind(outcome="missed"))
    yield Tile(_("Running late now"), str(open_.late), url=asked.queue(risk="late"))
    yield Tile(_("Due within 4 hours"), str(open_.soon), url=asked.queue(risk="soon"))
    aim = _("target %(share)s") % {"share": percent(REMOTE_TARGET)}
    solved = asked.behind("resolved", kind="fault")
    yield tile(_("Faults solved remotely"), "share", now.remote_share, before.remote_share, note=aim, url=solved)
    median, median_before = (found.median if (found := times.get((ALL, is_now))) else None for is_now in (True, False))
    yield tile(_("Half of the faults restored within"), "span", median, median_before, good="less", url=solved)
    yield tile(_("Tickets reported"), "count", now.reported, before.reported, good="", url=asked.behind("reported"))
    yield tile(_("Tickets solved"), "count", now.resolved, before.resolved, url=asked.behind("resolved"))

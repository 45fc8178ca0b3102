"""What the dates of a stretch are beside plain working days: weekly rest, holidays, make-up days, special hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sla.engine.calendar.hours import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sla.engine.calendar.hours import Hours
    from sla.engine.calendar.weeks import Weeks

CLOSED = frozenset({"weekly", "holiday", "closed"})
"""No hours belong to the date; of the others some do, but not the usual ones."""


def marked(weeks: Weeks, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Yield the dates that a stretch touches and that are not as the week has them, or have no hours: number and kind."""
    for day in range(weeks.wall(start) // DAY, weeks.wall(end - 1) // DAY + 1):
        kind = kind_of(weeks.hours, day)
        if kind:
            yield day, kind


def kind_of(hours: Hours, day: int) -> str:
    """Name the date by what decides about it (rule 5 of the clock); nothing for a plain working day."""
    special, plain, holiday = hours.extra.get(day), hours.plain(day), day in hours.holidays
    if special is None:
        return "holiday" if holiday else "" if plain else "weekly"
    if not special:
        return "holiday" if holiday else "closed"
    if holiday or not plain:
        return "makeup"
    return "" if special == plain else "special"

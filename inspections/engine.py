"""On which day a visit falls. Pure: dates in, dates out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from core import periods

if TYPE_CHECKING:
    from collections.abc import Callable

NOTICE = timedelta(days=3)
"""A visit that is late already is still announced this long before."""

REACH = 40
"""No calendar closes for longer than this many days in a row; one that does is not asked further."""


def next_turn(every: str, starts_on: date, today: date, after: date | None = None) -> date:
    """Answer the next day on which a plan's rhythm falls: in the current period, or after the period of ``after``.

    Periods that passed while nobody planned are left out: nobody can visit in the past.
    """
    since = periods.first_day(every, today)
    if after is not None:
        since = max(since, periods.last_day(every, after) + timedelta(days=1))
    return periods.turn_on_or_after(every, starts_on, since)


def visit_day(every: str, turn: date, today: date, is_workday: Callable[[date], bool]) -> date:
    """Answer the working day for a visit: the turn or the next one after it, but in the same period if there is one left."""
    first, last = periods.first_day(every, turn), periods.last_day(every, turn)
    wanted = turn if turn >= today else min(today + NOTICE, last)
    ahead = _workday(wanted, timedelta(days=1), is_workday)
    if ahead <= last:
        return ahead
    back = _workday(wanted, timedelta(days=-1), is_workday)
    return back if max(first, today) <= back else ahead


def _workday(day: date, step: timedelta, is_workday: Callable[[date], bool]) -> date:
    found = day
    for _i in range(REACH):
        if is_workday(found):
            return found
        found += step
    return day

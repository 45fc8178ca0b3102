"""On which day a visit falls. Pure: dates in, dates out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspections.engine.recurrence import Turn

NOTICE = timedelta(days=3)
"""A visit that is late already is still announced this long before."""

REACH = 40
"""No calendar closes for longer than this many days in a row; one that does is not asked further."""


def visit_day(turn: Turn, today: date, is_workday: Callable[[date], bool]) -> date:
    """Answer the working day for a visit: the rule's day or the next one after it, but within the turn's days if there is one."""
    wanted = min(max(turn.day, turn.first), turn.last)
    wanted = wanted if wanted >= today else min(today + NOTICE, turn.last)
    ahead = _workday(wanted, timedelta(days=1), is_workday)
    if ahead <= turn.last:
        return ahead
    back = _workday(wanted, timedelta(days=-1), is_workday)
    return back if max(turn.first, today) <= back else ahead


def _workday(day: date, step: timedelta, is_workday: Callable[[date], bool]) -> date:
    found = day
    for _i in range(REACH):
        if is_workday(found):
            return found
        found += step
    return day

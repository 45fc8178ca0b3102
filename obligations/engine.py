"""When recurring work is owed. Pure: terms and days in, turns out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from core import periods

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sla.engine.plan import Length, Recurring

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """One time that work is owed: its period (empty: once), and the first and the last day it can be done in time."""

    period: str
    opens_on: date
    due_on: date
    ends_on: date
    """The last day of the period itself."""


def turns(work: Recurring, accepted_on: date, until: date, first: date, last: date) -> Iterator[Turn]:
    """Yield what a contract in force from ``accepted_on`` to ``until`` comes to owe in the periods of the days ``first`` to ``last``.

    A period is owed by a contract that is in force on its middle day, where there is a window on the window's last day: a contract
    of twelve months owes four quarters and twelve months, wherever it begins.
    """
    if work.every == "once":
        yield from _once(work, accepted_on, first, last)
    elif work.is_periodic:
        yield from _periodic(work, after(accepted_on, work.starts), until, first, last)


def after(day: date, length: Length | None) -> date:
    """Answer the day that lies so long after another; begun days count as whole ones."""
    if length is None:
        return day
    return day + relativedelta(months=length.months) + timedelta(days=-(-length.seconds // 86400))


def wanted(work: Recurring, equipment: int) -> int:
    """Answer how often the work is to be done in a period, where so much equipment is in service; 0: there is nothing to do it for."""
    if work.per == "contract":
        return work.times
    return -(-equipment * work.share // 100) * work.times


def _once(work: Recurring, accepted_on: date, first: date, last: date) -> Iterator[Turn]:
    due = after(accepted_on, work.within)
    if accepted_on <= last and first <= due:
        yield Turn("", accepted_on, due, due)


def _periodic(work: Recurring, starts: date, until: date, first: date, last: date) -> Iterator[Turn]:
    day = periods.first_day(work.every, first)
    while day <= last:
        end = periods.last_day(work.every, day)
        opens, due = _window(work, day, end)
        decides = due if work.window else day + (end - day) // 2
        if starts <= decides <= until and max(day, starts) <= last:
            yield Turn(periods.key(work.every, day), max(opens, starts), min(due, until), end)
        day = end + A_DAY


def _window(work: Recurring, first: date, last: date) -> tuple[date, date]:
    if work.window is None:
        return first, last
    return first.replace(day=work.window[0]), first.replace(day=min(work.window[1], last.day))

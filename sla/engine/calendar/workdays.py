"""Counting in dates: working days and targets given in them (rule 15 of the clock)."""

from collections.abc import Sequence

from sla.engine.calendar.errors import CalendarError
from sla.engine.calendar.hours import DAY
from sla.engine.calendar.timeline import due
from sla.engine.calendar.weeks import HORIZON, LAST, Weeks


def is_workday(weeks: Weeks, day: int) -> bool:
    """Tell whether any open time begins on a date; the tail of a night shift belongs to the date it began on."""
    return bool(weeks.hours.on(day)) and bool(weeks.spans_on(day))


def add_workdays(weeks: Weeks, start: int, days: int, earlier: Sequence[tuple[Weeks, int]] = ()) -> int:
    """Roll to the first open instant, go on so many working dates, keep the wall time, clamp it into that day's hours.

    ``earlier`` are versions of the calendar that held before this one, each until an instant: the dates up to the one of
    that instant are theirs, and stay counted or left out as they had it.
    """
    if days < 0:
        raise CalendarError("a number of working days cannot be negative", code="negative")
    for old, until in earlier:
        if due(old, start, 0) >= until:  # nothing was counted in it
            start = max(start, until)
            continue
        day, time = _begun(old, start)
        return _carried(weeks, earlier, day, time, days)
    if not days:
        return due(weeks, start, 0)
    day, time = _begun(weeks, start)
    return _clamped(weeks, _later(weeks, day, days), time)


def _begun(weeks: Weeks, start: int) -> tuple[int, int]:
    """Answer the date and the wall time at which the count begins."""
    at = due(weeks, start, 0)
    day = _date_of_shift(weeks, at)
    return day, weeks.wall(at) - day * DAY


def _carried(weeks: Weeks, earlier: Sequence[tuple[Weeks, int]], day: int, time: int, days: int) -> int:
    """Go on from a date through the versions that held, each to the date on which it was changed."""
    for old, until in earlier:
        last = old.wall(until) // DAY
        while days and day < last:
            day += 1
            days -= is_workday(old, day)
        if not days:
            return _clamped(old, day, time)
    return _clamped(weeks, _later(weeks, day, days), time)


def _date_of_shift(weeks: Weeks, at: int) -> int:
    """The date an open instant belongs to: its own, or the one before in the tail of a night shift."""
    today = weeks.wall(at) // DAY
    return today if any(start <= at < end for start, end in weeks.spans_on(today)) else today - 1


def _later(weeks: Weeks, day: int, days: int) -> int:
    """The working date that many working dates after a day."""
    if days > HORIZON * 7:
        raise CalendarError("the target is not reached within a hundred years", code="too_far")
    end = LAST // DAY if weeks.weekly_total else max(weeks.hours.extra, default=day)
    while days:
        day += 1
        if day > end:
            raise CalendarError("the calendar has not so many working days left", code="never_opens")
        days -= is_workday(weeks, day)
    return day


def _clamped(weeks: Weeks, day: int, time: int) -> int:
    """A wall time of a date moved into its hours; in a break, to the closing before it, as no open time lies between."""
    at = weeks.instant(day * DAY + time)
    spans = weeks.spans_on(day)
    begun = [end for start, end in spans if start <= at]
    return min(at, begun[-1]) if begun else spans[0][0]


def workdays_between(weeks: Weeks, first: int, last: int) -> int:
    """Count the working dates from the first to the last, both included."""
    if last < first:
        raise CalendarError("the last date lies before the first", code="negative")
    return sum(is_workday(weeks, day) for day in range(first, last + 1))

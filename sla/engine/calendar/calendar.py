"""The business calendar: aware datetimes in, aware datetimes in UTC out, whole seconds.

Answers are in UTC and not in the calendar's zone because two datetimes of one zone are compared and subtracted by
their wall time, which is wrong on the days the clocks change.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, overload

from sla.engine.calendar import days as dates
from sla.engine.calendar import pauses as paused
from sla.engine.calendar import timeline, workdays
from sla.engine.calendar.errors import CalendarError
from sla.engine.calendar.hours import DAY, FIELDS, date_of, day_number, read_hours
from sla.engine.calendar.weeks import EPOCH, FIRST, LAST, Weeks, out_of_range

ClosedPause = tuple[datetime, datetime]
Pause = tuple[datetime, datetime | None]
Span = tuple[datetime, datetime]


class Calendar:
    """When time counts. Cannot be changed; equal when its data are; safe to share between threads and to pickle."""

    __slots__ = ("_weeks",)

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Read the data of a calendar (see `from_dict`)."""
        self._weeks = Weeks(read_hours(data))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Calendar":
        """Read `timezone`, `weekly`, `holidays` and `extra`; raises `CalendarError` that says what is wrong and where."""
        return cls(data)

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> "Calendar":
        """Read the hours of a version's content, which may say more beside them: names of days, years not announced."""
        return cls({name: content[name] for name in FIELDS if name in content})

    def to_dict(self) -> dict[str, Any]:
        """Answer the calendar as data, sorted: `from_dict` makes an equal one of it."""
        return self._weeks.hours.to_dict()

    def __eq__(self, other: object) -> bool:
        """Two calendars are equal when their data are."""
        return self._weeks.hours == other._weeks.hours if isinstance(other, Calendar) else NotImplemented

    def __hash__(self) -> int:
        """Hash by the data."""
        return hash(self._weeks.hours)

    def __repr__(self) -> str:
        """Show the data."""
        return f"Calendar({self.to_dict()})"

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the data only, not what was worked out from them."""
        return Calendar, (self.to_dict(),)

    @property
    def timezone(self) -> str:
        """The IANA name of the zone whose wall clock the hours are written in."""
        return self._weeks.hours.zone

    @property
    def always_open(self) -> bool:
        """Whether every second counts: all hours of the week and no date that closes."""
        return self._weeks.always_open

    @overload
    def deadline(self, start: datetime, target: timedelta, pauses: Iterable[ClosedPause] = ()) -> datetime: ...
    @overload
    def deadline(self, start: datetime, target: timedelta, pauses: Iterable[Pause]) -> datetime | None: ...
    def deadline(self, start: datetime, target: timedelta, pauses: Iterable[Pause] = ()) -> datetime | None:
        """Answer the earliest instant at which the target has elapsed outside the pauses; zero is the next open instant.

        None while paused without end before it is reached. Raises `CalendarError` when it never comes.
        """
        held = [_pause(pause) for pause in pauses]
        begin, seconds = _instant(start), _length(target)
        if not held:
            return _datetime(timeline.due(self._weeks, begin, seconds))
        due = paused.due_paused(self._weeks, begin, seconds, held)
        return None if due is None else _datetime(due)

    def deadline_back(self, end: datetime, target: timedelta) -> datetime:
        """Answer the latest instant from which the target elapses until the end; zero is the last closing."""
        return _datetime(timeline.due_back(self._weeks, _instant(end), _length(target)))

    def elapsed(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> timedelta:
        """Count the open time from start to end outside the pauses; a pause without end reaches to the end."""
        held = [_pause(pause) for pause in pauses]
        return timedelta(seconds=paused.elapsed_paused(self._weeks, _instant(start), _instant(end), held))

    def is_open(self, at: datetime) -> bool:
        """Tell whether an instant is open; the opening instant is, the closing instant is not."""
        return timeline.is_open(self._weeks, _instant(at))

    def next_open(self, at: datetime) -> datetime:
        """Answer the instant itself when it is open, else the next opening."""
        return _datetime(self.next_open_s(_instant(at)))

    def next_close(self, at: datetime) -> datetime:
        """Answer when the open span that holds the instant, or else the next one, ends."""
        return _datetime(timeline.next_close(self._weeks, _instant(at)))

    def prev_close(self, at: datetime) -> datetime:
        """Answer the instant itself when open time runs up to it, else the closing before it."""
        return _datetime(timeline.due_back(self._weeks, _instant(at), 0))

    def is_workday(self, on: date) -> bool:
        """Tell whether any open time belongs to a date."""
        return workdays.is_workday(self._weeks, _day(on))

    def on_holiday(self, at: datetime) -> bool:
        """Tell whether the instant's local date is listed as a holiday, worked on or not."""
        return self._weeks.wall(_instant(at)) // DAY in self._weeks.hours.holidays

    def open_spans(self, since: datetime) -> Iterator[Span]:
        """Yield the open spans from an instant on, the first cut there; endless for most calendars."""
        return map(_span, timeline.spans(self._weeks, _instant(since)))

    def open_spans_back(self, until: datetime) -> Iterator[Span]:
        """Yield the open spans before an instant, the latest first and cut there."""
        return map(_span, timeline.spans_back(self._weeks, _instant(until)))

    def add_workdays(self, start: datetime, days: int) -> datetime:
        """Answer the due time of a target in working days (rule 15 of the clock)."""
        return _datetime(self.add_workdays_s(_instant(start), days))

    def workdays_between(self, first: date, last: date) -> int:
        """Count the working dates from the first to the last, both included."""
        return workdays.workdays_between(self._weeks, _day(first), _day(last))

    def local_to_instant(self, on: date, at: time) -> datetime:
        """Turn a local wall time into an instant: moved forward out of a gap, the first of two (rule 2 of the clock)."""
        return _datetime(self._weeks.instant(_day(on) * DAY + at.hour * 3600 + at.minute * 60 + at.second))

    def deadline_s(self, start: int, seconds: int) -> int:
        """`deadline` in whole epoch seconds."""
        return timeline.due(self._weeks, start, seconds)

    def elapsed_s(self, start: int, end: int) -> int:
        """`elapsed` in whole epoch seconds."""
        return timeline.elapsed(self._weeks, start, end)

    def next_open_s(self, at: int) -> int:
        """`next_open` in whole epoch seconds."""
        return timeline.due(self._weeks, at, 0)

    def add_workdays_s(self, start: int, days: int, earlier: Sequence[tuple["Calendar", int]] = ()) -> int:
        """`add_workdays` in whole epoch seconds; `earlier` are the calendars that held before this one, each until an instant."""
        held = [(calendar._weeks, until) for calendar, until in earlier]  # noqa: SLF001 - of the same class
        return workdays.add_workdays(self._weeks, start, days, held)

    def open_spans_s(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the open spans between two instants in whole epoch seconds, cut at both."""
        for opening, closing in timeline.spans(self._weeks, start):
            if opening >= end:
                return
            yield opening, min(closing, end)

    def marked_days_s(self, start: int, end: int) -> Iterator[tuple[date, str]]:
        """Yield the dates a stretch touches that are not plain working days: weekly, holiday, closed, makeup or special."""
        return ((date_of(day), kind) for day, kind in dates.marked(self._weeks, start, end))

    def on_date(self, on: date) -> tuple[str, list[list[str]]]:
        """Answer what a date is (see `marked_days_s`; nothing for a plain working day) and its hours as they are written."""
        hours, day = self._weeks.hours, _day(on)
        return dates.kind_of(hours, day), hours.written(day)

    def date_s(self, at: int) -> date:
        """Answer the local date of an instant in whole epoch seconds."""
        return date_of(self._weeks.wall(at) // DAY)


def _instant(at: datetime) -> int:
    """Whole seconds since the epoch; fractions are dropped."""
    if not isinstance(at, datetime) or at.utcoffset() is None:
        raise CalendarError(f"{at!r} is no instant: a datetime with a time zone is needed", code="naive_datetime")
    since = at - EPOCH
    return _within(since.days * DAY + since.seconds)


def _within(seconds: int) -> int:
    if not FIRST <= seconds < LAST:
        raise out_of_range()
    return seconds


def _length(target: timedelta) -> int:
    return target.days * DAY + target.seconds


def _pause(pause: Pause) -> paused.Pause:
    start, end = pause
    return _instant(start), None if end is None else _instant(end)


def _datetime(seconds: int) -> datetime:
    return EPOCH + timedelta(seconds=seconds)


def _span(span: tuple[int, int]) -> Span:
    return _datetime(span[0]), _datetime(span[1])


def _day(on: date) -> int:
    if isinstance(on, datetime) or not isinstance(on, date):
        raise CalendarError(f"{on!r} is no date", code="not_a_date")
    day = day_number(on)
    _within(day * DAY)
    return day

"""The calendar as people write it: wall-clock hours a date, holidays, date-specific hours; read from data and checked."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sla.engine.calendar.errors import CalendarError

T = TypeVar("T")

DAY = 86_400
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEARS = range(1900, 3000)
FIELDS = ("timezone", "weekly", "holidays", "extra")

EPOCH_DATE = date(1970, 1, 1)
_EPOCH_ORDINAL = EPOCH_DATE.toordinal()
_EPOCH_WEEKDAY = EPOCH_DATE.weekday()
_TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?")

# Seconds since midnight of the date a range belongs to; the end of an overnight range lies beyond DAY.
Range = tuple[int, int]
Ranges = tuple[Range, ...]


@dataclass(frozen=True)
class Hours:
    """Which wall-clock ranges belong to which date; dates are counted in days since 1970-01-01."""

    zone: str
    weekly: tuple[Ranges, ...]
    holidays: frozenset[int]
    extra: Mapping[int, Ranges]

    def __hash__(self) -> int:
        """Hash by all fields; the mapping by its items."""
        return hash((self.zone, self.weekly, self.holidays, frozenset(self.extra.items())))

    def on(self, day: int) -> Ranges:
        """Answer the ranges of a date: date-specific hours beat holidays, holidays beat the week (rule 5 of the clock)."""
        special = self.extra.get(day)
        if special is not None:
            return special
        return () if day in self.holidays else self.plain(day)

    def plain(self, day: int) -> Ranges:
        """Answer the weekly ranges of a date, whatever the date."""
        return self.weekly[(day + _EPOCH_WEEKDAY) % 7]

    def written(self, day: int) -> list[list[str]]:
        """Answer the ranges of a date as people write them."""
        return [_written(span) for span in self.on(day)]

    def to_dict(self) -> dict[str, Any]:
        """Write the calendar as data, sorted, so that equal calendars read the same."""
        week = zip(WEEKDAYS, self.weekly, strict=True)
        return {
            "timezone": self.zone,
            "weekly": [[name, *_written(span)] for name, spans in week for span in spans],
            "holidays": [date_of(day).isoformat() for day in sorted(self.holidays)],
            "extra": [
                {"date": date_of(day).isoformat(), "hours": [_written(span) for span in spans]} for day, spans in sorted(self.extra.items())
            ],
        }


def day_number(on: date) -> int:
    """Count the days from 1970-01-01 to a date."""
    return on.toordinal() - _EPOCH_ORDINAL


def date_of(day: int) -> date:
    """Answer the date of a day number."""
    return date.fromordinal(day + _EPOCH_ORDINAL)


def read_hours(data: Mapping[str, Any]) -> Hours:
    """Check the data of a calendar and read it; raises `CalendarError` naming the place."""
    if not isinstance(data, Mapping):
        raise CalendarError("a calendar is a mapping", code="malformed")
    if unknown := sorted(set(map(str, data)) - set(FIELDS)):
        raise CalendarError(f"unknown field; a calendar has {', '.join(FIELDS)}", code="unknown_field", where=unknown[0])
    zone = data.get("timezone")
    if not isinstance(zone, str) or not zone:
        raise CalendarError("an IANA time zone is needed, such as Asia/Shanghai", code="bad_timezone", where="timezone")
    return Hours(
        zone=zone,
        weekly=_read_weekly(_list(data.get("weekly", ()), "weekly")),
        holidays=frozenset(_each(_read_date, _list(data.get("holidays", ()), "holidays"), "holidays")),
        extra=_read_extra(_list(data.get("extra", ()), "extra")),
    )


def _read_weekly(rows: Iterable[Any]) -> tuple[Ranges, ...]:
    days: list[list[Range]] = [[] for _ in WEEKDAYS]
    for weekday, span in _each(_read_weekly_row, rows, "weekly"):
        days[weekday].append(span)
    return tuple(_sorted(spans) for spans in days)


def _read_weekly_row(row: Any, where: str) -> tuple[int, Range]:
    try:
        name, *times = row
    except (TypeError, ValueError):
        name, times = None, []
    if name not in WEEKDAYS:
        raise CalendarError(f"{name!r} is no weekday; begin with one of {', '.join(WEEKDAYS)}", code="bad_weekday", where=where)
    return WEEKDAYS.index(name), _read_range(times, where)


def _read_extra(rows: Iterable[Any]) -> dict[int, Ranges]:
    extra: dict[int, Ranges] = {}
    for where, day, spans in _each(_read_extra_row, rows, "extra"):
        if day in extra:
            raise CalendarError(f"{date_of(day)} is given twice", code="date_twice", where=where)
        extra[day] = spans
    return extra


def _read_extra_row(row: Any, where: str) -> tuple[str, int, Ranges]:
    if not isinstance(row, Mapping) or set(row) - {"date", "hours"} or "date" not in row:
        raise CalendarError('expected {"date": ..., "hours": [...]}', code="malformed", where=where)
    day = _read_date(row["date"], f"{where}.date")
    rows = _list(row.get("hours", ()), f"{where}.hours")
    return where, day, _sorted(_each(_read_range, rows, f"{where}.hours"))


def _read_range(times: Any, where: str) -> Range:
    try:
        opening, closing = times
    except (TypeError, ValueError):
        raise CalendarError('expected opening and closing time, such as "09:00", "18:00"', code="malformed", where=where) from None
    start, end = _read_time(opening, where), _read_time(closing, where)
    if start == DAY:
        raise CalendarError("a range cannot start at 24:00; write 00:00 of the next date", code="bad_time", where=where)
    # Not after its start: it ends the next day and still belongs to this date (rule 1 of the clock).
    return (start, end) if end > start else (start, end + DAY)


def _read_time(text: Any, where: str) -> int:
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise CalendarError(f'{text!r} is no time of day; write "HH:MM" from "00:00" to "24:00"', code="bad_time", where=where)
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = hours * 3600 + minutes * 60 + seconds
    if total > DAY:
        raise CalendarError(f"{text!r} is after 24:00", code="bad_time", where=where)
    return total


def _read_date(text: Any, where: str) -> int:
    try:
        on = text if type(text) is date else date.fromisoformat(text)
    except (TypeError, ValueError):
        raise CalendarError(f'{text!r} is no date; write "YYYY-MM-DD"', code="bad_date", where=where) from None
    if on.year not in YEARS:
        raise CalendarError(f"{on} lies outside the years {YEARS.start} to {YEARS.stop - 1}", code="bad_date", where=where)
    return day_number(on)


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise CalendarError("expected a list", code="malformed", where=where)
    return list(value)


def _each(read: Callable[[Any, str], T], rows: Iterable[Any], where: str) -> list[T]:
    return [read(row, f"{where}[{index}]") for index, row in enumerate(rows)]


def _sorted(spans: Iterable[Range]) -> Ranges:
    return tuple(sorted(set(spans)))


def _written(span: Range) -> list[str]:
    start, end = span
    return [_clock(start), _clock(end if end <= DAY else end - DAY)]


def _clock(seconds: int) -> str:
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return f"{text}:{seconds % 60:02d}" if seconds % 60 else text

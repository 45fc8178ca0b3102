"""What a calendar's version or draft says, as data in normal form, and how parts of it are changed. Pure: nothing is stored.

The content is what `sla.engine.Calendar.from_dict` reads, and beside it ``unconfirmed`` (years whose official notice is not
known) and ``names`` (date → what the day is called).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext as _

from core.errors import Invalid
from sla.engine import Calendar, CalendarError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Content = dict[str, Any]
Ranges = list[list[str]]
What = Literal["closed", "open", "week"]

NAME_LENGTH = 60
MOST_DATES = 5000
"""Dates with hours of their own in one calendar: decades of them; more is a mistake in a file."""
MOST_RANGES = 24
LONGEST_SPAN = 366
"""Days that are changed at once at most."""

_TIME = r"(\d{1,2})\s*[:：]\s*(\d{2})(?:[:：](\d{2}))?"
_RANGE = re.compile(rf"{_TIME}\s*[-–—~～至到]\s*{_TIME}")
_BETWEEN = re.compile(r"[,，;；、\n]+|(?<=\d)\s+(?=\d)")


@dataclass(slots=True)
class Dates:
    """The days of a file: holidays, date-specific hours (none: closed), and what days are called."""

    holidays: set[date] = field(default_factory=set)
    extra: dict[date, Ranges] = field(default_factory=dict)
    names: dict[date, str] = field(default_factory=dict)

    @property
    def years(self) -> set[int]:
        """Answer the years the file speaks of."""
        return {day.year for day in (*self.holidays, *self.extra)}

    def __len__(self) -> int:
        return len(self.holidays | self.extra.keys())


def normal(content: Mapping[str, Any]) -> Content:
    """Answer the content in normal form: sorted, each thing once, names only of days that are listed. Raises `Invalid`."""
    try:
        data: Content = Calendar.from_content(content).to_dict()
    except CalendarError as error:
        raise Invalid(str(error), field="timezone" if error.where == "timezone" else "", code=error.code) from None
    listed = {*data["holidays"], *(row["date"] for row in data["extra"])}
    if len(listed) > MOST_DATES:
        raise Invalid(_("A calendar has at most %(most)s dates of its own.") % {"most": MOST_DATES}, code="too_many_dates")
    data["unconfirmed"] = sorted(set(content.get("unconfirmed", ())))
    names = {day: name for day, words in sorted(content.get("names", {}).items()) if day in listed and (name := clean_name(words))}
    return data | ({"names": names} if names else {})


def clean_name(words: str) -> str:
    """Answer the name of a day on one line, as long as there is room."""
    return " ".join(words.split())[:NAME_LENGTH]


def read_ranges(text: str) -> Ranges:
    """Read hours as people write them (``09:00-12:00, 13:30-18:00``, ``22:00-06:00``, ``00:00-24:00``); raises `Invalid`."""
    parts = [part.strip() for part in _BETWEEN.split(text.strip()) if part.strip()]
    if len(parts) > MOST_RANGES:
        raise Invalid(_("A day has at most %(most)s ranges of hours.") % {"most": MOST_RANGES})
    return [_range(part) for part in parts]


def _range(text: str) -> list[str]:
    match = _RANGE.fullmatch(text)
    if match is None:
        words = _("“%(text)s” is no range of hours; write 09:00-12:00, and several with a comma between them.")
        raise Invalid(words % {"text": text[:40]})
    numbers = [int(part or 0) for part in match.groups()]
    start, end = numbers[:3], numbers[3:]
    if start > [23, 59, 59] or end > [24, 0, 0] or max(*start[1:], *end[1:]) > 59:  # noqa: PLR2004 - minutes and seconds
        words = _("“%(text)s”: a day goes from 00:00 to 24:00, and a range cannot begin at 24:00.")
        raise Invalid(words % {"text": text[:40]})
    return [_clock(*start), _clock(*end)]


def _clock(hour: int, minute: int, second: int) -> str:
    return f"{hour:02d}:{minute:02d}" + (f":{second:02d}" if second else "")


def ranges_text(ranges: Ranges) -> str:
    """Write hours as they are typed."""
    return ", ".join(f"{start}-{end}" for start, end in ranges)


def each_day(first: date, last: date) -> Iterator[date]:
    """Yield the days from the first to the last, both included."""
    for step in range((last - first).days + 1):
        yield first + timedelta(days=step)


def with_week(content: Content, *, timezone: str, weekly: list[list[str]], unconfirmed: list[int]) -> Content:
    """Answer the content with other weekly hours, time zone and unconfirmed years."""
    return normal({**content, "timezone": timezone, "weekly": weekly, "unconfirmed": unconfirmed})


def with_days(content: Content, first: date, last: date, *, what: What, hours: Ranges, name: str) -> Content:
    """Answer the content with days closed (as holidays), open at hours of their own, or as the week has them."""
    days = {day.isoformat() for day in each_day(first, last)}
    extra = {row["date"]: row["hours"] for row in content["extra"] if row["date"] not in days}
    holidays = set(content["holidays"])
    if what != "open":
        holidays -= days
    if what == "closed":
        holidays |= days
    elif what == "open":
        extra |= dict.fromkeys(days, hours)
    names = {**content.get("names", {}), **dict.fromkeys(days, name)}
    return normal({**content, "holidays": sorted(holidays), "extra": _rows(extra), "names": names})


def with_dates(content: Content, dates: Dates) -> Content:
    """Answer the content with the days of a file in place of its own, in the years that the file speaks of."""
    years = {str(year) for year in dates.years}
    kept = [day for day in content["holidays"] if day[:4] not in years]
    extra = {row["date"]: row["hours"] for row in content["extra"] if row["date"][:4] not in years}
    names = {day: name for day, name in content.get("names", {}).items() if day[:4] not in years}
    return normal(
        {
            **content,
            "holidays": [*kept, *(day.isoformat() for day in dates.holidays)],
            "extra": _rows(extra | {day.isoformat(): hours for day, hours in dates.extra.items()}),
            "names": names | {day.isoformat(): name for day, name in dates.names.items()},
        }
    )


def dates_of(content: Content, year: int | None = None) -> Dates:
    """Answer the days of a content that are not as the week has them, of one year or of all."""

    def within(day: str) -> bool:
        return year is None or day[:4] == f"{year:04d}"

    return Dates(
        {date.fromisoformat(day) for day in content["holidays"] if within(day)},
        {date.fromisoformat(row["date"]): row["hours"] for row in content["extra"] if within(row["date"])},
        {date.fromisoformat(day): name for day, name in content.get("names", {}).items() if within(day)},
    )


def _rows(extra: Mapping[str, Ranges]) -> list[dict[str, Any]]:
    return [{"date": day, "hours": hours} for day, hours in extra.items()]

"""A year of a calendar, day by day, as it is shown."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from holidays import country_holidays

from sla.engine import Calendar

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import Promise

    from sla.calendars.content import Content

MAINLAND = "Asia/Shanghai"
FIRST_YEAR, LAST_YEAR = 2000, 2099

KINDS: dict[str, Promise] = {
    "": gettext_lazy("open as usual"),
    "weekly": gettext_lazy("weekly rest"),
    "holiday": gettext_lazy("holiday"),
    "closed": gettext_lazy("closed by way of exception"),
    "makeup": gettext_lazy("worked in exchange for days off"),
    "special": gettext_lazy("other hours than usual"),
}
MARKS: dict[str, Promise] = {
    "holiday": pgettext_lazy("mark of a holiday in a month", "H"),
    "closed": pgettext_lazy("mark of an exceptionally closed day in a month", "C"),
    "makeup": pgettext_lazy("mark of a make-up workday in a month", "W"),
    "special": pgettext_lazy("mark of a day with other hours in a month", "O"),
}


@dataclass(frozen=True, slots=True)
class Day:
    """A date: what it is, when it is open, what it is called."""

    on: date
    kind: str
    hours: list[list[str]]
    name: str = ""

    @property
    def what(self) -> Promise:
        """Say what kind of day it is."""
        return KINDS[self.kind]

    @property
    def mark(self) -> Promise | str:
        """Answer the letter that stands beside the number."""
        return MARKS.get(self.kind, "")

    @property
    def open_hours(self) -> str:
        """Write the hours; empty when it is closed."""
        return ", ".join(f"{start}–{end}" for start, end in self.hours)


@dataclass(frozen=True, slots=True)
class Notable:
    """Consecutive days of one kind, name and hours that are not as the week has them."""

    first: Day
    last: Day


@dataclass(frozen=True, slots=True)
class Month:
    """A month: weeks from Monday on, days outside of it left empty, and what is worth saying of it."""

    first: date
    weeks: list[list[Day | None]]
    notable: list[Notable] = field(default_factory=list)


def weekdays() -> list[str]:
    """Answer the heads of the columns."""
    return [str(WEEKDAYS_ABBR[number]) for number in range(7)]


def months_of(content: Content, year: int) -> list[Month]:
    """Answer the twelve months of a year."""
    hours = Calendar.from_content(content)
    names = _official(year, (get_language() or "")[:2]) if content["timezone"] == MAINLAND else {}
    given = content.get("names", {})

    def day(on: date) -> Day:
        kind, ranges = hours.on_date(on)
        official = names.get(on, "") if kind == "holiday" else ""
        return Day(on, kind, ranges, given.get(on.isoformat(), "") or official)

    return [_month(date(year, number, 1), day) for number in range(1, 13)]


def day_of(content: Content, on: date) -> Day:
    """Answer one day."""
    return next(day for week in months_of(content, on.year)[on.month - 1].weeks for day in week if day and day.on == on)


def _month(first: date, day: Callable[[date], Day]) -> Month:
    weeks = [
        [day(on) if on.month == first.month else None for on in week]
        for week in months.Calendar().monthdatescalendar(first.year, first.month)
    ]
    days = [each for week in weeks for each in week if each and each.kind in MARKS]
    runs = groupby(enumerate(days), key=lambda item: (item[1].kind, item[1].name, item[1].hours, item[1].on - timedelta(days=item[0])))
    found = [[each for _place, each in group] for _key, group in runs]
    return Month(first, weeks, [Notable(run[0], run[-1]) for run in found])


@lru_cache(maxsize=64)
def _official(year: int, language: str) -> dict[date, str]:
    """Answer what the official Chinese holidays of a year are called, as far as they are known."""
    known = country_holidays("CN", years=year, language="en_US" if language == "en" else "zh_CN")
    return {day: name for day, name in known.items() if day.year == year}

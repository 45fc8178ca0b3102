"""What one content of a calendar says otherwise than another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from sla.calendars.content import Content, dates_of
from sla.calendars.year import KINDS
from sla.engine import Calendar
from sla.words import week

if TYPE_CHECKING:
    from collections.abc import Iterator


LISTED = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """A day, several alike in a row, or a part of the calendar: before and after."""

    what: str
    before: str
    after: str
    first: date | None = None


def between(before: Content, after: Content) -> list[Difference]:
    """Answer what differs: time zone, week, and the days with hours of their own."""
    return [*_whole(before, after), *_days(before, after)]


def _whole(before: Content, after: Content) -> Iterator[Difference]:
    parts = (
        (_("Time zone"), before["timezone"], after["timezone"]),
        (_("Weekly hours"), _week(before), _week(after)),
        (_("Years whose official notice is not known yet"), _years(before), _years(after)),
    )
    yield from (Difference(what, old or "—", new or "—") for what, old, new in parts if old != new)


def _week(content: Content) -> str:
    return "\n".join(f"{days}: {hours}" for days, hours in week(content))


def _years(content: Content) -> str:
    return ", ".join(map(str, content["unconfirmed"]))


def _days(before: Content, after: Content) -> Iterator[Difference]:
    calendars = Calendar.from_content(before), Calendar.from_content(after)
    old, new = dates_of(before), dates_of(after)
    listed = sorted(old.holidays | new.holidays | old.extra.keys() | new.extra.keys())
    found = [
        (day, words)
        for day in listed
        if (words := tuple(_said(hours, dates.names.get(day, ""), day) for hours, dates in zip(calendars, (old, new), strict=True)))
        and words[0] != words[1]
    ]
    runs = groupby(enumerate(found), key=lambda item: (item[1][1], item[1][0] - timedelta(days=item[0])))
    for (words, _place), group in runs:
        days = [day for _index, (day, _words) in group]
        name = str(days[0]) if len(days) == 1 else f"{days[0]} – {days[-1]}"
        yield Difference(name, words[0], words[1], days[0])


def _said(hours: Calendar, name: str, day: date) -> str:
    kind, ranges = hours.on_date(day)
    return " · ".join(word for word in (name, str(KINDS[kind]), ", ".join(f"{start}–{end}" for start, end in ranges)) if word)

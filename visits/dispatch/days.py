"""The stretch of time the board shows: a day or a week, its hours, and where in it an instant lies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from core.time import epoch, instant
from sla import selectors as sla
from visits import engine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from visits.engine import Span

HOUR = timedelta(hours=1)
FIRST, LAST = 7, 20
"""The hours that a day shows at least."""
WEEK = 7
AHEAD = 14
"""So many days ahead somebody free is looked for."""


def midnight(day: date) -> datetime:
    """Answer the instant at which a day begins here."""
    return timezone.make_aware(datetime.combine(day, time()))


def span_of(first: date, days: int = 1) -> Span:
    """Answer from when until when some days last."""
    return midnight(first), midnight(first + timedelta(days=days))


def days_from(first: date, days: int) -> list[Span]:
    """Answer each of some days."""
    return [span_of(first + timedelta(days=number)) for number in range(days)]


def week_of(day: date) -> date:
    """Answer the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def open_hours(span: Span, at: datetime) -> list[Span]:
    """Answer the office hours within a span; all of it where no calendar is loaded."""
    hours = sla.office_hours(at)
    if hours is None:
        return [span]
    return [(instant(start), instant(end)) for start, end in hours.open_spans_s(epoch(span[0]), epoch(span[1]))]


def times_from(at: datetime) -> engine.Times:
    """Answer what planning has to know of the coming days."""
    days = days_from(timezone.localdate(at), AHEAD)
    whole = (days[0][0], days[-1][1])
    return engine.Times(engine.joined(open_hours(whole, at), engine.BREAK), days, whole[1])


@dataclass(frozen=True, slots=True)
class Axis:
    """The hours that are drawn, and how far along them an instant lies."""

    start: datetime
    end: datetime

    def place(self, at: datetime) -> float:
        """Answer how far along an instant lies, in per cent, within the axis."""
        share = (at - self.start) / (self.end - self.start)
        return round(100 * min(1.0, max(0.0, share)), 3)

    def box(self, span: Span) -> tuple[float, float]:
        """Answer where a span begins and how wide it is, in per cent."""
        left, right = self.place(span[0]), self.place(span[1])
        return left, round(right - left, 3)

    def ticks(self) -> list[tuple[float, str]]:
        """Answer where each full hour lies, and what it is called."""
        count = int((self.end - self.start) / HOUR)
        moments = [self.start + number * HOUR for number in range(count)]
        return [(self.place(moment), f"{timezone.localtime(moment):%H}") for moment in moments]

    @property
    def hours(self) -> int:
        """Answer how many hours are drawn."""
        return max(1, round((self.end - self.start) / HOUR))


def axis_of(day: Span, shown: Iterable[Span]) -> Axis:
    """Answer the hours of a day to draw: the usual ones, and as far beyond as visits or office hours go."""
    first, last = day[0] + FIRST * HOUR, day[0] + LAST * HOUR
    for start, end in shown:
        first, last = min(first, start), max(last, end)
    first, last = max(first, day[0]), min(last, day[1])
    down = (first - day[0]) // HOUR
    up = -((day[0] - last) // HOUR)
    return Axis(day[0] + down * HOUR, day[0] + up * HOUR)


def closed(axis: Axis, hours: Sequence[Span]) -> list[Span]:
    """Answer the stretches of an axis that lie outside office hours."""
    taken = [engine.Taken(start, end) for start, end in hours]
    return list(engine.free(taken, axis.start, axis.end))

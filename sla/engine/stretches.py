"""The time line of a clock: what counted, what was closed, what stood still. Pure: no database, no now()."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sla.engine.calendar.days import CLOSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sla.engine.calendar import Calendar

LISTED = 60
"""Beyond so many stretches a day is told as one, and beyond so many days the whole as one."""


@dataclass(frozen=True, slots=True)
class Days:
    """Consecutive dates of one kind: weekly rest, holiday, closed, makeup or special hours."""

    kind: str
    first: date
    last: date
    count: int
    """How many dates; fewer than from the first to the last where a long time is told in short."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a clock's time line.

    Kinds: open (counts), break, night and days (closed), paused, stopped (done, until it was armed again), late.
    """

    kind: str
    start: int
    to: int
    seconds: int
    """Open seconds in it: those counted, those that stood still, those it is late."""
    calendar: str
    days: tuple[Days, ...] = ()
    openings: int = 1
    """How many open spans are told as this one."""
    is_ahead: bool = False
    """Whether it is yet to come."""


def stretches(
    calendars: Mapping[str, Calendar],
    running: Sequence[Sequence[Any]],
    counting: Sequence[Sequence[Any]],
    late: Sequence[Sequence[Any]],
    *,
    due: int | None,
    now: int,
) -> list[Stretch]:
    """Lay out a clock from its start to its end, or to its due time where that is yet to come; each joins the one before.

    ``running`` and ``counting`` are the stretches a run has walked, ``late`` those after its due time.
    """
    until = now if due is None else max(due, now)
    limit = due if due is not None else until
    before = list(_cut(_before(calendars, _adjoined(running), _adjoined(counting), until), limit))
    return list(_parted([*before, *_after(calendars, late, until, limit)], now))


def _adjoined(spans: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """Put spans together that follow each other in one calendar: a change that was taken back leaves no seam."""
    found: list[Sequence[Any]] = []
    for start, to, code in spans:
        if found and found[-1][1] == start and found[-1][2] == code:
            found[-1] = (found[-1][0], to, code)
        else:
            found.append((start, to, code))
    return found


def _before(
    calendars: Mapping[str, Calendar], running: Sequence[Sequence[Any]], counting: Sequence[Sequence[Any]], until: int
) -> Iterator[Stretch]:
    """Yield what lies in the stretches that ran, and between them, as if nothing were ever due."""
    last = None
    for start, to, code in running:
        stop = until if to is None else to
        if last is not None and last < start:
            yield Stretch("stopped", last, start, 0, code)
        at = start
        for begin, end, other in counting:
            end = until if end is None else end  # noqa: PLW2901 - open ends end here
            if begin < at or begin >= stop or end > stop:
                continue
            yield from _paused(calendars, at, begin, code)
            yield from _counted(calendars[other], other, begin, end)
            at = end
        yield from _paused(calendars, at, stop, code)
        last = stop


def _paused(calendars: Mapping[str, Calendar], start: int, to: int, code: str) -> Iterator[Stretch]:
    if start < to:
        yield Stretch("paused", start, to, calendars[code].elapsed_s(start, to), code)


def _counted(calendar: Calendar, code: str, start: int, to: int) -> Iterator[Stretch]:
    """Yield the open spans of a stretch and what is closed between them."""
    at = start
    for opening, closing in calendar.open_spans_s(start, to) if start < to else ():
        if at < opening:
            yield _closed(calendar, code, at, opening)
        yield Stretch("open", opening, closing, closing - opening, code, _days(calendar, opening, closing, closed=False))
        at = closing
    if at < to:
        yield _closed(calendar, code, at, to)


def _closed(calendar: Calendar, code: str, start: int, to: int) -> Stretch:
    days = _days(calendar, start, to, closed=True)
    same_date = calendar.date_s(start) == calendar.date_s(to - 1)
    return Stretch("days" if days else "break" if same_date else "night", start, to, 0, code, days)


def _days(calendar: Calendar, start: int, to: int, *, closed: bool) -> tuple[Days, ...]:
    if calendar.always_open:
        return ()
    found = [(day, kind) for day, kind in calendar.marked_days_s(start, to) if (kind in CLOSED) is closed]
    return tuple(_bridged(list(_runs(found))))


def _runs(days: Iterable[tuple[date, str]]) -> Iterator[Days]:
    """Put consecutive dates of one kind together."""
    for (kind, _place), group in groupby(enumerate(days), key=lambda each: (each[1][1], each[1][0] - timedelta(days=each[0]))):
        dates = [day for _index, (day, _kind) in group]
        yield Days(kind, dates[0], dates[-1], len(dates))


def _bridged(runs: list[Days]) -> Iterator[Days]:
    """Take a Sunday in the middle of the holidays as one of them."""
    while runs:
        first, *runs = runs
        while len(runs) > 1 and [first.kind, runs[0].kind, runs[1].kind] == ["holiday", "weekly", "holiday"] and _adjoin(first, *runs[:2]):
            first, runs = Days("holiday", first.first, runs[1].last, first.count + runs[0].count + runs[1].count), runs[2:]
        yield first


def _adjoin(first: Days, middle: Days, last: Days) -> bool:
    return (middle.first - first.last).days == 1 == (last.first - middle.last).days


def _cut(line: Iterable[Stretch], limit: int) -> Iterator[Stretch]:
    """Yield what lies before the due time."""
    for each in line:
        if each.to <= limit:
            yield each
        elif each.start < limit:
            yield _part(each, each.start, limit)


def _part(stretch: Stretch, start: int, to: int, *, is_ahead: bool = False) -> Stretch:
    seconds = to - start if stretch.kind == "open" else stretch.seconds
    return replace(stretch, start=start, to=to, seconds=seconds, is_ahead=is_ahead)


def _after(calendars: Mapping[str, Calendar], late: Sequence[Sequence[Any]], until: int, due: int) -> Iterator[Stretch]:
    last = due
    for start, to, code in late:
        stop = until if to is None else to
        if last < start:
            yield Stretch("stopped", last, start, 0, code)
        if start < stop:
            yield Stretch("late", start, stop, calendars[code].elapsed_s(start, stop), code)
        last = max(last, stop)


def _parted(line: Iterable[Stretch], now: int) -> Iterator[Stretch]:
    """Part what is past from what is yet to come."""
    for each in line:
        if each.to <= now:
            yield each
        elif each.start >= now or each.kind != "open":
            yield replace(each, is_ahead=each.start >= now)
        else:
            yield _part(each, each.start, now)
            yield _part(each, now, each.to, is_ahead=True)


def shortened(line: Sequence[Stretch], calendars: Mapping[str, Calendar]) -> list[Stretch]:
    """Answer a time line that can be read: a long one by the day, a very long one by its pauses only; no second is lost."""
    if len(line) <= LISTED:
        return list(line)
    by_day = [_told_as_one(group) for group in _groups(line, lambda each: (each.is_ahead, calendars[each.calendar].date_s(each.start)))]
    if len(by_day) <= LISTED:
        return by_day
    return [_told_as_one(group) for group in _groups(line, lambda each: (each.is_ahead, None))]


def _groups(line: Sequence[Stretch], place: Any) -> Iterator[list[Stretch]]:
    """Put open stretches and the closed ones between them together by their place; all else stands alone."""
    counted = {"open", "break", "night", "days"}
    for (kind, *_rest), group in groupby(
        line, key=lambda each: ("counted", *place(each)) if each.kind in counted else (each.kind, each.start)
    ):
        found = list(group)
        yield from [found] if kind == "counted" else [[each] for each in found]


def _told_as_one(group: Sequence[Stretch]) -> Stretch:
    first, opened = group[0], [each for each in group if each.kind == "open"]
    if len(group) == 1 or not opened:
        return first if len(group) == 1 else replace(first, to=group[-1].to, days=_joined(group))
    return replace(
        first, kind="open", to=group[-1].to, seconds=sum(each.seconds for each in opened), openings=len(opened), days=_joined(group)
    )


def _joined(group: Sequence[Stretch]) -> tuple[Days, ...]:
    """Answer the days of several stretches, those of the weekly rest in one."""
    days = dict.fromkeys(day for each in group for day in each.days)
    weekly = [day for day in days if day.kind == "weekly"]
    rest = tuple(day for day in days if day.kind != "weekly")
    if len(weekly) < 2:  # noqa: PLR2004 - one stands as it is
        return (*weekly, *rest)
    return (Days("weekly", weekly[0].first, weekly[-1].last, sum(day.count for day in weekly)), *rest)

"""Which seconds are open: the wall-clock hours laid on the time line, one week of epoch time at a time.

Most weeks look alike: no holiday, no clock change. They share one pattern, so that years are laid out by adding
one number a week. Only the weeks with an exception or a clock change are worked out date by date.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sla.engine.calendar.errors import CalendarError
from sla.engine.calendar.hours import DAY, YEARS, Hours, Range, Ranges

WEEK = 7 * DAY
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WALL_EPOCH = EPOCH.replace(tzinfo=None)

# The engine answers for these instants; further away the zone data mean nothing and a search would only burn time.
FIRST = (datetime(YEARS.start, 1, 1, tzinfo=UTC) - EPOCH).days // 7 * WEEK
LAST = (datetime(YEARS.stop, 1, 1, tzinfo=UTC) - EPOCH).days // 7 * WEEK
# Weeks after which a search is given up: a target that takes longer is a mistake in the data, not a promise.
HORIZON = 100 * 53
# Weeks laid out beyond those asked for: about half a year, so that a busy calendar grows twice a year.
_AHEAD = 26
# Where a week's offset is looked at, in wall time: no zone ever left an offset and was back at it in less than 3.9 days.
_PROBES = tuple(timedelta(days=days) for days in (-2, 1, 4, 7, 9))


class Pattern(NamedTuple):
    """The open spans of one week in seconds since its beginning, and the open seconds before each."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int


class Line(NamedTuple):
    """Consecutive weeks from number `first` on and the open seconds before each, and after the last. Never changed once made."""

    first: int
    counts: list[int]
    patterns: list[Pattern]


class Weeks:
    """The weeks of one calendar, laid out when first asked for.

    Threads share it without a lock: a longer line is a new object put in place of the old one, and each
    calculation keeps to the line it began with.
    """

    def __init__(self, hours: Hours) -> None:
        """Find the zone and the weeks that hold exceptions."""
        self.hours = hours
        self.zone = _zone(hours.zone)
        self._special = {week for day in (*hours.holidays, *hours.extra) for week in range((day - 2) // 7, (day + 3) // 7 + 1)}
        self.special_from = min(self._special, default=LAST // WEEK)
        self.special_to = max(self._special, default=FIRST // WEEK - 1)
        self._plain: dict[int, Pattern] = {}
        self.weekly_total = self._plain_pattern(0).total
        self._line = Line(0, [0], [])
        self.always_open = self.weekly_total == WEEK and all(self._worked_out(week).total == WEEK for week in self._special)

    def line(self, low: int, high: int) -> Line:
        """Answer a line that holds the weeks from low to high; raises `CalendarError` outside the engine's years."""
        line = self._line
        if line.first <= low and high < line.first + len(line.patterns):
            return line
        if low < FIRST // WEEK or high >= LAST // WEEK:
            raise out_of_range()
        if not line.patterns:
            line = Line(low, [0], [])
        self._line = line = self._longer(line, low, high)
        return line

    def line_reaching(self, line: Line, count: int) -> Line:
        """Lengthen a line until so many open seconds are counted at its end; raises `CalendarError` when that never comes."""
        limit = min(line.first + len(line.patterns) + HORIZON, LAST // WEEK - 1)
        while line.counts[-1] < count:
            end = line.first + len(line.patterns)
            if not self.weekly_total and end > self.special_to:
                raise CalendarError("the calendar does not open any more, so this time never comes", code="never_opens")
            if end > limit:
                raise CalendarError("the target is not reached within a hundred years", code="too_far")
            likely = end + (count - line.counts[-1]) // self.weekly_total + 1 if self.weekly_total else self.special_to
            line = self._longer(line, line.first, min(likely, limit))
        self._line = line
        return line

    def line_reaching_back(self, line: Line, count: int) -> Line:
        """Lengthen a line into the past until no more than so many open seconds are counted at its beginning."""
        limit = max(line.first - HORIZON, FIRST // WEEK)
        while line.counts[0] > count:
            if not self.weekly_total and line.first <= self.special_from:
                raise CalendarError("the calendar was not open so long before, so this time never was", code="never_opens")
            if line.first <= limit:
                raise CalendarError("the target is not reached within a hundred years", code="too_far")
            likely = line.first - (line.counts[0] - count) // self.weekly_total - 1 if self.weekly_total else self.special_from
            line = self._longer(line, max(likely, limit), line.first)
        self._line = line
        return line

    def pattern(self, week: int) -> Pattern:
        """Answer the open spans of a week by its number."""
        line = self.line(week, week)
        return line.patterns[week - line.first]

    def settled(self, week: int, *, ahead: bool) -> bool:
        """Tell whether from this week on (or back) the calendar is always open or always closed."""
        return self.weekly_total in (0, WEEK) and (week > self.special_to if ahead else week < self.special_from)

    def spans_on(self, day: int) -> list[Range]:
        """Answer the open instants that belong to a date, its own ranges only."""
        walls = _joined((day * DAY + start, day * DAY + end) for start, end in self.hours.on(day))
        offset = _steady_offset(self.zone, day // 7)
        return self._instants(walls) if offset is None else [(start - offset, end - offset) for start, end in walls]

    def instant(self, wall: int) -> int:
        """Turn a wall time, in seconds since 1970-01-01 00:00 there, into an instant.

        One that does not exist moves forward by the gap, one that exists twice is the first (rule 2 of the clock):
        both are what `fold=0` means to the zone.
        """
        return wall - _seconds(self.zone.utcoffset(_WALL_EPOCH + timedelta(seconds=wall)))

    def wall(self, at: int) -> int:
        """Turn an instant into wall time, in seconds since 1970-01-01 00:00 there."""
        return at + _seconds(self.zone.utcoffset(datetime.fromtimestamp(at, self.zone)))

    def _longer(self, line: Line, low: int, high: int) -> Line:
        low = max(min(low, line.first), FIRST // WEEK)
        high = max(high, line.first + len(line.patterns) - 1)
        if high >= line.first + len(line.patterns):
            high = min(high + _AHEAD, LAST // WEEK - 1)
        earlier = [self._pattern(week) for week in range(low, line.first)]
        later = [self._pattern(week) for week in range(line.first + len(line.patterns), high + 1)]
        counts = _counted_back(line.counts[0], earlier) + line.counts
        for pattern in later:
            counts.append(counts[-1] + pattern.total)
        return Line(low, counts, earlier + line.patterns + later)

    def _pattern(self, week: int) -> Pattern:
        if week not in self._special:
            offset = _steady_offset(self.zone, week)
            if offset is not None:
                return self._plain.get(offset) or self._plain_pattern(offset)
        return self._worked_out(week)

    def _plain_pattern(self, offset: int) -> Pattern:
        pattern = self._plain[offset] = _pattern_of(self._walls(0, self.hours.plain), offset)
        return pattern

    def _worked_out(self, week: int) -> Pattern:
        walls = self._walls(week, self.hours.on)
        offset = _steady_offset(self.zone, week)
        if offset is None:
            return _pattern_of(self._instants(walls), week * WEEK)
        return _pattern_of(walls, week * WEEK + offset)

    def _walls(self, week: int, hours_on: Callable[[int], Ranges]) -> list[Range]:
        """Wall-clock spans of all dates that can touch a week, merged before any clock change is looked at."""
        walls: list[Range] = []
        for day in range(week * 7 - 3, week * 7 + 9):
            midnight = day * DAY
            walls += [(midnight + start, midnight + end) for start, end in hours_on(day)]
        return _joined(walls)

    def _instants(self, walls: Iterable[Range]) -> list[Range]:
        """Put wall-clock spans on the time line; one that a gap has emptied is gone, one that it moved may lie over another."""
        instants = ((self.instant(start), self.instant(end)) for start, end in walls)
        return _joined(sorted(span for span in instants if span[1] > span[0]))


def out_of_range() -> CalendarError:
    """Tell that an instant or a date is too far away to answer for."""
    return CalendarError(f"the engine answers for the years {YEARS.start} to {YEARS.stop - 1} only", code="out_of_range")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Either the name is wrong or the machine has neither its own zone files nor the tzdata package.
        raise CalendarError(f"{name!r} is not in the time zone data", code="bad_timezone", where="timezone") from None


@lru_cache(maxsize=100_000)
def _steady_offset(zone: ZoneInfo, week: int) -> int | None:
    """The zone's offset when it does not change in or around a week; kept, as many calendars share a zone."""
    monday = _WALL_EPOCH + timedelta(weeks=week)
    first, *others = [zone.utcoffset(monday + probe) for probe in _PROBES]
    return _seconds(first) if all(offset == first for offset in others) else None


def _seconds(offset: timedelta | None) -> int:
    return offset.days * DAY + offset.seconds if offset else 0


def _joined(spans: Iterable[Range]) -> list[Range]:
    """Merge spans that overlap or adjoin; expects them sorted by start."""
    joined: list[Range] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _pattern_of(spans: Iterable[Range], begin: int) -> Pattern:
    """Cut sorted spans to the week that begins there."""
    starts, ends, before, total = [], [], [], 0
    for start, end in spans:
        low, high = max(start - begin, 0), min(end - begin, WEEK)
        if low < high:
            starts.append(low)
            ends.append(high)
            before.append(total)
            total += high - low
    return Pattern(starts, ends, before, total)


def _counted_back(count: int, patterns: list[Pattern]) -> list[int]:
    counts = []
    for pattern in reversed(patterns):
        count -= pattern.total
        counts.append(count)
    return counts[::-1]

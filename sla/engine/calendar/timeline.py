"""Business time in whole epoch seconds: the arithmetic of due and elapsed over the weeks."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from sla.engine.calendar.errors import CalendarError
from sla.engine.calendar.hours import Range
from sla.engine.calendar.weeks import FIRST, HORIZON, LAST, WEEK, Line, Weeks


def due(weeks: Weeks, start: int, seconds: int) -> int:
    """Answer the earliest instant at which so much has elapsed; of nothing, the next open instant (rules 3 and 4 of the clock)."""
    if seconds <= 0:
        _refuse_negative(seconds)
        # Whole seconds: where the first open second ends, less that second.
        return due(weeks, start, 1) - 1
    if weeks.always_open and seconds < HORIZON * WEEK:
        return start + seconds
    week = start // WEEK
    line = weeks.line(week, week)
    target = _count(line, start) + seconds
    if line.counts[-1] < target:
        line = weeks.line_reaching(line, target)
    index = bisect_left(line.counts, target, week - line.first) - 1
    pattern = line.patterns[index]
    need = target - line.counts[index]
    span = bisect_left(pattern.before, need) - 1
    return (line.first + index) * WEEK + pattern.starts[span] + need - pattern.before[span]


def due_back(weeks: Weeks, end: int, seconds: int) -> int:
    """Answer the latest instant from which so much elapses until the end; of nothing, the last closing."""
    if seconds <= 0:
        _refuse_negative(seconds)
        return due_back(weeks, end, 1) + 1
    if weeks.always_open and seconds < HORIZON * WEEK:
        return end - seconds
    week = end // WEEK
    line = weeks.line(week, week)
    target = _count(line, end) - seconds
    if line.counts[0] > target:
        line = weeks.line_reaching_back(line, target)
    index = bisect_right(line.counts, target) - 1
    pattern = line.patterns[index]
    rest = target - line.counts[index]
    span = bisect_right(pattern.before, rest) - 1
    return (line.first + index) * WEEK + pattern.starts[span] + rest - pattern.before[span]


def elapsed(weeks: Weeks, start: int, end: int) -> int:
    """Count the open seconds from start to end."""
    if end <= start:
        _refuse_negative(end - start)
        return 0
    if weeks.always_open:
        return end - start
    line = weeks.line(start // WEEK, end // WEEK)
    return _count(line, end) - _count(line, start)


def is_open(weeks: Weeks, at: int) -> bool:
    """Tell whether an instant is open; the opening second is, the closing second is not."""
    if weeks.always_open:
        return True
    pattern = weeks.pattern(at // WEEK)
    span = bisect_right(pattern.starts, at % WEEK) - 1
    return span >= 0 and at % WEEK < pattern.ends[span]


def spans(weeks: Weeks, since: int) -> Iterator[Range]:
    """Yield the open spans from an instant on, the first cut there; one without end is cut at the year 3000."""
    for start, end in _merged(_pieces(weeks, since // WEEK)):
        if end > since:
            yield max(start, since), end


def spans_back(weeks: Weeks, until: int) -> Iterator[Range]:
    """Yield the open spans before an instant, the latest first and cut there."""
    mirrored = ((-end, -start) for start, end in _pieces_back(weeks, until // WEEK))
    for start, end in ((-b, -a) for a, b in _merged(mirrored)):
        if start < until:
            yield start, min(end, until)


def next_close(weeks: Weeks, at: int) -> int:
    """Answer when the span that is open, or else the next one, ends."""
    for _start, end in spans(weeks, at):
        if end == LAST:
            raise CalendarError("the calendar does not close any more", code="never_closes")
        return end
    raise CalendarError("the calendar does not open any more", code="never_opens")


def _count(line: Line, at: int) -> int:
    index, rest = at // WEEK - line.first, at % WEEK
    pattern = line.patterns[index]
    span = bisect_right(pattern.starts, rest) - 1
    if span < 0:
        return line.counts[index]
    end = pattern.ends[span]
    return line.counts[index] + pattern.before[span] + min(rest, end) - pattern.starts[span]


def _pieces(weeks: Weeks, week: int) -> Iterator[Range]:
    """Open spans cut at the borders of weeks."""
    for number in range(week, LAST // WEEK):
        if weeks.settled(number, ahead=True):
            if weeks.weekly_total:
                yield number * WEEK, LAST
            return
        pattern = weeks.pattern(number)
        for start, end in zip(pattern.starts, pattern.ends, strict=True):
            yield number * WEEK + start, number * WEEK + end


def _pieces_back(weeks: Weeks, week: int) -> Iterator[Range]:
    for number in range(week, FIRST // WEEK - 1, -1):
        if weeks.settled(number, ahead=False):
            if weeks.weekly_total:
                yield FIRST, (number + 1) * WEEK
            return
        pattern = weeks.pattern(number)
        for start, end in zip(reversed(pattern.starts), reversed(pattern.ends), strict=True):
            yield number * WEEK + start, number * WEEK + end


def _merged(pieces: Iterable[Range]) -> Iterator[Range]:
    """Join pieces that adjoin."""
    held: Range | None = None
    for piece in pieces:
        if held and held[1] == piece[0]:
            held = (held[0], piece[1])
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held


def _refuse_negative(seconds: int) -> None:
    if seconds < 0:
        raise CalendarError("a length of time cannot be negative", code="negative")

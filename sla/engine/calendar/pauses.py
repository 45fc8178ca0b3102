"""Intervals in which a clock stands still, taken out of business time (rules 6 and 7 of the clock)."""

from collections.abc import Iterable

from sla.engine.calendar.errors import CalendarError
from sla.engine.calendar.timeline import due, elapsed
from sla.engine.calendar.weeks import Weeks

# The end is None while the pause still lasts.
Pause = tuple[int, int | None]


def merged(pauses: Iterable[Pause]) -> list[Pause]:
    """Sort pauses and join those that overlap or adjoin; raises `CalendarError` for one that ends before it starts."""
    joined: list[Pause] = []
    for start, end in sorted(pauses, key=lambda pause: pause[0]):
        if end is not None and end < start:
            raise CalendarError("a pause ends before it starts", code="pause_reversed")
        first, last = joined[-1] if joined else (start, start)
        if last is None:
            break
        if joined and start <= last:
            joined[-1] = (first, None if end is None else max(end, last))
        else:
            joined.append((start, end))
    return joined


def due_paused(weeks: Weeks, start: int, seconds: int, pauses: Iterable[Pause]) -> int | None:
    """Answer the due time with pauses taken out; None when a pause that still lasts began before it."""
    at, paused = due(weeks, start, seconds), 0
    for begin, end in merged(pauses):
        if end is not None and end <= start:
            continue
        # A pause that begins when all is counted changes nothing; one that begins with a clock of no length holds it.
        if begin > at or (begin == at and seconds):
            break
        if end is None:
            return None
        paused += elapsed(weeks, max(begin, start), end)
        if seconds:
            at = due(weeks, start, seconds + paused)
        elif at < end:
            at = due(weeks, end, 0)
    return at


def elapsed_paused(weeks: Weeks, start: int, end: int, pauses: Iterable[Pause]) -> int:
    """Count the open seconds from start to end outside the pauses; one that still lasts reaches to the end."""
    total = elapsed(weeks, start, end)
    for begin, until in merged(pauses):
        first, last = max(begin, start), end if until is None else min(until, end)
        if first < last:
            total -= elapsed(weeks, first, last)
    return total

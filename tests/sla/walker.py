"""Business time the slow way: every minute of some weeks marked open or not. Shares no code and no idea with the engine."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Walker:
    """Minutes since `begin`, each open or closed; ranges must be written in whole minutes."""

    def __init__(self, data: dict[str, Any], first: date, days: int) -> None:
        """Mark the minutes of so many days from the first on."""
        self.zone = ZoneInfo(data["timezone"])
        self.begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
        self.minutes = days * 1440
        self.open = bytearray(self.minutes)
        # Three days more on either side: zones lie up to a day from UTC and nights reach into the next date.
        wall = self._wall(data, first - timedelta(days=3), days + 6)
        for low, high in _runs(wall):
            start, end = (self.minute(self._instant(first - timedelta(days=3), minute)) for minute in (low, high))
            start, end = max(start, 0), min(end, self.minutes)
            if start < end:
                self.open[start:end] = b"\1" * (end - start)

    def minute(self, at: datetime) -> int:
        """The number of the minute an instant begins."""
        return (at - self.begin) // MINUTE

    def instant(self, minute: int) -> datetime:
        """The instant a minute begins."""
        return self.begin + minute * MINUTE

    def elapsed(self, start: int, end: int, paused: bytearray | None = None) -> int:
        """Open minutes from one to another."""
        return sum(1 for minute in range(start, end) if self.open[minute] and not (paused and paused[minute]))

    def deadline(self, start: int, target: int, paused: bytearray | None = None) -> int | None:
        """The end of the open minute that completes the target; of nothing, the first open minute; None beyond the days marked."""
        for minute in range(start, self.minutes):
            if self.open[minute] and not (paused and paused[minute]):
                if target == 0:
                    return minute
                target -= 1
                if target == 0:
                    return minute + 1
        return None

    def next_close(self, start: int) -> int | None:
        """The first minute after an open one, from the first open minute on, that is closed."""
        opening = self.open.find(1, start)
        closing = self.open.find(0, opening) if opening >= 0 else -1
        return closing if closing >= 0 else None

    def prev_close(self, end: int) -> int | None:
        """The end of the last open minute before."""
        return self.open.rfind(1, 0, end) + 1 or None

    def _wall(self, data: dict[str, Any], first: date, days: int) -> bytearray:
        """Minutes of the wall clock, as if it never changed."""
        wall = bytearray((days + 2) * 1440)
        special = {row["date"]: row["hours"] for row in data["extra"]}
        for number in range(days):
            on = first + timedelta(days=number)
            hours = [] if on.isoformat() in data["holidays"] else [row[1:] for row in data["weekly"] if row[0] == NAMES[on.weekday()]]
            for opening, closing in special.get(on.isoformat(), hours):
                low, high = _minutes(opening), _minutes(closing)
                high += 1440 * (high <= low)
                wall[number * 1440 + low : number * 1440 + high] = b"\1" * (high - low)
        return wall

    def _instant(self, first: date, minute: int) -> datetime:
        """The first instant at which the clock shows this; when it never does, as if the clock had not gone forward."""
        shown = datetime(first.year, first.month, first.day) + minute * MINUTE  # noqa: DTZ001 (a wall time)
        around = [shown.replace(tzinfo=UTC) + timedelta(days=days) for days in (-1, 0, 1)]
        offsets = [at.astimezone(self.zone).utcoffset() or timedelta() for at in around]
        candidates = [(shown - offset).replace(tzinfo=UTC) for offset in offsets]
        shows_it = [at for at in candidates if at.astimezone(self.zone).replace(tzinfo=None) == shown]
        return min(shows_it, default=candidates[0])


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _runs(marked: bytearray) -> list[tuple[int, int]]:
    runs, low = [], marked.find(1)
    while low >= 0:
        high = marked.find(0, low)
        runs.append((low, high))
        low = marked.find(1, high)
    return runs

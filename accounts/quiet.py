"""The hours in which a person is not to be woken by mail: arithmetic of wall times, without a query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

if TYPE_CHECKING:
    from datetime import date


def zone_called(name: str) -> ZoneInfo:
    """Answer a zone by its IANA name; the service desk's own for no name, or for one that zone data no longer knows."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From a wall time to another in a zone, every day; one that ends before it begins ends on the next day.

    A wall time that does not exist moves forward by the gap, one that exists twice is the first of the two (rule 2 of the clock).
    """

    begins: time
    ends: time
    zone: ZoneInfo

    def until(self, at: datetime) -> datetime | None:
        """Answer when the quiet hours that hold at an instant end, or nothing when none do; their end belongs to them no longer."""
        today = at.astimezone(self.zone).date()
        for day in (today - timedelta(days=1), today):
            begins, ends = self._instant(day, self.begins), self._instant(day + timedelta(days=self.ends <= self.begins), self.ends)
            if begins <= at < ends:
                return ends
        return None

    def _instant(self, day: date, wall: time) -> datetime:
        # Without a fold, zoneinfo takes the offset before the change: what does not exist moves forward, of two it is the first.
        return datetime.combine(day, wall, self.zone).astimezone(UTC)

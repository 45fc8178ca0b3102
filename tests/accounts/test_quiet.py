"""Quiet hours: by the wall, over midnight, and on the two days a year on which the wall jumps."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from accounts.quiet import QuietHours

pytestmark = pytest.mark.once
NIGHT, NOON_REST, SMALL_HOURS, LATE = (22, 7), (12, 14), (2.5, 3.5), (1, 2.5)


def wall(hours: float) -> time:
    return time(int(hours), int(hours % 1 * 60))


@pytest.mark.parametrize(
    ("zone", "hours", "at", "ends", "why"),
    [
        ("Asia/Shanghai", NIGHT, "2026-11-20T13:59:59", None, "a second before 22:00"),
        ("Asia/Shanghai", NIGHT, "2026-11-20T14:00:00", "2026-11-20T23:00:00", "22:00 belongs to the night"),
        ("Asia/Shanghai", NIGHT, "2026-11-20T20:00:00", "2026-11-20T23:00:00", "04:00, of the night that began yesterday"),
        ("Asia/Shanghai", NIGHT, "2026-11-20T23:00:00", None, "07:00 does not"),
        ("Asia/Shanghai", NOON_REST, "2026-11-20T05:00:00", "2026-11-20T06:00:00", "13:00, within a day"),
        ("Asia/Shanghai", NOON_REST, "2026-11-20T06:00:00", None, "14:00"),
        ("America/New_York", NIGHT, "2026-11-20T13:59:59", None, "morning there"),
        ("America/New_York", NIGHT, "2026-11-21T04:00:00", "2026-11-21T12:00:00", "23:00 there"),
        ("Europe/Berlin", NIGHT, "2026-03-28T22:00:00", "2026-03-29T05:00:00", "the night of 8 hours"),
        ("Europe/Berlin", NIGHT, "2026-10-24T21:00:00", "2026-10-25T06:00:00", "the night of 10 hours"),
        ("Europe/Berlin", SMALL_HOURS, "2026-03-29T01:29:59", None, "02:30 is not there; it is 03:30 that day"),
        ("Europe/Berlin", SMALL_HOURS, "2026-03-29T01:30:00", None, "and it would end when it begins"),
        ("Europe/Berlin", LATE, "2026-03-29T01:15:00", "2026-03-29T01:30:00", "an end that is not there comes after the gap"),
        ("Europe/Berlin", SMALL_HOURS, "2026-10-25T00:30:00", "2026-10-25T02:30:00", "02:30 is twice there; the first begins it"),
        ("Europe/Berlin", LATE, "2026-10-25T00:29:00", "2026-10-25T00:30:00", "the first of the two ends it"),
        ("Europe/Berlin", LATE, "2026-10-25T01:00:00", None, "the second 02:00"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_when_it_is_quiet_and_until_when(zone: str, hours: tuple[float, float], at: str, ends: str | None, why: str) -> None:
    quiet = QuietHours(wall(hours[0]), wall(hours[1]), ZoneInfo(zone))
    found = quiet.until(datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert found == (datetime.fromisoformat(ends).replace(tzinfo=UTC) if ends else None), why

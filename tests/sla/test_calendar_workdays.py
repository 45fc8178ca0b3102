"""Targets in working days (rule 15 of the clock)."""

from datetime import date
from typing import Any

import pytest

from sla.engine import Calendar
from tests.sla.calendars import ALL_DAYS, WORKDAYS, at, calendar, every, local, office

pytestmark = pytest.mark.once

MAKE_UP = {"holidays": ["2026-11-25"], "extra": {"2026-11-28": [["10:00", "16:00"]]}}
OVERLAP = [*every(WORKDAYS, ("22:00", "06:00")), *every(("tue",), ("05:00", "12:00"))]


@pytest.mark.parametrize(
    ("hours", "start", "days", "due", "why"),
    [
        (office(), "2026-11-23 10:00", 1, "2026-11-24 10:00", "the same time of the next working day"),
        (office(), "2026-11-23 10:00", 5, "2026-11-30 10:00", "over the weekend"),
        (office(), "2026-11-23 08:00", 1, "2026-11-24 09:00", "rolled to the opening"),
        (office(), "2026-11-23 12:30", 1, "2026-11-24 13:30", "rolled to the end of the break"),
        (office(), "2026-11-27 19:00", 1, "2026-12-01 09:00", "rolled to Monday, so due on Tuesday"),
        (office(), "2026-11-27 19:00", 0, "2026-11-30 09:00", "no days: when time first counts"),
        (office(**MAKE_UP), "2026-11-24 17:00", 1, "2026-11-26 17:00", "a holiday is not counted"),
        (office(**MAKE_UP), "2026-11-27 17:00", 1, "2026-11-28 16:00", "a make-up day is, and clamps to its closing"),
        (office(**MAKE_UP), "2026-11-27 09:30", 1, "2026-11-28 10:00", "or to its opening"),
        (calendar(("mon", "09:00", "17:00"), ("tue", "09:00", "11:00"), ("tue", "14:00", "17:00")),
         "2026-11-23 12:00", 1, "2026-11-24 11:00", "in a break: to the closing before it, the earliest of equals"),
        (calendar(*every(WORKDAYS, ("22:00", "06:00"))), "2026-11-24 01:00", 1, "2026-11-25 01:00",
         "the tail of Monday's night goes to the tail of Tuesday's"),
        (calendar(*every(WORKDAYS, ("22:00", "06:00"))), "2026-11-28 01:00", 1, "2026-12-01 01:00",
         "Friday's night goes to Monday's"),
        (calendar(*OVERLAP), "2026-11-24 05:30", 1, "2026-11-25 22:00", "a date's own hours come before the tail of the night"),
        (calendar(*every(ALL_DAYS, ("00:00", "24:00"))), "2026-11-23 03:00", 3, "2026-11-26 03:00", "all days are working days"),
    ],
)  # fmt: skip
def test_so_many_working_days_on_at_the_same_time(hours: Calendar, start: str, days: int, due: str, why: str) -> None:
    assert local(hours.add_workdays(at(start), days)) == due, why


def test_the_same_wall_time_over_a_clock_change() -> None:
    zone = "America/New_York"
    hours = calendar(*every(WORKDAYS, ("09:00", "17:00")), zone=zone)
    assert local(hours.add_workdays(at("2026-03-06 10:00", zone), 1), zone) == "2026-03-09 10:00"


@pytest.mark.parametrize(
    ("exceptions", "first", "last", "count"),
    [
        ({}, "2026-11-23", "2026-11-29", 5),
        ({}, "2026-11-23", "2026-11-23", 1),
        ({}, "2026-11-28", "2026-11-29", 0),
        (MAKE_UP, "2026-11-23", "2026-11-29", 5),
    ],
)
def test_working_days_between_two_dates_both_counted(exceptions: dict[str, Any], first: str, last: str, count: int) -> None:
    assert office(**exceptions).workdays_between(date.fromisoformat(first), date.fromisoformat(last)) == count


def test_a_day_whose_only_hours_are_skipped_is_no_working_day() -> None:
    skipped = calendar(("sun", "02:00", "03:00"), zone="America/New_York")
    assert not skipped.is_workday(date(2026, 3, 8))
    assert skipped.is_workday(date(2026, 3, 15))

"""On which day a visit falls."""

from __future__ import annotations

from datetime import date

import pytest

from core import periods
from inspections import engine


def weekday(day: date) -> bool:
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("every", "day", "key", "first", "last"),
    [
        ("month", date(2026, 10, 31), "2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("month", date(2028, 2, 1), "2028-02", date(2028, 2, 1), date(2028, 2, 29)),  # a leap year
        ("quarter", date(2026, 12, 31), "2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("quarter", date(2027, 1, 1), "2027Q1", date(2027, 1, 1), date(2027, 3, 31)),
        ("year", date(2026, 6, 30), "2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_day_is_in_one_period(every, day, key, first, last):
    assert (periods.key(every, day), periods.first_day(every, day), periods.last_day(every, day)) == (key, first, last)


@pytest.mark.parametrize(
    ("every", "starts_on", "today", "turn", "why"),
    [
        ("quarter", date(2026, 12, 4), date(2026, 11, 20), date(2026, 12, 4), "the start is the first turn"),
        ("quarter", date(2026, 1, 15), date(2026, 11, 20), date(2026, 10, 15), "late, but still in the period"),
        ("quarter", date(2027, 2, 1), date(2026, 11, 20), date(2027, 2, 1), "not before the start"),
        ("month", date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), "a short month ends earlier"),
        ("month", date(2026, 1, 31), date(2026, 3, 1), date(2026, 3, 31), "and the next is at its own end again"),
        ("year", date(2024, 2, 29), date(2026, 1, 1), date(2026, 2, 28), "a leap day in a common year"),
    ],
)
def test_the_next_turn_is_in_the_current_period_or_later(every, starts_on, today, turn, why):
    assert engine.next_turn(every, starts_on, today) == turn, why


def test_every_period_has_exactly_one_turn():
    for every, starts_on in (("month", date(2024, 1, 31)), ("quarter", date(2024, 11, 30)), ("year", date(2024, 2, 29))):
        turn, keys = starts_on, []
        for _i in range(40):
            keys.append(periods.key(every, turn))
            turn = engine.next_turn(every, starts_on, starts_on, after=turn)
        assert len(set(keys)) == 40, every


@pytest.mark.parametrize(
    ("every", "turn", "today", "day", "why"),
    [
        ("quarter", date(2026, 12, 4), date(2026, 11, 20), date(2026, 12, 4), "a Friday stays"),
        ("quarter", date(2026, 12, 5), date(2026, 11, 20), date(2026, 12, 7), "a Saturday moves to Monday"),
        ("month", date(2026, 10, 31), date(2026, 10, 1), date(2026, 10, 30), "but not into the next period"),
        ("quarter", date(2026, 10, 15), date(2026, 11, 20), date(2026, 11, 23), "a late one is announced three days before"),
        ("month", date(2026, 11, 10), date(2026, 11, 29), date(2026, 11, 30), "or less, where the period ends"),
        ("month", date(2026, 10, 31), date(2026, 10, 31), date(2026, 11, 2), "no working day is left: the next one"),
    ],
)
def test_a_visit_falls_on_a_working_day_of_its_period(every, turn, today, day, why):
    assert engine.visit_day(every, turn, today, weekday) == day, why


def test_a_calendar_that_never_opens_moves_nothing():
    assert engine.visit_day("month", date(2026, 12, 4), date(2026, 11, 20), lambda _day: False) == date(2026, 12, 4)

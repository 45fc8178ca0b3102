"""When a visit is owed, on which day it falls, and what a figure means."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import periods
from inspections import engine

START = date(2026, 11, 20)


def weekday(day: date) -> bool:
    return day.weekday() < 5


def turns(every: str, starts_on: date, today: date, **more) -> list[engine.Turn]:
    return list(islice(engine.turns(every, engine.preset_rule(every, starts_on), starts_on, today, **more), 3))


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
    ("every", "starts_on", "today", "day", "why"),
    [
        ("quarter", date(2026, 12, 4), date(2026, 11, 20), date(2026, 12, 4), "the start is the first turn"),
        ("quarter", date(2026, 1, 15), date(2026, 11, 20), date(2026, 10, 15), "late, but still in the period"),
        ("quarter", date(2027, 2, 1), date(2026, 11, 20), date(2027, 2, 1), "not before the start"),
        ("month", date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), "a short month ends earlier"),
        ("month", date(2026, 1, 31), date(2026, 3, 1), date(2026, 3, 31), "and the next is at its own end again"),
        ("year", date(2024, 2, 29), date(2026, 1, 1), date(2026, 2, 28), "a leap day in a common year"),
        ("four", date(2026, 2, 10), date(2026, 5, 9), date(2026, 2, 10), "four a year: owed until the day before the next"),
        ("four", date(2026, 2, 10), date(2026, 5, 10), date(2026, 5, 10), "and then the next is"),
    ],
)
def test_the_next_turn_can_still_be_kept(every, starts_on, today, day, why):
    assert turns(every, starts_on, today)[0].day == day, why


@pytest.mark.parametrize(
    ("today", "first", "last", "why"),
    [
        (date(2026, 11, 1), date(2026, 11, 15), date(2026, 11, 20), "P1: between the 15th and the 20th"),
        (date(2026, 11, 20), date(2026, 11, 15), date(2026, 11, 20), "on its last day it can still be kept"),
        (date(2026, 11, 21), date(2026, 12, 15), date(2026, 12, 20), "a day later it cannot"),
    ],
)
def test_a_window_says_which_days_of_the_month(today, first, last, why):
    turn = turns("month", date(2026, 7, 3), today, window=(15, 20))[0]
    assert (turn.first, turn.last) == (first, last), why
    assert first <= engine.visit_day(turn, min(today, last), weekday) <= last


def test_a_window_ends_with_a_short_month():
    turn = turns("month", date(2027, 2, 1), date(2027, 2, 1), window=(25, 31))[0]
    assert (turn.first, turn.last) == (date(2027, 2, 25), date(2027, 2, 28))


@pytest.mark.parametrize(
    ("rule", "code", "why"),
    [
        ("", "unreadable", "nothing"),
        ("every month", "unknown", "no rule"),
        ("FREQ=DAILY", "frequency", "nobody inspects every day"),
        ("INTERVAL=2", "frequency", "how often is missing"),
        ("FREQ=MONTHLY;INTERVAL=0", "interval", "would never move on"),
        ("FREQ=MONTHLY;INTERVAL=x", "interval", "no number"),
        ("FREQ=MONTHLY;BYHOUR=3", "unknown", "visits have no hours here"),
        ("FREQ=MONTHLY;BYDAY=XX", "unreadable", "no such day of the week"),
        ("FREQ=MONTHLY;BYMONTHDAY=1;BYMONTHDAY=2", "twice", "said twice"),
        ("FREQ=MONTHLY;COUNT=0", "never", "no visit at all"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never", "30 February"),
        ("FREQ=MONTHLY;UNTIL=20261101", "never", "over before it begins"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(rule, code, why):
    with pytest.raises(engine.RuleProblem) as refusal:
        engine.check_rule(rule, START)
    assert refusal.value.code == code, why


def test_a_window_takes_one_turn_a_month():
    assert engine.check_rule("freq=monthly;byday=2tu", START, once_a_month=True) == "FREQ=MONTHLY;BYDAY=2TU"
    with pytest.raises(engine.RuleProblem) as refusal:
        engine.check_rule("FREQ=WEEKLY", START, once_a_month=True)
    assert refusal.value.code == "window"


def test_a_rule_of_its_own_owes_each_turn_until_the_next():
    first, second = islice(engine.turns("rule", "FREQ=MONTHLY;BYDAY=2TU;COUNT=2", START, START), 2)
    assert (first.key, first.last) == ("2026-12-08", date(2027, 1, 11))
    assert second.day == date(2027, 1, 12)


@settings(max_examples=60, deadline=None)
@given(
    every=st.sampled_from(["month", "quarter", "four", "year"]),
    starts_on=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    ahead=st.integers(0, 900),
    window=st.none() | st.tuples(st.integers(1, 31), st.integers(1, 31)).map(sorted).map(tuple),
)
def test_each_turn_is_owed_once_and_placed_in_its_days(every, starts_on, ahead, window):
    today = starts_on + timedelta(days=ahead)
    found = list(islice(engine.turns(every, engine.preset_rule(every, starts_on), starts_on, today, window=window), 8))
    assert len({turn.key for turn in found}) == len(found), "each has a name of its own"
    assert all(turn.last >= today for turn in found), "none that nobody can keep any more"
    assert all(before.last < after.first for before, after in pairwise(found)), "no day is owed twice"
    for turn in found:
        assert engine.visit_day(turn, today, lambda _day: True) in (turn.first + timedelta(days=n) for n in range(400))
        placed = engine.visit_day(turn, today, weekday)
        assert weekday(placed)
        assert placed >= today or not any(weekday(today + timedelta(days=n)) for n in range((turn.last - today).days + 1))


@pytest.mark.parametrize(
    ("every", "day", "today", "placed", "why"),
    [
        ("quarter", date(2026, 12, 4), date(2026, 11, 20), date(2026, 12, 4), "a Friday stays"),
        ("quarter", date(2026, 12, 5), date(2026, 11, 20), date(2026, 12, 7), "a Saturday moves to Monday"),
        ("month", date(2026, 10, 31), date(2026, 10, 1), date(2026, 10, 30), "but not into the next period"),
        ("quarter", date(2026, 10, 15), date(2026, 11, 20), date(2026, 11, 23), "a late one is announced three days before"),
        ("month", date(2026, 11, 10), date(2026, 11, 29), date(2026, 11, 30), "or less, where the period ends"),
        ("month", date(2026, 10, 31), date(2026, 10, 31), date(2026, 11, 2), "no working day is left: the next one"),
    ],
)
def test_a_visit_falls_on_a_working_day_of_its_period(every, day, today, placed, why):
    turn = engine.Turn(periods.key(every, day), day, periods.first_day(every, day), periods.last_day(every, day))
    assert engine.visit_day(turn, today, weekday) == placed, why


def test_a_calendar_that_never_opens_moves_nothing():
    turn = engine.Turn("2026-12", date(2026, 12, 4), date(2026, 12, 1), date(2026, 12, 31))
    assert engine.visit_day(turn, date(2026, 11, 20), lambda _day: False) == date(2026, 12, 4)


@pytest.mark.parametrize(
    ("words", "value"),
    [("91", "91"), (" 23,5 ", "23.5"), ("80 %", "80"), ("-4.25", "-4.25"), ("1e3", "1000"), ("", None), ("viel", None), ("NaN", None),
     ("Infinity", None), ("99999999999", None), ("0.00001", "0")],
)  # fmt: skip
def test_what_was_typed_is_read_as_a_number_or_not_at_all(words, value):
    assert engine.read_number(words) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("value", "low", "high", "is_in_order"),
    [("85", None, "85", True), ("85.1", None, "85", False), ("18", "18", "27", True), ("17.9", "18", "27", False), ("5", None, None, True)],
)
def test_a_limit_itself_is_in_order(value, low, high, is_in_order):
    low, high = (bound and Decimal(bound) for bound in (low, high))
    assert engine.within(Decimal(value), low, high) == is_in_order

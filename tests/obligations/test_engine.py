"""When work is owed: pure arithmetic of periods and terms."""

from datetime import date, timedelta

import pytest

from obligations import engine
from sla.engine.plan import Length, Recurring

pytestmark = pytest.mark.once


def work(every, **facts):
    return Recurring("w", "inspection", {"zh-hans": "巡检", "en": "Inspection"}, "", {}, every, **facts)


def periods_of(every, accepted, until, first, last, **facts):
    return [turn.period for turn in engine.turns(work(every, **facts), accepted, until, first, last)]


@pytest.mark.parametrize(
    ("every", "accepted", "count"),
    [
        ("month", date(2026, 1, 1), 12),
        ("month", date(2026, 1, 31), 12),
        ("month", date(2026, 2, 15), 12),
        ("quarter", date(2026, 1, 1), 4),
        ("quarter", date(2026, 2, 14), 4),
        ("quarter", date(2026, 3, 25), 4),
        ("year", date(2026, 2, 1), 1),
        ("year", date(2026, 11, 30), 1),
    ],
)
def test_a_contract_of_a_year_owes_as_many_periods_as_a_year_has_wherever_it_begins(every, accepted, count):
    until = accepted.replace(year=2027) - timedelta(days=1)
    found = periods_of(every, accepted, until, date(2026, 1, 1), date(2027, 12, 31))
    assert len(found) == count
    assert len(set(found)) == count


def test_a_period_that_the_contract_joins_after_its_middle_is_not_owed():
    until = date(2030, 1, 1)
    assert periods_of("quarter", date(2026, 11, 15), until, date(2026, 10, 1), date(2026, 12, 31)) == ["2026Q4"]
    assert periods_of("quarter", date(2026, 11, 16), until, date(2026, 10, 1), date(2026, 12, 31)) == []


def test_a_period_the_contract_joins_opens_on_its_first_day_and_one_it_leaves_is_due_on_its_last():
    [turn] = engine.turns(work("quarter"), date(2026, 11, 1), date(2026, 12, 20), date(2026, 11, 3), date(2026, 11, 3))
    assert (turn.opens_on, turn.due_on, turn.ends_on) == (date(2026, 11, 1), date(2026, 12, 20), date(2026, 12, 31))


def test_a_contract_that_has_not_begun_owes_nothing_yet():
    assert periods_of("quarter", date(2026, 11, 1), date(2027, 10, 31), date(2026, 10, 5), date(2026, 10, 31)) == []
    assert periods_of("quarter", date(2026, 11, 1), date(2027, 10, 31), date(2026, 10, 5), date(2026, 11, 1)) == ["2026Q4"]


def test_a_window_says_the_days_and_decides_on_its_last():
    terms = {"window": (15, 20)}
    [turn] = engine.turns(work("month", **terms), date(2026, 1, 1), date(2026, 12, 31), date(2026, 11, 2), date(2026, 11, 2))
    assert (turn.period, turn.opens_on, turn.due_on) == ("2026-11", date(2026, 11, 15), date(2026, 11, 20))
    assert periods_of("month", date(2026, 11, 20), date(2027, 1, 1), date(2026, 11, 21), date(2026, 11, 21), **terms) == ["2026-11"]
    assert periods_of("month", date(2026, 11, 21), date(2027, 1, 1), date(2026, 11, 21), date(2026, 11, 21), **terms) == []


def test_a_window_that_ends_after_a_short_month_ends_with_it():
    [turn] = engine.turns(work("month", window=(25, 31)), date(2026, 1, 1), date(2026, 12, 31), date(2026, 2, 3), date(2026, 2, 3))
    assert turn.due_on == date(2026, 2, 28)


def test_what_is_owed_once_is_due_so_long_after_the_acceptance():
    once = {"within": Length(months=1)}
    [turn] = engine.turns(work("once", **once), date(2026, 1, 31), date(2026, 12, 31), date(2026, 2, 1), date(2026, 2, 1))
    assert (turn.period, turn.opens_on, turn.due_on) == ("", date(2026, 1, 31), date(2026, 2, 28))


def test_what_was_to_be_done_once_before_anybody_looked_is_not_entered():
    once = {"within": Length(months=1)}
    assert periods_of("once", date(2026, 1, 31), date(2026, 12, 31), date(2026, 3, 1), date(2026, 3, 1), **once) == []


def test_work_may_begin_some_time_after_the_acceptance():
    later = {"starts": Length(months=3)}
    assert periods_of("quarter", date(2026, 1, 1), date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31), **later) == [
        "2026Q2", "2026Q3", "2026Q4",
    ]  # fmt: skip


def test_hours_count_as_begun_days():
    assert engine.after(date(2026, 1, 1), Length(seconds=3600)) == date(2026, 1, 2)
    assert engine.after(date(2026, 1, 1), Length(seconds=86400)) == date(2026, 1, 2)


@pytest.mark.parametrize("every", ["fault", "job", "project", "release"])
def test_what_follows_an_event_is_never_planned(every):
    assert periods_of(every, date(2026, 1, 1), date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31)) == []


@pytest.mark.parametrize(("share", "equipment", "wanted"), [(100, 7, 7), (50, 7, 4), (10, 1, 1), (100, 0, 0)])
def test_a_share_of_the_equipment_is_rounded_up(share, equipment, wanted):
    assert engine.wanted(work("quarter", per="equipment", share=share), equipment) == wanted

"""When to call, whom to ask, what an answer means."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from care import engine

pytestmark = pytest.mark.once
HERE = ZoneInfo("Asia/Shanghai")


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=HERE)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (local(20, 10), local(20, 10)),  # within the hours: now
        (local(20, 6), local(20, 9)),  # before: when they begin
        (local(20, 18, 30), local(21, 9)),  # from the end on: the next morning
        (local(20, 23), local(21, 9)),
    ],
)
def test_nobody_is_called_at_night(at, expected):
    assert engine.hour_to_call(at) == expected


def test_preferred_hours_go_before_the_usual_ones():
    assert engine.hour_to_call(local(20, 10), time(14), time(16)) == local(20, 14)


def test_after_no_answer_another_part_of_the_day_comes_next():
    assert engine.next_try(local(20, 10), [local(20, 10)]) == local(20, 13, 30)
    assert engine.next_try(local(20, 14), [local(20, 10), local(20, 14)]) == local(20, 16)
    assert engine.next_try(local(20, 18), [local(20, 18)]) == local(21, 9, 30)


def test_when_every_hour_was_tried_it_is_at_least_not_the_same_as_the_last():
    tried = [local(20, 10), local(20, 14), local(20, 16), local(20, 18)]
    again = engine.next_try(local(20, 18), tried)
    assert again == local(21, 9, 30)
    assert engine.part_of(again) != engine.part_of(tried[-1])


def test_a_try_an_hour_ago_is_not_repeated_at_once():
    assert engine.next_try(local(20, 13, 0), [local(20, 9, 40)]) == local(20, 16)


def test_preferred_hours_hold_for_the_next_try_too():
    assert engine.next_try(local(20, 15), [local(20, 15)], time(14), time(16, 30)).time() == time(16)
    assert engine.next_try(local(20, 16), [local(20, 16)], time(15), time(15, 30)) == local(21, 15)


def weekday(day: date) -> bool:
    return day.weekday() < 5


def test_at_weekends_and_on_holidays_nobody_is_called():
    friday, saturday = 20, 21
    assert engine.hour_to_call(local(friday, 19), is_workday=weekday) == local(23, 9)
    assert engine.hour_to_call(local(saturday, 7), is_workday=weekday) == local(23, 9)
    assert engine.hour_to_call(local(saturday, 11), is_workday=weekday) == local(23, 9)
    assert engine.next_try(local(friday, 18), [local(friday, 18)], is_workday=weekday) == local(23, 9, 30)
    golden_week = engine.next_try(local(friday, 18), [local(friday, 18)], is_workday=lambda day: day >= date(2026, 11, 30))
    assert golden_week == local(30, 9, 30)
    assert engine.hour_to_call(local(friday, 19), is_workday=lambda _day: False) == local(saturday, 9)


def test_three_days_are_enough_whatever_the_number_of_tries():
    assert not engine.is_exhausted([local(20, 10), local(20, 14), local(21, 10)])
    assert engine.is_exhausted([local(20, 10), local(21, 10), local(22, 10)])


def test_a_sample_is_the_same_whenever_it_is_drawn_and_about_as_large_as_wished():
    keys = [f"callback-fault:ticket:{number}:9" for number in range(2000)]
    drawn = [engine.sampled(key, 10) for key in keys]
    assert drawn == [engine.sampled(key, 10) for key in keys]
    assert 150 < sum(drawn) < 250
    assert all(engine.sampled(key, 100) for key in keys)
    assert not any(engine.sampled(key, 0) for key in keys)


def test_calls_are_spread_evenly_however_few_they_are():
    days = [date(2026, 10, 9) + timedelta(days=place) for place in range(60)]
    four = sorted(engine.spread(days, {}, 4))
    gaps = [(later - earlier).days for earlier, later in pairwise(four)]
    assert all(12 <= gap <= 18 for gap in gaps)
    many = engine.spread(days, {}, 120)
    assert {many.count(day) for day in days} == {2}


def test_days_that_are_full_already_are_left_to_the_others():
    days = [date(2026, 10, 9), date(2026, 10, 10)]
    assert engine.spread(days, {days[0]: 3}, 2) == [days[1], days[1]]


def test_a_period_without_working_days_has_its_last_one():
    assert engine.workdays(date(2026, 10, 1), date(2026, 10, 7), lambda _day: False) == [date(2026, 10, 7)]


def question(code: str, kind: str, means: str, **more) -> dict:
    return {"code": code, "kind": kind, "means": means, "text": code, "options": [], **more}


@pytest.mark.parametrize(
    ("questions", "answers", "expected"),
    [
        ([question("back", "yes_no", "came_back")], {"back": "yes"}, engine.Judged(came_back=True)),
        ([question("back", "yes_no", "came_back")], {"back": "no"}, engine.Judged(came_back=False)),
        ([question("score", "score", "satisfied")], {"score": "2"}, engine.Judged(satisfied=False)),
        ([question("score", "score", "satisfied")], {"score": "3"}, engine.Judged(satisfied=True)),
        (
            [question("a", "score", "satisfied"), question("b", "yes_no", "satisfied")],
            {"a": "5", "b": "no"},
            engine.Judged(satisfied=False),
        ),
        ([question("words", "words", "finding")], {"words": "硬盘快满"}, engine.Judged(finding="硬盘快满")),
        ([question("ok", "yes_no", "finding")], {"ok": "no"}, engine.Judged(finding="ok")),
        ([question("ok", "yes_no", "finding")], {}, engine.Judged()),  # was not asked
    ],
)
def test_what_answers_come_to(questions, answers, expected):
    assert engine.judged(questions, answers) == expected


def test_an_option_marked_as_bad_is_not_fine():
    asked = question("manner", "choice", "", options=[{"code": "good", "bad": False}, {"code": "poor", "bad": True}])
    assert engine.is_fine(asked, "good")
    assert not engine.is_fine(asked, "poor")

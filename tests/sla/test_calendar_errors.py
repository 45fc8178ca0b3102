"""What is wrong with a calendar, or with what it is asked, is said in a sentence that names the place."""

import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sla.engine import Calendar, CalendarError
from tests.sla.calendars import ALL_DAYS, HOUR, at, calendar, every, office

pytestmark = pytest.mark.once

GOOD = {"timezone": "Asia/Shanghai", "weekly": [["mon", "09:00", "18:00"]], "holidays": [], "extra": []}


@pytest.mark.parametrize(
    ("wrong", "code", "sentence"),
    [
        ({"timezone": "Asia/Shanghia"}, "bad_timezone", "timezone: 'Asia/Shanghia' is not in the time zone data"),
        ({"timezone": "../etc/passwd"}, "bad_timezone", "timezone: '../etc/passwd' is not in the time zone data"),
        ({"timezone": "Asia"}, "bad_timezone", "timezone: 'Asia' is not in the time zone data"),
        ({"timezone": ""}, "bad_timezone", "timezone: an IANA time zone is needed, such as Asia/Shanghai"),
        ({"timezone": None}, "bad_timezone", "timezone: an IANA time zone is needed"),
        ({"holiday": []}, "unknown_field", "holiday: unknown field"),
        ({"weekly": {"mon": ["09:00", "18:00"]}}, "malformed", "weekly: expected a list"),
        ({"weekly": [["mon", "09:00", "18:00"], ["Tue", "09:00", "18:00"]]}, "bad_weekday", "weekly[1]: 'Tue' is no weekday"),
        ({"weekly": [["mon", "09:00"]]}, "malformed", "weekly[0]: expected opening and closing time"),
        ({"weekly": [7]}, "bad_weekday", "weekly[0]: None is no weekday"),
        ({"weekly": [["mon", "9:00", "18:00"]]}, "bad_time", "weekly[0]: '9:00' is no time of day"),
        ({"weekly": [["mon", "09:00", "25:00"]]}, "bad_time", "weekly[0]: '25:00' is no time of day"),
        ({"weekly": [["mon", "09:00", "24:30"]]}, "bad_time", "weekly[0]: '24:30' is after 24:00"),
        ({"weekly": [["mon", 540, 1080]]}, "bad_time", "weekly[0]: 540 is no time of day"),
        ({"weekly": [["mon", "24:00", "06:00"]]}, "bad_time", "weekly[0]: a range cannot start at 24:00"),
        ({"holidays": ["2026-10-01", "2026-02-30"]}, "bad_date", "holidays[1]: '2026-02-30' is no date"),
        ({"holidays": [None]}, "bad_date", "holidays[0]: None is no date"),
        ({"holidays": ["0001-01-01"]}, "bad_date", "holidays[0]: 0001-01-01 lies outside the years 1900 to 2999"),
        ({"extra": [{"hours": []}]}, "malformed", "extra[0]: expected"),
        ({"extra": [{"date": "2026-10-10", "hour": []}]}, "malformed", "extra[0]: expected"),
        ({"extra": [{"date": "10.10.2026"}]}, "bad_date", "extra[0].date: '10.10.2026' is no date"),
        ({"extra": [{"date": "2026-10-10", "hours": [["09:00", "x"]]}]}, "bad_time", "extra[0].hours[0]: 'x' is no time of day"),
        ({"extra": [{"date": "2026-10-10"}, {"date": "2026-10-10"}]}, "date_twice", "extra[1]: 2026-10-10 is given twice"),
    ],
)
def test_data_that_cannot_be_read(wrong: dict[str, Any], code: str, sentence: str) -> None:
    with pytest.raises(CalendarError) as error:
        Calendar.from_dict({**GOOD, **wrong})
    assert error.value.code == code
    assert str(error.value).startswith(sentence)
    assert sentence.startswith(error.value.where)


def test_a_calendar_is_a_mapping() -> None:
    with pytest.raises(CalendarError, match="a calendar is a mapping"):
        Calendar.from_dict([])  # type: ignore[arg-type]


def test_dates_may_be_given_as_dates() -> None:
    """YAML reads them so."""
    assert office(holidays=[date(2026, 10, 1)]) == office(holidays=["2026-10-01"])


NEVER = calendar()
ONCE = calendar(extra={"2026-11-24": [["09:00", "10:00"]]})
ALWAYS = calendar(*every(ALL_DAYS, ("00:00", "24:00")))
MONDAY = at("2026-11-23 09:00")


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: NEVER.deadline(MONDAY, HOUR), "never_opens"),
        (lambda: NEVER.deadline_back(MONDAY, HOUR), "never_opens"),
        (lambda: NEVER.next_open(MONDAY), "never_opens"),
        (lambda: NEVER.next_close(MONDAY), "never_opens"),
        (lambda: NEVER.prev_close(MONDAY), "never_opens"),
        (lambda: NEVER.add_workdays(MONDAY, 1), "never_opens"),
        (lambda: ONCE.deadline(MONDAY, 2 * HOUR), "never_opens"),
        (lambda: ONCE.deadline_back(MONDAY, HOUR), "never_opens"),
        (lambda: ONCE.add_workdays(MONDAY, 1), "never_opens"),
        (lambda: ALWAYS.next_close(MONDAY), "never_closes"),
        (lambda: office().deadline(MONDAY, timedelta(days=20_000)), "too_far"),
        (lambda: office().deadline_back(MONDAY, timedelta(days=20_000)), "too_far"),
        (lambda: ALWAYS.deadline(MONDAY, timedelta(days=40_000)), "too_far"),
        (lambda: office().add_workdays(MONDAY, 1_000_000), "too_far"),
        (lambda: office().deadline(MONDAY, -HOUR), "negative"),
        (lambda: office().deadline_back(MONDAY, -HOUR), "negative"),
        (lambda: office().elapsed(MONDAY, MONDAY - HOUR), "negative"),
        (lambda: office().add_workdays(MONDAY, -1), "negative"),
        (lambda: office().workdays_between(date(2026, 11, 24), date(2026, 11, 23)), "negative"),
        (lambda: office().deadline(MONDAY, HOUR, [(MONDAY + HOUR, MONDAY)]), "pause_reversed"),
        (lambda: office().deadline(MONDAY.replace(tzinfo=None), HOUR), "naive_datetime"),
        (lambda: office().is_open(date(2026, 11, 23)), "naive_datetime"),
        (lambda: office().is_workday(MONDAY), "not_a_date"),
        (lambda: office().is_workday(date.max), "out_of_range"),
        (lambda: office().is_open(datetime.min.replace(tzinfo=UTC)), "out_of_range"),
        (lambda: office().elapsed(MONDAY, datetime.max.replace(tzinfo=UTC)), "out_of_range"),
        (lambda: office().elapsed_s(0, 1 << 40), "out_of_range"),
    ],
)
def test_a_question_without_answer_is_refused_and_not_searched_for_ever(ask: Callable[[], object], code: str) -> None:
    with pytest.raises(CalendarError) as error:
        ask()
    assert error.value.code == code


def test_a_calendar_that_never_opens_still_counts_nothing() -> None:
    assert NEVER.elapsed(MONDAY, MONDAY + 1000 * HOUR) == 0 * HOUR
    assert not NEVER.is_open(MONDAY)
    assert list(NEVER.open_spans(MONDAY)) == []
    assert list(NEVER.open_spans_back(MONDAY)) == []


def test_errors_travel_between_processes() -> None:
    error = pickle.loads(pickle.dumps(CalendarError("is wrong", code="malformed", where="extra[0]")))
    assert (str(error), error.code, error.where, error.sentence) == ("extra[0]: is wrong", "malformed", "extra[0]", "is wrong")

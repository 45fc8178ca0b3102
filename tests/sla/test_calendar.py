"""Business time: the traps of hours, nights, breaks, exceptions and clock changes, each by name (the rules of the clock)."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

import pytest

from sla.engine import Calendar
from tests.sla.calendars import ALL_DAYS, HOUR, MINUTE, WORKDAYS, at, calendar, every, local, office

pytestmark = pytest.mark.once

NEW_YORK = "America/New_York"
ALWAYS = every(ALL_DAYS, ("00:00", "24:00"))


@pytest.mark.parametrize(
    ("start", "hours", "due", "why"),
    [
        ("2026-11-23 11:00", 2, "2026-11-23 14:30", "the break at noon does not count"),
        ("2026-11-23 12:10", 1, "2026-11-23 14:30", "reported in the break: starts when it ends"),
        ("2026-11-23 09:00", 7.5, "2026-11-23 18:00", "due at closing today, not at opening tomorrow"),
        ("2026-11-23 09:00", 3, "2026-11-23 12:00", "due when the break begins, not when it ends"),
        ("2026-11-25 09:00", 7.5, "2026-11-25 18:00", "at the last closing of a week of epoch time, which ends on Wednesday"),
        ("2026-11-23 18:00", 1, "2026-11-24 10:00", "the closing instant is outside"),
        ("2026-11-27 17:30", 1, "2026-11-30 09:30", "over the weekend"),
        ("2026-11-23 10:00", 0, "2026-11-23 10:00", "nothing is due at once when open"),
        ("2026-11-23 18:00", 0, "2026-11-24 09:00", "and at the next opening when closed"),
    ],
)
def test_a_target_counts_open_time_only(start: str, hours: float, due: str, why: str) -> None:
    assert local(office().deadline(at(start), hours * HOUR)) == due, why


def test_a_make_up_saturday_is_worked() -> None:
    made_up = office(holidays=["2026-10-01"], extra={"2026-10-10": [["09:00", "12:00"], ["13:30", "18:00"]]})
    assert made_up.is_workday(date(2026, 10, 10))
    assert local(made_up.deadline(at("2026-10-09 17:30"), HOUR)) == "2026-10-10 09:30"


def test_hours_of_a_date_beat_the_holiday_and_the_holiday_beats_the_week() -> None:
    short = office(holidays=["2026-11-24", "2026-11-25"], extra={"2026-11-24": [["10:00", "11:00"]]})
    assert local(short.deadline(at("2026-11-23 17:30"), HOUR)) == "2026-11-24 10:30"
    assert local(short.next_open(at("2026-11-24 11:00"))) == "2026-11-26 09:00"


def test_a_date_without_hours_is_closed() -> None:
    assert not office(extra={"2026-11-24": []}).is_workday(date(2026, 11, 24))


def test_a_holiday_that_is_worked_is_still_a_holiday() -> None:
    worked = office(holidays=["2026-11-24"], extra={"2026-11-24": [["10:00", "11:00"]]})
    assert worked.on_holiday(at("2026-11-24 23:59"))
    assert worked.is_workday(date(2026, 11, 24))
    assert not worked.on_holiday(at("2026-11-25 00:00"))


NIGHTS = every(WORKDAYS, ("22:00", "06:00"))


@pytest.mark.parametrize(
    ("exceptions", "open_until", "why"),
    [
        ({}, "2026-11-24 06:00", "Monday's shift ends on Tuesday"),
        ({"holidays": ["2026-11-24"]}, "2026-11-24 06:00", "a holiday on Tuesday leaves Monday's shift whole"),
        ({"extra": {"2026-11-24": []}}, "2026-11-24 06:00", "a closed Tuesday too"),
        ({"extra": {"2026-11-23": [["23:00", "03:00"]]}}, "2026-11-24 03:00", "date-specific hours may run overnight"),
    ],
)
def test_a_night_shift_belongs_to_the_date_it_begins_on(exceptions: dict[str, Any], open_until: str, why: str) -> None:
    shift = calendar(*NIGHTS, **exceptions)
    assert local(shift.next_close(at("2026-11-23 23:30"))) == open_until, why


def test_the_tail_of_a_night_shift_makes_no_working_day() -> None:
    shift = calendar(*NIGHTS)
    assert shift.is_open(at("2026-11-28 05:59"))
    assert not shift.is_workday(date(2026, 11, 28))


def test_a_range_from_an_hour_to_the_same_hour_is_a_whole_day() -> None:
    shift = calendar(("mon", "08:00", "08:00"))
    assert shift.elapsed(at("2026-11-23 00:00"), at("2026-11-25 00:00")) == 24 * HOUR


@pytest.mark.parametrize("midnight", ["24:00", "00:00"])
def test_a_range_may_end_at_midnight(midnight: str) -> None:
    evening = calendar(("mon", "20:00", midnight))
    assert local(evening.next_close(at("2026-11-23 21:00"))) == "2026-11-24 00:00"


def test_ranges_that_adjoin_or_overlap_are_one() -> None:
    mixed = calendar(("mon", "09:00", "12:00"), ("mon", "12:00", "14:00"), ("mon", "13:00", "15:00"), ("mon", "10:00", "11:00"))
    assert mixed.elapsed(at("2026-11-23 00:00"), at("2026-11-24 00:00")) == 6 * HOUR
    assert local(mixed.next_close(at("2026-11-23 09:30"))) == "2026-11-23 15:00"


def test_days_open_to_midnight_run_into_each_other() -> None:
    days = calendar(*every(("mon", "tue", "sun"), ("00:00", "24:00")))
    assert [(local(start), local(end)) for start, end in islice(days.open_spans(at("2026-11-22 12:00")), 2)] == [
        ("2026-11-22 12:00", "2026-11-25 00:00"),
        ("2026-11-29 00:00", "2026-12-02 00:00"),
    ]


# -- the days the clocks change -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-08", 23), ("2026-03-15", 24), ("2026-11-01", 25)],
)
def test_a_day_has_as_many_hours_as_pass(day: str, hours: int) -> None:
    sundays = calendar(("sun", "00:00", "24:00"), zone=NEW_YORK)
    start = at(day, NEW_YORK)
    assert sundays.elapsed(start, start + timedelta(days=1)) == hours * HOUR


@pytest.mark.parametrize(
    ("opening", "closing", "length", "why"),
    [
        ("02:00", "03:00", 0 * HOUR, "the hour that is skipped is empty"),
        ("02:30", "03:00", 0 * HOUR, "and does not become a night shift when its start moves past its end"),
        ("02:15", "02:45", 30 * MINUTE, "both ends move"),
        ("02:30", "05:00", 90 * MINUTE, "the opening moves to 03:30"),
        ("01:00", "02:30", 90 * MINUTE, "the closing moves to 03:30"),
        ("22:00", "06:00", 8 * HOUR, "the night of Sunday is after it"),
    ],
)
def test_a_wall_time_that_does_not_exist_moves_forward_by_the_gap(opening: str, closing: str, length: timedelta, why: str) -> None:
    sundays = calendar(("sun", opening, closing), zone=NEW_YORK)
    assert sundays.elapsed(at("2026-03-08", NEW_YORK), at("2026-03-10", NEW_YORK)) == length, why


def test_a_range_moved_over_another_counts_once() -> None:
    sundays = calendar(("sun", "02:15", "02:45"), ("sun", "03:00", "05:00"), zone=NEW_YORK)
    assert sundays.elapsed(at("2026-03-08", NEW_YORK), at("2026-03-09", NEW_YORK)) == 2 * HOUR


@pytest.mark.parametrize(
    ("opening", "closing", "length", "why"),
    [
        ("00:00", "01:00", HOUR, "closes at the first one o'clock"),
        ("01:00", "02:00", 2 * HOUR, "opens at the first one o'clock"),
        ("01:30", "01:45", 15 * MINUTE, "is open once"),
        ("00:00", "24:00", 25 * HOUR, "the whole day"),
    ],
)
def test_a_wall_time_that_exists_twice_is_the_first(opening: str, closing: str, length: timedelta, why: str) -> None:
    sundays = calendar(("sun", opening, closing), zone=NEW_YORK)
    assert sundays.elapsed(at("2026-11-01", NEW_YORK), at("2026-11-02", NEW_YORK)) == length, why


@pytest.mark.parametrize(
    ("day", "wall", "instant"),
    [
        ("2026-03-08", time(2, 30), "2026-03-08T07:30:00+00:00"),
        ("2026-11-01", time(1, 30), "2026-11-01T05:30:00+00:00"),
        ("2026-07-01", time(9, 0, 5), "2026-07-01T13:00:05+00:00"),
    ],
)
def test_a_wall_time_is_one_instant(day: str, wall: time, instant: str) -> None:
    assert calendar(zone=NEW_YORK).local_to_instant(date.fromisoformat(day), wall) == datetime.fromisoformat(instant)


def test_a_night_over_the_change_counts_the_hours_that_passed() -> None:
    nights = calendar(("sat", "22:00", "06:00"), zone=NEW_YORK)
    assert nights.elapsed(at("2026-03-07", NEW_YORK), at("2026-03-09", NEW_YORK)) == 7 * HOUR
    assert nights.elapsed(at("2026-10-31", NEW_YORK), at("2026-11-02", NEW_YORK)) == 9 * HOUR


def test_a_date_that_a_zone_skipped_falls_on_the_next() -> None:
    samoa = calendar(("fri", "09:00", "17:00"), zone="Pacific/Apia")
    assert samoa.elapsed(at("2011-12-29", "Pacific/Apia"), at("2012-01-01", "Pacific/Apia")) == 8 * HOUR


def test_a_zone_that_changes_twice_in_a_week_is_followed() -> None:
    """Boa Vista went to summer time on 8 October 2000 and back on the 15th."""
    zone = "America/Boa_Vista"
    nights = calendar(*every(ALL_DAYS, ("23:00", "24:00")), zone=zone)
    assert nights.next_open(at("2000-10-11", zone)) == datetime(2000, 10, 12, 2, 0, tzinfo=UTC)


# -- looking around ------------------------------------------------------------------------------------------------


def test_open_is_from_the_opening_instant_to_before_the_closing_instant() -> None:
    moments = ["08:59", "09:00", "11:59", "12:00", "13:30"]
    assert [office().is_open(at(f"2026-11-23 {moment}")) for moment in moments] == [False, True, True, False, True]


@pytest.mark.parametrize(
    ("question", "asked", "answer", "why"),
    [
        ("next_open", "2026-11-23 10:00", "2026-11-23 10:00", "open already"),
        ("next_open", "2026-11-23 12:00", "2026-11-23 13:30", "the break has begun"),
        ("next_close", "2026-11-23 10:00", "2026-11-23 12:00", "the end of the span it is in"),
        ("next_close", "2026-11-23 12:00", "2026-11-23 18:00", "closed: the end of the next span"),
        ("prev_close", "2026-11-23 10:00", "2026-11-23 10:00", "open just before"),
        ("prev_close", "2026-11-23 12:00", "2026-11-23 12:00", "the closing itself"),
        ("prev_close", "2026-11-23 09:00", "2026-11-20 18:00", "nothing was open just before"),
    ],
)
def test_openings_and_closings_around_an_instant(question: str, asked: str, answer: str, why: str) -> None:
    assert local(getattr(office(), question)(at(asked))) == answer, why


def test_back_from_the_end_is_the_latest_start() -> None:
    assert local(office().deadline_back(at("2026-11-24 10:00"), HOUR)) == "2026-11-24 09:00"
    assert local(office().deadline_back(at("2026-11-24 10:00"), 2 * HOUR)) == "2026-11-23 17:00"
    assert local(office().deadline_back(at("2026-11-24 09:00"), 0 * HOUR)) == "2026-11-23 18:00"


def test_spans_are_cut_where_asked() -> None:
    noon = at("2026-11-23 11:00")
    assert [local(moment) for span in islice(office().open_spans(noon), 2) for moment in span] == [
        "2026-11-23 11:00", "2026-11-23 12:00", "2026-11-23 13:30", "2026-11-23 18:00",
    ]  # fmt: skip
    assert [local(moment) for span in islice(office().open_spans_back(noon), 2) for moment in span] == [
        "2026-11-23 09:00", "2026-11-23 11:00", "2026-11-20 13:30", "2026-11-20 18:00",
    ]  # fmt: skip


@pytest.mark.parametrize("weeks", [1, 5, *range(24, 30), 300])
def test_the_only_date_with_hours_is_found_however_far(weeks: int) -> None:
    once = calendar(extra={"2020-01-02": [["09:00", "10:00"]]})
    far = timedelta(weeks=weeks)
    assert local(once.next_open(at("2020-01-02 00:00") - far)) == "2020-01-02 09:00"
    assert local(once.prev_close(at("2020-01-02 00:00") + far)) == "2020-01-02 10:00"


def test_spans_end_with_the_last_date_that_has_hours() -> None:
    once = calendar(extra={"2026-11-24": [["09:00", "10:00"]]})
    assert len(list(once.open_spans(at("2020-01-01 00:00")))) == 1
    assert len(list(once.open_spans_back(at("2030-01-01 00:00")))) == 1


def test_a_calendar_that_is_open_all_the_time_counts_every_second() -> None:
    always = calendar(*ALWAYS, zone=NEW_YORK)
    start = datetime(2026, 3, 1, 5, 6, 7, tzinfo=UTC)
    assert always.always_open
    assert always.deadline(start, timedelta(days=2000)) == start + timedelta(days=2000)
    assert always.deadline_back(start, timedelta(days=2000)) == start - timedelta(days=2000)
    assert next(always.open_spans(start))[0] == start
    assert next(always.open_spans_back(start))[1] == start


@pytest.mark.parametrize(
    ("exceptions", "is_always", "why"),
    [
        ({"holidays": ["2026-11-24"]}, False, "a holiday closes it"),
        ({"holidays": ["2026-11-24"], "extra": {"2026-11-24": [["00:00", "24:00"]]}}, True, "one that is worked all day does not"),
    ],
)
def test_always_open_heeds_the_exceptions(exceptions: dict[str, Any], *, is_always: bool, why: str) -> None:
    assert calendar(*ALWAYS, **exceptions).always_open is is_always, why


def test_a_closed_day_of_an_open_calendar_is_found_from_afar() -> None:
    nearly = calendar(*ALWAYS, holidays=["2026-11-24"])
    assert local(nearly.next_close(at("2019-01-01 00:00"))) == "2026-11-24 00:00"
    assert local(nearly.deadline_back(at("2026-11-25 00:00"), 0 * HOUR)) == "2026-11-24 00:00"


# -- as a value ----------------------------------------------------------------------------------------------------


def test_written_and_read_again_it_is_the_same() -> None:
    data = office(holidays=["2026-11-25", "2026-11-24"], extra={"2026-11-26": [["22:00", "06:00"], ["08:00:30", "24:00"]]}).to_dict()
    assert data["holidays"] == ["2026-11-24", "2026-11-25"]
    assert data["extra"] == [{"date": "2026-11-26", "hours": [["08:00:30", "24:00"], ["22:00", "06:00"]]}]
    assert Calendar.from_dict(data).to_dict() == data


def test_it_shows_what_it_is_made_of() -> None:
    made = calendar(("mon", "09:00", "18:00"), holidays=["2026-11-23"])
    assert made.timezone == "Asia/Shanghai"
    assert repr(made) == (
        "Calendar({'timezone': 'Asia/Shanghai', 'weekly': [['mon', '09:00', '18:00']], 'holidays': ['2026-11-23'], 'extra': []})"
    )


def test_calendars_are_equal_when_their_data_are() -> None:
    one, other = office(holidays=["2026-11-24", "2026-11-25"]), office(holidays=["2026-11-25", "2026-11-24"])
    assert one == other
    assert hash(one) == hash(other)
    assert one != office()
    assert one != "a calendar"


def test_a_calendar_travels_between_processes() -> None:
    made = office(extra={"2026-11-24": []})
    made.deadline(at("2026-11-23 11:00"), HOUR)
    assert pickle.loads(pickle.dumps(made)) == made


def test_answers_are_in_utc_and_whole_seconds() -> None:
    due = office().deadline(datetime(2026, 11, 23, 2, 0, 0, 999_999, tzinfo=UTC), HOUR)
    assert (due.tzinfo, due.microsecond, due) == (UTC, 0, datetime(2026, 11, 23, 3, 0, tzinfo=UTC))


def test_whole_seconds_are_the_same_as_datetimes() -> None:
    start = at("2026-11-23 11:00")
    epoch = int(start.timestamp())
    assert office().deadline_s(epoch, 7200) == office().deadline(start, 2 * HOUR).timestamp()
    assert office().elapsed_s(epoch, epoch + 7200) == 3600
    assert office().next_open_s(epoch + 3600) == office().next_open(start + HOUR).timestamp()
    assert office().add_workdays_s(epoch, 2) == office().add_workdays(start, 2).timestamp()


def test_threads_may_share_a_calendar() -> None:
    """Each asks in another order, so that the years are laid out from several sides at once."""
    starts = [datetime(1975 + 7 * n % 60, 1 + n % 12, 1 + n % 28, n % 24, tzinfo=UTC) for n in range(240)]
    alone = [office().deadline(start, 400 * HOUR) for start in starts]
    shared = office()
    with ThreadPoolExecutor(8) as pool:
        for answers in pool.map(lambda turn: [shared.deadline(start, 400 * HOUR) for start in starts[:: 1 - 2 * (turn % 2)]], range(8)):
            assert sorted(answers) == sorted(alone)

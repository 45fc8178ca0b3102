"""What holds for every calendar, over zones and weeks in which clocks change."""

from datetime import date, datetime, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla.engine import Calendar, CalendarError
from tests.sla.walker import MINUTE, NAMES, Walker

pytestmark = pytest.mark.once

# Zones, and dates on which each of them did something.
CHANGES = [
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("Australia/Lord_Howe", "2026-04-05"),  # half an hour
    ("America/Sao_Paulo", "2015-10-18"),  # midnight is skipped
    ("America/Santiago", "2026-04-04"),  # the hour before midnight comes twice
    ("Asia/Beirut", "2025-03-30"),  # midnight is skipped
    ("Pacific/Apia", "2011-12-30"),  # a whole day is skipped
    ("Africa/Casablanca", "2026-02-15"),  # clocks go back for Ramadan
    ("America/Boa_Vista", "2000-10-08"),  # to summer time and back within a week
    ("Africa/Freetown", "1939-09-02"),  # there and back within four days, where the zone data tell it
    ("Asia/Amman", "2001-03-29"),  # on the border of two weeks of epoch time
    ("Africa/Cairo", "1958-05-01"),  # there too, in the night
    ("Asia/Kolkata", "2026-01-01"),
    ("Asia/Shanghai", "2026-10-01"),
    ("Etc/UTC", "1969-12-31"),
]
DAYS = 21
AROUND = 10
quick = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

quarters = st.integers(0, 95)
clocks = quarters.map(lambda n: f"{n // 4:02d}:{n % 4 * 15:02d}")
ends = st.one_of(clocks, st.just("24:00"))
hours = st.lists(st.tuples(clocks, ends).map(list), max_size=3)
weeks = st.one_of(
    st.lists(st.tuples(st.sampled_from(NAMES), clocks, ends).map(list), max_size=8),
    st.just([[name, "00:00", "24:00"] for name in NAMES]),
)


class World:
    """A calendar and its slow twin around a date on which clocks change."""

    def __init__(self, data: dict[str, Any], change: date) -> None:
        self.data = data
        self.calendar = Calendar.from_dict(data)
        self.first = change - timedelta(days=AROUND)
        self.walker = Walker(data, self.first, DAYS)

    def __repr__(self) -> str:
        return f"World({self.data}, {self.first + timedelta(days=AROUND)!r})"


@st.composite
def worlds(draw: st.DrawFn) -> World:
    zone, changes = draw(st.sampled_from(CHANGES))
    change = date.fromisoformat(changes)
    near = st.integers(-8, 8).map(lambda days: (change + timedelta(days=days)).isoformat())
    extra = draw(st.dictionaries(near, hours, max_size=3))
    data = {
        "timezone": zone,
        "weekly": draw(weeks),
        "holidays": draw(st.lists(near, max_size=3, unique=True)),
        "extra": [{"date": on, "hours": ranges} for on, ranges in extra.items()],
    }
    return World(data, change)


moments = st.integers(0, DAYS * 1440 - 1)
# Where things happen: near the change; the rest of the days is looked at too.
starts = st.one_of(st.integers((AROUND - 3) * 1440, (AROUND + 3) * 1440), moments)
seconds = st.integers(0, DAYS * 86_400)
pauses = st.lists(st.tuples(moments, st.integers(0, 4000)).map(lambda pause: (pause[0], min(sum(pause), DAYS * 1440 - 1))), max_size=4)


@quick
@given(worlds(), starts, starts)
def test_elapsed_is_what_a_walk_through_the_minutes_counts(world: World, one: int, other: int) -> None:
    start, end = sorted((one, other))
    elapsed = world.calendar.elapsed(world.walker.instant(start), world.walker.instant(end))
    assert elapsed == world.walker.elapsed(start, end) * MINUTE


@quick
@given(worlds(), starts, st.integers(0, 6000))
def test_deadline_is_where_a_walk_through_the_minutes_arrives(world: World, start: int, target: int) -> None:
    walked = world.walker.deadline(start, target)
    if walked is not None:
        assert world.calendar.deadline(world.walker.instant(start), target * MINUTE) == world.walker.instant(walked)


@quick
@given(worlds(), starts, st.integers(0, 3000), pauses)
def test_pauses_are_minutes_that_the_walk_leaves_out(world: World, start: int, target: int, holes: list[tuple[int, int]]) -> None:
    walker, paused = world.walker, bytearray(world.walker.minutes)
    for low, high in holes:
        paused[low:high] = b"\1" * (high - low)
    intervals = [(walker.instant(low), walker.instant(high)) for low, high in holes]
    end = DAYS * 1440 - 1
    assert world.calendar.elapsed(walker.instant(start), walker.instant(end), intervals) == walker.elapsed(start, end, paused) * MINUTE
    walked = walker.deadline(start, target, paused)
    if walked is not None:
        assert world.calendar.deadline(walker.instant(start), target * MINUTE, intervals) == walker.instant(walked)


@quick
@given(worlds(), starts)
def test_openings_and_closings_are_those_of_the_walk(world: World, minute: int) -> None:
    calendar, walker, at = world.calendar, world.walker, world.walker.instant(minute)
    assert calendar.is_open(at) == bool(walker.open[minute])
    opening = walker.open.find(1, minute)
    if opening >= 0:
        assert calendar.next_open(at) == walker.instant(opening)
    if closing := walker.next_close(minute):
        assert calendar.next_close(at) == walker.instant(closing)
    if closed := walker.prev_close(minute):
        assert calendar.prev_close(at) == walker.instant(closed)


@quick
@given(worlds(), starts)
def test_spans_forth_and_back_are_the_open_minutes(world: World, minute: int) -> None:
    walker, at = world.walker, world.walker.instant(minute)
    marked = bytearray(walker.minutes)
    for spans in (world.calendar.open_spans(at), world.calendar.open_spans_back(at)):
        for start, end in islice(spans, 80):
            low, high = max(walker.minute(start), 0), min(walker.minute(end), walker.minutes)
            if low >= high:
                break
            assert not any(marked[low:high])
            marked[low:high] = b"\1" * (high - low)
    seen = slice(max(minute - 1440 * 3, 0), minute + 1440 * 3)
    assert marked[seen] == walker.open[seen]


@quick
@given(worlds(), starts, seconds)
def test_due_and_elapsed_are_inverse(world: World, minute: int, target: int) -> None:
    start = world.walker.instant(minute) + timedelta(seconds=target % 60)
    due = reached(world, start, target)
    if due is None:
        return
    assert world.calendar.elapsed(start, due) == timedelta(seconds=target)
    if target:
        second = timedelta(seconds=1)
        assert world.calendar.elapsed(start, due - second) == timedelta(seconds=target) - second
        assert world.calendar.elapsed(world.calendar.deadline_back(due, timedelta(seconds=target)), due) == timedelta(seconds=target)
        assert world.calendar.deadline_back(due, timedelta(seconds=target)) >= start


@quick
@given(worlds(), starts, seconds, seconds)
def test_a_longer_target_is_never_due_earlier(world: World, minute: int, one: int, other: int) -> None:
    start, (short, long) = world.walker.instant(minute), sorted((one, other))
    sooner, later = reached(world, start, short), reached(world, start, long)
    # Of nothing the next opening, not the last closing: the one step that goes back, and only while closed.
    if sooner and later and short:
        assert sooner <= later
    if sooner and later:
        assert world.calendar.next_open(start) <= later


@quick
@given(worlds(), starts, starts, seconds)
def test_a_later_start_is_never_due_earlier(world: World, one: int, other: int, target: int) -> None:
    first, second = (reached(world, world.walker.instant(minute), target) for minute in sorted((one, other)))
    assert not (first and second) or first <= second


@quick
@given(worlds(), st.tuples(starts, starts, starts).map(sorted))
def test_elapsed_adds_up(world: World, minutes: list[int]) -> None:
    start, middle, end = map(world.walker.instant, minutes)
    elapsed = world.calendar.elapsed
    assert elapsed(start, middle) + elapsed(middle, end) == elapsed(start, end)


@quick
@given(worlds(), starts, seconds, pauses)
def test_a_pause_never_makes_anything_earlier_or_longer(world: World, minute: int, target: int, holes: list[tuple[int, int]]) -> None:
    start = world.walker.instant(minute)
    intervals = [(world.walker.instant(low), world.walker.instant(high)) for low, high in holes]
    due = reached(world, start, target)
    if due is None or not world.data["weekly"]:
        return
    paused = world.calendar.deadline(start, timedelta(seconds=target), intervals)
    assert paused >= due
    assert world.calendar.elapsed(start, paused, intervals) == timedelta(seconds=target)
    assert world.calendar.elapsed(start, paused, intervals) <= world.calendar.elapsed(start, paused)


@quick
@given(worlds(), starts, st.integers(0, 40))
def test_a_target_in_working_days_is_due_on_that_working_day_while_it_is_open(world: World, minute: int, days: int) -> None:
    start = world.walker.instant(minute)
    if not world.data["weekly"]:
        return
    due = world.calendar.add_workdays(start, days)
    assert due >= world.calendar.next_open(start)
    # Open, or just closing: the last closing at or before it is itself.
    assert world.calendar.is_open(due) or world.calendar.prev_close(due) == due
    assert world.calendar.add_workdays(start, days + 1) > due or days == 0


@quick
@given(worlds())
def test_written_and_read_again_it_answers_the_same(world: World) -> None:
    again = Calendar.from_dict(world.calendar.to_dict())
    assert again == world.calendar
    assert again.to_dict() == world.calendar.to_dict()
    start = world.walker.instant(0)
    assert list(islice(again.open_spans(start), 20)) == list(islice(world.calendar.open_spans(start), 20))


@pytest.mark.parametrize("far", [-60, -5, 5, 60])
def test_years_away_it_is_the_same_as_close_by(far: int) -> None:
    """Years laid out in one go and from afar agree with those laid out one by one."""
    data = {"timezone": "Europe/Berlin", "weekly": [["mon", "09:00", "17:00"], ["wed", "22:00", "06:00"]], "holidays": ["2026-12-23"]}
    start = datetime.fromisoformat("2026-11-23T12:00:00+01:00")
    there = start + timedelta(days=far * 365)
    low, high = sorted((start, there))
    steps = [low + (high - low) * step / 200 for step in range(201)]
    by_step = Calendar.from_dict(data)
    total = sum((by_step.elapsed(one, other) for one, other in pairwise(steps)), timedelta())
    whole = Calendar.from_dict(data)
    assert whole.elapsed(low, high) == total
    assert whole.elapsed(low, Calendar.from_dict(data).deadline(low, total)) == total
    assert whole.elapsed(Calendar.from_dict(data).deadline_back(high, total), high) == total


def reached(world: World, start: datetime, target: int) -> datetime | None:
    """The due time; None when a calendar of a few dates never reaches it."""
    try:
        return world.calendar.deadline(start, timedelta(seconds=target))
    except CalendarError:
        assert not world.data["weekly"]
        return None

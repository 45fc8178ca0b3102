"""Pauses taken out of business time (rules 6 and 7 of the clock)."""

from datetime import timedelta
from itertools import permutations

import pytest

from tests.sla.calendars import HOUR, MINUTE, at, local, office

pytestmark = pytest.mark.once

DAY = "2026-11-23"
START = at(f"{DAY} 10:00")
Texts = list[tuple[str, str | None]]


def read(pauses: Texts) -> list:
    return [(at(f"2026-11-{start}"), at(f"2026-11-{end}") if end else None) for start, end in pauses]


@pytest.mark.parametrize(
    ("pauses", "due", "why"),
    [
        ([], f"{DAY} 14:30", "not paused"),
        ([("23 10:30", "23 11:00")], f"{DAY} 15:00", "moves by the pause"),
        ([("23 12:00", "23 13:30")], f"{DAY} 14:30", "a pause over the break only moves nothing"),
        ([("23 11:30", "23 14:00")], f"{DAY} 15:30", "only its open part counts"),
        ([("23 14:00", "24 10:00")], "2026-11-24 10:30", "over closing time"),
        ([("20 09:00", "23 10:15")], f"{DAY} 14:45", "begun before the start"),
        ([("20 09:00", "23 10:00")], f"{DAY} 14:30", "over when it starts"),
        ([("23 10:30", "23 11:00"), ("23 10:45", "23 11:15")], f"{DAY} 15:15", "overlapping pauses are one"),
        ([("23 10:30", "23 11:00"), ("23 11:00", "23 11:30")], f"{DAY} 15:30", "so are adjoining ones"),
        ([("23 10:30", "23 11:30"), ("23 10:45", "23 11:00")], f"{DAY} 15:30", "one inside another adds nothing"),
        ([("23 14:30", "23 16:00")], f"{DAY} 14:30", "a pause that begins when due changes nothing"),
        ([("23 15:00", None)], f"{DAY} 14:30", "nor does a later one that still lasts"),
        ([("23 14:15", "23 14:45"), ("23 14:50", "23 15:00")], f"{DAY} 15:10", "moved by one into the next"),
        ([("23 11:00", "23 11:00")], f"{DAY} 14:30", "of no length"),
    ],
)
def test_a_pause_moves_the_due_time_by_its_open_part(pauses: Texts, due: str, why: str) -> None:
    assert {local(office().deadline(START, 3 * HOUR, list(order))) for order in permutations(read(pauses))} == {due}, why


@pytest.mark.parametrize("pauses", [[("23 11:00", None)], [("20 09:00", None)], [("23 11:00", "23 11:30"), ("23 14:59", None)]])
def test_there_is_no_due_time_while_paused(pauses: Texts) -> None:
    assert office().deadline(START, 3 * HOUR, read(pauses)) is None


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([("23 09:00", "23 11:00")], f"{DAY} 11:00"),
        ([("23 10:00", "23 12:00")], f"{DAY} 13:30"),
        ([("23 10:00", "23 11:00"), ("23 11:30", "23 12:00")], f"{DAY} 11:00"),
        ([("23 10:30", "23 11:00")], f"{DAY} 10:00"),
    ],
)
def test_a_target_of_nothing_is_due_when_time_first_counts(pauses: Texts, due: str) -> None:
    assert local(office().deadline(START, timedelta(0), read(pauses))) == due


def test_a_target_of_nothing_waits_for_a_pause_that_lasts() -> None:
    assert office().deadline(START, timedelta(0), read([("23 10:00", None)])) is None


@pytest.mark.parametrize(
    ("pauses", "elapsed", "why"),
    [
        ([], 5.5 * HOUR, "not paused"),
        ([("23 11:30", "23 14:00")], 4.5 * HOUR, "only its open part counts"),
        ([("23 08:00", "23 10:30"), ("23 10:15", "23 11:00")], 4.5 * HOUR, "overlapping, and begun before"),
        ([("23 16:00", None)], 4.5 * HOUR, "one that lasts reaches to the end"),
        ([("23 16:00", "25 10:00")], 4.5 * HOUR, "so does one that ends after it"),
        ([("23 17:00", None), ("24 10:00", "24 11:00")], 5.5 * HOUR, "later ones do not matter"),
        ([("20 10:00", None)], 0 * HOUR, "paused all the time"),
    ],
)
def test_elapsed_leaves_the_pauses_out(pauses: Texts, elapsed: timedelta, why: str) -> None:
    assert office().elapsed(START, at(f"{DAY} 17:00"), read(pauses)) == elapsed, why


def test_half_a_minute_counts() -> None:
    pause = (START + timedelta(seconds=10), START + timedelta(seconds=40))
    assert office().elapsed(START, START + MINUTE, [pause]) == timedelta(seconds=30)

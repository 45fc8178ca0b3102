"""Levels that ask to be acknowledged: nobody does in time, and the next one is reached (rule 12)."""

import pytest

from sla.engine.settle import attend_at, fired_again, reached, waits
from tests.sla.logs import at, clock, hold, log, promising, resumed, severity, told

pytestmark = pytest.mark.once

LADDER = [
    {"code": "first", "at": "start+10min", "tell": ["assignee"], "ack": "15min"},
    {"code": "second", "at": "50%", "tell": ["team_lead"], "ack": "30min"},
    {"code": "third", "at": "due", "tell": ["manager"]},
]
ASKS = promising(levels=LADDER)  # 8 hours around the clock
OFFICE = promising(levels=LADDER, calendar="office-cn")
REPORTED = ("11-20 09:00", "reported")  # a Friday
DUE = at("11-20 17:00")


def fired(under=DUE, **levels):
    """Levels that fired: when, with a “!” behind it where somebody has acknowledged it."""
    return {code: fired_again(None, at(when.rstrip("!")), under, waits=not when.endswith("!")) for code, when in levels.items()}


def fires(plan, events, now, known):
    found = clock(plan, events, now)
    ripe, passed = reached(found, known, at(now))
    assert not passed
    return [(level.code, level.unanswered) for level in ripe]


def test_the_next_level_is_reached_once_when_nobody_has_acknowledged_in_time():
    known = fired(first="11-20 09:10")
    assert told(attend_at(clock(ASKS, log(REPORTED), "11-20 09:10"), known)) == "11-20 09:25"
    assert fires(ASKS, log(REPORTED), "11-20 09:24:59", known) == []
    assert fires(ASKS, log(REPORTED), "11-20 09:25", known) == [("second", "first")]
    after = known | fired(second="11-20 09:25")
    assert fires(ASKS, log(REPORTED), "11-20 09:26", after) == []
    assert fires(ASKS, log(REPORTED), "11-20 13:00", after | fired(second="11-20 09:25!")) == [], "its own time has come: it has fired"


def test_and_so_on_up_the_ladder():
    known = fired(first="11-20 09:10", second="11-20 09:25")
    assert told(attend_at(clock(ASKS, log(REPORTED), "11-20 09:25"), known)) == "11-20 09:55"
    assert fires(ASKS, log(REPORTED), "11-20 09:55", known) == [("third", "second")]
    done = known | fired(third="11-20 09:55")
    assert told(attend_at(clock(ASKS, log(REPORTED), "11-20 09:55"), done)) == "11-20 17:00:01", "only the miss is left to note"


def test_acknowledged_in_time_nothing_is_reached_before_its_own_time():
    known = fired(first="11-20 09:10!")
    found = clock(ASKS, log(REPORTED), "11-20 09:20")
    assert (told(attend_at(found, known)), waits(found, known)) == ("11-20 13:00", [])
    assert fires(ASKS, log(REPORTED), "11-20 12:59:59", known) == []
    assert fires(ASKS, log(REPORTED), "11-20 13:00", known) == [("second", "")]


def test_the_next_level_has_been_reached_by_its_own_time_already():
    """Nobody above is called on in its place."""
    known = fired(first="11-20 12:50", second="11-20 13:00!")  # the sweep had been away
    assert fires(ASKS, log(REPORTED), "11-20 14:00", known) == []


def test_both_at_once_is_once_and_by_its_own_time():
    known = fired(first="11-20 12:45")
    assert fires(ASKS, log(REPORTED), "11-20 13:00", known) == [("second", "")]


@pytest.mark.parametrize(
    ("events", "state", "why"),
    [
        ([hold("11-20 09:20")], "paused", "no level fires while paused"),
        ([("11-20 09:20", "resolved")], "met", "it is done"),
        ([("11-20 09:20", "cancelled")], "void", "it is not owed any more"),
    ],
)
def test_a_clock_that_does_not_run_calls_on_nobody(events, state, why):
    found = clock(ASKS, log(REPORTED, *events), "11-20 12:00")
    known = fired(first="11-20 09:10")
    assert (found.state, attend_at(found, known), reached(found, known, at("11-20 12:00"))) == (state, None, ([], [])), why


def test_a_pause_makes_the_wait_longer():
    events = log(REPORTED, hold("11-20 09:20"), resumed("11-20 11:20"))
    known = fired(first="11-20 09:10")
    assert told(attend_at(clock(ASKS, events, "11-20 11:20"), known)) == "11-20 11:25"
    assert fires(ASKS, events, "11-20 11:25", known) == [("second", "first")]


def test_a_pause_that_begins_after_due_changes_nothing():
    plan = promising(
        levels=[{"code": "due", "at": "due", "tell": ["assignee"], "ack": "15min"}, {"code": "late", "at": "due+2h", "tell": ["team"]}]
    )
    events = log(REPORTED, hold("11-20 17:05"))
    assert fires(plan, events, "11-20 17:15", fired(due="11-20 17:00")) == [("late", "due")]


def test_the_wait_counts_in_the_hours_of_the_promise():
    """Nobody is called at night for a promise that counts by day."""
    late = ("11-20 17:40", "reported")
    found = clock(OFFICE, log(late), "11-20 17:50")
    assert told(attend_at(found, fired(under=found.due, first="11-20 17:50"))) == "11-23 09:05"


def test_what_was_solved_and_rejected_goes_on_where_it_stood():
    events = log(REPORTED, ("11-20 09:15", "resolved"), ("11-20 15:00", "rejected"))
    plan = promising(levels=LADDER, again=["rejected"])
    assert told(attend_at(clock(plan, events, "11-20 15:00"), fired(first="11-20 09:10"))) == "11-20 15:10"


def test_a_late_sweep_waits_from_when_people_were_told():
    known = fired(first="11-20 10:00")
    assert told(attend_at(clock(ASKS, log(REPORTED), "11-20 10:00"), known)) == "11-20 10:15"


def test_a_level_that_is_yet_to_come_again_waits_anew():
    """The severity fell: the first level's time moved into the future, and with it the wait."""
    ladder = [{"code": "first", "at": "50%", "tell": ["assignee"], "ack": "15min"}, {"code": "second", "at": "due", "tell": ["team"]}]
    plan = promising(levels=ladder, target={1: "2h", 2: "8h"})
    events = log(REPORTED, severity("11-20 10:05", 2))
    known = fired(under=at("11-20 11:00"), first="11-20 10:00")
    assert fires(plan, events, "11-20 10:30", known) == []
    assert fires(plan, events, "11-20 13:00", known) == [("first", "")]


def test_a_level_that_fired_early_fires_again_only_under_another_due_time():
    ladder = [{"code": "first", "at": "25%", "tell": ["assignee"], "ack": "15min"}, {"code": "second", "at": "due", "tell": ["team"]}]
    plan = promising(levels=ladder, target={1: "8h", 2: "16h"})
    known = fired(first="11-20 11:00!", second="11-20 11:15")
    assert fires(plan, log(REPORTED), "11-20 17:00", known) == []
    assert fires(plan, log(REPORTED, severity("11-20 12:00", 2)), "11-21 01:00", known) == [("first", ""), ("second", "")]
    back = log(REPORTED, severity("11-20 12:00", 2), severity("11-20 12:05", 1))
    assert fires(plan, back, "11-20 17:00", known) == []


def test_one_that_was_passed_over_waits_for_nobody():
    known = {"first": fired_again(None, at("11-20 09:10"), DUE, waits=False)}
    assert fires(ASKS, log(REPORTED), "11-20 10:00", known) == []

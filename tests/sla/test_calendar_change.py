"""A calendar changes while clocks run: what was counted stays counted, or all of it is counted again (rules 9 and 14)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.engine import Calendar, Event, settle
from sla.engine.clock import calendar_change
from sla.engine.explain import explain
from tests.sla.logs import at, calendars, clock, hold, log, promising, resumed, told
from tests.sla.test_explain import MANY
from tests.sla.test_settle_properties import LATER, PLANS, SITUATIONS, logs, shipped

pytestmark = pytest.mark.once

OFFICE = "office-cn"
SHORT = {"timezone": "Asia/Shanghai", "weekly": [[day, "09:00", "12:00"] for day in ("mon", "tue", "wed", "thu", "fri")]}
WEEKEND = {"timezone": "Asia/Shanghai", "weekly": [[day, "09:00", "18:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")]}
NEW = Calendar.from_dict(SHORT)
HOURS = calendars() | {"office-cn@2": NEW, "office-cn@3": Calendar.from_dict(WEEKEND)}


def changed(when: str, version: int = 2, *, again: bool = False):
    return when, "calendar_changed", calendar_change(OFFICE, version, again=again)


def settled(target: str, *rows, now: str, calendar: str = OFFICE):
    [found] = settle(promising(target=target, calendar=calendar), HOURS, {"kind": "fault", "severity": 1}, log(*rows), at(now))
    return found


# 11-20 is a Friday; office-cn is open 09:00-12:00 and 13:30-18:00.
@pytest.mark.parametrize(
    ("target", "rows", "due"),
    [
        ("6h", [], "11-20 16:30"),
        ("6h", [changed("11-20 15:00")], "11-23 10:30"),  # 4.5 h counted on Friday; 1.5 h are left for Monday morning
        ("9h", [changed("11-20 15:00")], "11-24 10:30"),  # 4.5 h stay counted; 3 h on Monday, 1.5 h on Tuesday
        ("9h", [changed("11-20 15:00", again=True)], "11-24 12:00"),  # three mornings of 3 h
        ("9h", [changed("11-20 15:00"), changed("11-20 16:00", 3)], "11-21 11:30"),  # 4.5 h, none, 2 h on Friday, then Saturday
        ("3 workdays", [], "11-25 09:00"),
        ("3 workdays", [changed("11-24 10:00", 3)], "11-25 09:00"),  # the Saturday before was no working day and stays none
        ("3 workdays", [changed("11-24 10:00", 3, again=True)], "11-23 09:00"),  # counted again, it is
        ("3 workdays", [changed("11-20 09:00", 3)], "11-23 09:00"),
    ],
)
def test_what_was_counted_stays_counted_unless_it_is_counted_again(target, rows, due):
    found = settled(target, ("11-20 09:00", "reported"), *rows, now="11-20 17:00" if "workdays" not in target else "11-24 12:00")
    assert told(found.due) == due


def test_a_clock_that_has_ended_does_not_move():
    rows = [("11-20 09:00", "reported"), ("11-20 10:00", "resolved")]
    before = settled("6h", *rows, now="11-20 17:00")
    assert settled("6h", *rows, changed("11-20 11:00", again=True), now="11-20 17:00") == before


def test_another_calendar_does_not_care():
    rows = [("11-20 09:00", "reported")]
    assert settled("6h", *rows, changed("11-20 10:00"), now="11-20 12:00", calendar="always") == settled(
        "6h", *rows, now="11-20 12:00", calendar="always"
    )


def test_a_pause_across_the_change_is_left_out_of_both():
    rows = [("11-20 09:00", "reported"), hold("11-20 11:00"), changed("11-20 15:00"), resumed("11-23 10:00")]
    assert told(settled("6h", *rows, now="11-23 10:00").due) == "11-24 11:00"  # 2 h before, 2 h on Monday, 2 h on Tuesday


def test_the_next_cycle_counts_in_the_new_version():
    rows = [("11-20 09:00", "reported"), changed("11-20 10:00"), ("11-20 11:00", "resolved"), ("11-20 12:00", "closed")]
    plan = promising(target="4h", calendar=OFFICE, again="reopened")
    found = settle(plan, HOURS, {"kind": "fault", "severity": 1}, log(*rows, ("11-23 09:00", "reopened")), at("11-23 09:00"))
    assert [(row.cycle, told(row.due), row.calendar) for row in found][1:] == [(2, "11-24 10:00", "office-cn@2")]


def test_a_version_that_nobody_brought_is_passed_over():
    """A rehearsal settles the record of the past under hours of its own."""
    rows = log(("11-20 09:00", "reported"), changed("11-20 10:00", 99))
    assert told(clock(promising(target="6h", calendar=OFFICE), rows, "11-20 12:00").due) == "11-20 16:30"


CHANGES = st.lists(st.tuples(st.integers(0, 13), st.sampled_from([2, 3]), st.booleans()), max_size=3)


@st.composite
def changing_logs(draw):
    """Any log, with changes of the calendar somewhere in it."""
    events = draw(logs())
    for place, version, again in draw(CHANGES):
        index = min(place, len(events) - 1)
        events.insert(index + 1, Event(events[index].at, 0, "calendar_changed", calendar_change(OFFICE, version, again=again)))
    return [event._replace(seq=number) for number, event in enumerate(events, 1)]


@settings(max_examples=200, deadline=None)
@given(st.one_of(PLANS, st.just("many")), SITUATIONS, changing_logs(), LATER, st.booleans())
def test_a_change_moves_what_runs_and_nothing_else(code, situation, events, later, again):
    plan = MANY if code == "many" else shipped(code)
    hours = HOURS | {"office": HOURS[OFFICE]}
    now = events[-1].at + later
    before = settle(plan, hours, situation, events, now)
    more = [*events, Event(now, 99, "calendar_changed", calendar_change(OFFICE, 2, again=again))]
    after = settle(plan, hours, situation, more, now)
    assert [(row.cycle, row.promise) for row in after] == [(row.cycle, row.promise) for row in before]
    for old, new in zip(before, after, strict=True):
        if old.stopped is not None or old.state == "void":
            assert (new.state, new.due, new.stopped, new.calendar) == (old.state, old.due, old.stopped, old.calendar), "ended: it stays"
        else:
            assert new.calendar == ("office-cn@2" if old.calendar.startswith(OFFICE) else old.calendar)
        if not again and old.state == "missed":
            assert (new.state, new.due) == (old.state, old.due), "what has run out stays so, unless it is counted again"
        found = explain(plan, hours, situation, more, now, cycle=new.cycle, promise=new.promise)
        assert found is not None
        assert found.clock == new, "watching changes nothing"

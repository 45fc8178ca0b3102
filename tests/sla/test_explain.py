"""Every clock explains itself, and what it tells is what was calculated."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.engine import Calendar, Plan, settle
from sla.engine.explain import Explanation, explain
from tests.sla.logs import HOUR, SEVERITIES, WORDS, at, calendars, hold, log, promising, resumed, severity, shipped, told
from tests.sla.test_settle_properties import LATER, SITUATIONS, logs

pytestmark = pytest.mark.once

FAULT = {"kind": "fault", "severity": 1, "channel": "portal", "warranty": False}


def explained(plan, events, now, promise="restore", cycle=1, **situation) -> Explanation:
    found = explain(plan, calendars(), FAULT | situation, events, at(now) if isinstance(now, str) else now, cycle=cycle, promise=promise)
    assert found is not None
    return found


def lines(found: Explanation) -> list[tuple[str, str | None, str | None]]:
    return [(each.kind, told(each.start), told(each.to)) for each in found.stretches]


def steps(found: Explanation) -> list[tuple[str, str | None]]:
    return [(step.kind, told(step.at)) for step in found.steps]


OFFICE = {
    "timezone": "Asia/Shanghai",
    "weekly": [[day, "09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")],
    "holidays": ["2026-11-24"],
    "extra": [{"date": "2026-11-28", "hours": [["09:00", "17:00"]]}],
}
HOURS = {1: "always", 2: "office", 3: "office", 4: "office-cn"}
PROMISES: list[tuple[str, dict[int, str], bool | list[str]]] = [
    ("reported", {1: "4h", 2: "9h", 3: "3 workdays", 4: "2 workdays"}, True),
    ("registered", {1: "1h", 2: "30h", 3: "1h", 4: "40h"}, ["customer"]),
    ("contacted", {1: "at once", 2: "1 workdays", 3: "20h", 4: "1h"}, False),
    ("onsite_requested", {1: "90d", 2: "300h", 3: "9 workdays", 4: "8h"}, True),
]
MANY = Plan.from_dict(
    {
        "code": "many",
        "name": WORDS,
        "severities": SEVERITIES,
        "promises": [
            {
                "code": f"from-{start.replace('_', '-')}", "measure": "restore", "name": WORDS, "from": start, "until": "resolved",
                "again": "rejected", "void": "closed", "target": target, "calendar": HOURS, "pausable": pausable,
            }
            for start, target, pausable in PROMISES
        ],
    }
)  # fmt: skip
PLANS = st.sampled_from(["p0", "p1", "p2", "p3", "many"])


@settings(max_examples=150, deadline=None)
@given(PLANS, SITUATIONS, logs(), LATER)
def test_the_explanation_agrees_with_settling_to_the_second(code, situation, events, later):
    plan = MANY if code == "many" else shipped(code)
    hours = calendars() | {"office": Calendar.from_dict(OFFICE)}
    now = events[-1].at + later
    for clock in settle(plan, hours, situation, events, now):
        found = explain(plan, hours, situation, events, now, cycle=clock.cycle, promise=clock.promise)
        assert found is not None
        assert found.clock == clock, "watching changes nothing"
        for line in (found.line, found.stretches):
            check(line, found)
        assert all(before.to == after.start for before, after in pairwise(found.line)), "each stretch joins the one before"
        assert all(each.start < each.to for each in found.line)
        assert [(step.at, step.kind) for step in found.steps if step.kind == "started"][-1:] == (
            [(clock.started, "started")] if clock.started is not None else []
        )
        if clock.levels:
            assert found.levels == clock.levels


def check(line, found: Explanation) -> None:
    """What is told adds up to what was settled."""
    clock = found.clock
    counted = sum(each.seconds for each in line if each.kind == "open" and not each.is_ahead)
    late = sum(each.seconds for each in line if each.kind == "late")
    match clock.state:
        case "running" | "paused" | "met":
            assert (counted, late) == (clock.target - clock.remaining, 0)
        case "missed":
            assert (counted, late) == (clock.target, -clock.remaining)
        case "pending":
            assert not line
        case "void":
            assert late == 0
    if clock.state == "running":
        assert sum(each.seconds for each in line if each.kind == "open") == clock.target
        assert (line[-1].to if line else clock.started) == clock.due
    if line:
        assert line[0].start == clock.started
    if clock.state == "paused":
        assert not line or line[-1].kind == "paused" or line[-1].to <= found.now
        assert any(wait.to is None and not wait.ignored for wait in found.waits) or clock.paused == found.now
    if clock.missed is not None and line and clock.missed > clock.started:
        assert clock.missed in [each.to for each in line]


def test_a_business_calendar_tells_its_breaks_nights_weekend_and_holidays():
    """Two working days from the eve of the national holidays of 2026: 09-30 is a Wednesday, 10-10 a make-up Saturday."""
    plan = promising(target="16h", calendar="office-cn")
    found = explained(plan, log(("09-30 15:00", "reported")), "09-30 16:00")
    assert lines(found) == [
        ("open", "09-30 15:00", "09-30 16:00"),
        ("open", "09-30 16:00", "09-30 18:00"),
        ("days", "09-30 18:00", "10-08 09:00"),
        ("open", "10-08 09:00", "10-08 12:00"),
        ("break", "10-08 12:00", "10-08 13:30"),
        ("open", "10-08 13:30", "10-08 18:00"),
        ("night", "10-08 18:00", "10-09 09:00"),
        ("open", "10-09 09:00", "10-09 12:00"),
        ("break", "10-09 12:00", "10-09 13:30"),
        ("open", "10-09 13:30", "10-09 16:00"),
    ]
    assert [each.is_ahead for each in found.stretches] == [False] + 9 * [True]
    assert [(day.kind, str(day.first), str(day.last), day.count) for each in found.stretches for day in each.days] == [
        ("holiday", "2026-10-01", "2026-10-07", 7)
    ]


def test_a_make_up_day_is_named_where_it_counts():
    found = explained(promising(target="8h", calendar="office-cn"), log(("10-10 10:00", "reported")), "10-10 10:00")
    assert [(each.kind, [day.kind for day in each.days]) for each in found.stretches] == [
        ("open", ["makeup"]), ("break", []), ("open", ["makeup"]), ("days", ["weekly"]), ("open", []),
    ]  # fmt: skip


def test_around_the_clock_is_one_stretch_however_long():
    found = explained(promising(target="90d"), log(("11-20 12:00", "reported")), "11-20 12:00")
    assert lines(found) == [("open", "11-20 12:00", "02-18 12:00")]


@pytest.mark.parametrize(("target", "listed", "counted"), [("240h", 60, 32 * 7.5), ("2000h", 1, 2000)])
def test_a_long_time_is_told_in_short_and_loses_no_second(target, listed, counted):
    found = explained(promising(target=target, calendar="office-cn"), log(("03-02 09:00", "reported")), "03-02 09:00")
    assert len(found.stretches) <= listed
    assert sum(each.seconds for each in found.stretches) == counted * HOUR
    assert sum(each.openings for each in found.stretches if each.kind == "open") == sum(each.kind == "open" for each in found.line)
    assert {day.kind for each in found.stretches for day in each.days} >= {"weekly", "holiday"}


@pytest.mark.parametrize(
    ("why", "rows", "promise", "ignored", "seconds"),
    [
        ("counts", [hold("11-20 10:00"), resumed("11-20 11:00")], {}, [""], [HOUR]),
        ("is not pausable", [hold("11-20 10:00")], {"pausable": False}, ["not_pausable"], [0]),
        ("is not this owner's", [hold("11-20 10:00", owner="vendor")], {"pausable": ["customer"]}, ["not_theirs"], [0]),
        ("the first response waits for nobody", [hold("11-20 10:00")], {"pausable": False, "measure": "response"}, ["first_response"], [0]),
        ("begins after it was due", [hold("11-20 17:00"), resumed("11-20 18:00")], {}, ["after_due"], [0]),
        ("begins after it was done", [("11-20 10:00", "resolved"), hold("11-20 11:00")], {}, ["not_running"], [0]),
        ("lies in closed hours", [hold("11-20 12:00"), resumed("11-20 13:00")], {"calendar": "office-cn"}, [""], [0]),
        (
            "two that overlap stand still once", [hold("11-20 10:00"), hold("11-20 10:30", "2"), resumed("11-20 11:00"),
             resumed("11-20 12:00", "2")], {}, ["", ""], [HOUR, HOUR + HOUR // 2],
        ),
    ],
)  # fmt: skip
def test_each_pause_tells_whether_it_counts_and_why_not(why, rows, promise, ignored, seconds):
    found = explained(promising(**promise), log(("11-20 09:00", "reported"), *rows), "11-20 19:00")
    assert ([wait.ignored for wait in found.waits], [wait.seconds for wait in found.waits]) == (ignored, seconds), why


def test_what_was_solved_and_opened_again_is_left_out():
    rows = [("11-20 09:00", "reported"), ("11-20 10:00", "resolved"), ("11-20 15:00", "rejected")]
    found = explained(promising(again="rejected"), log(*rows), "11-20 16:00")
    assert lines(found)[:2] == [("open", "11-20 09:00", "11-20 10:00"), ("stopped", "11-20 10:00", "11-20 15:00")]
    assert steps(found)[1:] == [("started", "11-20 09:00"), ("stopped", "11-20 10:00"), ("rearmed", "11-20 15:00")]


def test_a_change_of_severity_tells_target_and_due_before_and_after():
    plan = promising(target={1: "4h", 2: "8h"})
    found = explained(plan, log(("11-20 09:00", "reported"), severity("11-20 10:00", 2), severity("11-20 11:00", 3)), "11-20 12:00")
    changed, dropped = found.steps[-2:]
    assert (changed.kind, told(changed.before.due), told(changed.after.due)) == ("changed", "11-20 13:00", "11-20 17:00")
    assert (changed.before.target.seconds, changed.after.target.seconds) == (4 * HOUR, 8 * HOUR)
    assert (dropped.kind, dropped.after.holds, found.stretches) == ("dropped", False, ())


def test_what_was_done_before_it_began_says_so():
    found = explained(
        promising(**{"from": "registered", "void": "resolved"}),
        log(("11-20 09:00", "reported"), ("11-20 10:00", "resolved")),
        "11-20 11:00",
    )
    assert steps(found) == [("promised", None), ("ahead", "11-20 10:00")]


def test_a_promise_tells_the_facts_it_is_made_for():
    found = explained(shipped("p0"), log(("11-20 09:00", "reported")), "11-20 09:00", promise="response-warranty", warranty=True)
    assert found.reasons == (("kind", "fault"), ("severity", 1), ("warranty", True))


def test_a_clock_that_the_plan_does_not_promise_is_not_explained():
    events = log(("11-20 09:00", "reported"))
    assert explain(shipped("p0"), calendars(), FAULT, events, at("11-20 10:00"), cycle=2, promise="response") is None

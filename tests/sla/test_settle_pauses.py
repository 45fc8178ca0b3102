"""Pauses that end by themselves, that wait for a cause, that are withdrawn (rule 6)."""
# ruff: noqa: E501 - a case a line

import pytest

from sla.engine import settle
from sla.engine.plan import DEFAULT_CAUSES, Plan
from sla.engine.settle import attend_at, reached
from tests.sla.logs import SEVERITIES, WORDS, at, calendars, clock, hold, log, promising, resumed, told

pytestmark = pytest.mark.once

REPORTED = ("11-20 09:00", "reported")


def part(when: str, until: str, **facts):
    """A row: a part is on its way and expected at a time."""
    return when, "hold", {"pause": "1", "owner": "logistics", "code": "part", "until": at(until), **facts}


def moved(when: str, until: str):
    return when, "arrival_moved", {"pause": "1", "until": at(until)}


def withdrawn(when: str, hold: int, **part: str):
    return when, "objection_upheld", {"hold": hold, **{name: at(value) for name, value in part.items()}}


@pytest.mark.parametrize(
    ("rows", "now", "state", "due", "wakes", "why"),
    [
        ([part("11-20 10:00", "11-20 12:00")], "11-20 11:59:59", "paused", None, "11-20 12:00", "it is on its way"),
        ([part("11-20 10:00", "11-20 12:00")], "11-20 12:00", "running", "11-20 19:00", None, "the very second it is expected"),
        ([part("11-20 10:00", "11-20 12:00")], "11-20 19:00:01", "missed", "11-20 19:00", None, "nobody wrote anything down"),
        ([part("11-20 10:00", "11-20 12:00"), ("11-20 13:00", "noted"), ("11-20 12:00", "resumed", {"pause": "1"})], "11-20 13:00", "running", "11-20 19:00", None, "written down late, stamped with the second"),
        ([part("11-20 10:00", "11-20 12:00"), resumed("11-20 11:00")], "11-20 13:00", "running", "11-20 18:00", None, "it came earlier"),
        ([part("11-20 10:00", "11-20 12:00"), moved("11-20 11:00", "11-20 15:00")], "11-20 13:00", "paused", None, "11-20 15:00", "it comes later"),
        ([part("11-20 10:00", "11-20 12:00"), moved("11-20 11:00", "11-20 15:00")], "11-20 15:00", "running", "11-20 22:00", None, "and came then"),
        ([part("11-20 10:00", "11-20 15:00"), moved("11-20 11:00", "11-20 12:00")], "11-20 13:00", "running", "11-20 19:00", None, "it comes earlier than expected"),
        ([part("11-20 10:00", "11-20 12:00"), moved("11-20 13:00", "11-20 15:00")], "11-20 14:00", "running", "11-20 19:00", None, "what is over is not moved"),
        ([part("11-20 10:00", "11-20 12:00"), moved("11-20 12:00", "11-20 15:00")], "11-20 14:00", "running", "11-20 19:00", None, "nor at the second it ended"),
        ([hold("11-20 10:00"), moved("11-20 11:00", "11-20 12:00")], "11-20 13:00", "paused", None, None, "what does not end by itself has no arrival"),
        ([part("11-20 10:00", "11-20 09:30")], "11-20 10:00", "running", "11-20 17:00", None, "expected before it began: no pause"),
        ([part("11-20 10:00", "11-20 12:00"), hold("11-20 11:00", "2")], "11-20 13:00", "paused", None, None, "somebody else is waited for as well"),
        ([part("11-20 10:00", "11-20 12:00"), hold("11-20 11:00", "2"), resumed("11-20 11:30", "2")], "11-20 13:00", "running", "11-20 19:00", None, "and is not any more"),
    ],
)  # fmt: skip
def test_a_pause_ends_by_itself_at_the_second_it_is_expected(rows, now, state, due, wakes, why):
    found = clock(promising(), log(REPORTED, *rows), now)
    assert (found.state, told(found.due), told(found.wakes)) == (state, due, wakes), why


def test_every_clock_of_the_ticket_asks_to_be_looked_at_when_a_pause_ends():
    events = log(REPORTED, part("11-20 10:00", "11-20 12:00"))
    for plan in (promising(), promising(pausable=False), promising(until=["contacted", "resolved"])):
        assert attend_at(clock(plan, events, "11-20 11:00"), {}) == at("11-20 12:00"), "a clock that did not wait wakes the ticket too"
    done = log(REPORTED, ("11-20 09:30", "resolved"), part("11-20 10:00", "11-20 12:00"))
    assert attend_at(clock(promising(), done, "11-20 11:00"), {}) == at("11-20 12:00")
    assert attend_at(clock(promising(), done, "11-20 12:00"), {}) is None


@pytest.mark.parametrize(
    ("pausable", "facts", "state"),
    [
        (["logistics"], {}, "paused"),
        (["part"], {}, "paused"),
        (["part", "customer"], {}, "paused"),
        (["customer"], {}, "running"),
        (["vendor-answer"], {}, "running"),
        (True, {}, "paused"),
        (False, {}, "running"),
        (["part"], {"code": None}, "running"),
    ],
)
def test_a_promise_waits_for_owners_and_for_causes(pausable, facts, state):
    events = log(REPORTED, part("11-20 10:00", "11-20 12:00", **facts))
    assert clock(promising(pausable=pausable), events, "11-20 11:00").state == state


@pytest.mark.parametrize(
    ("rows", "now", "state", "due", "why"),
    [
        ([hold("11-20 10:00"), resumed("11-20 12:00"), withdrawn("11-20 13:00", 2)], "11-20 13:00", "running", "11-20 17:00", "as if it had not been"),
        ([hold("11-20 10:00"), resumed("11-20 12:00"), withdrawn("11-20 18:00", 2)], "11-20 18:00", "missed", "11-20 17:00", "past due by that"),
        ([hold("11-20 10:00"), withdrawn("11-20 13:00", 2)], "11-20 14:00", "running", "11-20 17:00", "it lasted, and is over with that"),
        ([hold("11-20 10:00"), withdrawn("11-20 13:00", 2, to="11-20 11:00")], "11-20 14:00", "paused", None, "only its beginning; we still wait"),
        ([hold("11-20 10:00"), withdrawn("11-20 13:00", 2, to="11-20 11:00"), resumed("11-20 15:00")], "11-20 15:00", "running", "11-20 21:00", "four of five hours stay"),
        ([hold("11-20 10:00"), resumed("11-20 12:00"), withdrawn("11-20 13:00", 2, since="11-20 11:30")], "11-20 13:00", "running", "11-20 18:30", "only its end"),
        ([hold("11-20 10:00"), resumed("11-20 12:00"), withdrawn("11-20 13:00", 2, since="11-20 10:30", to="11-20 11:00")], "11-20 13:00", "running", "11-20 18:30", "a part within it"),
        ([hold("11-20 10:00"), resumed("11-20 12:00"), hold("11-20 11:00", "2"), resumed("11-20 12:30", "2"), withdrawn("11-20 13:00", 2)], "11-20 13:00", "running", "11-20 18:30", "what another pause covers stays out"),
        ([hold("11-20 10:00"), resumed("11-20 12:00"), ("11-20 18:00", "resolved"), withdrawn("11-20 19:00", 2)], "11-20 20:00", "met", "11-20 19:00", "what has ended stays as it ended"),
        ([hold("11-20 10:00"), resumed("11-20 12:00"), ("11-20 18:00", "resolved"), withdrawn("11-20 19:00", 2), ("11-20 20:00", "reopened")], "11-20 20:00", "missed", "11-20 17:00", "until it goes on: then it counts"),
        ([hold("11-20 10:00"), resumed("11-20 12:00"), withdrawn("11-20 13:00", 3)], "11-20 13:00", "running", "11-20 19:00", "a line that is no pause"),
        ([part("11-20 10:00", "11-20 15:00"), withdrawn("11-20 11:00", 2)], "11-20 11:00", "running", "11-20 17:00", "a part's pause is withdrawn as well"),
    ],
)  # fmt: skip
def test_a_withdrawn_pause_is_counted_after_all(rows, now, state, due, why):
    plan = promising(again=["reopened"])
    found = clock(plan, log(REPORTED, *rows), now)
    assert (found.state, told(found.due)) == (state, due), why


def test_of_the_levels_that_a_withdrawal_puts_into_the_past_only_the_highest_fires():
    events = log(REPORTED, hold("11-20 10:00"), resumed("11-20 20:00"), withdrawn("11-20 21:00", 2))
    found = clock(promising(), events, "11-20 21:00")
    fire, passed = reached(found, {}, at("11-20 21:00"))
    assert (found.state, found.changed) == ("missed", at("11-20 21:00"))
    assert [level.code for level in fire] == ["late-2h"]
    assert [level.code for level in passed] == ["warning", "due", "late-30m"]


def test_a_withdrawal_that_concerns_another_promise_changes_nothing():
    plan = promising(pausable=["customer"])
    events = log(REPORTED, hold("11-20 10:00", owner="vendor"), resumed("11-20 12:00"), withdrawn("11-20 13:00", 2))
    assert clock(plan, events, "11-20 14:00").changed is None


def test_a_new_cycle_knows_nothing_of_the_pauses_before_it():
    events = log(
        REPORTED, part("11-20 10:00", "11-20 12:00"), ("11-20 11:00", "resolved"), ("11-20 11:00", "closed"),
        ("11-20 11:30", "reopened"), withdrawn("11-20 12:30", 2),
    )  # fmt: skip
    found = settle(promising(), calendars(), {"kind": "fault", "severity": 1}, events, at("11-20 13:00"))
    assert [(each.cycle, each.state, told(each.due)) for each in found] == [(1, "met", "11-20 18:00"), (2, "running", "11-20 19:30")]


def test_the_causes_of_the_product_are_sound():
    assert len({cause.code for cause in DEFAULT_CAUSES}) == len(DEFAULT_CAUSES)
    assert {cause.owner for cause in DEFAULT_CAUSES} == {"customer", "third_party", "logistics", "vendor"}
    assert [cause.code for cause in DEFAULT_CAUSES if cause.ends_by_itself] == ["part"]


def test_a_plan_brings_causes_of_its_own():
    row = {"code": "lift", "name": WORDS, "owner": "third_party", "evidence": "required"}
    promise = {
        "code": "restore",
        "measure": "restore",
        "name": WORDS,
        "from": "reported",
        "until": "resolved",
        "target": "8h",
        "pausable": ["lift"],
    }
    plan = Plan.from_dict({"code": "x", "name": WORDS, "severities": SEVERITIES, "promises": [promise], "causes": [row], "objection": "5d"})
    assert (plan.cause("lift").needs_evidence, plan.cause("part"), plan.objection) == (True, None, 5 * 86400)


# --- what was left out, and whether both sides agree ------------------------------------------------


def objected(when: str, hold: int):
    return when, "pause_objected", {"hold": hold}


def refused(when: str, hold: int):
    return when, "objection_refused", {"hold": hold}


WAITED = (hold("11-20 10:00"), resumed("11-20 12:00"))


@pytest.mark.parametrize(
    ("rows", "now", "state", "left_out", "why"),
    [
        ([*WAITED], "11-20 13:00", "running", (2, 0, 0), "nobody disputes it"),
        ([*WAITED, objected("11-20 12:30", 2)], "11-20 13:00", "running", (0, 2, 0), "under an objection"),
        ([*WAITED, objected("11-20 12:30", 2), refused("11-20 12:40", 2)], "11-20 13:00", "running", (2, 0, 0), "it stands"),
        ([*WAITED, objected("11-20 12:30", 2), withdrawn("11-20 12:40", 2)], "11-20 13:00", "running", (0, 0, 0), "it is counted after all"),
        ([*WAITED, ("11-20 12:30", "pause_objected", {})], "11-20 13:00", "running", (0, 2, 0), "an older objection means the last pause"),
        ([*WAITED, hold("11-20 11:00", "2"), resumed("11-20 13:00", "2"), objected("11-20 14:00", 2)], "11-20 14:00", "running", (2, 1, 0), "what an agreed pause covers is agreed"),
        ([*WAITED, ("11-20 18:00", "resolved"), objected("11-20 19:00", 2)], "11-20 20:00", "met", (0, 2, 0), "after it was kept"),
        ([*WAITED, ("11-20 18:00", "resolved"), withdrawn("11-20 19:00", 2)], "11-20 20:00", "met", (0, 0, 2), "it stays kept, and the figures name it"),
        ([*WAITED, ("11-20 18:00", "resolved"), withdrawn("11-20 19:00", 2, since="11-20 11:30")], "11-20 20:00", "met", (1.5, 0, 0.5), "a part of it"),
        ([*WAITED, ("11-20 18:00", "resolved"), ("11-20 18:00", "closed"), ("11-20 19:00", "reopened"), withdrawn("11-20 19:30", 2)], "11-20 20:00", "met", (0, 0, 2), "decided in a later cycle"),
        ([hold("11-20 17:30"), resumed("11-20 19:00"), objected("11-20 19:00", 2)], "11-20 20:00", "missed", (0, 0, 0), "a pause that begins after due left nothing out"),
        ([hold("11-20 10:00")], "11-20 12:00", "paused", (0, 0, 0), "one that lasts is counted when it is over"),
    ],
)  # fmt: skip
def test_what_was_left_out_is_told_by_whether_both_sides_agree(rows, now, state, left_out, why):
    [found, *_later] = settle(promising(again=["rejected"]), calendars(), {"kind": "fault", "severity": 1}, log(REPORTED, *rows), at(now))
    assert found.state == state, why
    assert (found.waited / 3600, found.disputed / 3600, found.withdrawn / 3600) == left_out, why


def test_a_pause_that_lasts_is_known_to_be_contested():
    events = log(REPORTED, hold("11-20 10:00"), objected("11-20 11:00", 2))
    assert clock(promising(), events, "11-20 12:00").contested
    assert not clock(promising(), events[:2], "11-20 12:00").contested

"""Each clock row of the service plans, walked: when it starts, when it is due, kept at due, missed one second later."""
# ruff: noqa: E501 - a row a line, as in the plans

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.sla.logs import Event, at, clock, clocks, log, shipped, told

pytestmark = pytest.mark.once

MINUTE, HOUR = 60, 3600
REPORTED = ("11-18 10:00", "reported")
"""A Wednesday."""


@dataclass
class Row:
    """A row of a plan: in this situation, after these events, this promise, until this event, within this time."""

    plan: str
    says: str
    situation: dict[str, Any]
    promise: str
    until: str | tuple[str, dict[str, Any]]
    target: int | str
    before: tuple[Any, ...] = (REPORTED,)
    open_without: tuple[str, ...] = field(default=())
    starts: int = -1
    """Which of the events before it starts the clock."""
    strictest: bool = True
    """Whether it is the one shown; False where another promise of the same thing is due earlier."""

    @property
    def events(self):
        return log(*self.before)

    @property
    def started(self):
        return self.events[self.starts].at

    @property
    def due(self):
        return at(self.target) if isinstance(self.target, str) else self.started + self.target

    def end(self, when):
        what, facts = (self.until, {}) if isinstance(self.until, str) else self.until
        return Event(when, 50, what, facts)


def fault(severity=1, **more):
    return {"kind": "fault", "severity": severity, **more}


ONSITE_ASKED = (REPORTED, ("11-18 11:30", "onsite_requested"))
RESOLVED = (REPORTED, ("11-18 15:00", "resolved"))
CALLED = ("contacted", {"via": "call"})
TO_EXPERT = (REPORTED, ("11-18 10:30", "tier_raised", {"tier": "expert"}))
PHONE_FAILED = (REPORTED, ("11-18 11:30", "onsite_requested", {"situation": {"onsite": True}}))
REMOTE_AGREED = (REPORTED, ("11-18 10:05", "contacted"), ("11-18 10:20", "remote_agreed"))
OPINION = (REPORTED, ("11-18 10:20", "contacted"), ("11-18 11:00", "opinion_asked"))
PLANNED = (REPORTED, ("11-18 10:20", "contacted"), ("11-20 15:00", "opinion_given"))
"""The department's plan arrives on a Friday afternoon."""


def confirmed(how="registered"):
    return (REPORTED, ("11-18 10:20", how))


def inquiry(severity):
    return {"kind": "inquiry", "severity": severity}


COMPLAINT = {"kind": "complaint", "severity": 3}

ROWS = [
    # P0
    *[Row("p0", f"fault {n}: response 1 h", fault(n), "response", "contacted", HOUR, open_without=("accepted", "assigned", "noted")) for n in (1, 2, 3, 4)],
    *[Row("p0", f"fault {n}: diagnosis report 3 h", fault(n), "diagnosis", "diagnosis_delivered", 3 * HOUR, open_without=("contacted", "checked_in")) for n in (1, 2, 3, 4)],
    Row("p0", "on-site work needed: at the site 8 h after the notice", fault(2), "onsite", "checked_in", 8 * HOUR, ONSITE_ASKED, open_without=("departed", "contacted")),
    Row("p0", "severe fault in warranty: response 2 h", fault(1, warranty=True), "response-warranty", "contacted", 2 * HOUR, strictest=False),
    Row("p0", "severe fault in warranty: the 1 h for all faults holds too", fault(1, warranty=True), "response", "contacted", HOUR),
    Row("p0", "consultation: response 1 h", {"kind": "consultation", "severity": 3}, "response", "contacted", HOUR),
    Row("p0", "consultation: proposed solution 3 h", {"kind": "consultation", "severity": 3}, "solution", "diagnosis_delivered", 3 * HOUR, open_without=("contacted",)),
    *[Row("p0", f"technical question by {by}: solution 24 h", {"kind": "consultation", "severity": 3, "channel": by}, "answer", "resolved", 24 * HOUR, open_without=("contacted", "diagnosis_delivered"), strictest=False)
      for by in ("phone", "email", "fax", "portal")],
    # P1
    *[Row("p1", f"any report by phone ({kind}): callback 10 min", {"kind": kind, "severity": 3, "channel": "phone"}, "callback", CALLED, 10 * MINUTE, open_without=("contacted", "accepted", "diagnosis_delivered"))
      for kind in ("fault", "consultation", "complaint", "request")],
    Row("p1", "general fault: resolution 1 h", fault(4), "resolution", "resolved", HOUR, open_without=("contacted", "stopgap")),
    Row("p1", "severe fault: resolution 2 h", fault(3), "resolution", "resolved", 2 * HOUR),
    Row("p1", "major problem: resolution 24 h target", fault(2), "major-resolution", "resolved", 24 * HOUR),
    Row("p1", "major problem: resolution 72 h limit", fault(2), "major-resolution-limit", "resolved", 72 * HOUR),
    Row("p1", "major accident: emergency team at once", fault(1), "team", "team_formed", 0),
    Row("p1", "major accident: on-site 6 h", fault(1), "accident-onsite", "checked_in", 6 * HOUR, open_without=("contacted", "team_formed", "departed")),
    Row("p1", "major accident: repair 72 h", fault(1), "accident-repair", "resolved", 72 * HOUR, open_without=("checked_in", "stopgap")),
    Row("p1", "the phone cannot solve it: on-site 6 h", fault(4), "onsite", "checked_in", 6 * HOUR, PHONE_FAILED, starts=0, open_without=("departed",)),
    *[Row("p1", f"the phone cannot solve it: repaired or a stop-gap ({how}) 72 h", fault(4), "repair", how, 72 * HOUR, PHONE_FAILED, starts=0, open_without=("checked_in", "left"))
      for how in ("resolved", "stopgap")],
    Row("p1", "reported outside office hours: on-site 6 h", fault(4, hours="outside"), "onsite-off-hours", "checked_in", 6 * HOUR),
    # P2
    *[Row("p2", f"fault level {n}, confirmed ({how}): phone support {within // MINUTE} min", fault(n), "phone", "contacted", within, confirmed(how), open_without=("noted", "departed"))
      for n, within in ((1, 30 * MINUTE), (2, 30 * MINUTE), (3, 2 * HOUR), (4, 2 * HOUR)) for how in ("registered", "assigned", "accepted")],
    *[Row("p2", f"fault level {n}: remote support {within // MINUTE} min after it was agreed", fault(n), "remote", "remote_started", within, REMOTE_AGREED, open_without=("contacted", "diagnosis_delivered"))
      for n, within in ((1, 30 * MINUTE), (2, 30 * MINUTE), (3, 2 * HOUR), (4, 2 * HOUR))],
    Row("p2", "technical consultation: phone 2 h", {"kind": "consultation", "severity": 3}, "consultation", "contacted", 2 * HOUR, confirmed()),
    Row("p2", "other: phone 6 h", {"kind": "request", "severity": 3}, "other", "contacted", 6 * HOUR, confirmed()),
    Row("p2", "urgent feedback: answer 3 h", inquiry(1), "inquiry-answer", "contacted", 3 * HOUR, open_without=("registered", "opinion_given")),
    Row("p2", "high feedback: answer 6 h", inquiry(2), "inquiry-answer", "contacted", 6 * HOUR),
    *[Row("p2", f"normal feedback ({n}): answer 3 working days", inquiry(n), "inquiry-answer", "contacted", "11-23 10:00") for n in (3, 4)],
    Row("p2", "the department's plan: told to the customer in 1 working day", inquiry(3), "inquiry-relay", "contacted", "11-23 15:00", PLANNED, open_without=("noted", "accepted")),
    Row("p2", "complaint: department's opinion 2 h after the tracking form", COMPLAINT, "complaint-opinion", "opinion_given", 2 * HOUR, OPINION, open_without=("contacted",)),
    *[Row("p2", f"complaint, accepted ({how}): first reply 2 h", COMPLAINT, "complaint-reply", "contacted", 2 * HOUR, confirmed(how), open_without=("opinion_asked", "opinion_given"))
      for how in ("registered", "assigned", "accepted")],
    Row("p2", "complaint: customer satisfied in half a month", COMPLAINT, "complaint-resolution", "confirmed", 15 * 24 * HOUR, confirmed(), open_without=("contacted", "resolved")),
    # P3
    *[Row("p3", f"any report ({kind}): registered and classified 15 min", {"kind": kind, "severity": 3}, "registration", how, 15 * MINUTE, open_without=("contacted",))
      for kind, how in (("fault", "registered"), ("fault", "assigned"), ("fault", "accepted"), ("consultation", "registered"), ("complaint", "registered"), ("request", "registered"))],
    Row("p3", "major: response 1 h", fault(1), "response", "contacted", HOUR),
    Row("p3", "major: on-site 2 h", fault(1), "onsite", "checked_in", 2 * HOUR, open_without=("contacted", "departed")),
    Row("p3", "major: restore 24 h", fault(1), "restore", "resolved", 24 * HOUR, open_without=("checked_in", "left")),
    Row("p3", "urgent: response 1 h", fault(2), "response", "contacted", HOUR),
    Row("p3", "urgent: on-site 4 h", fault(2), "onsite", "checked_in", 4 * HOUR),
    Row("p3", "urgent: restore 48 h", fault(2), "restore", "resolved", 48 * HOUR),
    Row("p3", "general: response 2 h", fault(3), "response", "contacted", 2 * HOUR),
    Row("p3", "general: on-site 8 h", fault(3), "onsite", "checked_in", 8 * HOUR),
    Row("p3", "general: solved in 3 working days", fault(3), "restore", "resolved", "11-23 10:00"),
    Row("p3", "severity 4 is a general fault there", fault(4), "restore", "resolved", "11-23 10:00"),
    Row("p3", "remote ruled out, urgent: departed 2 h", fault(2), "departure", "departed", 2 * HOUR, ONSITE_ASKED, open_without=("contacted",)),
    Row("p3", "remote ruled out, general: departed 4 h", fault(3), "departure", "departed", 4 * HOUR, ONSITE_ASKED),
    Row("p3", "resolved fault: follow-up 24 h", fault(2), "followup", "followed_up", 24 * HOUR, RESOLVED, open_without=("confirmed", "closed", "contacted")),
    Row("p3", "an expert takes over: 1 h between our tiers", fault(2), "expert-takeover", ("tier_taken", {"tier": "expert"}), HOUR, TO_EXPERT, open_without=("accepted",)),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.plan} {row.says} ({row.until})")
def test_a_row_of_the_plan_is_kept_to_the_second(row):
    plan, events, now = shipped(row.plan), row.events, row.events[-1].at

    def stand(more, until):
        return clock(plan, [*events, *more], until, row.promise, **row.situation)

    running = stand([], now)
    assert (running.state, running.started, told(running.due)) == ("running", row.started, told(row.due))
    assert running.strictest is row.strictest
    for other in row.open_without:
        assert stand([Event(now + 60, 50, other)], now + 60).state == "running", f"{other} does not end it"
    kept = stand([row.end(row.due)], row.due + HOUR)
    assert (kept.state, kept.stopped) == ("met", row.due)
    late = stand([row.end(row.due + 1)], row.due + HOUR)
    assert (late.state, late.missed, late.stopped) == ("missed", row.due, row.due + 1)
    assert stand([], row.due).state == "running"
    assert stand([], row.due + 1).state == "missed"


@pytest.mark.parametrize(
    ("plan", "situation", "promises"),
    [
        ("p0", fault(1), {"response", "diagnosis", "onsite"}),
        ("p0", fault(1, warranty=True), {"response", "response-warranty", "diagnosis", "onsite"}),
        ("p0", fault(2, warranty=True), {"response", "diagnosis", "onsite"}),
        ("p0", {"kind": "consultation", "severity": 3, "channel": "phone"}, {"response", "solution", "answer"}),
        ("p0", {"kind": "consultation", "severity": 3, "channel": "onsite"}, {"response", "solution"}),
        ("p0", {"kind": "complaint", "severity": 2}, set()),
        ("p0", {"kind": "request", "severity": 2}, set()),
        ("p1", fault(1, channel="phone"), {"callback", "team", "accident-onsite", "accident-repair"}),
        ("p1", fault(2), {"major-resolution", "major-resolution-limit"}),
        ("p1", fault(3), {"resolution"}),
        ("p1", fault(4, hours="outside"), {"resolution", "onsite-off-hours"}),
        ("p1", fault(4, hours="outside", onsite=True), {"resolution", "onsite-off-hours", "onsite", "repair"}),
        ("p1", {"kind": "consultation", "severity": 3}, set()),
        ("p2", fault(1), {"phone", "remote"}),
        ("p2", {"kind": "consultation", "severity": 3}, {"consultation"}),
        ("p2", {"kind": "request", "severity": 3}, {"other"}),
        ("p2", inquiry(1), {"inquiry-answer", "inquiry-relay"}),
        ("p2", COMPLAINT, {"complaint-opinion", "complaint-reply", "complaint-resolution"}),
        ("p3", fault(1), {"registration", "response", "onsite", "restore", "followup", "expert-takeover", "vendor-takeover"}),
        ("p3", fault(2), {"registration", "response", "onsite", "restore", "departure", "followup", "expert-takeover", "vendor-takeover"}),
        ("p3", fault(4), {"registration", "response", "onsite", "restore", "departure", "followup", "expert-takeover", "vendor-takeover"}),
        ("p3", {"kind": "complaint", "severity": 3}, {"registration", "response"}),
    ],
)
def test_a_situation_has_the_clocks_of_its_rows_and_no_others(plan, situation, promises):
    assert {found.promise for found in clocks(shipped(plan), log(REPORTED), "11-18 10:00", **situation)} == promises


@pytest.mark.parametrize(
    ("plan", "promise", "state"),
    [
        ("p0", "response", "running"),
        ("p0", "diagnosis", "paused"),
        ("p0", "onsite", "paused"),
        ("p1", "callback", "running"),
        ("p1", "major-resolution", "paused"),
        ("p1", "major-resolution-limit", "paused"),
        ("p2", "phone", "pending"),
        ("p3", "registration", "running"),
        ("p3", "response", "running"),
        ("p3", "onsite", "paused"),
        ("p3", "restore", "paused"),
        ("p3", "departure", "paused"),
    ],
)
def test_waiting_for_the_customer_stops_the_work_but_never_the_first_response(plan, promise, state):
    events = log(REPORTED, ("11-18 10:05", "onsite_requested"), ("11-18 10:06", "hold", {"pause": "1", "owner": "customer"}))
    found = clock(shipped(plan), events, "11-18 10:10", promise, severity=2, channel="phone")
    assert found.state == state


@pytest.mark.parametrize(("plan", "promise"), [("p0", "onsite"), ("p3", "onsite"), ("p3", "departure")])
def test_only_the_customers_own_wait_excuses_a_visit(plan, promise):
    events = log(REPORTED, ("11-18 10:05", "onsite_requested"), ("11-18 10:06", "hold", {"pause": "1", "owner": "vendor"}))
    assert clock(shipped(plan), events, "11-18 10:10", promise, severity=2).state == "running"


@pytest.mark.parametrize("plan", ["p0", "p1", "p2", "p3"])
def test_each_promise_names_its_clause_and_quotes_it_in_both_languages(plan):
    for promise in shipped(plan).promises:
        assert promise.clause, promise.code
        assert set(promise.quote) == {"zh-hans", "en"}, promise.code


def test_solved_remotely_nobody_needs_to_come():
    events = log(REPORTED, ("11-18 11:00", "resolved"))
    assert clock(shipped("p3"), events, "11-18 12:00", "onsite").state == "void"


def test_a_fault_that_comes_back_is_followed_up_after_it_is_solved_again():
    events = log(*RESOLVED, ("11-18 16:00", "rejected"), ("11-18 20:00", "resolved"))
    assert clock(shipped("p3"), events[:3], "11-18 17:00", "followup").state == "void"
    assert told(clock(shipped("p3"), events, "11-18 20:00", "followup").due) == "11-19 20:00"


def test_a_rejected_solution_takes_up_the_restore_clock_where_it_stood():
    events = log(REPORTED, ("11-18 20:00", "resolved"), ("11-19 20:00", "rejected"))
    assert told(clock(shipped("p3"), events, "11-19 20:00", "restore").due) == "11-20 10:00", "ten hours were used, fourteen remain"


def test_a_last_limit_stands_beside_its_target_and_climbs_its_own_ladder():
    plan = shipped("p1")
    found = {row.promise: row for row in clocks(plan, log(REPORTED), "11-19 10:00:01", severity=2)}
    assert {code: (row.state, row.strictest) for code, row in found.items()} == {
        "major-resolution": ("missed", True),
        "major-resolution-limit": ("running", True),
    }
    assert [told(level.at) for level in found["major-resolution-limit"].levels] == [
        "11-20 16:00",
        "11-21 10:00",
        "11-21 10:30",
        "11-21 12:00",
    ]
    assert plan.promise("major-resolution-limit").name == {
        "zh-hans": "重大问题解决（最迟时限）",
        "en": "Resolution of a major problem, last limit",
    }


def test_conflicting_promises_both_run_and_the_strictest_is_shown():
    events = log(*PHONE_FAILED)
    found = {row.promise: row for row in clocks(shipped("p1"), events, "11-18 11:30", severity=4, hours="outside")}
    assert [(row.promise, row.strictest) for row in found.values() if row.measure == "onsite"] == [
        ("onsite", True),
        ("onsite-off-hours", False),
    ]
    assert {told(row.due) for row in found.values() if row.measure == "onsite"} == {"11-18 16:00"}


@pytest.mark.parametrize(
    ("after", "state"),
    [
        ((), "void"),
        ((("11-18 10:30", "registered"),), "void"),
        ((("11-18 10:30", "registered"), ("11-18 10:40", "accepted")), "void"),
    ],
)
def test_a_customer_contacted_before_the_request_was_confirmed_need_not_be_contacted_again(after, state):
    events = log(REPORTED, ("11-18 10:10", "contacted"), *after)
    assert clock(shipped("p2"), events, "11-19 10:00", "phone").state == state


def test_the_next_cycle_asks_for_a_contact_of_its_own():
    rows = [REPORTED, ("11-18 10:10", "contacted"), ("11-18 11:00", "resolved"), ("11-18 12:00", "closed")]
    events = log(*rows, ("11-18 13:00", "reopened"), ("11-18 13:10", "registered"))
    again = clock(shipped("p2"), events, "11-18 13:10", "phone", cycle=2)
    assert (again.state, told(again.due)) == ("running", "11-18 13:40")


def test_a_complaint_closed_without_a_word_is_neither_kept_nor_missed():
    events = log(*confirmed(), ("11-18 15:00", "resolved"), ("11-25 15:00", "closed"))
    assert clock(shipped("p2"), events, "12-30 10:00", "complaint-resolution", kind="complaint").state == "void"


def test_a_callback_that_was_solved_before_anybody_called_is_void_and_late_when_it_was_due():
    early, late = (log(REPORTED, (when, "resolved")) for when in ("11-18 10:05", "11-18 10:11"))
    assert clock(shipped("p1"), early, "11-18 12:00", "callback", channel="phone").state == "void"
    assert clock(shipped("p1"), late, "11-18 12:00", "callback", channel="phone").state == "missed"

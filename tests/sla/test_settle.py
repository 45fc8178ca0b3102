"""What promises say about a log: the rules of the clock, one behaviour each."""

import pytest

from sla.engine.settle import Fired, attend_at, reached
from tests.sla.logs import HOUR, at, clock, clocks, due, hold, log, promising, resumed, severity, shipped, told

pytestmark = pytest.mark.once

OFFICE = promising(calendar="office-cn")
ALWAYS = promising()
LADDER = [
    {"code": "warning", "at": "75%", "tell": ["assignee"]},
    {"code": "due", "at": "due", "tell": ["office_lead"]},
    {"code": "late-30m", "at": "due+30min", "tell": ["manager"]},
    {"code": "late-2h", "at": "due+2h", "tell": ["director"]},
]
REPORTED = ("11-20 09:00", "reported")  # a Friday


def levels(plan, events, now, **situation):
    found = clock(plan, events, now, **situation)
    return {level.code: told(level.at) for level in found.levels}


def before(fired):
    """Answer levels as known to have fired at these instants."""
    return {code: Fired(at(when)) for code, when in dict(fired).items()}


def fires(plan, events, now, fired=(), **situation):
    """Answer the codes of the levels that fire at an instant, and of those passed over."""
    ripe, passed = reached(clock(plan, events, now, **situation), before(fired), at(now))
    return [level.code for level in ripe], [level.code for level in passed]


# --- rule 3: due, met, missed -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stopped", "state"),
    [("11-20 16:59:59", "met"), ("11-20 17:00", "met"), ("11-20 17:00:01", "missed")],
)
def test_kept_up_to_the_due_second_and_missed_strictly_later(stopped, state):
    found = clock(ALWAYS, log(REPORTED, (stopped, "resolved")), "11-21 09:00")
    assert (found.state, told(found.due), told(found.stopped)) == (state, "11-20 17:00", stopped)
    assert found.missed == (found.due if state == "missed" else None)


def test_runs_until_the_due_second_and_is_missed_one_second_later():
    running, missed = (clock(ALWAYS, log(REPORTED), now) for now in ("11-20 17:00", "11-20 17:00:01"))
    assert (running.state, running.remaining, told(attend_at(running, before({"warning": "11-20 15:00", "due": "11-20 17:00"})))) == (
        "running", 0, "11-20 17:00:01",
    )  # fmt: skip
    assert (missed.state, told(missed.missed), missed.remaining) == ("missed", "11-20 17:00", -1)


def test_due_at_closing_time_today_not_at_opening_tomorrow():
    assert due(promising(calendar="office-cn", target="7h 30min"), log(REPORTED), "11-20 09:00") == "11-20 18:00"


def test_a_report_outside_hours_starts_to_count_at_the_next_opening():
    assert due(OFFICE, log(("11-21 10:00", "reported")), "11-21 10:00") == "11-24 09:30"


# --- rule 4: at once ----------------------------------------------------------------------------


@pytest.mark.parametrize(("now", "state"), [("11-20 09:00", "running"), ("11-20 09:00:01", "missed")])
def test_at_once_is_due_at_the_start(now, state):
    found = clock(promising(target="at once"), log(REPORTED), now)
    assert (told(found.due), found.target, found.state) == ("11-20 09:00", 0, state)


def test_done_in_the_same_second_keeps_at_once():
    assert clock(promising(target="at once"), log(REPORTED, ("11-20 09:00", "resolved")), "11-20 10:00").state == "met"


def test_no_target_for_a_severity_is_no_clock():
    assert clocks(promising(target={1: "4h"}), log(REPORTED), "11-20 10:00", severity=2) == []


# --- rule 6: pauses -----------------------------------------------------------------------------


def test_while_paused_there_is_no_due_time_no_breach_and_no_level():
    found = clock(ALWAYS, log(REPORTED, hold("11-20 10:00")), "11-25 10:00")
    assert (found.state, found.due, found.missed, told(found.paused), found.remaining) == ("paused", None, None, "11-20 10:00", 7 * HOUR)
    assert attend_at(found, {}) is None
    assert reached(found, {}, at("11-25 10:00")) == ([], [])


def test_a_pause_moves_due_by_its_length():
    assert due(ALWAYS, log(REPORTED, hold("11-20 10:00"), resumed("11-21 12:00")), "11-21 12:00") == "11-21 19:00"


def test_only_the_open_part_of_a_pause_counts():
    """Paused from 17:00 on Friday, across closing time and the weekend, to 10:00 on Monday: two open hours."""
    events = log(REPORTED, hold("11-20 17:00"), resumed("11-23 10:00"))
    assert due(OFFICE, log(REPORTED), "11-20 09:00") == "11-23 09:30"
    assert due(OFFICE, events, "11-23 10:00") == "11-23 11:30"


def test_a_pause_that_lies_outside_of_hours_changes_nothing():
    assert due(OFFICE, log(REPORTED, hold("11-20 18:00"), resumed("11-23 09:00")), "11-23 09:10") == "11-23 09:30"


def test_overlapping_pauses_count_once():
    events = log(
        REPORTED, hold("11-20 10:00", "a"), hold("11-20 11:00", "b", "vendor"), resumed("11-20 12:00", "a"), resumed("11-20 13:00", "b")
    )
    assert clock(ALWAYS, events[:4], "11-20 12:30").state == "paused"
    assert due(ALWAYS, events, "11-20 13:00") == "11-20 20:00"


def test_a_pause_told_twice_begins_once():
    events = log(REPORTED, hold("11-20 10:00"), hold("11-20 11:00"))
    assert told(clock(ALWAYS, events, "11-20 12:00").paused) == "11-20 10:00"


def test_a_resume_without_a_pause_changes_nothing():
    assert due(ALWAYS, log(REPORTED, resumed("11-20 10:00", "9")), "11-20 11:00") == "11-20 17:00"


def test_a_promise_that_is_not_pausable_runs_through():
    found = clock(promising(pausable=False), log(REPORTED, hold("11-20 10:00")), "11-20 11:00")
    assert (found.state, told(found.due)) == ("running", "11-20 17:00")


def test_only_the_owners_that_the_promise_names_pause_it():
    plan = promising(pausable=["customer"])
    assert clock(plan, log(REPORTED, hold("11-20 10:00", owner="vendor")), "11-20 11:00").state == "running"
    assert clock(plan, log(REPORTED, hold("11-20 10:00", owner="customer")), "11-20 11:00").state == "paused"


def test_a_clock_that_starts_during_a_pause_starts_paused():
    plan = promising(**{"from": "onsite_requested"})
    events = log(REPORTED, hold("11-20 10:00"), ("11-20 11:00", "onsite_requested"), resumed("11-20 14:00"))
    assert clock(plan, events[:3], "11-20 12:00").state == "paused"
    found = clock(plan, events, "11-20 14:00")
    assert (told(found.started), told(found.due), found.remaining) == ("11-20 11:00", "11-20 22:00", 8 * HOUR)


def test_stopped_while_paused_is_met_whenever_the_pause_began_in_time():
    found = clock(ALWAYS, log(REPORTED, hold("11-20 10:00"), ("11-25 10:00", "resolved")), "11-26 10:00")
    assert (found.state, told(found.due), found.remaining) == ("met", "11-25 17:00", 7 * HOUR)


# --- rule 7: too late to pause ------------------------------------------------------------------


def test_a_pause_after_due_changes_nothing():
    events = log(REPORTED, hold("11-20 17:00:01"), resumed("11-20 19:00"))
    for now in ("11-20 18:00", "11-20 20:00"):
        found = clock(promising(levels=LADDER), events, now)
        plain = clock(promising(levels=LADDER), log(REPORTED), now)
        assert (found.state, found.due, found.missed, found.remaining, found.levels) == (
            "missed", plain.due, plain.missed, plain.remaining, plain.levels,
        )  # fmt: skip
        assert told(found.due) == "11-20 17:00"


def test_a_pause_that_begins_at_due_comes_too_late():
    assert clock(ALWAYS, log(REPORTED, hold("11-20 17:00")), "11-20 17:30").state == "missed"


def test_a_pause_one_second_before_due_is_in_time():
    assert clock(ALWAYS, log(REPORTED, hold("11-20 16:59:59")), "11-20 17:30").state == "paused"


# --- rule 8: resolved, reopened, closed ---------------------------------------------------------

AGAIN = promising(again=["rejected", "reopened"], levels=LADDER)


def test_reopened_within_the_cycle_resumes_with_the_resolved_time_left_out():
    events = log(REPORTED, ("11-20 12:00", "resolved"), ("11-23 09:00", "rejected"))
    found = clock(AGAIN, events, "11-23 10:00")
    assert (found.state, told(found.started), told(found.due), found.remaining) == ("running", "11-20 09:00", "11-23 14:00", 4 * HOUR)


def test_a_rejected_report_arms_its_clock_again():
    plan = promising(code="diagnosis", until="diagnosis_delivered", again=["diagnosis_rejected"], target="3h")
    events = log(
        REPORTED, ("11-20 10:00", "diagnosis_delivered"), ("11-20 15:00", "diagnosis_rejected"), ("11-20 17:00:01", "diagnosis_delivered")
    )
    assert clock(plan, events[:2], "11-20 16:00", "diagnosis").state == "met"
    assert due(plan, events[:3], "11-20 16:00", "diagnosis") == "11-20 17:00"
    assert clock(plan, events, "11-20 18:00", "diagnosis").state == "missed"


def test_missed_and_resolved_then_rejected_is_still_missed_and_later_by_what_it_ran():
    events = log(REPORTED, ("11-20 18:00", "resolved"), ("11-21 18:00", "rejected"))
    found = clock(AGAIN, events, "11-21 18:30")
    assert (found.state, told(found.missed), found.stopped, found.remaining) == ("missed", "11-20 17:00", None, -90 * 60)
    assert levels(AGAIN, events, "11-21 18:30")["late-2h"] == "11-21 19:00", "the resolved day does not count towards it"


def test_waiting_when_it_was_resolved_it_still_waits_when_rejected():
    events = log(REPORTED, hold("11-20 10:00"), ("11-20 11:00", "resolved"), ("11-20 15:00", "rejected"), resumed("11-20 16:00"))
    assert clock(AGAIN, events[:4], "11-20 15:30").state == "paused"
    assert due(AGAIN, events, "11-20 16:00") == "11-20 23:00"


def test_reopened_after_the_final_close_begins_a_new_cycle():
    events = log(REPORTED, ("11-20 12:00", "resolved"), ("11-20 13:00", "closed"), ("11-25 09:00", "reopened"))
    first, second = clocks(AGAIN, events, "11-25 10:00")
    assert (first.cycle, first.state, told(first.stopped)) == (1, "met", "11-20 12:00")
    assert (second.cycle, second.state, told(second.started), told(second.due)) == (2, "running", "11-25 09:00", "11-25 17:00")


def test_a_finished_cycle_never_changes():
    events = log(REPORTED, ("11-20 12:00", "resolved"), ("11-20 13:00", "closed"), ("11-25 09:00", "reopened"))
    later = events + log(severity("11-25 10:00", 4), ("11-26 10:00", "resolved"), ("11-26 11:00", "rejected"))
    plan = promising(again=["rejected", "reopened"], target={1: "8h", 2: "8h", 3: "8h", 4: "1h"})
    assert clocks(plan, later, "11-27 10:00")[0] == clocks(plan, events, "11-25 09:00")[0]


def test_a_new_cycle_begins_with_the_situation_the_last_one_ended_with():
    events = log(REPORTED, severity("11-20 10:00", 2), ("11-20 12:00", "resolved"), ("11-20 13:00", "closed"), ("11-25 09:00", "reopened"))
    assert due(promising(target={1: "8h", 2: "16h"}), events, "11-25 09:00", cycle=2) == "11-26 01:00"


def test_what_still_ran_when_a_new_cycle_began_is_void():
    plan = shipped("p3")
    events = log(REPORTED, ("11-20 12:00", "resolved"), ("11-20 13:00", "closed"), ("11-20 15:00", "reopened"))
    assert clock(plan, events, "11-22 10:00", "followup").state == "void"


# --- rules 9 and 10: severity, contract, calendar -----------------------------------------------

BY_SEVERITY = promising(target={1: "2h", 2: "8h", 3: "24h"}, levels=LADDER)


def test_a_severity_change_keeps_start_and_elapsed_time():
    events = log(REPORTED, severity("11-20 10:00", 1))
    found = clock(BY_SEVERITY, events, "11-20 10:00", severity=2)
    assert (told(found.started), told(found.due), found.target, found.remaining) == ("11-20 09:00", "11-20 11:00", 2 * HOUR, HOUR)
    assert told(found.changed) == "11-20 10:00"


def test_a_pause_is_kept_over_a_severity_change():
    events = log(REPORTED, hold("11-20 09:30"), severity("11-20 10:00", 1), resumed("11-20 12:00"))
    assert clock(BY_SEVERITY, events[:3], "11-20 11:50", severity=2).state == "paused"
    assert due(BY_SEVERITY, events, "11-20 12:00", severity=2) == "11-20 13:30"


def test_already_past_the_new_target_is_missed_with_the_change_as_cause_and_only_the_highest_level_fires():
    events = log(REPORTED, severity("11-20 12:00", 1))
    found = clock(BY_SEVERITY, events, "11-20 12:00", severity=2)
    assert (found.state, told(found.missed), told(found.changed)) == ("missed", "11-20 11:00", "11-20 12:00")
    assert fires(BY_SEVERITY, events, "11-20 12:00", severity=2) == (["late-30m"], ["warning", "due"])
    told_before = dict.fromkeys(("warning", "due", "late-30m"), "11-20 12:00")
    assert fires(BY_SEVERITY, events, "11-20 13:00", told_before, severity=2) == (["late-2h"], [])


def test_a_missed_clock_runs_again_when_the_new_target_lies_ahead():
    events = log(REPORTED, severity("11-20 12:00", 2))
    assert clock(BY_SEVERITY, events, "11-20 11:59").state == "missed"
    found = clock(BY_SEVERITY, events, "11-20 12:00")
    assert (found.state, told(found.due)) == ("running", "11-20 17:00")


def test_a_promise_made_for_another_severity_is_void_and_comes_back_with_its_time():
    plan = shipped("p0")
    events = log(REPORTED, severity("11-20 09:30", 3), severity("11-20 10:00", 1))
    code = "response-warranty"
    assert clock(plan, events, "11-20 09:40", code, warranty=True).state == "void"
    found = clock(plan, events, "11-20 10:30", code, warranty=True)
    assert (found.state, told(found.due)) == ("running", "11-20 11:00")


def test_what_ends_a_promise_that_no_longer_holds_leaves_it_void():
    events = log(REPORTED, severity("11-20 09:30", 3), ("11-20 09:40", "contacted"))
    found = clock(shipped("p0"), events, "11-20 12:00", "response-warranty", warranty=True)
    assert (found.state, found.stopped, found.due) == ("void", None, None)


def test_what_was_counted_in_one_calendar_stays_counted_in_another():
    plan = promising(target={1: "8h", 2: "8h"}, calendar={1: "office-cn", 2: "always"})
    events = log(("11-20 16:00", "reported"), severity("11-20 20:00", 2))
    assert due(plan, events, "11-20 20:00") == "11-21 02:00", "two office hours were counted, six remain around the clock"


def test_working_days_promised_by_a_change_are_counted_from_the_start():
    plan = shipped("p3")
    events = log(("11-18 10:00", "reported"), severity("11-19 09:00", 3))
    assert due(plan, events, "11-19 09:00", severity=2) == "11-23 10:00"


def test_a_change_after_the_clock_stopped_is_not_looked_at():
    events = log(REPORTED, ("11-20 10:30", "resolved"), severity("11-20 11:00", 3))
    found = clock(BY_SEVERITY, events, "11-20 12:00")
    assert (found.state, told(found.due), found.changed) == ("met", "11-20 11:00", None)


def test_a_change_to_the_same_terms_is_no_change():
    assert clock(promising(), log(REPORTED, severity("11-20 10:00", 3)), "11-20 11:00").changed is None


# --- rule 11: the first response ----------------------------------------------------------------


@pytest.mark.parametrize("event", ["noted", "assigned", "accepted", "registered", "replied", "hold", "escalated", "acknowledged"])
def test_is_no_response(event):
    assert clock(shipped("p0"), log(REPORTED, ("11-20 09:30", event)), "11-20 09:40", "response").state == "running"


@pytest.mark.parametrize("event", ["contacted", "diagnosis_delivered", "resolved"])
def test_is_a_response(event):
    found = clock(shipped("p0"), log(REPORTED, ("11-20 09:30", event)), "11-20 09:40", "response")
    assert (found.state, told(found.stopped)) == ("met", "11-20 09:30")


def test_only_the_first_contact_is_the_response():
    events = log(REPORTED, ("11-20 09:30", "contacted"), ("11-20 12:00", "contacted"))
    assert told(clock(shipped("p0"), events, "11-20 13:00", "response").stopped) == "11-20 09:30"


# --- rule 12: levels ----------------------------------------------------------------------------

CLIMBS = promising(levels=LADDER)


def test_levels_stand_at_a_share_at_due_and_after_it():
    assert levels(CLIMBS, log(REPORTED), "11-20 09:00") == {
        "warning": "11-20 15:00", "due": "11-20 17:00", "late-30m": "11-20 17:30", "late-2h": "11-20 19:00",
    }  # fmt: skip


def test_levels_count_open_time_too():
    plan = promising(calendar="office-cn", target="7h 30min", levels=LADDER)
    assert levels(plan, log(REPORTED), "11-20 09:00") == {
        "warning": "11-20 16:07:30", "due": "11-20 18:00", "late-30m": "11-23 09:30", "late-2h": "11-23 11:00",
    }  # fmt: skip


def test_a_pause_moves_the_levels_that_lie_ahead_and_no_others():
    events = log(REPORTED, hold("11-20 16:00"), resumed("11-20 18:00"))
    assert levels(CLIMBS, events, "11-20 18:00") == {
        "warning": "11-20 15:00", "due": "11-20 19:00", "late-30m": "11-20 19:30", "late-2h": "11-20 21:00",
    }  # fmt: skip


def test_a_level_that_would_come_before_the_start_comes_at_the_start():
    plan = promising(target="1h", levels=[{"code": "early", "at": "due-2h", "tell": ["team"]}])
    assert levels(plan, log(REPORTED), "11-20 09:00") == {"early": "11-20 09:00"}


def test_levels_fire_when_their_second_has_come_each_once():
    assert fires(CLIMBS, log(REPORTED), "11-20 14:59:59") == ([], [])
    assert fires(CLIMBS, log(REPORTED), "11-20 15:00") == (["warning"], [])
    assert fires(CLIMBS, log(REPORTED), "11-20 17:10", {"warning": "11-20 15:00"}) == (["due"], [])


def test_a_late_sweep_fires_every_level_that_it_slept_through():
    assert fires(CLIMBS, log(REPORTED), "11-20 17:45") == (["warning", "due", "late-30m"], [])


def test_a_level_is_armed_again_only_when_its_time_moves_into_the_future():
    fired = {"warning": "11-20 10:30"}  # of two hours
    longer = log(REPORTED, severity("11-20 10:45", 2))
    assert told(attend_at(clock(BY_SEVERITY, longer, "11-20 10:45"), before(fired))) == "11-20 15:00"
    assert fires(BY_SEVERITY, longer, "11-20 15:00", fired) == (["warning"], [])


def test_a_level_that_a_change_moves_within_the_past_does_not_fire_twice():
    plan = promising(target={1: "2h", 2: "3h"}, levels=LADDER)
    events = log(REPORTED, severity("11-20 11:30", 2))
    assert levels(plan, events, "11-20 11:30")["warning"] == "11-20 11:15"
    assert fires(plan, events, "11-20 11:30", {"warning": "11-20 10:30", "due": "11-20 11:00"}) == ([], [])
    assert fires(plan, events, "11-20 12:00", {"warning": "11-20 10:30", "due": "11-20 11:00"}) == (["due"], []), "due moved ahead"


def test_no_level_fires_once_it_is_done():
    events = log(REPORTED, ("11-20 16:00", "resolved"))
    found = clock(CLIMBS, events, "11-20 20:00")
    assert (found.levels, attend_at(found, {}), reached(found, {}, at("11-20 20:00"))) == ((), None, ([], []))


def test_after_the_last_level_nothing_wants_attention():
    fired = before({"warning": "11-20 15:00", "due": "11-20 17:00", "late-30m": "11-20 17:30", "late-2h": "11-20 19:00"})
    assert attend_at(clock(CLIMBS, log(REPORTED), "11-20 20:00"), fired) is None


# --- rule 13: the strictest ---------------------------------------------------------------------


def test_the_strictest_promise_of_a_measure_is_shown_and_all_are_recorded():
    found = {row.promise: row.strictest for row in clocks(shipped("p0"), log(REPORTED), "11-20 09:10", warranty=True)}
    assert found == {"response": True, "response-warranty": False, "diagnosis": True, "onsite": True}


def test_once_the_strictest_is_kept_the_one_still_owed_is_shown():
    events = log(REPORTED, ("11-20 10:00", "diagnosis_delivered"), ("11-20 12:00", "resolved"))
    shown = [
        [row.promise for row in clocks(shipped("p0"), events, now, kind="consultation") if row.strictest and row.measure == "solution"]
        for now in ("11-20 09:30", "11-20 11:00", "11-20 13:00")
    ]
    assert shown == [["solution"], ["answer"], ["solution"]]


# --- rule 15: working days ----------------------------------------------------------------------

THREE_DAYS = promising(target="3 workdays", calendar="office-cn", levels=LADDER)


@pytest.mark.parametrize(
    ("reported", "promised", "reason"),
    [
        ("11-18 10:00", "11-23 10:00", "the same wall time three working dates later, over a weekend"),
        ("11-20 12:30", "11-25 13:30", "a report in the lunch break starts when it ends"),
        ("11-21 10:00", "11-26 09:00", "a report on Saturday starts on Monday at nine"),
        ("11-20 20:00", "11-26 09:00", "a report after closing time starts at the next opening"),
        ("11-23 09:00", "11-26 09:00", "at opening time; not at closing time the day before, which has as many open hours"),
        ("11-20 17:59:59", "11-25 17:59:59", "to the second"),
        ("09-29 10:00", "10-09 10:00", "National Day is left out"),
        ("09-18 10:00", "09-22 10:00", "the make-up Sunday of 20 September is a working day"),
    ],
)
def test_working_days(reported, promised, reason):
    events = log((reported, "reported"))
    assert due(THREE_DAYS, events, reported) == promised, reason
    assert levels(THREE_DAYS, events, reported)["due"] == promised
    assert clock(THREE_DAYS, [*events, *log((promised, "resolved"))], "12-01 09:00").state == "met"


def test_what_was_done_ahead_keeps_the_due_time_that_it_had():
    events = log(("11-20 20:00", "reported"), ("11-23 10:00", "resolved"))
    assert due(THREE_DAYS, events, "11-23 10:00") == "11-26 09:00", "the opening, not the closing time before it"


def test_a_pause_moves_a_due_time_in_working_days_by_its_open_part():
    events = log(("11-18 10:00", "reported"), hold("11-18 17:00"), resumed("11-19 10:00"))
    assert due(THREE_DAYS, events, "11-19 10:00") == "11-23 12:00", "one hour of the 18th and one of the 19th"


def test_a_pause_over_the_night_before_does_not_break_a_due_time_at_opening():
    events = log(("11-23 09:00", "reported"), hold("11-25 18:00"), resumed("11-26 14:00"))
    assert clock(THREE_DAYS, events[:2], "11-26 10:00").state == "paused"
    assert due(THREE_DAYS, events, "11-26 14:00") == "11-26 14:00"


# --- rules 16 and 17: closing, merging ----------------------------------------------------------


def test_restore_bears_the_time_of_the_solution_however_late_it_is_closed():
    events = log(REPORTED, ("11-20 12:00", "resolved"), ("11-27 12:00", "closed"))
    found = clock(AGAIN, events, "11-28 09:00")
    assert (found.state, told(found.stopped)) == ("met", "11-20 12:00")


@pytest.mark.parametrize("event", ["merged", "cancelled"])
@pytest.mark.parametrize(("when", "state"), [("11-20 17:00", "void"), ("11-20 17:00:01", "missed")])
def test_merged_or_cancelled_ends_a_clock_void_unless_it_was_already_missed(event, when, state):
    found = clock(ALWAYS, log(REPORTED, (when, event)), "11-21 09:00")
    assert (found.state, told(found.stopped)) == (state, when if state == "missed" else None)
    assert attend_at(found, {}) is None


# --- starting, voiding --------------------------------------------------------------------------

ONSITE = promising(code="onsite", measure="onsite", until="checked_in", void=["resolved"], **{"from": "onsite_requested"})


def test_a_clock_waits_for_its_starting_event():
    assert clock(ONSITE, log(REPORTED), "11-20 10:00", "onsite").state == "pending"


def test_a_clock_that_was_never_started_is_void_in_the_end():
    assert clock(ONSITE, log(REPORTED, ("11-20 10:00", "resolved")), "11-20 11:00", "onsite").state == "void"


def test_a_void_clock_starts_anew_with_its_starting_event():
    events = log(
        REPORTED,
        ("11-20 10:00", "onsite_requested"),
        ("11-20 12:00", "resolved"),
        ("11-21 10:00", "rejected"),
        ("11-21 11:00", "onsite_requested"),
    )
    assert clock(ONSITE, events[:3], "11-20 13:00", "onsite").state == "void"
    found = clock(ONSITE, events, "11-21 11:00", "onsite")
    assert (found.state, told(found.started), told(found.due)) == ("running", "11-21 11:00", "11-21 19:00")


def test_asking_twice_starts_once():
    events = log(REPORTED, ("11-20 10:00", "onsite_requested"), ("11-20 12:00", "onsite_requested"))
    assert due(ONSITE, events, "11-20 12:00", "onsite") == "11-20 18:00"


# --- the function itself ------------------------------------------------------------------------


def test_events_after_now_are_not_looked_at():
    events = log(REPORTED, ("11-20 12:00", "resolved"))
    assert clock(ALWAYS, events, "11-20 11:59:59").state == "running"


def test_events_of_one_second_are_taken_in_the_order_of_the_log():
    events = log(REPORTED, ("11-20 12:00", "resolved"), ("11-20 12:00", "rejected"), ("11-20 12:00", "resolved"))
    assert clock(AGAIN, events[::-1], "11-20 13:00").state == "met"
    assert clock(AGAIN, events[2::-1], "11-20 13:00").state == "running"


def test_an_empty_log_has_no_running_clock():
    assert [found.state for found in clocks(ALWAYS, [], "11-20 09:00")] == ["pending"]

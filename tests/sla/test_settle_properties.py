"""What must hold for every log, whatever happened: found by trying logs nobody would think of."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.engine import Event, settle
from sla.engine.settle import Fired, attend_at, fired_again, reached
from tests.sla.logs import DAY, HOUR, at, calendars, shipped

pytestmark = pytest.mark.once

START = at("11-19 15:00")
PLANS = st.sampled_from(["p0", "p1", "p2", "p3"])
SITUATIONS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["fault", "fault", "consultation", "request", "complaint", "inquiry"]),
        "severity": st.sampled_from([1, 2, 3, 4]),
        "channel": st.sampled_from(["portal", "phone"]),
        "warranty": st.booleans(),
        "hours": st.sampled_from(["office", "outside"]),
    }
)
PLAIN = st.sampled_from(
    ["registered", "accepted", "contacted", "noted", "diagnosis_delivered", "diagnosis_rejected", "onsite_requested", "departed",
     "checked_in", "resolved", "rejected", "reopened", "closed", "followed_up", "cancelled", "confirmed", "team_formed", "opinion_asked",
     "opinion_given", "remote_agreed", "remote_started", "stopgap"]
).map(lambda what: (what, {})) | st.just(("contacted", {"via": "call"}))  # fmt: skip
PAUSES = st.builds(
    lambda what, pause, owner: (what, {"pause": pause, "owner": owner}),
    st.sampled_from(["hold", "resumed"]), st.sampled_from(["a", "b"]), st.sampled_from(["customer", "vendor"]),
)  # fmt: skip
CHANGES = st.integers(1, 4).map(lambda number: ("severity_changed", {"situation": {"severity": number}})) | st.just(
    ("onsite_requested", {"situation": {"onsite": True}})
)
# Steps of nothing, minutes, an hour, a night: events of one second and events across closing time.
STEPS = st.sampled_from([0, 0, 60, 20 * 60, HOUR, 3 * HOUR, 14 * HOUR, 2 * DAY])


@st.composite
def logs(draw):
    """A log that begins with a report, in any order the workflow would or would not allow."""
    events, when = [Event(START, 1, "reported", {})], START
    for number, (step, (what, facts)) in enumerate(draw(st.lists(st.tuples(STEPS, PLAIN | PAUSES | CHANGES), max_size=12)), 2):
        when += step
        events.append(Event(when, number, what, facts))
    return events


LATER = st.integers(0, 6 * DAY)


@settings(max_examples=300, deadline=None)
@given(PLANS, SITUATIONS, logs(), LATER, st.randoms(use_true_random=False))
def test_settling_again_or_from_a_shuffled_list_gives_the_same_answer(plan, situation, events, later, random):
    now = events[-1].at + later
    first = settle(shipped(plan), calendars(), situation, events, now)
    shuffled = random.sample(events, len(events))
    assert settle(shipped(plan), calendars(), situation, events, now) == first
    assert settle(shipped(plan), calendars(), situation, shuffled, now) == first
    assert settle(shipped(plan), calendars(), situation, [*events, Event(now + 1, 99, "resolved", {})], now) == first


@settings(max_examples=300, deadline=None)
@given(PLANS, SITUATIONS, logs(), LATER)
def test_each_state_means_what_it_says(plan, situation, events, later):
    now = events[-1].at + later
    for clock in settle(shipped(plan), calendars(), situation, events, now):
        attend = attend_at(clock, {})
        match clock.state:
            case "paused":
                assert (clock.due, clock.missed, attend) == (None, None, None)
                assert reached(clock, {}, now) == ([], [])
                assert 0 <= clock.remaining <= clock.target
                assert clock.paused <= now
            case "running":
                assert clock.started <= now <= clock.due
                assert 0 <= clock.remaining <= clock.target
                assert attend <= clock.due + 1, "at the latest it is looked at when it is missed"
            case "missed":
                assert clock.missed == clock.due < (now if clock.stopped is None else clock.stopped)
                assert clock.remaining <= 0
            case "met":
                assert clock.started <= clock.stopped <= clock.due
                assert clock.missed is None
            case "pending":
                assert (clock.started, clock.due) == (None, None)
            case "void":
                assert (clock.due, clock.stopped, attend) == (None, None, None)
        if clock.stopped is not None:
            assert (clock.levels, attend) == ((), None)


@settings(max_examples=200, deadline=None)
@given(PLANS, SITUATIONS, logs(), LATER)
def test_time_alone_moves_no_due_time_and_ends_no_pause(plan, situation, events, later):
    """Between two events only one thing happens by itself: a running clock is missed."""
    last = events[-1].at
    before = {(row.cycle, row.promise): row for row in settle(shipped(plan), calendars(), situation, events, last)}
    for row in settle(shipped(plan), calendars(), situation, events, last + later):
        then = before[row.cycle, row.promise]
        assert (row.due, row.stopped, row.started, row.levels) == (then.due, then.stopped, then.started, then.levels)
        assert row.state == then.state or (then.state, row.state) == ("running", "missed")


@settings(max_examples=200, deadline=None)
@given(PLANS, SITUATIONS, logs(), logs())
def test_a_cycle_that_was_followed_by_another_is_never_rewritten(plan, situation, events, more):
    last = events[-1].at
    continued = events + [event._replace(at=event.at - START + last + 1, seq=event.seq + 100) for event in more[1:]]
    before = settle(shipped(plan), calendars(), situation, events, last)
    finished = max((row.cycle for row in before), default=1) - 1
    after = settle(shipped(plan), calendars(), situation, continued, continued[-1].at)
    assert [row for row in after if row.cycle <= finished] == [row for row in before if row.cycle <= finished]


@settings(max_examples=150, deadline=None)
@given(PLANS, SITUATIONS, logs())
def test_a_sweep_that_comes_whenever_it_is_asked_to_fires_each_level_once_per_time(plan, situation, events):
    """Walk the log as the product does: settle at each event, then sweep at each instant a clock asks for."""
    fired: dict[tuple[int, str], dict[str, Fired]] = {}
    seen: set[tuple[int, str, str, int]] = set()
    moments = [event.at for event in events] + [events[-1].at + 9 * DAY]
    for now, until in pairwise(moments):
        for _round in range(200):
            wanted = until
            for clock in settle(shipped(plan), calendars(), situation, events, now):
                key = (clock.cycle, clock.promise)
                fire, skip = reached(clock, fired.get(key, {}), now)
                for level in (*fire, *skip):
                    assert (*key, level.code, level.at) not in seen, "each level fires once for each of its times"
                    seen.add((*key, level.code, level.at))
                    known = fired.setdefault(key, {})
                    known[level.code] = fired_again(known.get(level.code), now, clock.due, waits=level not in skip)
                attend = attend_at(clock, fired.get(key, {}))
                assert attend is None or attend > now, "what has been attended to asks for nothing more"
                wanted = min(wanted, attend if attend is not None else wanted)
            if wanted >= until:
                break
            now = wanted  # noqa: PLW2901 - the sweep's own time
        else:
            raise AssertionError("a clock asks for attention without end")

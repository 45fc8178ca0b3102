"""A ticket's promises lived through: events, waits, changes of severity and hours, time passing in any order.

Beside the log stands what a desk would have stored: settled whole when something happens, and between events only the
clocks whose hour has come, as the sweep does. Whatever happens, replaying the log answers the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from sla.engine import Calendar, Event, Plan, settle
from sla.engine.clock import CALENDAR_CHANGED, calendar_change
from sla.engine.pauses import unfolded
from sla.engine.settle import Fired, attend_at, fired_again, reached, waits
from tests.sla import logs
from tests.sla.logs import DAY, HOUR, SEVERITIES, WORDS
from tests.sla.test_settle_properties import PLAIN, SITUATIONS

if TYPE_CHECKING:
    from sla.engine import Clock
    from sla.engine.settle import LevelTime

pytestmark = pytest.mark.once

SEQUENCES, STEPS = 510, 11
"""Of each of the four machines: 2,040 in all."""
Key = tuple[int, str]


# --- Plans and calendars nobody wrote -------------------------------------------------------------------


def _week(*ranges: tuple[str, str], days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")) -> list[list[str]]:
    return [[day, *span] for day in days for span in ranges]


EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKS = (
    _week(("09:00", "12:00"), ("13:30", "18:00")),
    _week(("22:00", "06:00")),  # nights, each belonging to the day it began on
    _week(("08:00", "24:00"), days=EVERY_DAY),
    _week(("00:00", "24:00"), days=EVERY_DAY),
    _week(("10:00", "10:15"), days=("wed",)),
)


@cache
def calendar(week: int, zone: str, first: int, days: int) -> Calendar:
    """Make a calendar with holidays from a day of 2026 on, and a make-up day after them."""
    begin = date(2026, 1, 1) + timedelta(days=first)
    off = [(begin + timedelta(days=number)).isoformat() for number in range(days)]
    extra = [{"date": (begin + timedelta(days=days + 2)).isoformat(), "hours": [["09:00", "12:00"], ["13:00", "18:00"]]}]
    return Calendar.from_dict({"timezone": zone, "weekly": WEEKS[week], "holidays": off, "extra": extra})


# In the last days of October and of March clocks change in Berlin, in the first of November and of April elsewhere.
CALENDARS = st.builds(
    calendar,
    st.integers(0, len(WEEKS) - 1),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    st.sampled_from([80, 85, 90, 270, 295, 300]),
    st.sampled_from([0, 1, 3]),
)
STARTS = st.sampled_from([logs.at(day) for day in ("03-27 16:00", "04-03 08:59", "10-23 17:59", "10-31 23:30", "11-19 15:00")])
TARGETS = st.sampled_from(["at once", "1min", "1h", "8h", "30h", "1 workdays", "3 workdays"])
MOMENTS = st.sampled_from(["50%", "75%", "start+10min", "due-15min", "due", "due+30min"])
LEVELS = st.lists(st.tuples(MOMENTS, st.sampled_from(["", "", "5min", "2h"])), max_size=3).map(
    lambda rows: [
        {"code": f"level-{number}", "at": moment, "tell": ["assignee"], **({"ack": ack} if ack and number < len(rows) - 1 else {})}
        for number, (moment, ack) in enumerate(rows)
    ]
)
ENDINGS = st.sampled_from([["resolved"], ["contacted", "resolved"], ["diagnosis_delivered", "resolved"], ["checked_in"]])


@st.composite
def promises(draw: st.DrawFn, code: str) -> dict[str, Any]:
    one_for_each = {number: draw(TARGETS) for number in sorted(draw(st.sets(st.integers(1, 4), min_size=1)))}
    row = {
        "code": code,
        "measure": draw(st.sampled_from(["response", "restore", "diagnosis"])),
        "name": WORDS,
        "from": draw(st.sampled_from([["reported"], ["registered"], ["reported", "onsite_requested"]])),
        "until": draw(ENDINGS),
        "again": draw(st.sampled_from([[], ["rejected", "reopened"], ["diagnosis_rejected"]])),
        "void": draw(st.sampled_from([[], ["cancelled"], ["confirmed"]])),
        "target": draw(st.one_of(TARGETS, st.just(one_for_each))),
        "calendar": draw(st.sampled_from(["one", "two"])),
        "pausable": draw(st.sampled_from([True, False, ["customer"], ["vendor-answer"], ["customer", "part"]])),
        "levels": draw(LEVELS),
    }
    return {key: value for key, value in row.items() if value != []}


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    rows = [draw(promises(f"promise-{number}")) for number in range(draw(st.integers(1, 4)))]
    return Plan.from_dict({"code": "drawn", "name": WORDS, "severities": SEVERITIES, "promises": rows})


# --- The life of a ticket -------------------------------------------------------------------------------


class Life(RuleBasedStateMachine):
    """One ticket: its log, and what the desk has stored of it."""

    plan: Plan
    calendars: dict[str, Calendar]

    def start(self, situation: dict[str, Any], at: int) -> None:
        self.situation, self.now, self.closed = situation, at, False
        self.log = [Event(at, 1, "reported", {})]
        self.stored: dict[Key, Clock] = {}
        self.fired: dict[Key, dict[str, Fired]] = {}
        self.seen: set[tuple[Key, str, int | None]] = set()
        self.store(self.settled())

    def settled(self, plan: Plan | None = None) -> list[Clock]:
        return settle(plan or self.plan, self.calendars, self.situation, self.log, self.now)

    def store(self, clocks: list[Clock]) -> None:
        """Store these, and climb the levels they have reached."""
        for clock in clocks:
            key = (clock.cycle, clock.promise)
            self.stored[key] = clock
            fire, skip = reached(clock, self.fired.get(key, {}), self.now)
            for level in (*fire, *skip):
                self.check(clock, level)
                assert (key, level.code, clock.due) not in self.seen, "each level once for each due time"
                self.seen.add((key, level.code, clock.due))
            known = self.fired.setdefault(key, {})
            for level in (*skip, *fire):
                known[level.code] = fired_again(known.get(level.code), self.now, clock.due, waits=level not in skip)

    def check(self, clock: Clock, level: LevelTime) -> None:
        """See that a level has cause to be reached: its time, or that the one below was told of and not acknowledged in time."""
        if not level.unanswered:
            assert level.at is not None
            assert level.at <= self.now, "no level before its time"
            return
        below, above, until = next(
            wait for wait in waits(clock, self.fired[clock.cycle, clock.promise]) if wait[0].code == level.unanswered
        )
        assert (above.code, below.rank) == (level.code, level.rank - 1), "the next level, and no other"
        assert until <= self.now, "not before the time to acknowledge is over"

    def attend(self, key: Key) -> int | None:
        return attend_at(self.stored[key], self.fired.get(key, {}))

    # -- what may happen --

    @rule(what=PLAIN, after=st.sampled_from([0, 0, 60, HOUR]))
    def happen(self, what: tuple[str, dict[str, Any]], after: int) -> None:
        """Write an event; after the final close the record grows by notes only, until it is opened again."""
        kind, facts = what
        if self.closed and kind not in ("noted", "reopened", "followed_up"):
            return
        self.pass_time(after)
        self.write(kind, facts)
        self.closed = kind == "closed" or (self.closed and kind != "reopened")

    @precondition(lambda self: not self.closed)
    @rule(what=st.sampled_from(["hold", "resumed"]), pause=st.sampled_from("ab"), owner=st.sampled_from(["customer", "vendor"]))
    def wait(self, what: str, pause: str, owner: str) -> None:
        self.write(what, {"pause": pause, "owner": owner})

    @precondition(lambda self: not self.closed)
    @rule(pause=st.sampled_from("ab"), cause=st.sampled_from(["part", "access"]), after=st.sampled_from([0, 60, HOUR, 14 * HOUR, 3 * DAY]))
    def expect(self, pause: str, cause: str, after: int) -> None:
        """Wait for something that comes by itself at a known time."""
        owner = {"part": "logistics", "access": "customer"}[cause]
        self.write("hold", {"pause": pause, "owner": owner, "code": cause, "until": self.now + after})

    @precondition(lambda self: not self.closed)
    @rule(pause=st.sampled_from("ab"), after=st.sampled_from([0, 1, 20 * 60, 3 * HOUR, 2 * DAY]))
    def expect_otherwise(self, pause: str, after: int) -> None:
        """It comes earlier or later than expected."""
        self.write("arrival_moved", {"pause": pause, "until": self.now + after})

    @rule(which=st.integers(0, 9), since=st.sampled_from([None, 60, HOUR]), to=st.sampled_from([None, 20 * 60, 3 * HOUR]))
    def withdraw(self, which: int, since: int | None, to: int | None) -> None:
        """A pause, or a part of it, is taken back: as if it had not been for all that still runs."""
        holds = [event for event in self.log if event.type == "hold"]
        if holds:
            hold = holds[which % len(holds)]
            if which % 2:
                self.write("pause_objected", {"hold": hold.seq})
            if which % 3 == 0:
                self.write("objection_refused", {"hold": hold.seq})
                return
            part = {name: hold.at + value for name, value in (("since", since), ("to", to)) if value is not None}
            self.write("objection_upheld", {"hold": hold.seq, **part})

    @precondition(lambda self: not self.closed)
    @rule(severity=st.integers(1, 4))
    def change_severity(self, severity: int) -> None:
        self.write("severity_changed", {"situation": {"severity": severity}})

    @precondition(lambda self: not self.closed)
    @rule(which=st.integers(0, 7), again=st.booleans())
    def change_hours(self, which: int, *, again: bool) -> None:
        """Another version of a calendar begins to hold: what runs carries over, or is counted again."""
        code, _at, version = self.versions[which % len(self.versions)].partition("@")
        self.write(CALENDAR_CHANGED, calendar_change(code, int(version), again=again))

    @property
    def versions(self) -> list[str]:
        """The later versions of calendars, by the names the engine knows them by."""
        return sorted(key for key in self.calendars if "@" in key)

    @precondition(lambda self: any(each.waits for known in self.fired.values() for each in known.values()))
    @rule(which=st.integers(0, 7))
    def acknowledge(self, which: int) -> None:
        """Put a name to a level: from then on nothing is reached for want of it."""
        waiting = [(key, code) for key, known in self.fired.items() for code, each in known.items() if each.waits]
        key, code = waiting[which % len(waiting)]
        self.fired[key][code] = self.fired[key][code]._replace(waits=False)
        fire, _skip = reached(self.stored[key], self.fired[key], self.now + 9 * DAY)
        assert code not in {level.unanswered for level in fire}

    @rule(seconds=st.sampled_from([1, 60, 20 * 60, HOUR, 3 * HOUR, 14 * HOUR, 2 * DAY, 9 * DAY]))
    def pass_time(self, seconds: int) -> None:
        """Let the sweep come at every instant that a clock asks for."""
        until, before = self.now + seconds, dict(self.stored)
        for _sweep in range(500):
            due = {key: when for key in self.stored if (when := self.attend(key)) is not None and when <= until}
            if not due:
                break
            self.now = min(due.values())
            self.sweep({key for key, when in due.items() if when == self.now})
        else:
            raise AssertionError("a clock asks for attention without end")
        self.now = until
        for key, clock in before.items():
            if clock.state == "paused" and (clock.wakes is None or clock.wakes > until):
                assert self.stored[key].state == "paused", "paused never breaches"
        self.compare()

    def sweep(self, due: set[Key]) -> None:
        """Settle only the promises that are due, and those that share a measure with them."""
        codes = {code for _cycle, code in due}
        measures = {promise.measure for promise in self.plan.promises if promise.code in codes}
        small = replace(self.plan, promises=tuple(promise for promise in self.plan.promises if promise.measure in measures))
        self.store([clock for clock in self.settled(small) if (clock.cycle, clock.promise) in self.stored])
        for key in due:
            when = self.attend(key)
            assert when is None or when > self.now, "what has been attended to asks for nothing more"

    def write(self, kind: str, facts: dict[str, Any]) -> None:
        before = dict(self.stored)
        self.log.append(Event(self.now, len(self.log) + 1, kind, facts))
        self.store(self.settled())
        again = {kind, "called"} if kind == "contacted" else {kind}
        for key, clock in before.items():
            promise = self.plan.promise(clock.promise)
            assert promise is not None
            takes_up = again & (promise.rearms | promise.starts) and clock.cycle == max(cycle for cycle, _code in before)
            if clock.stopped is not None and not takes_up:
                assert finished(self.stored[key]) == finished(clock), "finished never changes"
        self.compare()
        self.resume_in_writing()

    def resume_in_writing(self) -> None:
        """What the sweep writes down late, stamped with the second it was over, changes nothing: settling knew."""
        ended = unfolded(sorted(self.log, key=lambda event: (event.at, event.seq)), self.now)[0]
        known = {(event.at, event.seq, event.type) for event in self.log}
        for over in [event for event in ended if (event.at, event.seq, event.type) not in known]:
            if not any(event.type == "hold" and event.at == over.at for event in self.log):  # it is written before we wait anew
                late = over._replace(seq=len(self.log) + 1)
                assert settle(self.plan, self.calendars, self.situation, [*self.log, late], self.now) == self.settled()

    def compare(self) -> None:
        """Replay equals live."""
        for clock in self.settled():
            live = self.stored[clock.cycle, clock.promise]
            assert as_stored(live) == as_stored(clock)


def finished(clock: Clock) -> tuple[Any, ...]:
    return clock.state, clock.started, clock.due, clock.stopped, clock.missed, clock.target, clock.remaining


def as_stored(clock: Clock) -> tuple[Any, ...]:
    """What a row keeps: not what remains of a running clock, which changes every second."""
    remaining = clock.remaining if clock.state == "paused" or clock.stopped is not None else None
    return (
        clock.state, clock.strictest, clock.started, clock.due, clock.stopped, clock.missed, clock.paused, clock.target, remaining,
        clock.calendar, clock.changed, clock.levels, clock.wakes, clock.waited, clock.disputed, clock.withdrawn, clock.contested,
    )  # fmt: skip


class Drawn(Life):
    """Under plans and calendars nobody wrote."""

    @initialize(plan=plans(), one=CALENDARS, two=CALENDARS, later=CALENDARS, situation=SITUATIONS, at=STARTS)
    def begin(self, plan: Plan, one: Calendar, two: Calendar, later: Calendar, situation: dict[str, Any], at: int) -> None:
        self.plan = plan
        self.calendars = {
            "one": one,
            "two": two,
            "one@2": later,
            "one@3": two,
            "two@4": later,
            "always": calendar(3, "Asia/Shanghai", 80, 0),
        }
        self.start(situation, at)


class Shipped(Life):
    """Under the plans that ship."""

    @initialize(code=st.sampled_from(["p0", "p1", "p2", "p3"]), later=CALENDARS, situation=SITUATIONS, at=STARTS)
    def begin(self, code: str, later: Calendar, situation: dict[str, Any], at: int) -> None:
        self.plan, self.calendars = logs.shipped(code), {**logs.calendars(), "office-cn@2": later, "always@3": later}
        self.start(situation, at)


class DrawnMore(Drawn):
    """The same again: two processes try them side by side."""


class ShippedMore(Shipped):
    """The same again."""


tried = settings(max_examples=SEQUENCES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck))


def _tests(machine: type[Life]) -> Any:
    machine.TestCase.settings = tried
    return machine.TestCase


TestDrawn, TestDrawnMore, TestShipped, TestShippedMore = map(_tests, (Drawn, DrawnMore, Shipped, ShippedMore))

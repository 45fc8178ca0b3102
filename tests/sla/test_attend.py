"""The sweep settles only what time can have changed; that has to be the same as settling everything."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.time import epoch, instant
from sla import selectors, services
from sla.engine.settle import Fired, fired_again
from sla.models import Clock, Commitment
from sla.services import Change
from tests.sla.logs import DAY, HOUR, calendars, log, shipped
from tests.sla.test_settle_properties import SITUATIONS, logs

if TYPE_CHECKING:
    from sla.engine import Event, Plan

pytestmark = pytest.mark.once

PLANS = st.sampled_from(["p0", "p1", "p2", "p3", "p0!", "p3!"])
"""With a “!”: each level but the highest asks to be acknowledged."""
CODES = sorted(calendars())
STEPS = st.lists(st.sampled_from([0, 1, 15 * 60, HOUR, 5 * HOUR, DAY, 3 * DAY]), min_size=1, max_size=5)
Known = dict[int, dict[str, Fired]]


@cache
def asking(code: str) -> Plan:
    """Answer a shipped plan whose levels wait ten minutes for an acknowledgement."""
    plan = shipped(code)
    asks = [(*(replace(level, ack=600) for level in promise.levels[:-1]), *promise.levels[-1:]) for promise in plan.promises]
    return replace(plan, promises=tuple(replace(each, levels=levels) for each, levels in zip(plan.promises, asks, strict=True)))


def versions(plan: str) -> Any:
    """Let the engine's plan and calendars stand for stored versions."""
    promised = asking(plan[:2]) if plan.endswith("!") else shipped(plan)
    return patch.multiple(selectors, engine_plan=lambda _version: promised, engine_calendar=lambda version: calendars()[CODES[version]])


def promised(situation: dict[str, Any]) -> Commitment:
    return Commitment(plan_version_id=1, calendars={code: place for place, code in enumerate(CODES)}, situation=situation)


def stored(commitment: Commitment, events: list[Event]) -> tuple[list[Clock], Known]:
    """Answer the clocks as they were stored when the log last grew, and the levels that fired then."""
    change, fired = services.reconsider(commitment, [], events, {}, at=instant(events[-1].at)), Known()
    for pk, clock in enumerate(change.clocks, 1):
        clock.pk = pk
    remember(fired, change, events[-1].at)
    return change.clocks, fired


def facts(clocks: list[Clock]) -> list[dict[str, Any]]:
    return [{name: getattr(clock, name) for name in ("id", *services.CLOCK_FIELDS)} for clock in clocks]


def said(change: Change) -> tuple[Any, ...]:
    """Answer what a change says, in words that two changes can be compared by."""
    levels = [sorted((clock.pk, level.code, level.at) for clock, level in found) for found in (change.fired, change.skipped)]
    return *levels, *(sorted(clock.pk for clock in found) for found in (change.changed, change.waiting, change.newly_missed))


def remember(fired: Known, change: Change, now: int) -> None:
    for found, waits in ((change.skipped, False), (change.fired, True)):
        for clock, level in found:
            known = fired.setdefault(clock.pk, {})
            known[level.code] = fired_again(known.get(level.code), now, epoch(clock.due_at) if clock.due_at else None, waits=waits)


@settings(max_examples=250, deadline=None)
@given(PLANS, SITUATIONS, logs(), STEPS)
def test_attending_to_what_is_due_is_settling_everything_again(plan: str, situation: Any, events: list[Event], steps: list[int]) -> None:
    with versions(plan):
        commitment = promised(situation)
        (clocks, fired), now = stored(commitment, events), events[-1].at
        for step in steps:
            now += step
            everything = [copy(clock) for clock in clocks]
            full = services.reconsider(commitment, everything, events, fired, at=instant(now))
            due = [clock for clock in clocks if clock.attend_at and epoch(clock.attend_at) <= now]
            quick = services.attend(commitment, due, events, fired, at=instant(now))
            assert said(quick) == said(full)
            assert facts(clocks) == facts(everything)
            assert full.next_due == Change(clocks=clocks).next_due, "time moves nobody in the queue"
            remember(fired, full, now)


def test_what_was_written_while_the_sweep_was_on_its_way_is_not_forgotten() -> None:
    events = log(("11-20 09:00", "reported"), ("11-20 09:50", "contacted"))
    with versions("p0"):
        commitment = promised({"kind": "fault", "severity": 1, "channel": "portal"})
        clocks, _fired = stored(commitment, events[:1])
        response = next(clock for clock in clocks if clock.promise == "response")
        change = services.attend(commitment, [response], events, {}, at=instant(events[1].at - 60))
    assert (response.state, response.stopped_at, change.fired) == ("met", instant(events[1].at), [])

"""The pure engine by itself: a due time, one five years away, a ticket's clocks settled from its log."""

from __future__ import annotations

import random
import timeit
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core.time import epoch
from sla import selectors
from sla.engine import Calendar, Event, settle
from sla.models import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

REPEATS = 5
YEAR = 365 * 86400
MOVES = (
    "accepted", "contacted", "noted", "diagnosis_delivered", "onsite_requested", "departed", "checked_in", "hold", "resumed", "noted",
)  # fmt: skip


def measure() -> dict[str, float]:
    """Answer the seconds of each, the median of several runs; the calendar is the office's, with holidays and noon."""
    office = _calendar("office-cn")
    first = epoch(datetime(2026, 9, 1, tzinfo=UTC))
    rng = random.Random(1)
    starts = [first + rng.randrange(80 * 86400) for _each in range(500)]
    targets = [rng.choice((3600, 3 * 3600, 8 * 3600, 24 * 3600)) for _each in starts]
    far = 5 * 250 * 8 * 3600  # eight open hours a day of five years' working days
    situation = {"kind": "fault", "severity": 1, "channel": "portal", "warranty": True, "hours": "office"}
    log = _log(first)
    now = log[-1].at + 60
    plan, calendars = _of_eight(situation, log, now)
    clocks = settle(plan, calendars, situation, log, now)
    found = {
        "calendar read, and a due time five years away": _median(lambda: _read(office).deadline_s(starts[0], far), 1),
        "due time": _median(lambda: [office.deadline_s(start, target) for start, target in zip(starts, targets, strict=True)], len(starts)),
        "due time five years away": _median(lambda: [office.deadline_s(start, far) for start in starts[:50]], 50),
        f"{len(clocks)} clocks from {len(log)} events": _median(lambda: settle(plan, calendars, situation, log, now), 1),
    }
    for name, seconds in found.items():
        print(f"  {name}: {seconds * 1e6:.1f} µs", flush=True)
    return found


def _median(run: Callable[[], Any], each: int) -> float:
    run()
    timer = timeit.Timer(run)
    number = timer.autorange()[0]
    return sorted(timer.repeat(REPEATS, number))[REPEATS // 2] / number / each


def _calendar(code: str) -> Any:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    return selectors.engine_calendar(selectors.current_calendar_versions({code}, at)[code])


def _read(known: Calendar) -> Calendar:
    return Calendar.from_dict(known.to_dict())


def _of_eight(situation: dict[str, Any], log: list[Event], now: int) -> tuple[Any, dict[str, Any]]:
    """Answer a plan of eight promises that all have a clock here, taken from the shipped plans, and its calendars."""
    at = datetime(2026, 11, 20, tzinfo=UTC)
    versions = [selectors.current_plan_version(plan, at) for plan in Plan.objects.all()]
    plans = [selectors.engine_plan(version.pk) for version in versions if version]
    calendars = {code: _calendar(code) for plan in plans for code in plan.calendar_codes()}
    apply = []
    for plan in plans:
        owed = {clock.promise for clock in settle(plan, calendars, situation, log, now)}
        apply += [promise for promise in plan.promises if promise.code in owed]
    return replace(plans[0], promises=tuple(apply[:8])), calendars


def _log(first: int) -> list[Event]:
    """Answer a log of forty events, four waits among them."""
    log = [Event(first, 1, "reported", {})]
    for serial in range(2, 41):
        kind = MOVES[serial % len(MOVES)]
        facts = {"pause": str(serial // len(MOVES)), "owner": "customer"} if kind in ("hold", "resumed") else {}
        log.append(Event(log[-1].at + 900, serial, kind, facts))
    return log

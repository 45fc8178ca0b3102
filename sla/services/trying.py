"""Trying out: what a plan that does not hold, or other hours, would say about a log. Nothing is stored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from core.time import epoch, instant
from sla import engine, selectors
from sla.engine.settle import settle
from sla.services.settling import OFFICE_CALENDAR, settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sla.engine.settle import Clock as Settled
    from sla.engine.settle import Event
    from sla.models import Clock, Commitment

KEPT, MISSED, RUNNING, NONE, ABSENT = "kept", "missed", "running", "none", ""
STANDINGS = {"met": KEPT, "missed": MISSED, "running": RUNNING, "paused": RUNNING, "pending": NONE, "void": NONE}
"""What a state comes to; neither begun nor owed any more is none, a clock that is not there at all is absent."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A plan and hours to be tried."""

    plan: engine.Plan
    hours: Mapping[str, engine.Calendar]
    """Calendars that are tried in place of those a commitment was made in."""
    holding: Mapping[str, int]
    """For calendars of the plan that a commitment knows nothing of, the versions that hold."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How a clock stands: one of the words above, when it is due, when it stopped."""

    standing: str = ABSENT
    due: datetime | None = None
    stopped: datetime | None = None


Stands = dict[tuple[int, str], Stand]
"""By cycle and promise."""


def trial(content: Mapping[str, Any], hours: Mapping[str, Mapping[str, Any]], *, at: datetime) -> Trial:
    """Make ready to try a plan's content and calendars' contents, as their versions would hold them."""
    plan = _plan(json.dumps(content, sort_keys=True))
    codes = plan.calendar_codes() | ({OFFICE_CALENDAR} if plan.asks_for_hours else set())
    tried = {code: _calendar(json.dumps(data, sort_keys=True)) for code, data in hours.items()}
    return Trial(plan, tried, selectors.current_calendar_versions(codes, at))


@lru_cache(maxsize=16)
def _plan(content: str) -> engine.Plan:
    return engine.Plan.from_dict(json.loads(content))


@lru_cache(maxsize=64)
def _calendar(content: str) -> engine.Calendar:
    """Kept by what it says: the time line that a calendar has laid out serves every batch."""
    return engine.Calendar.from_content(json.loads(content))


def stands_under(tried: Trial, commitment: Commitment, events: Sequence[Event], *, at: datetime) -> Stands:
    """Answer how the clocks would stand at that instant, had the draft been promised.

    A calendar that is not tried is the one of the commitment, in the versions its clocks have counted in; one that is tried
    holds from the start to the end. Whether it was reported in office hours is asked of the office calendar that counts here.
    """
    versions = {**tried.holding, **selectors.versions_in(commitment, events)}
    others = {key: version for key, version in versions.items() if key.partition("@")[0] not in tried.hours}
    calendars = {key: selectors.engine_calendar(version) for key, version in others.items()} | dict(tried.hours)
    situation = commitment.situation
    if tried.plan.asks_for_hours:
        office = calendars.get(OFFICE_CALENDAR)
        hours = "office" if office is None or office.is_open(commitment.made_at) else "outside"
        situation = {**situation, "hours": hours}
    return _stands(settle(tried.plan, calendars, situation, events, epoch(at)))


def stands(commitment: Commitment, stored: Sequence[Clock], events: Iterable[Event], *, at: datetime, moved: bool) -> Stands:
    """Answer how the clocks of a commitment stood at an instant that has just passed.

    They are read from what is stored: since then only time has passed, and it can only have run out. Where the record has
    ``moved`` meanwhile they are settled again.
    """
    if moved:
        return _stands(settled(commitment, events, at=at))
    return {(clock.cycle, clock.promise): Stand(_then(clock, at), clock.due_at, clock.stopped_at) for clock in stored}


def _then(clock: Clock, at: datetime) -> str:
    if clock.state == "running" and clock.due_at is not None and clock.due_at < at:
        return MISSED  # the sweep has not come by yet
    if clock.state == "missed" and clock.stopped_at is None and clock.missed_at is not None and clock.missed_at >= at:
        return RUNNING  # it has come by since
    return STANDINGS[clock.state]


def _stands(clocks: Iterable[Settled]) -> Stands:
    return {(clock.cycle, clock.promise): Stand(STANDINGS[clock.state], _when(clock.due), _when(clock.stopped)) for clock in clocks}


def _when(seconds: int | None) -> datetime | None:
    return None if seconds is None else instant(seconds)

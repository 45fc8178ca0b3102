"""Making commitments and settling their clocks. Knows nothing of tickets: whoever holds the commitment brings the log."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core.bulk import insert_many, update_many
from core.errors import NotNow
from core.time import epoch, instant
from sla import selectors
from sla.engine.settle import Clock as Settled
from sla.engine.settle import Event, LevelTime, attend_at, fired_again, reached, settle
from sla.models import Clock, Commitment, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sla.engine import Calendar
    from sla.engine.settle import Fired
    from sla.services.levels import FiredLevels

CLOCK_FIELDS = (
    "state", "is_strictest", "started_at", "due_at", "stopped_at", "missed_at", "paused_at", "target_seconds", "remaining_seconds",
    "waited_seconds", "disputed_seconds", "withdrawn_seconds", "pause_is_disputed", "calendar_version_id", "attend_at",
)  # fmt: skip
OFFICE_CALENDAR = selectors.OFFICE_CALENDAR


@dataclass(slots=True)
class Change:
    """What settling did to one commitment."""

    clocks: list[Clock] = field(default_factory=list)
    changed: list[Clock] = field(default_factory=list)
    fired: list[tuple[Clock, LevelTime]] = field(default_factory=list)
    skipped: list[tuple[Clock, LevelTime]] = field(default_factory=list)
    newly_missed: list[Clock] = field(default_factory=list)
    waiting: list[Clock] = field(default_factory=list)
    """Those of ``changed`` that only wait for something else now: nothing but ``attend_at`` differs."""

    @property
    def next_due(self) -> datetime | None:
        """Answer when the next promise is due: the earliest due time of a clock that still runs."""
        return min((clock.due_at for clock in self.clocks if is_live(clock) and clock.due_at), default=None)


def is_live(clock: Clock) -> bool:
    """Tell whether something is still owed under this clock: it runs, or it is missed and not yet done."""
    return clock.state == "running" or (clock.state == "missed" and clock.stopped_at is None)


def draft(plan: int, *, situation: Mapping[str, Any], at: datetime) -> Commitment:
    """Answer what would be promised at that instant, not saved; :func:`settled` tells its clocks.

    ``plan`` is its id; ``situation``: kind, severity, channel, warranty, equipment (system or hardware), region.
    """
    version, loaded = selectors.holding(plan, at)
    if version is None:
        name = Plan.objects.get(pk=plan)
        raise NotNow(_("The service plan “%(plan)s” has no version yet; load one first.") % {"plan": name}, code="plan_not_loaded")
    promised = selectors.engine_plan(version)
    codes = promised.calendar_codes() | ({OFFICE_CALENDAR} if any(promise.when.hours for promise in promised.promises) else set())
    if missing := codes - loaded.keys():
        raise NotNow(_("The calendar “%(code)s” has no version yet; load one first.") % {"code": min(missing)}, code="calendar_not_loaded")
    calendars = {code: loaded[code] for code in sorted(codes)}
    return Commitment(plan_version_id=version, calendars=calendars, situation={**situation, "hours": _hours(calendars, at)}, made_at=at)


def commit(plan: int, *, situation: Mapping[str, Any], events: Sequence[Event], at: datetime) -> tuple[Commitment, Change]:
    """Promise what the plan's current version says, and start the clocks; call inside the transaction of the report."""
    commitment = draft(plan, situation=situation, at=at)
    commitment.save(force_insert=True)
    change = resettle(commitment, [], events, {}, at=at)
    return commitment, change


def _hours(calendars: Mapping[str, int], at: datetime) -> str:
    version = calendars.get(OFFICE_CALENDAR)
    return "office" if version is None or selectors.engine_calendar(version).is_open(at) else "outside"


def settled(commitment: Commitment, events: Iterable[Event], *, at: datetime) -> list[Settled]:
    """Answer what the promises say about the log at that instant; nothing is stored."""
    log = list(events)
    plan = selectors.engine_plan(commitment.plan_version_id)
    return settle(plan, _calendars(selectors.versions_in(commitment, log)), commitment.situation, log, epoch(at))


def _calendars(versions: Mapping[str, int]) -> dict[str, Calendar]:
    return {key: selectors.engine_calendar(version) for key, version in versions.items()}


def resettle(commitment: Commitment, stored: Sequence[Clock], events: Iterable[Event], fired: FiredLevels, *, at: datetime) -> Change:
    """Settle and write what differs; call under the lock of whatever holds the commitment."""
    change = reconsider(commitment, stored, events, fired, at=at)
    write([change])
    return change


def reconsider(commitment: Commitment, stored: Sequence[Clock], events: Iterable[Event], fired: FiredLevels, *, at: datetime) -> Change:
    """Settle and answer what differs; :func:`write` stores it.

    ``stored`` are all its clocks, ``fired`` tells for each clock's id which levels were reached, and whether they are acknowledged.
    Levels that are reached are answered only: whoever holds the commitment knows whom to tell.
    """
    known = {(clock.cycle, clock.promise): clock for clock in stored}
    change, log = Change(), list(events)
    versions = selectors.versions_in(commitment, log)
    for result in settled(commitment, log, at=at):
        clock = known.get((result.cycle, result.promise))
        if clock is None:
            clock = Clock(commitment=commitment, cycle=result.cycle, promise=result.promise, measure=result.measure)
        _take_over(change, clock, result, versions, fired=fired.get(clock.pk, {}), now=epoch(at))
    return change


def attend(commitment: Commitment, due: Sequence[Clock], events: Sequence[Event], fired: FiredLevels, *, at: datetime) -> Change:
    """Settle again the clocks that want attention and answer what differs; :func:`write` stores it.

    Since the log last grew only time has passed, and time alone changes no clock but those whose ``attend_at`` has come
    (tests/sla/test_settle_properties.py). So only their promises are settled, and those that share a measure with them.
    An event that was written while the sweep was on its way counts, though it is later than ``at``.
    """
    plan = selectors.engine_plan(commitment.plan_version_id)
    wanted = {clock.measure for clock in due}
    part = replace(plan, promises=tuple(promise for promise in plan.promises if promise.measure in wanted))
    known = {(clock.cycle, clock.promise): clock for clock in due}
    latest = max([epoch(at), *(event.at for event in events)])
    change, versions = Change(), selectors.versions_in(commitment, events)
    for result in settle(part, _calendars(versions), commitment.situation, events, latest):
        clock = known.get((result.cycle, result.promise))
        if clock is not None:
            _take_over(change, clock, result, versions, fired=fired.get(clock.pk, {}), now=epoch(at))
    return change


def write(changes: Iterable[Change]) -> None:
    """Store the clocks that differ, in three statements at most whatever their number."""
    differing = [clock for change in changes for clock in change.changed]
    waiting = {id(clock) for change in changes for clock in change.waiting}
    update_many([clock for clock in differing if clock.pk and id(clock) in waiting], ["attend_at"])
    update_many([clock for clock in differing if clock.pk and id(clock) not in waiting], CLOCK_FIELDS)
    insert_many([clock for clock in differing if not clock.pk])


def _take_over(change: Change, clock: Clock, result: Settled, versions: Mapping[str, int], *, fired: Mapping[str, Fired], now: int) -> None:
    """Write what was settled into the row, remembering what is new about it."""
    fire, skip = reached(result, fired, now)
    after = dict(fired)
    for level in (*skip, *fire):
        after[level.code] = fired_again(fired.get(level.code), now, result.due, waits=level not in skip)
    values = columns(result, versions, attend_at(result, after))
    differing = [name for name, value in values.items() if getattr(clock, name) != value]
    if clock.pk is None or differing:
        if values["state"] == "missed" and clock.state != "missed":
            change.newly_missed.append(clock)
        for name, value in values.items():
            setattr(clock, name, value)
        change.changed.append(clock)
        if clock.pk and differing == ["attend_at"]:
            change.waiting.append(clock)
    change.clocks.append(clock)
    change.fired += [(clock, level) for level in fire]
    change.skipped += [(clock, level) for level in skip]


def columns(result: Settled, calendars: Mapping[str, int], attend: int | None) -> dict[str, Any]:
    """Answer the columns of a clock row for what was settled."""
    return {
        "state": result.state,
        "is_strictest": result.strictest,
        "started_at": _when(result.started),
        "due_at": _when(result.due),
        "stopped_at": _when(result.stopped),
        "missed_at": _when(result.missed),
        "paused_at": _when(result.paused),
        "target_seconds": result.target,
        # what remains of a running clock changes every second: it follows from the due time, so it is not kept
        "remaining_seconds": result.remaining if result.state == "paused" or result.stopped is not None else None,
        "waited_seconds": result.waited,
        "disputed_seconds": result.disputed,
        "withdrawn_seconds": result.withdrawn,
        "pause_is_disputed": result.contested,
        "calendar_version_id": calendars.get(result.calendar),
        "attend_at": _when(attend),
    }


def _when(seconds: int | None) -> datetime | None:
    return None if seconds is None else instant(seconds)

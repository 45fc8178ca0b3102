"""Settling: what the promises of a plan say about a log of events (docs/architecture.md). Pure: no database, no now()."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sla.engine.clock import Clock, Event, Fired, LevelTime
from sla.engine.pauses import objections_in, unfolded
from sla.engine.plan import SEVERITIES
from sla.engine.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sla.engine.calendar import Calendar
    from sla.engine.plan import Plan

__all__ = ["Clock", "Event", "Fired", "LevelTime", "attend_at", "fired_again", "reached", "settle", "waits"]


def settle(
    plan: Plan,
    calendars: Mapping[str, Calendar],
    situation: Mapping[str, Any],
    events: Iterable[Event],
    now: int,
    *,
    walk: Callable[..., Run] = Run,
) -> list[Clock]:
    """Answer every clock of the plan as the log leaves it at ``now``.

    ``situation`` holds at the first event; events may change it. Events after ``now`` are not looked at; those of
    one instant are taken in the order of the log. Calling it twice gives the same answer. ``walk`` makes the run of
    each promise: one that notes what it does explains the answer (``sla.engine.explain``).
    """
    log, wakes = unfolded(sorted((event for event in events if event.at <= now), key=lambda event: (event.at, event.seq)), now)
    cycles, objections = _cycles(log), objections_in(log)
    clocks: list[Clock] = []
    words = {number: plan.severity(number).number for number in SEVERITIES}
    before: Mapping[str, Any] = situation
    for number, cycle in enumerate(cycles, start=1):
        last = number == len(cycles)
        end = now if last else cycles[number][0].at
        for promise in plan.promises:
            run = walk(promise, calendars, before, words)
            run.objections = objections
            run.follow(cycle)
            if not last:
                run.abandon(end)
            if run.applied:
                clock = run.result(number, end)
                clocks.append(replace(clock, wakes=wakes) if last and wakes is not None else clock)
        before = _situation_after(before, cycle)
    return _mark_strictest(clocks)


def _cycles(log: Sequence[Event]) -> list[list[Event]]:
    """Cut the log where it was reopened after the final close; there a new cycle is reported (rule 8)."""
    cycles: list[list[Event]] = [[]]
    closed = False
    for event in log:
        if event.type == "reopened" and closed:
            cycles.append([event._replace(type="reported")])
        else:
            cycles[-1].append(event)
        closed = event.type == "closed" or (closed and event.type != "reopened")
    return cycles


def _situation_after(situation: Mapping[str, Any], events: Iterable[Event]) -> dict[str, Any]:
    """Answer the situation with every change of these events applied; on-site need ends with its cycle."""
    after = dict(situation)
    for event in events:
        after.update(event.facts.get("situation", ()))
    after.pop("onsite", None)
    return after


def _mark_strictest(clocks: list[Clock]) -> list[Clock]:
    """Of the clocks of one measure, show the one that is due first of those that are still owed (rule 13).

    Last limits are a measure of their own: a limit stands beside its target and climbs its own ladder.
    """
    groups: dict[tuple[int, str, bool], list[Clock]] = {}
    for clock in clocks:
        groups.setdefault((clock.cycle, clock.measure, clock.is_limit), []).append(clock)
    if len(groups) == len(clocks):
        return clocks
    shown = {id(min(group, key=_strictness)) for group in groups.values()}
    return [clock if id(clock) in shown else _not_shown(clock) for clock in clocks]


def _strictness(clock: Clock) -> tuple[bool, bool, int]:
    """Order clocks by how soon they are due: what is still owed first, void ones last, paused and pending ones by their target."""
    due = clock.due
    if due is None:
        due = 1 << 60 if clock.started is None or clock.target is None else clock.started + clock.target
    return (clock.state == "void", clock.stopped is not None, due)


def _not_shown(clock: Clock) -> Clock:
    """Keep its record, but not its ladder: the stricter promise of the same thing climbs already."""
    return replace(clock, strictest=False, levels=())


def attend_at(clock: Clock, fired: Mapping[str, Fired]) -> int | None:
    """Answer the next instant at which anything must happen to the clock.

    That is a level, the end of a wait for an acknowledgement, the miss one second after due, or a pause that ends by itself: that one
    is everybody's, it wakes what waits, and the ticket. ``fired`` tells of each level that was reached.
    """
    times = [] if clock.wakes is None else [clock.wakes]
    if clock.stopped is None and clock.state in ("running", "missed"):
        times += [level.at for level in clock.levels if level.at is not None and _unfired(clock, level, fired)]
        times += [until for _level, _above, until in waits(clock, fired)]
        if clock.state == "running" and clock.due is not None:
            times.append(clock.due + 1)
    return min(times, default=None)


def reached(clock: Clock, fired: Mapping[str, Fired], now: int) -> tuple[list[LevelTime], list[LevelTime]]:
    """Answer the levels to fire now and those to pass over (rules 9 and 12).

    Levels that a change of severity, contract or calendar put into the past do not all fire: only the highest does. One whose
    time has not come fires where nobody has acknowledged the one below.
    """
    if clock.stopped is not None or clock.state not in ("running", "missed"):
        return [], []
    ripe = [level for level in clock.levels if level.at is not None and level.at <= now and _unfired(clock, level, fired)]
    changed = clock.changed
    jumped = [level for level in ripe if changed is not None and level.at is not None and level.at <= changed]
    passed = jumped[:-1]
    called = [replace(above, unanswered=level.code) for level, above, until in waits(clock, fired) if until <= now and above not in ripe]
    return sorted([*(level for level in ripe if level not in passed), *called], key=lambda level: level.rank), passed


def _unfired(clock: Clock, level: LevelTime, fired: Mapping[str, Fired]) -> bool:
    """Tell whether the level has yet to fire: never did, or its time has since moved into what was then the future (rule 12).

    For the same due time it never fires again: one that fired early, because the level below was not acknowledged, has fired.
    """
    last = fired.get(level.code)
    if last is None:
        return True
    if level.at is None or clock.due in last.dues:
        return False
    return level.at > max(last.at, clock.changed if clock.changed is not None else last.at)


def fired_again(before: Fired | None, at: int, due: int | None, *, waits: bool) -> Fired:
    """Answer what is known of a level when it is reached at an instant, for the first time or once more.

    ``waits``: somebody was told of it and nobody has acknowledged it; one that was passed over waits for nobody.
    """
    dues = before.dues if before else frozenset()
    return Fired(at, dues if due is None else dues | {due}, waits)


def waits(clock: Clock, fired: Mapping[str, Fired]) -> list[tuple[LevelTime, LevelTime, int]]:
    """Answer each level that waits to be acknowledged, the one above that has yet to fire, and until when; none while it stands still."""
    if not fired or clock.stopped is not None or clock.state not in ("running", "missed"):
        return []
    asked = [(level, above) for level, above in pairwise(clock.levels) if level.ack and _waits(clock, level, fired)]
    ends = [(level, above, clock.counted(fired[level.code].at, level.ack)) for level, above in asked if _unfired(clock, above, fired)]
    return [(level, above, until) for level, above, until in ends if until is not None]


def _waits(clock: Clock, level: LevelTime, fired: Mapping[str, Fired]) -> bool:
    """Tell whether people were told of a level and nobody has answered; one whose time has moved ahead waits anew then."""
    last = fired.get(level.code)
    return last is not None and last.waits and not _unfired(clock, level, fired)

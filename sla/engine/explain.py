"""Why a clock stands as it does: settling itself, watched while it walks. Pure: no database, no now()."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sla.engine.run import Run
from sla.engine.settle import settle
from sla.engine.stretches import Stretch, shortened, stretches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sla.engine.calendar import Calendar
    from sla.engine.clock import Clock, Event, LevelTime
    from sla.engine.plan import Condition, Plan, Promise, Target


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised at an instant, and when that makes it due (None: not begun, or it stands still)."""

    holds: bool
    severity: int
    target: Target | None
    calendar: str
    due: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that moved the clock, or could have.

    Kinds: promised, dropped, changed, unchanged (other terms), started, stopped, rearmed, voided, ahead (done before it began),
    withdrawn (a pause was taken back).
    Without an event it is so from the beginning, or ended with its cycle.
    """

    kind: str
    at: int | None
    event: Event | None
    before: Terms | None
    after: Terms
    situation: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause: from when to when (None: it still lasts), for whom, why, and what it did to this clock."""

    start: int
    to: int | None
    owner: str
    cause: str
    name: Mapping[str, str]
    """The plan's words for the cause; none where it was only said."""
    seq: int
    seconds: int
    """Open seconds that stood still for it."""
    ignored: str
    """Why it changes nothing: first_response, not_pausable, not_theirs, after_due, not_running; empty when it counts."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The steps of the calculation that led to a clock."""

    clock: Clock
    promise: Promise
    reasons: tuple[tuple[str, Any], ...]
    """The facts that the promise depends on, as they were when it was made."""
    steps: tuple[Step, ...]
    waits: tuple[Wait, ...]
    line: tuple[Stretch, ...]
    stretches: tuple[Stretch, ...]
    """The time line, shortened where it is long."""
    target: Target | None
    severity: int
    """The plan's severity that holds; 0 for none."""
    levels: tuple[LevelTime, ...]
    rolled: bool
    """Whether the due time waited for an opening (rule 15)."""
    now: int
    """The instant it is told for; of a cycle that ended, its end."""


def explain(
    plan: Plan,
    calendars: Mapping[str, Calendar],
    situation: Mapping[str, Any],
    events: Iterable[Event],
    now: int,
    *,
    cycle: int,
    promise: str,
) -> Explanation | None:
    """Settle, and answer how one clock came about; None where there is no such clock."""
    walks: list[Walk] = []

    def watched(*given: Any) -> Walk:
        walks.append(Walk(*given))
        return walks[-1]

    clocks = settle(plan, calendars, situation, events, now, walk=watched)
    clock = next((clock for clock in clocks if (clock.cycle, clock.promise) == (cycle, promise)), None)
    if clock is None:
        return None
    return next(walk for walk in walks if (walk.cycle, walk.promise.code) == (cycle, promise)).explained(clock)


def depends_on(when: Condition) -> list[str]:
    """Answer which facts decide whether a promise is made."""
    named: dict[str, Any] = {
        "kind": when.kinds,
        "severity": when.severities,
        "warranty": when.warranty is not None,
        "channel": when.channels,
        "equipment": when.equipment,
        "region": when.regions,
        "onsite": when.onsite is not None,
        "hours": when.hours,
    }
    return [name for name, asked in named.items() if asked]


class Walk(Run):
    """A run that notes what it does. Each step is the run's own, only looked at before and after."""

    def __init__(self, *given: Any) -> None:
        """Begin as a run does."""
        self.cycle, self.end = 0, 0
        self.steps: list[Step] = []
        self.held: list[tuple[Event, list[int]]] = []
        self._event: Event | None = None
        super().__init__(*given)

    # -- watching -----------------------------------------------------------------------------------------

    def terms(self, at: int | None) -> None:
        """Note what is promised, and what is promised otherwise."""
        before = None if at is None else self._terms()
        super().terms(at)
        after = self._terms()
        kind = _change(before, after)
        if kind:
            self.steps.append(self._step(kind, before, after))

    def follow(self, events: Iterable[Event]) -> None:
        """Take the events one by one, so that each step knows its own."""
        for event in events:
            self._event = event
            super().follow((event,))

    def abandon(self, at: int) -> None:
        """End without an event of this cycle."""
        self._event = None
        super().abandon(at)

    def result(self, cycle: int, now: int) -> Clock:
        """Remember which cycle this was and when it ended."""
        self.cycle, self.end = cycle, now
        return super().result(cycle, now)

    def _start(self, at: int) -> None:
        self._watch("started", super()._start, at)

    def _stop(self, at: int) -> None:
        self._watch("stopped", super()._stop, at)

    def _rearm(self, at: int) -> None:
        self._watch("rearmed", super()._rearm, at)

    def _void(self, at: int) -> None:
        self._watch("voided", super()._void, at)

    def _take_before_start(self, kind: str, at: int) -> None:
        super()._take_before_start(kind, at)
        if self.started is None:
            voided = "ahead" if self.ahead else "voided" if self.voided is not None else ""
            if voided:
                self.steps.append(self._step(voided, None, self._terms()))

    def _hold(self, event: Event) -> None:
        if not (self.promise.waits_for(event.facts) and str(event.facts.get("pause", "")) in self.pauses.lasting):
            self.held.append((event, []))
        super()._hold(event)

    def _resume(self, event: Event) -> None:
        for begun, ends in self.held:
            if not ends and begun.facts.get("pause", "") == event.facts.get("pause", ""):
                ends.append(event.at)
        super()._resume(event)

    def _count_anew(self, at: int) -> None:
        place, before, counted = len(self.steps), self._terms(), self.counting
        super()._count_anew(at)
        if counted != self.counting:
            self.steps.insert(place, self._step("withdrawn", before, self._terms()))

    def _watch(self, kind: str, act: Callable[[int], None], at: int) -> None:
        place, before = len(self.steps), self._terms()
        act(at)
        self.steps.insert(place, self._step(kind, before, self._terms()))

    def _step(self, kind: str, before: Terms | None, after: Terms) -> Step:
        event = self._event
        return Step(kind, None if event is None else event.at, event, before, after, self.situation)

    def _terms(self) -> Terms:
        target = self.promise.targets[self._severity] if self.holds else None
        return Terms(self.holds, self._severity or 0, target, self.calendar, self._due_now())

    def _due_now(self) -> int | None:
        """Look when it is due as things stand, and leave no trace of having looked."""
        if self.started is None or not self.holds:
            return None
        kept = self.amount, self.rolls
        due = self._due(self._target())
        self.amount, self.rolls = kept
        return due

    # -- telling ------------------------------------------------------------------------------------------

    def explained(self, clock: Clock) -> Explanation:
        """Put together what was noted; ``clock`` is what settling answered."""
        begun = self.started is not None and self.holds
        line = self._line() if begun else []
        due = self._due_now()
        return Explanation(
            clock=clock,
            promise=self.promise,
            reasons=self._reasons(),
            steps=tuple(self.steps),
            waits=tuple(self._wait(event, ends[0] if ends else None, line, due) for event, ends in self.held) if begun else (),
            line=tuple(line),
            stretches=tuple(shortened(line, self.calendars)),
            target=self.promise.targets[self._severity] if self.holds else None,
            severity=self._severity or 0,
            levels=self._levels(self._target(), due) if begun else (),
            rolled=self.rolls and self._reach(self.counting, self._target()) != due,
            now=self.end,
        )

    def _line(self) -> list[Stretch]:
        due = self._due(self._target())
        ended = self.stopped if self.stopped is not None else self.voided
        if due is not None and (ended if ended is not None else self.end) > due:
            late: Sequence[Sequence[Any]] = self._after(due)
        else:
            late = ()
        return stretches(self.calendars, self.running, self.counting, late, due=due, now=self.end)

    def _reasons(self) -> tuple[tuple[str, Any], ...]:
        made = next((step for step in self.steps if step.kind == "promised"), None)
        if made is None:
            return ()
        found = {**made.situation, "severity": made.after.severity}
        return tuple((name, found.get(name)) for name in depends_on(self.promise.when))

    def _wait(self, event: Event, to: int | None, line: Sequence[Stretch], due: int | None) -> Wait:
        end = self.end if to is None else to
        stood = [(max(each.start, event.at), min(each.to, end), each.calendar) for each in line if each.kind == "paused"]
        stood = [part for part in stood if part[0] < part[1]]
        owner = str(event.facts.get("owner", "customer"))
        return Wait(
            start=event.at,
            to=to,
            owner=owner,
            cause=str(event.facts.get("cause") or ""),
            name=event.facts.get("name") or {},
            seq=event.seq,
            seconds=self._counted(stood, end),
            ignored="" if stood else self._ignored(event.facts, event.at, end + (to is None), due),
        )

    def _ignored(self, facts: Mapping[str, Any], at: int, to: int, due: int | None) -> str:
        if not any(start < to and (end is None or end > at) for start, end, _code in self.running):
            return "not_running"
        if not self.promise.waits_for(facts):
            if self.promise.pausable:
                return "not_theirs"
            return "first_response" if self.promise.measure == "response" else "not_pausable"
        if due is not None and at >= due:
            return "after_due"
        return "" if to > self.end else "not_running"  # one that lasts and has only just begun for this clock


def _change(before: Terms | None, after: Terms) -> str:
    """Name what became of the terms; nothing where there is nothing to say."""
    if before is None or not before.holds:
        return "promised" if after.holds else ""
    if not after.holds:
        return "dropped"
    if (before.target, before.calendar) != (after.target, after.calendar):
        return "changed"
    return "unchanged" if before.severity != after.severity else ""

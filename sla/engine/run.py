"""One promise walked along the events of one cycle (the rules of the clock). Pure: no database, no now()."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from sla.engine.clock import HOURS, Clock, Event, LevelTime, Span
from sla.engine.pauses import NONE, PAUSING, Objections, Pauses
from sla.engine.plan.agreed import tightened
from sla.engine.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sla.engine.calendar import Calendar
    from sla.engine.plan import Promise


@dataclass(slots=True)
class Run(Waiting):
    """Walks one promise along the events of one cycle."""

    promise: Promise
    calendars: Mapping[str, Calendar]
    situation: Mapping[str, Any]
    words: Mapping[int, int]
    """Severity → the one whose words and targets the plan uses for it."""
    applied: bool = False
    holds: bool = False
    amount: int | None = None
    calendar: str = ""
    started: int | None = None
    stopped: int | None = None
    voided: int | None = None
    changed: int | None = None
    pauses: Pauses = field(default_factory=Pauses)
    taken_back: bool = False
    objections: Objections = NONE
    ahead: bool = False
    """Whether it was done before it began: then its beginning starts nothing."""
    rolls: bool = False
    """Whether a due time that falls on a closing waits for the next opening (rule 15)."""
    counting: list[list[Any]] = field(default_factory=list)
    """Stretches in which it counts, pauses taken out: [start, to or None, calendar code]."""
    running: list[list[Any]] = field(default_factory=list)
    """The same with pauses left in: what goes on once the due time has passed (rule 7)."""
    seams: list[tuple[str, int]] = field(default_factory=list)
    """The versions of its calendar that it has counted in before this one, and until when: for working days (rule 15)."""

    def __post_init__(self) -> None:
        if agreed := self.situation.get("agreed"):
            self.promise = tightened(self.promise, agreed)
        self.calendar = next(iter(self.promise.calendars.values()))
        self.terms(None)

    # -- what holds ---------------------------------------------------------------------------------------

    def terms(self, at: int | None) -> None:
        """Look again at what is promised in the situation (rules 9 and 13)."""
        severity = self.words.get(self.situation.get("severity", 0), 0)
        holds = severity in self.promise.targets and self.promise.when.holds({**self.situation, "severity": severity})
        calendar = self._version(self.promise.calendars.get(severity, self.calendar)) if holds else self.calendar
        before = (self.holds, self.calendar, self.promise.targets.get(self._severity))
        self.holds, self.calendar, self._severity = holds, calendar, severity
        self.applied = self.applied or holds
        if at is None or before == (holds, calendar, self.promise.targets.get(severity)):
            return
        self.amount, self.changed = None, at
        if before[1] != calendar:
            self._change_calendar(at, before[1], was_held=before[0])

    _severity: Any = None
    _again: bool = False

    def _version(self, code: str) -> str:
        """Answer by which name the version of a calendar is known that holds now; one that nobody brought is passed over."""
        key = self.situation.get(HOURS + code, code)
        return key if key in self.calendars else code

    def _change_calendar(self, at: int, before: str, *, was_held: bool) -> None:
        """Count on in another calendar, or in another version of the same one (rules 9 and 14)."""
        if was_held and _code(before) == _code(self.calendar):
            if self._again:
                self._relabel()
            else:
                self.seams.append((before, at))
                self._recount(at, counted=True)
            return
        self.seams = []
        # working days are dates from the start on, not seconds: for them the time before is looked at again
        self._recount(at, counted=was_held and not (self.holds and self.promise.targets[self._severity].workdays))

    # -- what happens -------------------------------------------------------------------------------------

    def follow(self, events: Iterable[Event]) -> None:
        """Take the events in order."""
        heeds = self.promise.heeds
        for event in events:
            changes = event.facts.get("situation") if event.facts else None
            if changes:
                self.situation = {**self.situation, **changes}
                if self.stopped is None and self.voided is None:
                    self._again = bool(event.facts.get("again"))
                    self.terms(event.at)
                    self._again = False
            if event.type in heeds:
                self._take(event)

    def _take(self, event: Event) -> None:
        promise, at = self.promise, event.at
        kind = self._kind(event) if promise.narrowed else event.type
        if kind in PAUSING:
            self._heed(kind, event)
        if self.voided is not None:
            if (kind in promise.starts and not self.ahead) or kind in promise.rearms:
                self._revive(kind, at)
        elif self.started is None:
            self._take_before_start(kind, at)
        elif self.stopped is not None:
            if kind in promise.rearms:
                self._rearm(at)
        elif kind in promise.stops:
            self._stop(at)
        elif kind in promise.voids:
            self._void(at)

    def _kind(self, event: Event) -> str:
        """Answer the plan's word for what happened: a contact that was a call is “called” where calls are meant."""
        for fact, value, word in self.promise.narrowed.get(event.type, ()):
            if event.facts.get(fact) == value:
                return word
        return event.type

    def _take_before_start(self, kind: str, at: int) -> None:
        if kind in self.promise.starts:
            self._start(at)
        elif kind in self.promise.voids or kind == "closed":
            self.voided, self.ahead = at, kind in self.promise.stops

    def _start(self, at: int) -> None:
        self.started = at
        self.running.append([at, None, self.calendar])
        if not self.pauses.lasting:
            self.counting.append([at, None, self.calendar])

    def _stop(self, at: int) -> None:
        self.stopped = at
        self._close(at)

    def _rearm(self, at: int) -> None:
        self.stopped = None
        self.terms(at)
        self.running.append([at, None, self.calendar])
        if not self.pauses.lasting:
            self.counting.append([at, None, self.calendar])
        if self.taken_back:
            self._count_anew(at)

    def _revive(self, kind: str, at: int) -> None:
        """Take up a clock that no longer applied: anew with its starting event, going on when it is armed again."""
        self.voided, self.ahead = None, False
        if kind in self.promise.starts:
            self.terms(at)
            self.counting, self.running, self.seams, self.amount = [], [], [], None
            self._start(at)
        elif self.started is not None:
            self._rearm(at)

    def _void(self, at: int) -> None:
        self.voided = at
        self._close(at)

    def abandon(self, at: int) -> None:
        """End the cycle: what still ran is void from then on."""
        if self._is_live:
            self._void(at)

    def _close(self, at: int) -> None:
        for spans in (self.counting, self.running):
            if spans and spans[-1][1] is None:
                spans[-1][1] = at

    def _recount(self, at: int, *, counted: bool) -> None:
        """Count on in another calendar; what was counted stays counted (rule 9), what was not yet promised is not."""
        for spans in (self.counting, self.running):
            if not counted:
                for span in spans:
                    span[2] = self.calendar
            elif spans and spans[-1][1] is None:
                spans[-1][1] = at
                spans.append([at, None, self.calendar])

    def _relabel(self) -> None:
        """Count in this version of the calendar from the start on: settled again, as if it had always held (rule 14)."""
        self.seams, code = [], _code(self.calendar)
        for span in (*self.counting, *self.running):
            if _code(span[2]) == code:
                span[2] = self.calendar

    # -- how it stands ------------------------------------------------------------------------------------

    def result(self, cycle: int, now: int) -> Clock:
        """Put what was walked into words: state, due, remaining, levels."""
        promise = self.promise
        if self.started is None or not self.holds:
            return self._unstarted(cycle)
        target = self._target()
        due = self._due(target)
        ended = self.stopped if self.stopped is not None else self.voided
        if due is None and self.stopped is not None:
            calendar = self._calendar(self.calendar)
            due = calendar.deadline_s(self.stopped, target - self._counted(self.counting, now))
            due = calendar.next_open_s(due) if self.rolls else due
        state, paused = self._state(due, now), None
        if state == "paused":
            paused = self.pauses.since
        missed = due if state == "missed" else None
        stopped = ended if state == "missed" else self.stopped
        late = due is not None and (ended if ended is not None else now) > due
        if late and due is not None:
            remaining: int | None = -self._counted(self._after(due), now)
        else:
            remaining = None if state == "void" else target - self._counted(self.counting, now)
        return Clock(
            promise=promise.code,
            measure=promise.measure,
            cycle=cycle,
            state=state,
            started=self.started,
            due=None if state in ("paused", "void") else due,
            stopped=stopped,
            missed=missed,
            paused=paused,
            target=target,
            remaining=remaining,
            calendar=self.calendar,
            changed=self.changed,
            levels=self._levels(target, due) if ended is None else (),
            spans=tuple(Span(*span) for span in self.counting),
            is_limit=bool(promise.limit_of),
            counted=partial(self._counted_since, due),
            **({} if state == "void" else self._left_out(due, now, late=late)),
        )

    def _unstarted(self, cycle: int) -> Clock:
        """Answer a clock that has not begun, or that nobody promised after all; working days are no seconds before they begin."""
        pending = self.started is None and self.holds and self.voided is None
        promised = self.promise.targets[self._severity] if pending else None
        return Clock(
            self.promise.code,
            self.promise.measure,
            cycle,
            "pending" if pending else "void",
            started=self.started,
            changed=self.changed,
            target=None if promised is None or promised.workdays else promised.seconds,
            calendar=self.calendar,
            is_limit=bool(self.promise.limit_of),
        )

    def _state(self, due: int | None, now: int) -> str:
        """Met when stopped by the due second, missed strictly later (rule 3); paused only while it has not run out."""
        if self.voided is not None:
            return "missed" if due is not None and self.voided > due else "void"
        if self.stopped is not None:
            return "missed" if due is not None and self.stopped > due else "met"
        if due is None:
            return "paused"
        return "missed" if now > due else "running"

    def _calendar(self, code: str) -> Calendar:
        return self.calendars[code]

    def _target(self) -> int:
        """Answer the target in seconds; working days become the open seconds up to their due instant (rule 15)."""
        if self.amount is None:
            target = self.promise.targets[self._severity]
            self.amount = target.seconds
            self.rolls = False
            if target.workdays and self.started is not None:
                line = self._unpaused(self.started)
                earlier = [(self.calendars[code], to) for _start, to, code in line if to is not None]
                due = self._calendar(self.calendar).add_workdays_s(self.started, target.workdays, earlier)
                until_due = [(start, due if to is None else min(to, due), code) for start, to, code in line if start < due]
                self.amount = self._counted(until_due, due)
                reached = self._reach(line, self.amount)
                self.rolls = reached is not None and reached < due
        return self.amount

    def _unpaused(self, start: int) -> list[tuple[int, int | None, str]]:
        """Answer the stretches from the start on as if it had never waited, one for each version of its calendar."""
        line: list[tuple[int, int | None, str]] = []
        for code, until in self.seams:
            if until > start:
                line.append((start, until, code))
                start = until
        return [*line, (start, None, self.calendar)]

    def _due(self, target: int) -> int | None:
        """Answer when it is due; None while paused before that."""
        due = self._reach(self.counting, target)
        return self._opening(due) if due is not None and self.rolls else due

    def _opening(self, at: int) -> int | None:
        """Answer the first open instant from then on that is no pause."""
        for start, to, code in self.counting:
            if to is None or to >= at:
                opening = self.calendars[code].next_open_s(max(start, at))
                if to is None or opening <= to:
                    return opening
        return None

    def _reach(self, spans: Sequence[Sequence[Any]], amount: int) -> int | None:
        """Answer the earliest instant at which that much is counted; None when the counting stopped before it."""
        if amount <= 0:
            return self.started
        counted = 0
        for start, to, code in spans:
            calendar = self.calendars[code]
            if to is None:
                return calendar.deadline_s(start, amount - counted)
            length = calendar.elapsed_s(start, to)
            if counted + length >= amount:
                return calendar.deadline_s(start, amount - counted)
            counted += length
        return None

    def _counted(self, spans: Iterable[Sequence[Any]], now: int) -> int:
        return sum(self.calendars[code].elapsed_s(start, now if to is None else to) for start, to, code in spans)

    def _after(self, due: int) -> list[tuple[int, int | None, str]]:
        """Answer the stretches after the due instant, pauses left in: one that begins after due changes nothing (rule 7)."""
        return [(max(start, due), to, code) for start, to, code in self.running if to is None or to > due]

    def _levels(self, target: int, due: int | None) -> tuple[LevelTime, ...]:
        times = []
        for rank, level in enumerate(self.promise.levels):
            amount = level.amount(target)
            if amount < target:
                at = self._reach(self.counting, amount)
            else:
                at = due if due is None or amount == target else self._reach(self._after(due), amount - target)
            times.append(LevelTime(level.code, rank, at, level.tell, level.ack, level.do))
        return tuple(times)

    def _counted_since(self, due: int | None, since: int, amount: int) -> int | None:
        """Answer when that much has counted since an instant: pauses are left out, those after the due time count (rule 7)."""
        if due is None:
            return None
        before = [(max(start, since), due if to is None else min(to, due), code) for start, to, code in self.counting]
        return self._reach([*((start, to, code) for start, to, code in before if start < to), *self._after(max(due, since))], amount)


def _code(key: str) -> str:
    """Answer the code of a calendar, whichever version of it is named."""
    return key.partition("@")[0]

"""Pauses: which a clock waited for, when those end that end by themselves, and what is taken back (rule 6). Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sla.engine.clock import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PAUSING = frozenset({"hold", "resumed", "objection_upheld"})
"""Events that begin, end and take back pauses."""
NEVER = 1 << 62
"""Where a pause ends that has not ended."""


def unfolded(log: Sequence[Event], now: int) -> tuple[Sequence[Event], int | None]:
    """Answer the log with the ends of those pauses that end by themselves, and when the next one of them will.

    A pause whose fact ``until`` has come is over at that very second, whether or not somebody has written it down yet;
    ``arrival_moved`` moves it as long as it lasts. Of several under one name the first that still lasts is meant.
    """
    if not any(event.type == "hold" and "until" in event.facts for event in log):
        return log, None
    found: list[Event] = []
    lasting: dict[str, Event] = {}
    for event in log:
        found += _over(lasting, event.at)
        _note(lasting, event)
        found.append(event)
    found += _over(lasting, now)
    return found, min((end for each in lasting.values() if (end := each.facts.get("until")) is not None), default=None)


def _over(lasting: dict[str, Event], now: int) -> Iterator[Event]:
    """Yield the ends that have come, the earliest first, and forget them."""
    ends = sorted((max(until, hold.at), hold.seq, key) for key, hold in lasting.items() if (until := hold.facts.get("until")) is not None)
    for end, seq, key in ends:
        if end <= now:
            del lasting[key]
            yield Event(end, seq, "resumed", {"pause": key})


def _note(lasting: dict[str, Event], event: Event) -> None:
    key = str(event.facts.get("pause", ""))
    if event.type == "hold":
        lasting.setdefault(key, event)
    elif event.type == "resumed":
        lasting.pop(key, None)
    elif event.type == "arrival_moved" and key in lasting and "until" in lasting[key].facts:
        hold = lasting[key]
        lasting[key] = hold._replace(facts={**hold.facts, "until": max(event.facts["until"], event.at)})
    elif event.type == "objection_upheld" and event.facts.get("to") is None:
        for held in [held for held, hold in lasting.items() if hold.seq == event.facts.get("hold")]:
            del lasting[held]


@dataclass(frozen=True, slots=True)
class Pause:
    """An interval in which a clock waits; ``seq`` is the place of its order in the log, ``to`` is None while it lasts."""

    seq: int
    key: str
    start: int
    to: int | None = None


@dataclass(slots=True)
class Pauses:
    """What one clock waited for in one cycle."""

    all: list[Pause] = field(default_factory=list)
    lasting: set[str] = field(default_factory=set)
    """The names of those that have not ended."""

    @property
    def since(self) -> int:
        """Answer since when the clock waits; ask only while it does."""
        return min(pause.start for pause in self.all if pause.to is None)

    def begin(self, event: Event) -> None:
        """Begin to wait; for what is waited for already, nothing begins."""
        key = str(event.facts.get("pause", ""))
        if key not in self.lasting:
            self.lasting.add(key)
            self.all.append(Pause(event.seq, key, event.at))

    def end(self, event: Event) -> bool:
        """End a pause; answer whether it was the last one."""
        key = str(event.facts.get("pause", ""))
        if key not in self.lasting:
            return False
        self.lasting.discard(key)
        self.all = [replace(pause, to=event.at) if pause.key == key and pause.to is None else pause for pause in self.all]
        return not self.lasting

    def withdraw(self, event: Event) -> bool:
        """Take back a pause, or the part of it from ``since`` up to ``to``; answer whether that changes anything."""
        since, to = min(event.facts.get("since") or 0, event.at), event.facts.get("to")
        until = NEVER if to is None else min(to, event.at)
        kept = [piece for pause in self.all for piece in _without(pause, event.facts.get("hold"), since, until)]
        differs = kept != self.all
        self.all = kept
        self.lasting = {pause.key for pause in kept if pause.to is None}
        return differs

    def after(self, objections: Objections) -> Pauses:
        """Answer the pauses that are left of these when all that was ever withdrawn is taken back."""
        left = Pauses(list(self.all), set(self.lasting))
        for event in objections.upheld:
            left.withdraw(event)
        return left


@dataclass(frozen=True, slots=True)
class Objections:
    """What a whole log says about its pauses: which are under an objection, and what was withdrawn."""

    disputed: frozenset[int] = frozenset()
    """The places of the orders in the log."""
    upheld: tuple[Event, ...] = ()


NONE = Objections()


def objections_in(log: Iterable[Event]) -> Objections:
    """Answer what became of the objections of a log; one that names no pause, as older ones do, means the last."""
    last, disputed = 0, set()
    upheld: list[Event] = []
    for event in log:
        if event.type == "hold":
            last = event.seq
        elif event.type == "pause_objected":
            disputed.add(event.facts.get("hold", last))
        elif event.type in ("objection_upheld", "objection_refused"):
            disputed.discard(event.facts.get("hold", last))
            upheld += [event] if event.type == "objection_upheld" else []
    return Objections(frozenset(disputed), tuple(upheld)) if disputed or upheld else NONE


def cut(running: Sequence[Sequence[Any]], pauses: Iterable[Pause]) -> list[list[Any]]:
    """Answer the stretches that ran without the pauses in them."""
    waited = sorted((pause.start, NEVER if pause.to is None else pause.to) for pause in pauses)
    found: list[list[Any]] = []
    for start, to, code in running:
        at, end = start, NEVER if to is None else to
        for begin, over in waited:
            if begin >= end or over <= at:
                continue
            if at < begin:
                found.append([at, begin, code])
            at = over
        if at < end:
            found.append([at, to, code])
    return found


def up_to(spans: Iterable[Sequence[Any]], end: int | None) -> list[Sequence[Any]]:
    """Answer the stretches as far as they lie before an instant; all of them without one."""
    if end is None:
        return list(spans)
    return [(start, end if to is None else min(to, end), code) for start, to, code in spans if start < end]


def _without(pause: Pause, hold: Any, since: int, to: int) -> Iterator[Pause]:
    """Yield what is left of a pause when an interval of it is taken back."""
    end = NEVER if pause.to is None else pause.to
    first, last = max(pause.start, since), min(end, to)
    if pause.seq != hold or first >= last:
        yield pause
        return
    if pause.start < first:
        yield replace(pause, to=first)
    if last < end:
        yield replace(pause, start=last)

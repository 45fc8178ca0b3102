"""What goes into settling and what comes out: events, clocks, the times of levels.

All instants are whole seconds since 1970 (UTC); all durations are whole seconds of open time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class Event(NamedTuple):
    """What happened: when, its place in the log, and facts. A fact ``situation`` changes what holds from then on."""

    at: int
    seq: int
    type: str
    facts: Mapping[str, Any] = {}


CALENDAR_CHANGED = "calendar_changed"
HOURS = "calendar:"
"""Begins what the situation says about a calendar: by which name the version that holds from then on is known."""


def calendar_change(code: str, version: int, *, again: bool) -> dict[str, Any]:
    """Answer the facts of an event by which clocks count on in another version of a calendar (rule 14).

    ``version`` is its id. What was counted stays counted; ``again``: it is counted anew as if that version had always held.
    """
    return {"situation": {HOURS + code: f"{code}@{version}"}, "again": again, "calendar": code, "version": version}


def changed_calendars(events: Iterable[Event]) -> dict[str, int]:
    """Answer the versions a log changes to: the name that clocks know each by, and its id."""
    return {
        f"{event.facts['calendar']}@{event.facts['version']}": event.facts["version"] for event in events if event.type == CALENDAR_CHANGED
    }


@dataclass(frozen=True, slots=True)
class LevelTime:
    """When a level of the ladder is reached (None: not while things stand as they do)."""

    code: str
    rank: int
    at: int | None
    tell: tuple[str, ...]
    ack: int = 0
    """How long it waits for an acknowledgement before the next one is reached; zero: it asks for none."""
    do: tuple[str, ...] = ()
    unanswered: str = ""
    """The level below that nobody acknowledged, where this one is reached for it and not by its own time."""


class Fired(NamedTuple):
    """What is known of a level that was reached: when last, under which due times, and whether it waits to be acknowledged."""

    at: int
    dues: frozenset[int] = frozenset()
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch in which a clock counts; ``to`` is None while it still does."""

    start: int
    to: int | None
    calendar: str


def _nothing(_since: int, _amount: int) -> int | None:
    return None


@dataclass(frozen=True, slots=True)
class Clock:
    """How one promise stands at an instant. ``remaining`` is negative when late; None where it has no meaning."""

    promise: str
    measure: str
    cycle: int
    state: str
    started: int | None = None
    due: int | None = None
    stopped: int | None = None
    missed: int | None = None
    paused: int | None = None
    target: int | None = None
    remaining: int | None = None
    calendar: str = ""
    changed: int | None = None
    levels: tuple[LevelTime, ...] = ()
    spans: tuple[Span, ...] = ()
    strictest: bool = True
    is_limit: bool = False
    """Whether it is the last limit beside another clock's target: it is shown beside it, not instead of it."""
    counted: Callable[[int, int], int | None] = field(default=_nothing, compare=False, repr=False)
    """Answers when so many seconds have counted for it since an instant: pauses and closed hours are left out."""
    wakes: int | None = None
    """When the next pause of the ticket ends by itself; the clocks of the last cycle know it, those too that did not wait for it."""
    waited: int = 0
    """Open seconds left out for pauses that nobody disputes, and for those that stand after an objection; a lasting one not yet."""
    disputed: int = 0
    """Open seconds left out for pauses that are under an objection."""
    withdrawn: int = 0
    """Open seconds left out for pauses that were withdrawn after the clock had ended: it stays as it ended (rule 8)."""
    contested: bool = False
    """Whether the pause that lasts is under an objection."""

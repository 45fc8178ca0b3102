"""Who had the ball: every second of a piece of work, from its report to its close, is one party's. Pure: no database, no now()."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from sla.engine.pauses import NEVER, Pauses, objections_in, unfolded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sla.engine.clock import Event

OURS, CUSTOMER = "ours", "customer"
PARTIES = (OURS, CUSTOMER, "third_party", "logistics", "vendor")
ENDS = frozenset({"closed", "cancelled", "merged"})
BEGINS = frozenset({"reported", "reopened"})
SOLVED, UNSOLVED = frozenset({"resolved"}), frozenset({"rejected", "reopened"})


class Turn(NamedTuple):
    """A stretch in which one party had the ball; ``who`` is the person or team of ours, nothing where nobody had it yet."""

    start: int
    to: int
    party: str
    who: str


class _Wait(NamedTuple):
    """A pause that stands."""

    start: int
    to: int
    owner: str


class _Moment(NamedTuple):
    """How things stand from an instant on."""

    at: int
    is_open: bool
    is_solved: bool
    who: str


def turns(log: Iterable[Event], now: int) -> list[Turn]:
    """Answer whose turn it was, stretch after stretch, from the report to the close, or to now.

    What lies between a close and the opening again is nobody's. A pause is its owner's, unless it was withdrawn; what is solved
    and not confirmed is the customer's; all else is ours: whoever was given the work has it (facts ``assignee``, ``team`` and
    ``office``, or ``by`` for who took it up).
    """
    events, _wakes = unfolded(sorted((event for event in log if event.at <= now), key=lambda event: (event.at, event.seq)), now)
    waits = _waits(events, now)
    moments = list(_moments(events))
    found: list[Turn] = []
    for moment, following in zip(moments, [*moments[1:], None], strict=True):
        end = now if following is None else following.at
        if moment.is_open and moment.at < end:
            found += _shared(moment, end, waits)
    return _joined(found)


def total(turns_: Iterable[Turn]) -> dict[str, int]:
    """Answer the seconds of each party; every party has a number."""
    found = dict.fromkeys(PARTIES, 0)
    for turn in turns_:
        found[turn.party] += turn.to - turn.start
    return found


def within(turns_: Iterable[Turn], start: int, to: int) -> list[Turn]:
    """Answer the stretches as far as they lie between two instants."""
    cut = (turn._replace(start=max(turn.start, start), to=min(turn.to, to)) for turn in turns_)
    return [turn for turn in cut if turn.start < turn.to]


def _waits(events: Sequence[Event], now: int) -> list[_Wait]:
    """Answer the pauses that stand, the earliest first; one of an owner nobody knows is the customer's."""
    pauses, owners = Pauses(), {}
    for event in events:
        if event.type == "hold":
            pauses.begin(event)
            owner = event.facts.get("owner")
            owners[event.seq] = owner if owner in PARTIES[1:] else CUSTOMER
        elif event.type == "resumed":
            pauses.end(event)
    left = pauses.after(objections_in(events)).all
    stand = (_Wait(pause.start, now if pause.to is None else pause.to, owners[pause.seq]) for pause in left)
    return sorted(wait for wait in stand if wait.start < min(wait.to, NEVER))


def _moments(events: Iterable[Event]) -> Iterable[_Moment]:
    is_open = is_solved = False
    person = team = ""
    for event in events:
        is_open = event.type in BEGINS or (is_open and event.type not in ENDS)
        is_solved = event.type in SOLVED or (is_solved and event.type not in UNSOLVED)
        facts = event.facts
        if event.type == "assigned":
            person, team = _given(person, team, facts.get("assignee"), facts.get("team"), facts.get("office"))
        elif facts.get("by"):
            person = person or str(facts["by"])
        yield _Moment(event.at, is_open, is_solved, person or team)


def _given(person: str, team: str, assignee: str | None, to_team: str | None, office: str | None) -> tuple[str, str]:
    """Answer who has it after it was given on: a team or an office takes it from the person before."""
    if assignee or to_team or office:
        return assignee or "", to_team or office or team
    return person, team


def _shared(moment: _Moment, end: int, waits: Sequence[_Wait]) -> Iterable[Turn]:
    """Cut a stretch where pauses begin and end; of several at a time the one that began first counts."""
    edges = {moment.at, end, *(edge for wait in waits for edge in (wait.start, wait.to) if moment.at < edge < end)}
    line = sorted(edges)
    for start, to in pairwise(line):
        wait = next((wait for wait in waits if wait.start <= start < wait.to), None)
        if moment.is_solved:
            yield Turn(start, to, CUSTOMER, "")
        elif wait is not None:
            yield Turn(start, to, wait.owner, "")
        else:
            yield Turn(start, to, OURS, moment.who)


def _joined(found: Iterable[Turn]) -> list[Turn]:
    """Put together what follows without a gap and is the same."""
    line: list[Turn] = []
    for turn in found:
        if line and (line[-1].to, line[-1].party, line[-1].who) == (turn.start, turn.party, turn.who):
            line[-1] = line[-1]._replace(to=turn.to)
        else:
            line.append(turn)
    return line

"""Who should go and when, what speaks against it, and how a day is drawn. Pure: facts in, reasons out; no Django, no now()."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Span = tuple[datetime, datetime]
"""From, until; half-open (rule 1 of the clock)."""
Code = Literal["present", "double", "away", "closed", "skill", "region", "late", "past"]

STEP = timedelta(minutes=15)
"""Visits are planned in quarters of an hour."""
BREAK = timedelta(hours=2)
"""Closed for no longer than this, the office is at lunch: a visit may go through it."""
NEAR = timedelta(hours=4)
"""Slots within so much of each other are as good; then whoever has less to do goes."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A stretch of somebody's time that is spoken for: a visit, or an absence with the deputy's name."""

    start: datetime
    end: datetime
    about: str = ""
    site: int | None = None
    is_present: bool = False
    """Whether they are at that site already."""
    is_away: bool = False
    deputy: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who could go."""

    pk: int
    name: str
    office: int | None
    skills: frozenset[int] = frozenset()
    taken: tuple[Taken, ...] = ()
    open_tickets: int = 0
    duty: str = ""
    """The period of heightened service of this customer in which they are on duty."""


@dataclass(frozen=True, slots=True)
class Need:
    """What has to be done: where, how long, with what skill, not before when and by when somebody was promised to be there."""

    since: datetime
    length: timedelta
    office: int
    site: int
    skill: int | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that speaks for or against a choice: a code and its facts; the words are made elsewhere."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody, the slot that is proposed, and why."""

    person: Person
    start: datetime
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """The days that are looked at: working hours without breaks for lunch, local days, and how far ahead is planned."""

    hours: Sequence[Span]
    days: Sequence[Span]
    until: datetime


# --- Spans -----------------------------------------------------------------------------------------


def meet(one: Span, other: Span) -> bool:
    """Whether two spans have an instant in common."""
    return one[0] < other[1] and other[0] < one[1]


def length(spans: Iterable[Span]) -> timedelta:
    """Answer how long spans last in all."""
    return sum((end - start for start, end in spans), timedelta())


def joined(spans: Iterable[Span], gap: timedelta = timedelta()) -> list[Span]:
    """Answer the spans in order, those no further apart than ``gap`` as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start - found[-1][1] <= gap:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def common(spans: Iterable[Span], others: Sequence[Span]) -> Iterator[Span]:
    """Yield the stretches that lie in both; each side is in order and does not overlap itself."""
    for start, end in spans:
        for from_, until in others:
            if meet((start, end), (from_, until)):
                yield max(start, from_), min(end, until)


def free(taken: Iterable[Taken], since: datetime, until: datetime) -> Iterator[Span]:
    """Yield the stretches between ``since`` and ``until`` that nothing takes."""
    at = since
    for one in sorted(taken, key=attrgetter("start", "end")):
        if at >= until or one.start >= until:
            break
        if one.start > at:
            yield at, one.start
        at = max(at, one.end)
    if at < until:
        yield at, until


def snapped(at: datetime, step: timedelta = STEP) -> datetime:
    """Answer the next instant on the grid of quarters of an hour."""
    past = timedelta(minutes=at.minute % (step.seconds // 60), seconds=at.second, microseconds=at.microsecond)
    return at if not past else at - past + step


def lanes(spans: Sequence[Span]) -> list[int]:
    """Answer for each span the line it is drawn in, so that no two in one line overlap and as few lines as possible are needed."""
    ends: list[datetime] = []
    found = [0] * len(spans)
    for place in sorted(range(len(spans)), key=lambda index: spans[index]):
        start, end = spans[place]
        lane = next((number for number, busy_until in enumerate(ends) if busy_until <= start), len(ends))
        ends[lane : lane + 1] = [end]
        found[place] = lane
    return found


# --- What speaks against a plan --------------------------------------------------------------------


def conflicts(person: Person, span: Span, need: Need, hours: Sequence[Span]) -> list[Reason]:
    """Answer what speaks against sending a person at a time; only who stands at another site already cannot be sent at all."""
    met = [one for one in person.taken if meet(span, (one.start, one.end))]
    found = [_taken(one) for one in met]
    if span[0] < need.since - STEP:
        found.append(Reason("past"))
    if not any(start <= span[0] and span[1] <= end for start, end in hours):
        found.append(Reason("closed"))
    if need.skill is not None and need.skill not in person.skills:
        found.append(Reason("skill"))
    if person.office != need.office:
        found.append(Reason("region"))
    if need.due is not None and span[0] > need.due:
        found.append(Reason("late", {"due": need.due}))
    return found


def _taken(one: Taken) -> Reason:
    facts = {"about": one.about, "start": one.start, "end": one.end, "deputy": one.deputy}
    return Reason("away" if one.is_away else "present" if one.is_present else "double", facts)


# --- Who should go ---------------------------------------------------------------------------------


def suggest(need: Need, people: Iterable[Person], times: Times, limit: int = 5) -> list[Choice]:
    """Answer who should go, the best first, each with the earliest slot that keeps the promise if they have one.

    In this order: with the skill, in time, of the region's own office (P1), on duty in the customer's heightened period, at the
    site already that day, in working hours, soon, with little planned that day, with few open tickets.
    """
    ranked = []
    for person in people:
        slot = _slot(need, person, times)
        if slot is not None:
            ranked.append(_judged(need, person, slot, times))
    ranked.sort(key=lambda pair: pair[0])
    return [choice for _rank, choice in ranked[:limit]]


def openings(need: Need, people: Sequence[Person], times: Times, windows: Iterable[Span], limit: int = 50) -> list[Choice]:
    """Answer when somebody could come within these windows, earliest first: for each start who should go.

    As with one suggestion: in working hours, and at any hour where nobody can keep the promise in them.
    """
    wanted = joined(windows)
    found = _open(need, people, times, wanted, times.hours)
    if need.due is not None and not any(start <= need.due for start in found):
        found |= {start: best for start, best in _open(need, people, times, wanted, wanted).items() if start <= need.due}
    return [found[start][1] for start in sorted(found)[:limit]]


def _open(need: Need, people: Sequence[Person], times: Times, windows: Sequence[Span], hours: Sequence[Span]) -> dict[datetime, Any]:
    """Answer the best rank and choice for each start, visit after visit in what everybody has free."""
    best: dict[datetime, tuple[tuple[Any, ...], Choice]] = {}
    for person in people:
        gaps = common(free(person.taken, need.since, times.until), windows)
        for from_, until in common(gaps, hours):
            start = snapped(from_)
            while start + need.length <= until:
                judged = _judged(need, person, (start, until), times)
                if start not in best or judged[0] < best[start][0]:
                    best[start] = judged
                start += need.length
    return best


def _slot(need: Need, person: Person, times: Times) -> Span | None:
    """Answer the free stretch to use: in working hours, but at any hour where only that keeps the promise."""
    gaps = list(free(person.taken, need.since, times.until))
    usual = _first_fit(common(gaps, times.hours), need.length)
    if need.due is None or (usual and usual[0] <= need.due):
        return usual
    off_hours = _first_fit(gaps, need.length)
    return off_hours if off_hours and off_hours[0] <= need.due else usual


def _first_fit(gaps: Iterable[Span], needed: timedelta) -> Span | None:
    fits = ((snapped(start), end) for start, end in gaps if snapped(start) + needed <= end)
    return next(fits, None)


def _judged(need: Need, person: Person, slot: Span, times: Times) -> tuple[tuple[Any, ...], Choice]:
    start, until = slot
    day = next((day for day in times.days if day[0] <= start < day[1]), (start, start))
    visits = [one for one in person.taken if not one.is_away and meet((one.start, one.end), day)]
    planned = length(common(((one.start, one.end) for one in visits), [day]))
    here = next((one for one in visits if one.site == need.site), None)
    is_open = any(from_ <= start and start + need.length <= end for from_, end in times.hours)
    able = need.skill is None or need.skill in person.skills
    in_time = need.due is None or start <= need.due
    near = person.office == need.office
    rank = (
        *(not able, not in_time, not near, not person.duty, here is None, not is_open),
        *((start - need.since) // NEAR, planned, person.open_tickets, start, person.name, person.pk),
    )
    reasons = [
        Reason("region" if near else "other_region"),
        *([Reason("skill" if able else "no_skill", {"skill": need.skill})] if need.skill is not None else []),
        *([Reason("duty", {"period": person.duty})] if person.duty else []),
        *([Reason("here", {"start": here.start, "end": here.end})] if here else []),
        *([] if in_time else [Reason("late", {"due": need.due})]),
        *([] if is_open else [Reason("closed")]),
        Reason("free", {"start": start, "end": min(until, day[1])}),
        Reason("visits", {"count": len(visits)}),
        Reason("tickets", {"count": person.open_tickets}),
    ]
    return rank, Choice(person, start, tuple(reasons))


# --- What waits ------------------------------------------------------------------------------------


def slack(due: datetime | None, remaining: int | None, at: datetime) -> timedelta | None:
    """Answer the time left until somebody has to be there; of a paused promise what remains (seconds), None without a promise."""
    if due is not None:
        return due - at
    return None if remaining is None else timedelta(seconds=remaining)

"""The board: a line an engineer, the hours across, visits as bars; or a week with a cell a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from core.pages import Page, page
from visits import engine
from visits.dispatch import crew, waiting
from visits.dispatch.days import FIRST, HOUR, WEEK, Axis, axis_of, closed, days_from, open_hours, week_of
from visits.models import Status, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from accounts.models import Absence
    from visits.dispatch.crew import Diary
    from visits.engine import Span

PEOPLE = 40
"""Engineers on a page of the board."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the dispatcher wants to see."""

    day: date
    is_week: bool = False
    office: int | None = None
    team: int | None = None
    skill: int | None = None
    cursor: str = ""

    @property
    def first(self) -> date:
        """Answer the first day that is shown."""
        return week_of(self.day) if self.is_week else self.day

    @property
    def days(self) -> int:
        """Answer how many days are shown."""
        return WEEK if self.is_week else 1

    def moved(self, steps: int) -> date:
        """Answer the day to go to: so many days, or weeks, from here."""
        return self.first + timedelta(days=steps * self.days)


@dataclass(frozen=True, slots=True)
class Bar:
    """A visit as it is drawn in somebody's line."""

    visit: Visit
    span: Span
    left: float
    width: float
    lane: int
    trouble: str
    """Why it needs looking after: not begun in time (late), longer than planned (over), or too late for the promise (promise)."""
    is_helper: bool

    @property
    def is_movable(self) -> bool:
        """Whether it can be given to somebody else or another time."""
        return self.visit.status == Status.PLANNED

    @property
    def minutes(self) -> int:
        """Answer how long it lasts."""
        return int((self.span[1] - self.span[0]) / timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Away:
    """An absence as it is drawn."""

    absence: Absence
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of somebody's week."""

    day: Span
    is_open: bool
    is_today: bool
    bars: list[Bar]
    away: list[Away]


@dataclass(slots=True)
class Line:
    """An engineer, what they do and how much of their time that takes."""

    person: User
    bars: list[Bar] = field(default_factory=list)
    away: list[Away] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    planned: timedelta = timedelta()
    open: timedelta = timedelta()

    @property
    def lanes(self) -> int:
        """Answer how many visits stand above each other at most."""
        return max((bar.lane for bar in self.bars), default=0) + 1

    @property
    def share(self) -> int:
        """Answer the load as it is drawn: full is full."""
        return min(100, self.load or 0)

    @property
    def load(self) -> int | None:
        """Answer how much of the office hours is planned, in per cent; nothing on a day off."""
        return round(100 * self.planned / self.open) if self.open else None


@dataclass(frozen=True, slots=True)
class Board:
    """All that is drawn."""

    asked: Asked
    at: datetime
    days: list[Span]
    axis: Axis
    shades: list[tuple[float, float]]
    lines: list[Line]
    page: Page[User]
    waiting: waiting.Waiting

    @property
    def morning(self) -> datetime:
        """Answer when a usual day begins to be of interest."""
        return self.days[0][0] + FIRST * HOUR

    @property
    def now(self) -> float | None:
        """Answer where the present lies, if it is shown."""
        return self.axis.place(self.at) if self.axis.start <= self.at < self.axis.end else None


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every line is drawn against: the hours, the present, and what was promised (by commitment)."""

    axis: Axis
    at: datetime
    due: dict[int, datetime]


def board(asked: Asked, at: datetime) -> Board:
    """Answer the board, in a constant number of queries however many engineers and visits there are."""
    days = days_from(asked.first, asked.days)
    window = (days[0][0], days[-1][1])
    people = page(_people(asked, window), by="name", cursor=asked.cursor, size=PEOPLE)
    known = crew.diaries(people.rows, window, at)
    hours = open_hours(window, at)
    axis = Axis(*window) if asked.is_week else axis_of(window, [*hours, *_spans(known.values(), window, at)])
    visits = {visit.pk: visit for diary in known.values() for visit in diary.visits}
    frame = _Frame(axis, at, waiting.due_of(list(visits.values())))
    lines = [_line(person, known.get(person.pk), frame) for person in people.rows]
    for line in lines:
        line.open = engine.length(hours)
        line.cells = [_cell(line, day, window[0], hours, at) for day in days] if asked.is_week else []
    shades = [axis.box(stretch) for stretch in closed(axis, hours)]
    found = waiting.waiting(at, office=asked.office, team=asked.team, skill=asked.skill)
    return Board(asked, at, days, axis, shades, lines, people, found)


def _people(asked: Asked, window: Span) -> QuerySet[User]:
    """Answer the engineers that are asked for, and whoever else makes a visit in that time."""
    others = crew.within(window).filter(lead__isnull=False).order_by().values("lead")
    found = crew.engineers(Q(pk__in=others))
    if asked.office:
        found = found.filter(office=asked.office)
    if asked.team:
        found = found.filter(pk__in=User.teams.through.objects.filter(team=asked.team).values("user"))
    if asked.skill:
        found = found.filter(pk__in=User.skills.through.objects.filter(skill=asked.skill).values("user"))
    return found


def _spans(diaries: Iterable[Diary], window: Span, at: datetime) -> list[Span]:
    """Answer when visits are made within a day."""
    spans = [crew.span(visit, at) for diary in diaries for visit in diary.visits]
    return list(engine.common([span for span in spans if span is not None], [window]))


def _line(person: User, diary: Diary | None, frame: _Frame) -> Line:
    if diary is None:
        return Line(person)
    spans = [(visit, span) for visit in diary.visits if (span := crew.span(visit, frame.at)) is not None]
    lanes = engine.lanes([span for _visit, span in spans])
    bars = [_bar(visit, span, lane, frame, is_helper=visit.lead_id != person.pk) for (visit, span), lane in zip(spans, lanes, strict=True)]
    away = [Away(absence, *frame.axis.box((absence.starts_at, absence.ends_at))) for absence in diary.absences]
    taken = engine.joined(span for visit, span in spans if visit.status != Status.FAILED)
    window = (frame.axis.start, frame.axis.end)
    return Line(person, bars, away, planned=engine.length(engine.common(taken, [window])))


def _bar(visit: Visit, span: Span, lane: int, frame: _Frame, *, is_helper: bool) -> Bar:
    promised = frame.due.get(visit.ticket.commitment_id or 0) if visit.ticket is not None else None
    return Bar(visit, span, *frame.axis.box(span), lane, _trouble(visit, frame.at, promised), is_helper)


def _trouble(visit: Visit, at: datetime, promised: datetime | None) -> str:
    if visit.starts_at is None or visit.ends_at is None:
        return ""
    if visit.status in {Status.PLANNED, Status.DEPARTED}:
        if visit.starts_at < at:
            return "late"
        return "promise" if promised is not None and visit.starts_at > promised else ""
    return "over" if visit.status == Status.ON_SITE and visit.ends_at < at else ""


def _cell(line: Line, day: Span, first: datetime, hours: Sequence[Span], at: datetime) -> Cell:
    """Answer a day of somebody's week; a visit stands where it begins, one from before in the first day."""
    today = timezone.localdate(at) == timezone.localdate(day[0])
    return Cell(
        day,
        any(engine.meet(day, stretch) for stretch in hours),
        today,
        [bar for bar in line.bars if day[0] <= bar.span[0] < day[1] or (bar.span[0] < first and day[0] == first)],
        [away for away in line.away if engine.meet((away.absence.starts_at, away.absence.ends_at), day)],
    )

"""A plan as people read it: the table of a service commitment (售后服务承诺)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.utils import timezone

from sla import causes, changes, recurring, selectors, words
from sla.models import Calendar, CalendarVersion, Plan, PlanVersion
from sla.services import OFFICE_CALENDAR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from sla import engine
    from sla.causes import CauseWords
    from sla.changes import Changes
    from sla.recurring import WorkWords
    from sla.words import LevelWords, PromiseWords, SeverityWords


@dataclass(frozen=True, slots=True)
class YearWords:
    """A year of a calendar: days off, days worked in exchange, and whether its official notice is known."""

    number: int
    closed: int
    worked: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """The hours in which a promise counts."""

    name: str
    code: str
    zone: str
    number: int
    week: list[tuple[str, str]]
    years: list[YearWords]
    always: bool


@dataclass(frozen=True, slots=True)
class Ladder:
    """Who is told when, and the promises it is for."""

    promises: str
    levels: list[LevelWords]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A version of a plan in words."""

    version: PlanVersion
    until: datetime | None
    current: bool
    source: str
    severities: list[SeverityWords]
    promises: list[PromiseWords]
    calendars: list[CalendarWords]
    ladders: list[Ladder]
    causes: list[CauseWords]
    objection: str
    """How long after its end a pause may be objected to."""
    recurring: list[WorkWords]
    """The work that is owed again and again, or after an event."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of plans or calendars."""

    subject: Plan | Calendar
    version: PlanVersion | CalendarVersion | None
    next: PlanVersion | CalendarVersion | None
    unconfirmed: list[int]


def plans(at: datetime) -> list[Entry]:
    """Answer every plan with the version that holds and the one that will."""
    versions = PlanVersion.objects.defer("data").order_by("valid_from", "number")
    return [_entry(plan, list(plan.versions.all()), at) for plan in Plan.objects.prefetch_related(Prefetch("versions", versions))]


def calendars(at: datetime) -> list[Entry]:
    """Answer every calendar with the version that holds, and its years whose notice is not known."""
    versions = CalendarVersion.objects.order_by("valid_from", "number")
    rows = Calendar.objects.prefetch_related(Prefetch("versions", versions))
    return [_entry(calendar, list(calendar.versions.all()), at) for calendar in rows]


def _entry(subject: Plan | Calendar, versions: Sequence[PlanVersion | CalendarVersion], at: datetime) -> Entry:
    begun = [version for version in versions if version.valid_from <= at]
    coming = [version for version in versions if version.valid_from > at]
    version = begun[-1] if begun else None
    unconfirmed = version.data.get("unconfirmed", []) if isinstance(version, CalendarVersion) else []
    return Entry(subject, version, coming[0] if coming else None, unconfirmed)


def versions_of(plan: Plan) -> QuerySet[PlanVersion]:
    """Answer the versions of a plan, the newest first, without their content."""
    return plan.versions.defer("data").select_related("created_by").order_by("-valid_from", "-number")


def in_force(versions: Sequence[PlanVersion], at: datetime) -> PlanVersion | None:
    """Answer which of a plan's versions holds, the newest first; before the first one, the first."""
    return next((version for version in versions if version.valid_from <= at), versions[-1] if versions else None)


def sheet(versions: Sequence[PlanVersion], version: PlanVersion, at: datetime) -> Sheet:
    """Put a version of a plan into words; ``versions`` are all of the plan's, the newest first."""
    found = selectors.engine_plan(version.pk)
    hours = _calendars(found.calendar_codes() | ({OFFICE_CALENDAR} if found.asks_for_hours else set()), at)
    later = [other.valid_from for other in versions if other.valid_from > version.valid_from]
    return Sheet(
        version=version,
        until=min(later, default=None),
        current=version == in_force(versions, at),
        source=found.source,
        severities=words.severities(found),
        promises=words.promises(found, _notable(hours)),
        calendars=sorted(hours.values(), key=lambda each: each.code),
        ladders=_ladders(found),
        causes=causes.causes(found),
        objection=words.length(found.objection),
        recurring=recurring.recurring(found),
    )


def compare(before: PlanVersion, after: PlanVersion, at: datetime, *, with_ladder: bool) -> Changes:
    """Answer what a version of a plan says otherwise than another."""
    codes = selectors.engine_plan(before.pk).calendar_codes() | selectors.engine_plan(after.pk).calendar_codes()
    return changes.between(before, after, _notable(_calendars(codes, at)), with_ladder=with_ladder)


def compare_draft(before: PlanVersion, draft: engine.Plan, at: datetime) -> Changes:
    """Answer what a draft says otherwise than a version, for our own people."""
    codes = selectors.engine_plan(before.pk).calendar_codes() | draft.calendar_codes()
    return changes.of_plans(selectors.engine_plan(before.pk), draft, _notable(_calendars(codes, at)), with_ladder=True)


def _notable(hours: Mapping[str, CalendarWords]) -> dict[str, str]:
    """Answer the names of the calendars whose hours are worth saying."""
    return {code: calendar.name for code, calendar in hours.items() if not calendar.always}


def _ladders(plan: engine.Plan) -> list[Ladder]:
    groups: dict[tuple[object, ...], list[str]] = {}
    for promise in plan.promises:
        if not promise.limit_of:
            groups.setdefault(promise.levels, []).append(words.spoken(promise.name))
    shared = len(groups) == 1
    return [Ladder("" if shared else words.listed(names), words.ladder(levels)) for levels, names in groups.items()]  # type: ignore[arg-type]


def _calendars(codes: set[str], at: datetime) -> dict[str, CalendarWords]:
    holding = selectors.current_calendar_versions(codes, at)
    rows = CalendarVersion.objects.filter(pk__in=holding.values()).select_related("calendar")
    return {row.calendar.code: _calendar(row, timezone.localtime(at).year) for row in rows}


def _calendar(row: CalendarVersion, this_year: int) -> CalendarWords:
    data = row.data
    closed = Counter(int(day[:4]) for day in data["holidays"])
    worked = Counter(int(extra["date"][:4]) for extra in data["extra"] if extra["hours"])
    years = [
        YearWords(number, closed[number], worked[number], number not in data.get("unconfirmed", ()))
        for number in sorted(closed.keys() | worked.keys())
        if number >= this_year
    ]
    always = selectors.engine_calendar(row.pk).always_open
    return CalendarWords(str(row.calendar), row.calendar.code, data["timezone"], row.number, words.week(data), years, always)

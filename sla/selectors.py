"""Which versions hold, and what they say, ready for the engine."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import connection

from core.time import epoch
from sla import engine
from sla.engine.clock import changed_calendars
from sla.engine.explain import Explanation, explain
from sla.models import CalendarVersion, Clock, Commitment, Plan, PlanVersion

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

OFFICE_CALENDAR = "office-cn"
"""The calendar that tells office hours from the rest: for promises made for one of them, and for the days of our own people."""
HOLDING = """
    SELECT '' AS code, version.id, version.number, version.valid_from <= %s AS begun
    FROM sla_planversion AS version WHERE version.plan_id = %s
    UNION ALL
    SELECT calendar.code, version.id, version.number, version.valid_from <= %s
    FROM sla_calendarversion AS version JOIN sla_calendar AS calendar ON calendar.id = version.calendar_id
"""
"""What every report asks: as a statement, since making it anew costs several times what running it does.

Versions of one plan or calendar begin in the order of their numbers, so the number orders them. No calendar has an empty code.
"""


def holding(plan: int | None, at: datetime) -> tuple[int | None, dict[str, int]]:
    """Answer the ids of the versions that hold at an instant: of a plan, and of each calendar that is loaded by its code.

    Before the first one it is the first: a contract may be older than its file.
    """
    then = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(HOLDING, [then, plan, then])
        rows = sorted(cursor.fetchall(), key=lambda row: (row[3], row[2] if row[3] else -row[2]))
    found: dict[str, int] = {code: version for code, version, _number, _begun in rows}
    return found.pop("", None), found


def current_plan_version(plan: Plan, at: datetime) -> PlanVersion | None:
    """Answer the version that holds at an instant."""
    version, _calendars = holding(plan.pk, at)
    return None if version is None else plan.versions.defer("data").get(pk=version)


def current_calendar_versions(codes: Iterable[str], at: datetime) -> dict[str, int]:
    """Answer for each of these calendars that is loaded the id of the version that holds at an instant."""
    _version, found = holding(None, at)
    return {code: found[code] for code in sorted(codes) if code in found}


@lru_cache(maxsize=512)
def engine_plan(version_id: int) -> engine.Plan:
    """Answer what a plan version promises, kept in memory: versions never change."""
    return engine.Plan.from_dict(PlanVersion.objects.values_list("data", flat=True).get(pk=version_id))


@lru_cache(maxsize=512)
def engine_calendar(version_id: int) -> engine.Calendar:
    """Answer the hours of a calendar version, kept in memory: versions never change."""
    data = CalendarVersion.objects.values_list("data", flat=True).get(pk=version_id)
    return engine.Calendar.from_content(data)


def office_hours(at: datetime) -> engine.Calendar | None:
    """Answer the office hours that hold at an instant; nothing where no such calendar is loaded."""
    version = current_calendar_versions([OFFICE_CALENDAR], at).get(OFFICE_CALENDAR)
    return engine_calendar(version) if version else None


def forget_versions() -> None:
    """Drop what is kept in memory; after a rolled-back load an id may be used again for other content."""
    engine_plan.cache_clear()
    engine_calendar.cache_clear()


def explained(commitment: Commitment, clock: Clock, events: Iterable[engine.Event], *, at: datetime) -> Explanation | None:
    """Answer how a clock came about: the commitment settled once more, watched; None where its plan knows no such clock."""
    log = list(events)
    plan = engine_plan(commitment.plan_version_id)
    calendars = {key: engine_calendar(version) for key, version in versions_in(commitment, log).items()}
    return explain(plan, calendars, commitment.situation, log, epoch(at), cycle=clock.cycle, promise=clock.promise)


def versions_in(commitment: Commitment, events: Iterable[engine.Event]) -> dict[str, int]:
    """Answer the ids of all calendar versions that its clocks count in, by the names the engine knows them by.

    Those it was promised under have the codes of their calendars; those its log has changed to since, names of their own.
    """
    return {**commitment.calendars, **changed_calendars(events)}


def calendar_versions_of(commitment: Commitment, events: Iterable[engine.Event] = ()) -> dict[str, CalendarVersion]:
    """Answer the versions of the calendars that its clocks count in, by the engine's names for them, in one query."""
    versions = versions_in(commitment, events)
    rows = CalendarVersion.objects.filter(pk__in=versions.values()).select_related("calendar").only("number", "calendar")
    found = {row.pk: row for row in rows}
    return {key: found[version] for key, version in versions.items()}

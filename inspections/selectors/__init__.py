"""Finding inspections, their plans and findings, and who may see them."""

from inspections.selectors.figures import Kept, plan_kept
from inspections.selectors.findings import findings_for, known_as, open_at, with_places
from inspections.selectors.plans import calendars, plans_for, quarter_of, quarters, workdays_of, year_of
from inspections.selectors.progress import Progress, progress, progress_now
from inspections.selectors.trends import Point, Trend, trends
from inspections.selectors.visits import (
    at_site,
    awaiting_signature,
    colleagues,
    customers_at,
    equipment_at,
    inspections_for,
    may_sign,
    may_work_on,
    mine,
    moved_on_the_board,
    newest_version,
    photos_for,
    record_of,
    severity_words,
    to_be_told,
    with_people_and_places,
    with_results,
)

__all__ = [
    "Kept",
    "Point",
    "Progress",
    "Trend",
    "at_site",
    "awaiting_signature",
    "calendars",
    "colleagues",
    "customers_at",
    "equipment_at",
    "findings_for",
    "inspections_for",
    "known_as",
    "may_sign",
    "may_work_on",
    "mine",
    "moved_on_the_board",
    "newest_version",
    "open_at",
    "photos_for",
    "plan_kept",
    "plans_for",
    "progress",
    "progress_now",
    "quarter_of",
    "quarters",
    "record_of",
    "severity_words",
    "to_be_told",
    "trends",
    "with_people_and_places",
    "with_places",
    "with_results",
    "workdays_of",
    "year_of",
]

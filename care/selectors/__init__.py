"""Finding calls, who may see and make them, and what they come to."""

from care.selectors.calls import (
    busy_with,
    callers,
    calls_for,
    may_call,
    may_plan,
    newest_script,
    of_ticket,
    open_about,
    why_not,
    with_everything,
    with_people_and_places,
)
from care.selectors.coverage import Covered, asked_by_week, covered
from care.selectors.figures import FIGURES, figures, figures_by, months
from care.selectors.promised import due_of_month, other_department, promised, quota_of, workday_at
from care.selectors.serving import people_who_served, why_not_follow_up

__all__ = [
    "FIGURES",
    "Covered",
    "asked_by_week",
    "busy_with",
    "callers",
    "calls_for",
    "covered",
    "due_of_month",
    "figures",
    "figures_by",
    "may_call",
    "may_plan",
    "months",
    "newest_script",
    "of_ticket",
    "open_about",
    "other_department",
    "people_who_served",
    "promised",
    "quota_of",
    "why_not",
    "why_not_follow_up",
    "with_everything",
    "with_people_and_places",
    "workday_at",
]

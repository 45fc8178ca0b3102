"""Plans, their working days and the year they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customers import selectors as customers
from inspections.models import Inspection, InspectionPlan
from sla import selectors as sla
from sla.models import Calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from accounts.models import User


def workdays_of(codes: Iterable[str], at: datetime) -> dict[str, Callable[[date], bool]]:
    """Answer for each calendar what tells working days from the others; of one that is not loaded, every day is one."""
    wanted = list(codes)
    found = sla.current_calendar_versions(wanted, at)
    return {code: sla.engine_calendar(found[code]).is_workday if code in found else _every_day for code in wanted}


def _every_day(_day: date) -> bool:
    return True


def calendars() -> list[tuple[str, str]]:
    """Answer the calendars a plan can fall on: codes and names."""
    return [(row.code, str(row)) for row in Calendar.objects.filter(versions__isnull=False).distinct().order_by("code")]


def plans_for(user: User) -> QuerySet[InspectionPlan]:
    """Answer the plans a person may see, with what a list shows of them."""
    rows = InspectionPlan.objects.select_related("contract__organization", "site", "template", "engineer")
    return rows if user.is_provider else rows.filter(site__in=customers.sites_for(user))


def year_of(plans: Sequence[InspectionPlan], year: int) -> dict[int, list[Inspection]]:
    """Answer a year's visits of these plans, in the order of their days, in one query."""
    found: dict[int, list[Inspection]] = {plan.pk: [] for plan in plans}
    visits = Inspection.objects.filter(plan__in=found, period__startswith=f"{year}")
    for visit in visits.order_by("planned_on"):
        found[visit.plan_id].append(visit)
    return found


def quarters(visits: Iterable[Inspection]) -> list[list[Inspection]]:
    """Answer the visits of a year in its four quarters."""
    columns: list[list[Inspection]] = [[], [], [], []]
    for visit in visits:
        columns[quarter_of(visit)].append(visit)
    return columns


def quarter_of(visit: Inspection) -> int:
    """Answer the quarter a visit is owed in, from 0; a yearly one counts where it is planned."""
    if "Q" in visit.period:
        return int(visit.period[-1]) - 1
    month = int(visit.period[5:7]) if "-" in visit.period else visit.planned_on.month
    return (month - 1) // 3

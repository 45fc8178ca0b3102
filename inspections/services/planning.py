"""The planner: from a rhythm to visits, each once however often it runs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from core import periods
from core.queue import claim
from core.record import save_by
from inspections import engine, selectors
from inspections.models import Inspection, InspectionPlan
from inspections.services import telling

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    Workdays = Callable[[date], bool]

BATCH = 100
A_DAY = timedelta(days=1)


@transaction.atomic
def plan_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Make the visits whose time to be announced has come; answer how many plans were looked at, 0 when none is left."""
    today = timezone.localdate(at)
    waiting = InspectionPlan.objects.filter(attend_on__lte=today).order_by("attend_on", "id")
    related = waiting.select_related("contract", "engineer", "template", "site__organization", "site__region__office")
    plans = claim(related, limit, of=("self",))
    is_workday = selectors.workdays(at)
    for plan in plans:
        _attend(plan, today, at, is_workday)
    return len(plans)


def _attend(plan: InspectionPlan, today: date, at: datetime, is_workday: Workdays) -> None:
    """Make what is due of one plan, whose row is locked, and note when to look again."""
    while (turn := next_turn(plan, today)) <= today + timedelta(days=plan.lead_days):
        if not plan.contract.is_in_force(turn):
            # Not yet, or no more; a contract that is extended is found on the day after.
            return attend_from(plan, today + A_DAY)
        _make(plan, turn, today, at, is_workday)
    return attend_from(plan, turn - timedelta(days=plan.lead_days))


def next_turn(plan: InspectionPlan, today: date) -> date:
    """Answer the nominal day of the first visit from the current period on that has not been made."""
    made = set(plan.inspections.values_list("period", flat=True))
    turn = engine.next_turn(plan.every, plan.starts_on, today)
    while periods.key(plan.every, turn) in made:
        turn = engine.next_turn(plan.every, plan.starts_on, today, after=turn)
    return turn


def _make(plan: InspectionPlan, turn: date, today: date, at: datetime, is_workday: Workdays) -> None:
    visit = Inspection(
        plan=plan,
        period=periods.key(plan.every, turn),
        organization=plan.site.organization,
        site=plan.site,
        office=plan.site.region.office,
        engineer=plan.engineer,
        planned_on=engine.visit_day(plan.every, turn, today, is_workday),
        created_at=at,
    )
    save_by(visit, None, at=at)
    visit.helpers.set(plan.helpers.all())
    telling.planned(visit, at=at)


def attend_from(plan: InspectionPlan, day: date | None) -> None:
    """Note the day from which the planner looks at the plan again; derived, so without a line in the history."""
    plan.attend_on = day
    InspectionPlan.objects.filter(pk=plan.pk).update(attend_on=day)

"""The planner: from a rule to visits, each once however often it runs."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from core.queue import claim
from core.record import save_by
from inspections import engine, selectors
from inspections.models import Every, Inspection, InspectionEvent, InspectionPlan
from inspections.services import telling, travelling
from inspections.services.record import note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from inspections.engine import Turn

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
    open_on = selectors.workdays_of({plan.calendar for plan in plans}, at)
    for plan in plans:
        _attend(plan, today, at, open_on[plan.calendar])
    return len(plans)


def _attend(plan: InspectionPlan, today: date, at: datetime, is_workday: Workdays) -> None:
    """Make what is due of one plan, whose row is locked, and note when to look again."""
    while (turn := next_turn(plan, today)) is not None and _announced_on(plan, turn) <= today:
        if not plan.contract.is_in_force(turn.day):
            # Not yet, or no more; a contract that is extended is found on the day after.
            return attend_from(plan, today + A_DAY)
        _make(plan, turn, today, at, is_workday)
    return attend_from(plan, _announced_on(plan, turn) if turn else None)


def _announced_on(plan: InspectionPlan, turn: Turn) -> date:
    return max(turn.day, turn.first) - timedelta(days=plan.lead_days)


def next_turn(plan: InspectionPlan, today: date) -> Turn | None:
    """Answer the first turn that can still be kept and has not been made."""
    made = {key: (first, last) for key, first, last in plan.inspections.values_list("period", "due_from", "due_to")}
    # A rule of its own names its turns by their days: what a visit is owed for already is not owed again for another day.
    own = plan.every in {Every.FOUR, Every.RULE}
    spans = [(first, last) for first, last in made.values() if own and first and last and last >= today]
    found = engine.turns(plan.every, plan.rule, plan.starts_on, today, window=window_of(plan))
    return next((turn for turn in found if turn.key not in made and not any(first <= turn.day <= last for first, last in spans)), None)


def window_of(plan: InspectionPlan) -> tuple[int, int] | None:
    """Answer the days of the month within which a plan's visits fall, if it has any."""
    return (plan.window_from, plan.window_to) if plan.window_from and plan.window_to else None


def preview(plan: InspectionPlan, *, at: datetime, count: int = 6) -> list[tuple[Turn, date]]:
    """Answer the next turns of a plan, saved or not, and the working days they would be planned on."""
    today = timezone.localdate(at)
    is_workday = selectors.workdays_of({plan.calendar}, at)[plan.calendar]
    found = islice(engine.turns(plan.every, plan.rule, plan.starts_on, today, window=window_of(plan)), count)
    return [(turn, engine.visit_day(turn, today, is_workday)) for turn in found]


def to_come(
    plans: Sequence[InspectionPlan], made: Mapping[int, Sequence[Inspection]], year: int, *, at: datetime
) -> dict[int, list[list[date]]]:
    """Answer for each plan the days in the four quarters of a year on which visits will be planned that are not made yet."""
    today = timezone.localdate(at)
    open_on = selectors.workdays_of({plan.calendar for plan in plans}, at)
    found: dict[int, list[list[date]]] = {plan.pk: [[], [], [], []] for plan in plans}
    for plan in plans:
        keys = {visit.period for visit in made[plan.pk]}
        for turn in engine.turns(plan.every, plan.rule, plan.starts_on, today, window=window_of(plan)) if plan.is_active else ():
            if turn.day.year > year:
                break
            if turn.day.year == year and turn.key not in keys and plan.contract.is_in_force(turn.day):
                day = engine.visit_day(turn, today, open_on[plan.calendar])
                found[plan.pk][(turn.day.month - 1) // 3].append(day)
    return found


def _make(plan: InspectionPlan, turn: Turn, today: date, at: datetime, is_workday: Workdays) -> None:
    visit = Inspection(
        plan=plan,
        period=turn.key,
        organization=plan.site.organization,
        site=plan.site,
        office=plan.site.region.office,
        engineer=plan.engineer,
        planned_on=engine.visit_day(turn, today, is_workday),
        due_from=turn.first,
        due_to=turn.last,
        created_at=at,
    )
    save_by(visit, None, at=at)
    visit.helpers.set(plan.helpers.all())
    days = {"planned_on": visit.planned_on, "due_from": turn.first, "due_to": turn.last}
    note(visit, InspectionEvent.Type.PLANNED, actor=None, at=at, facts=days)
    travelling.plan(visit, at=at)
    telling.planned(visit, at=at)


def attend_from(plan: InspectionPlan, day: date | None) -> None:
    """Note the day from which the planner looks at the plan again; derived, so without a line in the history."""
    plan.attend_on = day
    InspectionPlan.objects.filter(pk=plan.pk).update(attend_on=day)

"""The planner makes the visits that are due, once each, whoever runs it and however often."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction

from core.queue import drain
from inspections import services, tasks
from inspections.models import Inspection, InspectionPlan
from notifications.models import Channel, Message
from tests.inspections.worlds import load_shipped_plan, make_checklist, make_plan, make_visit
from tests.races import at_once
from tests.worlds import NOON, make_contract, make_user, make_world

if TYPE_CHECKING:
    from datetime import datetime

DAY = timedelta(days=1)


def run(at: datetime = NOON) -> int:
    return drain(services.plan_next_batch, at=at)


@pytest.mark.django_db
def test_a_visit_is_made_when_its_time_to_be_announced_has_come():
    plan = make_plan(make_world(), starts_on=date(2027, 1, 4), lead_days=30)
    run(NOON)
    assert not plan.inspections.exists(), "45 days ahead is too early"
    run(NOON + 15 * DAY)
    visit = plan.inspections.get()
    assert (visit.period, visit.planned_on, visit.status) == ("2027Q1", date(2027, 1, 4), "planned")
    assert (visit.site, visit.office, visit.engineer) == (plan.site, plan.site.region.office, plan.engineer)


@pytest.mark.django_db
def test_however_often_it_runs_each_visit_is_made_and_told_once():
    world = make_world()
    make_plan(world)
    for hour in range(30):
        run(NOON + timedelta(hours=hour))
    assert Inspection.objects.count() == 1
    told = Message.objects.filter(kind="inspection_planned", channel=Channel.EMAIL)
    assert sorted(told.values_list("recipient__email", flat=True)) == sorted(
        person.email for person in (world.customer, world.supervisor, world.engineer)
    )


@pytest.mark.django_db
def test_a_run_with_nothing_due_looks_at_no_plan():
    plan = make_plan(make_world())
    assert run() == 1
    assert run() == 0
    plan.refresh_from_db()
    assert plan.attend_on == date(2027, 3, 4) - timedelta(days=30)


@pytest.mark.django_db
def test_a_late_run_makes_this_periods_visit_and_leaves_the_past_alone():
    plan = make_plan(make_world(), every="month", starts_on=date(2026, 7, 10))
    Inspection.objects.all().delete()
    run(NOON)
    assert list(plan.inspections.order_by("period").values_list("period", flat=True)) == ["2026-11", "2026-12"]
    late = plan.inspections.get(period="2026-11")
    assert late.planned_on == date(2026, 11, 23), "announced three days before"


@pytest.mark.django_db
def test_two_years_of_daily_runs_make_one_visit_a_period():
    world = make_world()
    contract = make_contract(world.organization, accepted_on=date(2025, 1, 1), warranty_months=48)
    monthly = make_plan(world, contract=contract, every="month", starts_on=date(2026, 12, 31))
    quarterly = make_plan(world, contract=contract, site=world.other_site, starts_on=date(2026, 12, 31))
    yearly = make_plan(world, contract=contract, template=make_checklist(code="yearly"), every="year", starts_on=date(2026, 12, 31))
    for day in range(0, 730, 5):
        run(NOON + day * DAY)
    counts = {plan: plan.inspections.count() for plan in (monthly, quarterly, yearly)}
    assert counts == {monthly: 24, quarterly: 8, yearly: 2}
    for plan in counts:
        assert plan.inspections.count() == len(set(plan.inspections.values_list("period", flat=True)))


@pytest.mark.django_db
def test_a_day_off_moves_the_visit_to_the_next_working_day():
    world = make_world(load_shipped_plan())
    visit = make_visit(world, starts_on=date(2026, 12, 5), engineer=world.engineer)
    assert visit.planned_on == date(2026, 12, 7), "5 December 2026 is a Saturday"


@pytest.mark.django_db
def test_no_visits_outside_the_contract_until_it_is_extended():
    world = make_world()
    contract = make_contract(world.organization, accepted_on=date(2025, 12, 1), warranty_months=12, free_service_months=12)
    plan = make_plan(world, contract=contract, starts_on=date(2026, 12, 4))
    run()
    assert not plan.inspections.exists(), "the service ends on 30 November"
    contract.ends_on = date(2027, 11, 30)
    contract.save()
    run(NOON + DAY)
    assert plan.inspections.get().period == "2026Q4"


@pytest.mark.django_db
def test_a_plan_that_is_switched_off_makes_nothing_until_it_is_on_again():
    world = make_world()
    plan = make_plan(world, is_active=False)
    run()
    assert not plan.inspections.exists()
    draft = services.PlanDraft(
        contract=plan.contract, site=plan.site, template=plan.template, engineer=plan.engineer, starts_on=plan.starts_on
    )
    services.change_plan(plan, draft, actor=world.dispatcher, at=NOON)
    run()
    assert plan.inspections.count() == 1


@pytest.mark.django_db
def test_a_change_of_the_plan_makes_no_second_visit_for_a_period():
    world = make_world()
    visit = make_visit(world)
    other = make_user(office=world.office)
    draft = services.PlanDraft(
        contract=world.contract, site=world.site, template=visit.plan.template, engineer=other, starts_on=date(2026, 12, 18)
    )
    services.change_plan(visit.plan, draft, actor=world.dispatcher, at=NOON)
    run()
    assert Inspection.objects.get().engineer == world.engineer, "a visit that is made stays as it is"


@pytest.mark.django_db
def test_who_comes_along_is_told_as_well():
    world = make_world()
    helper = make_user(office=world.office)
    visit = make_visit(world, helpers=[helper])
    assert list(visit.helpers.all()) == [helper]
    assert Message.objects.filter(kind="inspection_planned", recipient=helper).exists()


@pytest.mark.django_db
def test_the_database_refuses_a_second_visit_of_a_period():
    visit = make_visit(make_world())
    visit.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        visit.save(force_insert=True)


@pytest.mark.django_db
def test_the_task_runs_until_nothing_is_left(monkeypatch: pytest.MonkeyPatch):
    world = make_world()
    for place in range(3):
        make_plan(world, template=make_checklist(code=f"list-{place}"))
    monkeypatch.setattr(tasks, "now", lambda: NOON)
    tasks.plan_visits()
    assert Inspection.objects.count() == 3


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_planners_at_the_same_moment_make_each_visit_once():
    world = make_world()
    for place in range(12):
        make_plan(world, template=make_checklist(code=f"list-{place}"), every="month", lead_days=60)
    assert InspectionPlan.objects.filter(attend_on__lte=NOON.date()).count() == 12
    outcomes = at_once(4, lambda: drain(services.plan_next_batch, at=NOON, limit=2))
    assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    run()
    assert Inspection.objects.count() == 24, "December and January, once each"
    assert Message.objects.filter(kind="inspection_planned", channel=Channel.EMAIL).count() == 24 * 3

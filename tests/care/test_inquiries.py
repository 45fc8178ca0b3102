"""Inquiries: all equipment in service, each quarter, once; spread, followed, answered; on a visit too."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from care import selectors, services
from care.models import Call, CallItem, Outcome, Status, Way
from core.errors import Invalid, NotAllowed
from core.queue import drain
from obligations.models import Obligation
from tests import races
from tests.care.worlds import DAY, NOON, answer, consider, make_callback, make_calling_world, plan_inquiries, say_of_items, solve
from tests.inspections.worlds import make_visit
from tests.worlds import make_equipment, make_organization, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_calling_world("p2")


def owed() -> Obligation:
    return Obligation.objects.get(kind="inquiry")


def test_each_site_is_called_once_a_quarter_about_all_of_its_equipment(world):
    make_equipment(world.site, name="挂号系统")
    calls = plan_inquiries()
    assert [call.site for call in calls] == [world.site, world.other_site]
    assert [call.items.count() for call in calls] == [2, 1]
    assert {call.period for call in calls} == {"2026Q4"}
    assert (owed().wanted, owed().got) == (3, 0)


def test_run_twice_or_three_days_late_there_are_the_same_rows(world):
    plan_inquiries()
    before = list(CallItem.objects.values_list("pk", "call", "call__key", "call__planned_on"))
    plan_inquiries()
    plan_inquiries(NOON + 3 * DAY)
    assert list(CallItem.objects.values_list("pk", "call", "call__key", "call__planned_on")) == before
    assert Obligation.objects.filter(kind="inquiry").count() == 1


def test_the_next_quarter_is_owed_anew(world):
    plan_inquiries()
    plan_inquiries(NOON + timedelta(days=60))
    assert sorted(Call.objects.filter(kind="inquiry").values_list("period", flat=True)) == ["2026Q4"] * 2 + ["2027Q1"] * 2


def test_it_is_planned_on_working_days_within_the_quarter_for_people_of_the_office(world):
    for number in range(8):
        make_equipment(make_site(world.organization, region=world.region, name=f"分院 {number}"))
    calls = plan_inquiries()
    days = [call.planned_on for call in calls]
    is_workday = selectors.workday_at(NOON)
    assert all(date(2026, 11, 20) <= day <= date(2026, 12, 31) and is_workday(day) for day in days)
    assert len(set(days)) == len(days), "no day has two while another has none"
    assert {call.person for call in calls} == {world.engineer, world.dispatcher}


def test_equipment_that_comes_is_asked_about_and_what_goes_is_not(world):
    first, second = plan_inquiries()
    answer(second, world.dispatcher, answers={}, items=say_of_items(second))
    new, late = make_equipment(world.site, name="挂号系统"), make_equipment(world.other_site, name="备份")
    world.equipment.is_active = False
    world.equipment.save()
    plan_inquiries(NOON + DAY)
    assert [item.equipment for item in first.items.all()] == [new]
    added = Call.objects.get(items__equipment=late)
    assert added.key == f"{second.key}:2"
    assert (owed().wanted, owed().got) == (3, 1)


def test_a_site_with_nothing_left_is_not_called(world):
    first, _second = plan_inquiries()
    world.equipment.is_active = False
    world.equipment.save()
    plan_inquiries(NOON + DAY)
    first.refresh_from_db()
    assert first.status == Status.DROPPED
    assert owed().wanted == 1


def test_what_was_met_is_owed_again_when_equipment_is_added(world):
    for call in plan_inquiries():
        answer(call, world.dispatcher, answers={}, items=say_of_items(call))
    assert owed().status == "done"
    make_equipment(world.site, name="新系统")
    plan_inquiries(NOON + DAY)
    assert (owed().status, owed().wanted, owed().got) == ("owed", 3, 2)


def test_it_is_met_step_by_step(world):
    first, second = plan_inquiries()
    answer(first, world.dispatcher, answers={}, items=say_of_items(first))
    assert (owed().got, owed().status) == (1, "owed")
    answer(second, world.dispatcher, answers={}, items=say_of_items(second))
    assert (owed().got, owed().status) == (2, "done")


@pytest.mark.parametrize(("level", "severity"), [("urgent", 1), ("high", 2), ("normal", 3)])
def test_feedback_is_answered_within_the_time_of_its_level(world, level, severity):
    call = plan_inquiries()[0]
    answer(call, world.dispatcher, answers={}, items=say_of_items(call, "feedback", level=level, words="风扇响"))
    item = call.items.get()
    assert (item.loop.source, item.loop.level, item.loop.ticket.equipment) == ("inquiry", severity, item.equipment)
    assert item.loop.ticket.description == "风扇响"
    call.refresh_from_db()
    assert call.outcome == Outcome.FEEDBACK


def test_no_equipment_is_left_out_and_feedback_has_level_and_words(world):
    call = plan_inquiries()[0]
    services.claim(call, actor=world.dispatcher, at=NOON)
    item = call.items.get()
    for items, field in (
        ([], f"i-{item.pk}-state"),
        (say_of_items(call, "feedback", words="响"), f"i-{item.pk}-level"),
        (say_of_items(call, "feedback", level="high"), f"i-{item.pk}-words"),
    ):
        with pytest.raises(Invalid) as refused:
            services.conclude(call, services.Conclusion(items=items), actor=world.dispatcher, at=NOON)
        assert refused.value.field == field


def test_an_inquiry_by_visit_goes_onto_the_dispatch_board(world):
    call = plan_inquiries()[0]
    call = services.by_visit(call, actor=world.dispatcher, at=NOON, person=world.engineer, starts_at=NOON + DAY, ends_at=NOON + DAY * 1.1)
    assert (call.way, call.asked_on.lead, call.asked_on.site) == (Way.VISIT, world.engineer, world.site)
    assert call.planned_on == timezone.localdate(NOON + DAY)


def test_an_inquiry_by_visit_joins_a_planned_inspection(world):
    inspection = make_visit(world)
    call = plan_inquiries()[0]
    call = services.by_visit(call, actor=world.dispatcher, at=NOON)
    assert (call.asked_on, call.person) == (inspection.visit, inspection.engineer)


def test_a_call_back_is_not_made_on_a_visit():
    world = make_calling_world("p3")
    with pytest.raises(NotAllowed):
        services.by_visit(make_callback(world), actor=world.dispatcher, at=NOON)


def test_care_that_a_plan_makes_recur_is_planned_once_a_quarter():
    world = make_calling_world("p1")
    plan_inquiries()
    plan_inquiries(NOON + 3 * DAY)
    call = Call.objects.get(kind="care")
    assert call.period == "2026Q4"
    answer(call, world.dispatcher, answers={"running": "yes"})
    row = Obligation.objects.get(key=call.owed_key)
    assert (row.kind, row.status) == ("care", "done")


def test_another_customers_equipment_is_nobody_elses_inquiry(world):
    make_equipment(make_site(make_organization("别家"), region=world.region))
    plan_inquiries()
    assert set(CallItem.objects.values_list("equipment__site__organization", flat=True)) == {world.organization.pk}


def test_coverage_tells_by_region_contract_and_person_what_is_owed_done_and_behind(world):
    first, _second = plan_inquiries()
    answer(first, world.dispatcher, answers={}, items=say_of_items(first))
    for group in ("region", "contract", "person"):
        rows = selectors.covered("2026Q4", group, NOON + timedelta(days=60))
        assert (sum(row.owed for row in rows), sum(row.done for row in rows), sum(row.late for row in rows)) == (2, 1, 1)
    weeks = selectors.asked_by_week("2026Q4", date(2026, 10, 1), date(2026, 12, 31))
    assert weeks[-1][1:] == (2, 1)


def test_what_is_called_off_stays_owed_with_its_reason_and_is_no_full_coverage(world):
    first, second = plan_inquiries()
    services.drop(first, actor=world.manager, at=NOON, reason="机房搬迁，客户要求暂缓")
    assert (owed().status, owed().wanted, owed().got, owed().spared) == ("owed", 2, 0, 1)
    assert f"{first.number}: 机房搬迁，客户要求暂缓" in owed().reason
    answer(second, world.dispatcher, answers={}, items=say_of_items(second))
    assert (owed().status, owed().wanted, owed().got, owed().spared) == ("waived", 2, 1, 1), "not kept: one was not asked about"
    assert "机房搬迁，客户要求暂缓" in owed().reason
    for group in ("region", "contract", "person"):
        rows = selectors.covered("2026Q4", group, NOON + timedelta(days=60))
        assert (sum(row.owed for row in rows), sum(row.done for row in rows)) == (2, 1)
        assert (sum(row.spared for row in rows), sum(row.late for row in rows)) == (1, 0)
    make_equipment(world.other_site, name="新系统")
    plan_inquiries(NOON + DAY)
    assert (owed().status, owed().wanted, owed().got, owed().spared) == ("owed", 3, 1, 1)


def test_where_all_is_called_off_the_obligation_says_why(world):
    for call in plan_inquiries():
        services.drop(call, actor=world.manager, at=NOON, reason="合同纠纷")
    assert (owed().status, owed().wanted, owed().spared) == ("waived", 2, 2)
    assert "合同纠纷" in owed().reason


def test_what_was_called_off_before_is_owed_in_full_again_after_the_migration(world):
    first, second = plan_inquiries()
    services.drop(first, actor=world.manager, at=NOON, reason="搬迁")
    answer(second, world.dispatcher, answers={}, items=say_of_items(second))
    Obligation.objects.filter(kind="inquiry").update(wanted=1, spared=0, status="done", reason="")
    migration = import_module("care.migrations.0002_what_was_called_off_stays_owed")
    for _time in range(2):
        migration.count_again(apps, None)
        assert (owed().status, owed().wanted, owed().got, owed().spared) == ("waived", 2, 1, 1)
        assert owed().reason == f"— {first.number}: 搬迁"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_moment_make_the_same_rows():
    world = make_calling_world("p2")
    for number in range(6):
        solve(world, at=NOON + number * timedelta(minutes=1))
        make_equipment(world.site, name=f"系统 {number}")
    services.load_shipped(at=NOON)
    world.contract.plan = type(world.contract.plan).objects.get(code="p3")
    world.contract.save()
    races.at_once(3, lambda: consider(NOON + DAY / 2))
    assert Call.objects.filter(code="callback-fault").count() == 6
    assert Obligation.objects.filter(code="callback-fault").count() == 6
    world.contract.plan = type(world.contract.plan).objects.get(code="p2")
    world.contract.save()
    outcomes = races.at_once(3, lambda: plan_inquiries(NOON))
    assert not [each for each in outcomes if isinstance(each, Exception)]
    plan_inquiries(NOON)
    assert CallItem.objects.count() == 8
    assert Call.objects.filter(kind="inquiry").count() == 2
    assert owed().wanted == 8


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_while_a_call_is_being_written_down_its_equipment_comes_and_goes_without_it():
    world = make_calling_world("p2")
    first, second = plan_inquiries()
    new, gone = make_equipment(world.site, name="新系统"), second.items.get().equipment
    gone.is_active = False
    gone.save()

    def plan_without_waiting():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        return drain(services.plan_next_batch, at=NOON, rounds=5)

    with transaction.atomic():
        list(Call.objects.select_for_update().filter(pk__in=[first.pk, second.pk]))  # as whoever concludes them
        outcomes = races.at_once(1, plan_without_waiting)
        assert not [each for each in outcomes if isinstance(each, Exception)], outcomes
        Call.objects.filter(pk=first.pk).update(status=Status.DONE, outcome="fine", ended_at=NOON)
        CallItem.objects.filter(call=second).update(state="ok", asked_at=NOON)
        Call.objects.filter(pk=second.pk).update(status=Status.DONE, outcome="fine", ended_at=NOON)
    assert CallItem.objects.get(equipment=new).call.status == Status.WAITING  # a call that is over asks about nothing more
    assert CallItem.objects.get(equipment=gone).asked_at == NOON  # what was said is not thrown away

"""A visit from arrival to signature; what fails becomes a fault, once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from core.errors import DomainError, Invalid
from inspections import services
from inspections.errors import NotYourVisit, Unfinished, VisitNotNow
from inspections.models import Inspection, InspectionResult
from notifications.models import Channel, Message
from tests.inspections.worlds import fill, make_checklist, make_done_visit, make_visit, start
from tests.races import at_once
from tests.worlds import NOON, make_promising_world, make_user, make_world
from tickets import services as tickets
from tickets.models import Ticket

if TYPE_CHECKING:
    from tests.worlds import World

HOUR = timedelta(hours=1)


@pytest.fixture
def world(db: None) -> World:
    return make_promising_world()


def finish(visit: Inspection, world: World, **facts: Any) -> Inspection:
    said = services.Conclusion(**{"summary": "运行平稳", **facts})
    return services.finish(visit, actor=world.engineer, at=NOON + HOUR, said=said)


def test_the_checklist_is_the_one_of_the_day_of_the_visit(world: World):
    visit = make_visit(world)
    make_checklist(items=[{"text": "新版检查项"}])
    visit = start(visit, world)
    assert [result.text for result in visit.results.all()] == ["新版检查项"]
    assert visit.checklist.number == 2
    make_checklist(items=[{"text": "更新的检查项"}])
    assert [result.text for result in visit.results.all()] == ["新版检查项"], "a report keeps its words"


def test_nothing_begins_without_the_customers_consent(world: World):
    visit = make_visit(world)
    with pytest.raises(Invalid) as refusal:
        services.start(visit, actor=world.engineer, at=NOON, admitted_by="  ")
    assert refusal.value.field == "admitted_by"
    visit.status, visit.started_at = "under_way", NOON
    with pytest.raises(IntegrityError), transaction.atomic():
        visit.save()


def test_the_crew_their_office_and_dispatchers_carry_it_out(world: World):
    visit = start(make_visit(world), world)
    elsewhere, helper = make_user(), make_user()
    visit.helpers.add(helper)
    answer = services.Answer(position=1, outcome="ok")
    for person in (world.engineer, helper, make_user(office=world.office), world.dispatcher, world.manager):
        services.record_result(visit, answer, actor=person, at=NOON)
    for person in (elsewhere, world.customer):
        with pytest.raises(NotYourVisit):
            services.record_result(visit, answer, actor=person, at=NOON)


@pytest.mark.parametrize(
    ("finding", "field", "why"),
    [
        ({"position": 9, "outcome": "ok"}, "position", "the checklist has four items"),
        ({"position": 1, "outcome": "perfect"}, "outcome", "no such outcome"),
        ({"position": 1, "outcome": "failed", "severity": 5}, "severity", "severities end at 4"),
    ],
)
def test_a_finding_that_makes_no_sense_is_refused(world: World, finding: dict[str, Any], field: str, why: str):
    visit = start(make_visit(world), world)
    with pytest.raises(Invalid) as refusal:
        services.record_result(visit, services.Answer(**finding), actor=world.engineer, at=NOON)
    assert refusal.value.field == field, why


def test_a_finding_is_about_equipment_of_the_site(world: World):
    visit = start(make_visit(world), world)
    answer = services.Answer(position=1, outcome="failed", equipment=world.other_equipment)
    with pytest.raises(Invalid) as refusal:
        services.record_result(visit, answer, actor=world.engineer, at=NOON)
    assert refusal.value.field == "equipment"


def test_each_change_of_a_finding_is_on_record(world: World):
    visit = start(make_visit(world), world)
    for outcome in ("ok", "ok", "failed"):
        services.record_result(visit, services.Answer(position=1, outcome=outcome), actor=world.engineer, at=NOON)
    result = visit.results.get(position=1)
    assert [row.outcome for row in result.history.order_by("history_id")] == ["ok", "failed"], "the same twice is one line"
    assert result.history.latest().history_user == world.engineer


def test_a_required_item_cannot_be_left_open(world: World):
    visit = start(make_visit(world), world)
    services.record_result(visit, services.Answer(position=2, outcome="ok"), actor=world.engineer, at=NOON)
    with pytest.raises(Unfinished, match=r"1, 3[^,]"):
        finish(visit, world)
    for position in (1, 3):
        services.record_result(visit, services.Answer(position=position, outcome="ok"), actor=world.engineer, at=NOON)
    assert finish(visit, world).status == "done", "item 4 is optional"


def test_what_is_not_in_order_needs_a_note(world: World):
    visit = start(make_visit(world), world)
    fill(visit, world)
    services.record_result(visit, services.Answer(position=3, outcome="failed", note=" "), actor=world.engineer, at=NOON)
    with pytest.raises(Unfinished, match="3"):
        finish(visit, world)
    assert not Ticket.objects.exists()


def test_a_failed_item_opens_a_fault_linked_both_ways(world: World):
    visit = start(make_visit(world), world)
    fill(visit, world)
    answer = services.Answer(position=2, outcome="failed", note="三个月内将满", measured="91", equipment=world.equipment, severity=2)
    services.record_result(visit, answer, actor=world.engineer, at=NOON)
    visit = finish(visit, world)
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.channel, ticket.severity, ticket.site, ticket.equipment) == (
        "fault", "onsite", 2, world.site, world.equipment,
    )  # fmt: skip
    assert "磁盘使用率" in ticket.subject
    assert "三个月内将满" in ticket.description
    assert "91 %" in ticket.description
    assert visit.number in ticket.description
    assert ticket.commitment.clocks.filter(state="running").exists(), "its promises run like any fault's"
    assert visit.results.get(position=2).ticket == ticket
    assert ticket.inspection_result.inspection == visit


def test_finishing_twice_opens_no_second_fault(world: World):
    visit = make_done_visit(world, failed=(1, 2))
    assert Ticket.objects.count() == 2
    with pytest.raises(VisitNotNow):
        finish(visit, world)
    assert Ticket.objects.count() == 2


def test_a_fault_that_cannot_be_opened_leaves_the_visit_open(world: World, monkeypatch: pytest.MonkeyPatch):
    visit = start(make_visit(world), world)
    fill(visit, world, failed=(1, 2))
    real, calls = tickets.report, []

    def report(draft: Any, **facts: Any) -> Ticket:
        calls.append(draft)
        if len(calls) == 2:
            raise DomainError("the second was refused")
        return real(draft, **facts)

    monkeypatch.setattr("inspections.services.findings.tickets.report", report)
    with pytest.raises(DomainError, match="the second was refused"):
        finish(visit, world)
    visit.refresh_from_db()
    assert visit.status == "under_way"
    assert not Ticket.objects.exists()


def test_the_customer_is_told_that_the_report_is_ready(world: World):
    visit = make_done_visit(world, failed=(2,))
    told = Message.objects.filter(kind="inspection_report", channel=Channel.EMAIL)
    assert {message.recipient for message in told} == {world.customer, world.supervisor}
    assert {message.link for message in told} == {f"/inspections/{visit.pk}/"}
    assert told[0].context["failed"] == 1


@pytest.mark.parametrize("person", ["supervisor", "customer", "engineer", "dispatcher"])
def test_the_report_is_signed_by_name(world: World, person: str):
    actor = getattr(world, person)
    visit = services.sign(make_done_visit(world), actor=actor, at=NOON + HOUR, name=" 赵主任 ")
    assert (visit.signed_by_name, visit.signed_at, visit.signed_with) == ("赵主任", NOON + HOUR, actor)
    assert not visit.awaits_signature


def test_strangers_do_not_sign(world: World):
    visit = make_done_visit(world)
    for person in (world.stranger, make_user()):
        with pytest.raises(NotYourVisit):
            services.sign(visit, actor=person, at=NOON, name="x")


def test_a_report_is_signed_or_declined_once(world: World):
    visit = services.decline(make_done_visit(world), actor=world.engineer, at=NOON, reason="负责人出差")
    assert visit.refusal_reason == "负责人出差"
    with pytest.raises(VisitNotNow):
        services.sign(visit, actor=world.supervisor, at=NOON, name="赵主任")
    visit.signed_at, visit.signed_by_name = NOON, "赵主任"
    with pytest.raises(IntegrityError), transaction.atomic():
        visit.save()


def test_only_a_finished_visit_is_signed(world: World):
    visit = start(make_visit(world), world)
    with pytest.raises(VisitNotNow):
        services.sign(visit, actor=world.supervisor, at=NOON, name="赵主任")


def test_a_visit_is_moved_and_everybody_is_told_anew(world: World):
    visit = make_visit(world)
    Message.objects.all().delete()
    other = make_user(office=world.office)
    visit = services.reschedule(visit, actor=world.dispatcher, at=NOON, planned_on=date(2026, 12, 20), engineer=other)
    assert (visit.planned_on, visit.engineer) == (date(2026, 12, 20), other)
    told = Message.objects.filter(kind="inspection_planned", channel=Channel.EMAIL)
    assert {message.recipient for message in told} == {world.customer, world.supervisor, other}


@pytest.mark.parametrize(
    ("change", "field"),
    [({"planned_on": date(2026, 11, 19)}, "planned_on"), ({"planned_on": date(2026, 12, 1), "engineer": "customer"}, "engineer")],
)
def test_a_visit_is_not_moved_into_the_past_or_to_a_customer(world: World, change: dict[str, Any], field: str):
    change = {name: getattr(world, value) if isinstance(value, str) else value for name, value in change.items()}
    with pytest.raises(Invalid) as refusal:
        services.reschedule(make_visit(world), actor=world.dispatcher, at=NOON, **change)
    assert refusal.value.field == field


def test_a_visit_called_off_can_be_planned_again_but_not_begun(world: World):
    visit = services.cancel(make_visit(world), actor=world.dispatcher, at=NOON, reason="机房停电")
    assert Message.objects.filter(kind="inspection_cancelled", recipient=world.supervisor).exists()
    with pytest.raises(VisitNotNow):
        start(visit, world)
    services.plan_next_batch(NOON + 24 * HOUR)
    assert Inspection.objects.count() == 1, "the period is spent"
    visit = services.reschedule(visit, actor=world.dispatcher, at=NOON, planned_on=date(2026, 12, 11))
    assert (visit.status, visit.cancel_reason) == ("planned", "")
    assert Message.objects.filter(kind="inspection_planned", context__planned_on="2026-12-11").exists()


def test_calling_off_is_up_to_dispatchers(world: World):
    with pytest.raises(NotYourVisit):
        services.cancel(make_visit(world), actor=world.engineer, at=NOON, reason="没空")


@pytest.mark.django_db
def test_a_checklist_without_items_cannot_be_begun():
    world = make_world()
    visit = make_visit(world)
    visit.plan.template.versions.all().delete()
    with pytest.raises(VisitNotNow):
        start(visit, world)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_phones_that_finish_at_the_same_moment_open_each_fault_once():
    world = make_promising_world()
    visit = start(make_visit(world), world)
    fill(visit, world, failed=(1, 3))
    outcomes = at_once(3, lambda: finish(visit, world))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Inspection", "VisitNotNow", "VisitNotNow"], outcomes
    assert Ticket.objects.count() == InspectionResult.objects.filter(ticket__isnull=False).count() == 2

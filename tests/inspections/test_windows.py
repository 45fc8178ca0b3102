"""Plans with windows and rules of their own; what nobody did is late, then missed, and told once each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils.timezone import localdate

from core import chain
from core.errors import Invalid
from core.queue import drain
from documents import services as documents
from inspections import services, tasks
from inspections.models import Inspection, InspectionPlan
from notifications.models import Channel, Message
from tests.inspections.worlds import load_shipped_plan, make_checklist, make_done_visit, make_plan, make_visit, start
from tests.worlds import NOON, make_promising_world, make_user, make_world
from visits import services as board
from visits.models import Visit

if TYPE_CHECKING:
    from django.test import Client

    from tests.worlds import World

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WINDOW = {"every": "month", "starts_on": date(2026, 12, 15), "window_from": 15, "window_to": 20}


@pytest.fixture
def world() -> World:
    return make_world()


def watch(at: Any) -> int:
    return drain(services.watch_next_batch, at=at)


def told(kind: str) -> list[str]:
    rows = Message.objects.filter(kind=kind, channel=Channel.EMAIL)
    return sorted(rows.values_list("recipient__email", flat=True))


def test_a_window_is_kept_on_a_working_day_of_the_plans_calendar():
    world = make_world(load_shipped_plan())
    visit = make_visit(world, every="month", starts_on=date(2026, 12, 19), window_from=19, window_to=20)
    assert visit.planned_on == date(2026, 12, 21), "both days are a weekend: the next working day is late, but possible"
    visit = make_visit(world, template=make_checklist(code="b"), **{**WINDOW, "starts_on": date(2026, 12, 19)})
    assert (visit.planned_on, visit.due_from, visit.due_to) == (date(2026, 12, 18), date(2026, 12, 15), date(2026, 12, 20))


@pytest.mark.parametrize(
    ("given", "field", "why"),
    [
        ({"every": "rule", "rule": "FREQ=DAILY"}, "rule", "nobody inspects every day"),
        ({"every": "rule", "rule": ""}, "rule", "a rule of its own has to be said"),
        ({"every": "rule", "rule": "FREQ=WEEKLY", "window_from": 1, "window_to": 5}, "rule", "a window takes one visit a month"),
        ({"window_from": 5}, "window_to", "half a window"),
        ({"window_from": 20, "window_to": 15}, "window_to", "the wrong way round"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_in_a_sentence(world: World, given: dict[str, Any], field: str, why: str):
    with pytest.raises(Invalid) as refusal:
        make_plan(world, **given)
    assert (refusal.value.field, InspectionPlan.objects.count()) == (field, 0), why


def test_a_rule_of_its_own_makes_each_visit_once(world: World):
    plan = make_plan(world, every="rule", rule="FREQ=MONTHLY;BYDAY=2TU", starts_on=date(2026, 12, 1), lead_days=40)
    for day in range(0, 120, 7):
        services.plan_next_batch(NOON + day * DAY)
    made = list(plan.inspections.order_by("period").values_list("period", flat=True))
    assert made == ["2026-12-08", "2027-01-12", "2027-02-09", "2027-03-09", "2027-04-13"]
    draft = services.PlanDraft(
        contract=plan.contract, site=plan.site, template=plan.template, engineer=plan.engineer, every="rule",
        rule="FREQ=MONTHLY;BYDAY=3TU", starts_on=plan.starts_on, lead_days=40,
    )  # fmt: skip
    services.change_plan(plan, draft, actor=world.dispatcher, at=NOON + 119 * DAY)
    services.plan_next_batch(NOON + 125 * DAY)
    assert plan.inspections.latest("period").period == "2027-04-13", "what is owed until May already is not owed twice"


def test_what_passed_is_late_then_missed_and_each_is_told_once(world: World):
    lead = make_user(role="manager", office=world.office)
    world.office.lead = lead
    world.office.save()
    visit = make_visit(world, **WINDOW)
    answerable = sorted(person.email for person in (world.engineer, lead, world.manager))
    at = NOON + 26 * DAY  # 16 December
    watch(at - DAY)
    assert not told("inspection_late"), "on the planned day nothing is late"
    for hour in range(30):
        watch(at + timedelta(hours=hour))
    assert (told("inspection_late"), told("inspection_missed")) == (answerable, [])
    at = NOON + 31 * DAY  # 21 December
    for hour in range(30):
        watch(at + timedelta(hours=hour))
    visit.refresh_from_db()
    assert (visit.status, visit.missed_at) == ("missed", at)
    assert told("inspection_missed") == answerable
    assert [line.type for line in visit.events.all()] == ["planned", "told", "late", "missed"]


def test_a_missed_visit_can_be_made_up_for(world: World):
    visit = make_visit(world, **WINDOW)
    later = NOON + 40 * DAY
    watch(later)
    visit = services.reschedule(visit, actor=world.dispatcher, at=later, planned_on=(later + DAY).date())
    assert (visit.status, watch(later)) == ("planned", 0), "it is not missed twice"
    watch(later + 3 * DAY)
    visit.refresh_from_db()
    assert visit.status == "missed", "the day that was agreed instead passed, too"
    assert start(visit, world, later + 4 * DAY).status == "under_way", "better late than never"


def test_a_visit_agreed_for_after_its_window_is_noted_but_stands(world: World):
    visit = make_visit(world, **WINDOW)
    services.reschedule(visit, actor=world.dispatcher, at=NOON, planned_on=date(2026, 12, 29))
    tasks.services.watch_next_batch(NOON + 32 * DAY)
    visit.refresh_from_db()
    assert (visit.status, visit.missed_at) == ("planned", NOON + 32 * DAY)


def test_lists_show_and_count_what_was_missed(client: Client, world: World):
    visit = make_visit(world, **WINDOW)
    watch(NOON + 40 * DAY)
    client.force_login(world.manager)
    assert f"/inspections/{visit.pk}/" in client.get("/inspections/", {"show": "missed", "scope": "all"}).content.decode()
    page = client.get("/inspections/year/", {"year": 2026}).content.decode()
    assert "0 / 1" in page
    assert "chip-late" in page


def test_the_days_of_a_plan_are_shown_before_it_is_saved(client: Client, world: World):
    data = {
        "contract": world.contract.pk, "site": world.site.pk, "template": make_checklist().pk, "engineer": world.engineer.pk,
        "every": "month", "starts_on": "2026-12-15", "window_from": 15, "window_to": 20, "lead_days": 30, "is_active": "on",
    }  # fmt: skip
    client.force_login(world.dispatcher)
    page = client.post("/inspections/plans/new/", {**data, "preview": ""}).content.decode()
    assert "2027-01-15" in page
    assert not InspectionPlan.objects.exists()
    refused = client.post("/inspections/plans/new/", {**data, "every": "rule", "rule": "FREQ=MONTHLY;BYDAY=XX"})
    assert refused.status_code == 422
    assert "FREQ=MONTHLY;BYDAY=2TU" in refused.content.decode(), "the sentence shows how it is meant"


def test_the_record_is_a_chain_that_shows_what_was_changed():
    world = make_promising_world()
    visit = services.sign(make_done_visit(world), actor=world.supervisor, at=NOON, name="孙主任")
    visit = Inspection.objects.get(pk=visit.pk)
    lines = list(visit.events.order_by("seq"))
    assert [line.type for line in lines] == ["planned", "told", "consented", "started", "finished", "signed"]
    assert not list(chain.breaks(lines, count=visit.event_count, head=visit.head_hash))
    assert list(chain.breaks(lines[:-1], count=visit.event_count, head=visit.head_hash)) == [(6, "cut")]
    visit.events.filter(type="finished").update(text="别的话")
    assert (5, "changed") in chain.breaks(visit.events.order_by("seq"), count=visit.event_count, head=visit.head_hash)


def test_an_inspection_stands_on_the_dispatch_board_and_its_visit_goes_along(world: World):
    helper = make_user(office=world.office)
    row = make_visit(world, helpers=[helper])
    assert (row.visit.purpose, row.visit.lead, list(row.visit.helpers.all())) == ("inspection", world.engineer, [helper])
    assert localdate(row.visit.starts_at) == row.planned_on
    row = services.reschedule(row, actor=world.engineer, at=NOON, planned_on=date(2026, 12, 10), engineer=helper)
    assert (localdate(row.visit.starts_at), row.visit.lead, row.visit.status) == (date(2026, 12, 10), helper, "planned")
    row = services.cancel(row, actor=world.dispatcher, at=NOON, reason="机房停电")
    assert Visit.objects.get().status == "cancelled"
    row = services.reschedule(row, actor=world.dispatcher, at=NOON, planned_on=date(2026, 12, 11), engineer=world.engineer)
    assert Visit.objects.count() == 2, "called off is called off: there is a new one"
    row = start(row, world)
    assert Visit.objects.get(pk=row.visit_id).status == "on_site"


def test_a_refusal_fails_the_visit_and_the_end_ends_it():
    world = make_promising_world()
    done = make_done_visit(world)
    assert (done.visit.status, Visit.objects.get(pk=done.visit_id).status) == ("done", "done")
    refused = make_visit(world, template=make_checklist(code="b"))
    paper = services.ask_consent(refused, actor=world.engineer, at=NOON)
    documents.refuse(paper, name="赵主任", reason="系统忙", actor=world.engineer, at=NOON)
    assert Visit.objects.get(pk=refused.visit_id).failure == "refused"


def test_what_is_moved_on_the_board_moves_the_inspection(world: World):
    row, other = make_visit(world), make_visit(world, template=make_checklist(code="b"))
    begins = datetime(2026, 12, 8, 6, 0, tzinfo=UTC)
    helper = make_user(office=world.office)
    board.schedule(row.visit, lead=helper, starts_at=begins, ends_at=begins + DAY / 8, actor=world.dispatcher, at=NOON)
    board.cancel(other.visit, actor=world.dispatcher, at=NOON, reason="客户改期")
    assert drain(services.follow_next_batch, at=NOON) == 2
    assert drain(services.follow_next_batch, at=NOON) == 0
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.planned_on, row.engineer, row.status) == (date(2026, 12, 8), helper, "planned")
    assert (other.status, other.cancel_reason) == ("cancelled", "客户改期")

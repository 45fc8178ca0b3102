"""The pages of visits and plans, with and without htmx."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from core.time import now
from documents import services as documents
from documents.models import Document
from inspections import services
from inspections.models import Inspection, InspectionPlan, Outcome
from tests.inspections.worlds import fill, make_checklist, make_done_visit, make_plan, make_visit, start
from tests.worlds import make_promising_world, make_site, make_user, make_world
from tickets.models import Ticket

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from accounts.models import User
    from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


NO_CHANGES = {"change-TOTAL_FORMS": "0", "change-INITIAL_FORMS": "0"}


def soon() -> date:
    return (now() + timedelta(days=14)).date()


def get(client: Client, person: User, address: str, status: int = 200, **query: Any) -> str:
    client.force_login(person)
    answer = client.get(address, query)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def post(client: Client, person: User, address: str, **data: Any) -> HttpResponse:
    client.force_login(person)
    return client.post(address, data)


def queries(client: Client, person: User, address: str) -> int:
    get(client, person, address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        get(client, person, address)
    return len(captured)


def test_the_list_shows_what_is_to_be_done_first(client: Client, world: World):
    at = now()
    late = make_visit(world, at - timedelta(days=20), starts_on=(at - timedelta(days=10)).date())
    done = make_done_visit(world, at, template=make_checklist(code="other"), starts_on=soon())
    page = get(client, world.engineer, "/inspections/")
    assert f"/inspections/{late.pk}/" in page
    assert "overdue" in page or "已逾期" in page
    assert f"/inspections/{done.pk}/" not in page
    assert f"/inspections/{done.pk}/" in get(client, world.engineer, "/inspections/", show="unsigned")


@pytest.mark.parametrize(
    ("scope", "seen"), [("mine", {"mine"}), ("office", {"mine", "colleagues"}), ("all", {"mine", "colleagues", "elsewhere"})]
)
def test_an_engineer_chooses_whose_visits(client: Client, world: World, scope: str, seen: set[str]):
    visits = {
        "mine": make_visit(world, now(), starts_on=soon()),
        "colleagues": make_visit(world, now(), starts_on=soon(), site=world.other_site, engineer=make_user(office=world.office)),
        "elsewhere": make_visit(
            world, now(), starts_on=soon(), site=make_site(world.organization), engineer=make_user(), template=make_checklist(code="b")
        ),
    }
    page = get(client, world.engineer, "/inspections/", scope=scope)
    assert {name for name, visit in visits.items() if f"/inspections/{visit.pk}/" in page} == seen


def test_customers_see_their_own(client: Client, world: World):
    visit = make_visit(world, now(), starts_on=soon())
    other = make_visit(world, now(), starts_on=soon(), site=world.other_site)
    for person, seen in ((world.customer, [visit]), (world.supervisor, [visit, other]), (world.stranger, [])):
        for address in ("/inspections/", "/inspections/year/"):
            page = get(client, person, address)
            assert [row for row in (visit, other) if f"/inspections/{row.pk}/" in page] == seen, (person, address)


def test_the_list_is_searched_by_customer_and_site(client: Client, world: World):
    visit = make_visit(world, now(), starts_on=soon())
    assert f"/inspections/{visit.pk}/" in get(client, world.manager, "/inspections/", find="门诊楼")
    assert f"/inspections/{visit.pk}/" not in get(client, world.manager, "/inspections/", find="住院楼")


@pytest.mark.parametrize(
    "address", ["/inspections/?scope=all&show=all", "/inspections/year/", "/inspections/plans/", "/api/v1/inspections/"]
)
def test_a_list_takes_the_same_queries_for_one_and_for_many(client: Client, world: World, address: str):
    make_done_visit(world, now(), starts_on=soon())
    few = queries(client, world.manager, address)
    for place in range(12):
        make_visit(world, now(), starts_on=soon(), template=make_checklist(code=f"list-{place}"))
    assert queries(client, world.manager, address) == few


def test_a_visits_pages_take_the_same_queries_for_any_checklist(client: Client):
    world = make_promising_world()
    items = [{"text": f"检查项 {place}", "unit": "%"} for place in range(40)]
    small = make_done_visit(world, now(), starts_on=soon(), failed=(1,))
    large = make_done_visit(world, now(), starts_on=soon(), template=make_checklist(code="long", items=items), failed=tuple(range(1, 30)))
    for path in ("", "report/"):
        few = queries(client, world.engineer, f"/inspections/{small.pk}/{path}")
        assert queries(client, world.engineer, f"/inspections/{large.pk}/{path}") == few, path


def test_saving_the_whole_form_asks_no_query_per_item(client: Client, world: World):
    items = [{"text": f"检查项 {place}"} for place in range(40)]
    visit = start(make_visit(world, now(), starts_on=soon(), template=make_checklist(code="long", items=items)), world, now())
    client.force_login(world.engineer)
    with CaptureQueriesContext(connection) as captured:
        client.post(f"/inspections/{visit.pk}/fill/", {"1-outcome": "ok"})
    assert len(captured) < 25


def signed(client: Client, person: User, address: str, name: str = "赵主任") -> str:
    """Sign, by the name, what the page at an address leads to; answer where that leads."""
    client.force_login(person)
    page = client.post(address).headers["Location"]
    paper, _question, back = page.partition("?next=")
    seen = Document.objects.get(pk=paper.split("/")[2]).content_hash
    answer = client.post(paper, {"name": name, "typed": "on", "seen": seen, "next": back})
    assert answer.status_code == 302, answer.content.decode()[:500]
    return answer.headers["Location"]


def test_the_engineer_hands_over_the_request_and_is_led_to_the_checklist(client: Client, world: World):
    visit = make_visit(world, now(), starts_on=soon())
    assert signed(client, world.engineer, f"/inspections/{visit.pk}/start/") == f"/inspections/{visit.pk}/fill/"
    visit.refresh_from_db()
    assert (visit.status, visit.admitted_by_name) == ("under_way", "赵主任")
    assert post(client, world.engineer, f"/inspections/{visit.pk}/start/").status_code == 409


def test_who_refuses_ends_the_visit(client: Client, world: World):
    visit = make_visit(world, now(), starts_on=soon())
    paper = post(client, world.engineer, f"/inspections/{visit.pk}/start/").headers["Location"].partition("?")[0]
    refused = post(client, world.engineer, paper.replace("/sign/", "/refuse/"), reason="机房停电检修", name="赵主任")
    assert refused.status_code == 302
    visit.refresh_from_db()
    assert (visit.status, visit.cancel_reason) == ("refused", "机房停电检修")
    page = get(client, world.supervisor, f"/inspections/{visit.pk}/")
    assert "机房停电检修" in page
    assert f"/inspections/{visit.pk}/reschedule/" in get(client, world.engineer, f"/inspections/{visit.pk}/")


def test_a_request_signed_by_the_customer_beforehand_lets_the_engineer_begin(client: Client, world: World):
    visit = make_visit(world, now(), starts_on=soon())
    paper = services.ask_consent(visit, actor=world.engineer, at=now())
    documents.sign(paper, name="孙主任", strokes=(), seen=paper.content_hash, actor=world.supervisor, at=now())
    visit.refresh_from_db()
    assert visit.status == "planned", "the visit begins on site"
    assert post(client, world.engineer, f"/inspections/{visit.pk}/start/").headers["Location"] == f"/inspections/{visit.pk}/fill/"


def test_one_touch_saves_one_item(client: Client, world: World):
    visit = start(make_visit(world, now(), starts_on=soon()), world, now())
    data = {
        "2-outcome": "failed",
        "2-measured": "91",
        "2-note": "快满了",
        "2-severity": "2",
        "2-equipment": world.equipment.pk,
        "1-outcome": "ok",
    }
    answer = post(client, world.engineer, f"/inspections/{visit.pk}/items/2/", **data)
    page = answer.content.decode()
    assert 'id="saved-2"' in page
    assert 'value="1" max="4"' in page, "the progress is the new one"
    result = visit.results.get(position=2)
    assert (result.outcome, result.measured, result.note, result.severity, result.equipment) == (
        "failed",
        "91",
        "快满了",
        2,
        world.equipment,
    )
    assert not visit.results.get(position=1).outcome, "the other items were not touched"


@pytest.mark.parametrize(
    "data",
    [
        {"1-outcome": "perfect"},
        {"1-severity": "7"},
        {"1-equipment": "999999"},
        {"1-equipment": "x"},
        {"1-note": "长" * 2001},
    ],
    ids=str,
)
def test_what_cannot_be_saved_is_said_at_the_item(client: Client, world: World, data: dict[str, str]):
    visit = start(make_visit(world, now(), starts_on=soon()), world, now())
    answer = post(client, world.engineer, f"/inspections/{visit.pk}/items/1/", **data)
    assert answer.status_code == 200
    assert "item-refused" in answer.content.decode()
    whole = post(client, world.engineer, f"/inspections/{visit.pk}/fill/", **data)
    assert whole.status_code == 422
    assert "item-wrong" in whole.content.decode()


def test_an_item_there_is_not_is_missing(client: Client, world: World):
    visit = start(make_visit(world, now(), starts_on=soon()), world, now())
    assert post(client, world.engineer, f"/inspections/{visit.pk}/items/99/").status_code == 404
    get(client, world.engineer, "/inspections/99999999999999999999/", status=404)


def test_without_a_script_one_button_saves_all(client: Client, world: World):
    visit = start(make_visit(world, now(), starts_on=soon()), world, now())
    data = {f"{place}-outcome": "ok" for place in (1, 2, 3)}
    saved = post(client, world.engineer, f"/inspections/{visit.pk}/fill/", save="", **data)
    assert saved.headers["Location"] == f"/inspections/{visit.pk}/fill/"
    on = post(client, world.engineer, f"/inspections/{visit.pk}/fill/", finish="", **data)
    assert on.headers["Location"] == f"/inspections/{visit.pk}/finish/"
    assert visit.results.filter(outcome=Outcome.OK).count() == 3


def test_the_end_names_what_is_missing_and_keeps_what_was_typed(client: Client, world: World):
    visit = start(make_visit(world, now(), starts_on=soon()), world, now())
    page = post(client, world.engineer, f"/inspections/{visit.pk}/finish/", summary="一切正常", advice="扩容", **NO_CHANGES)
    assert page.status_code == 422
    assert "应用服务正常" in page.content.decode()
    assert "一切正常" in page.content.decode()


def test_the_visit_ends_with_faults_and_a_signature(client: Client):
    world = make_promising_world()
    visit = start(make_visit(world, now(), starts_on=soon()), world, now())
    fill(visit, world, now(), failed=(2,))
    answer = post(client, world.engineer, f"/inspections/{visit.pk}/finish/", summary="发现一处隐患", **NO_CHANGES)
    assert answer.headers["Location"].startswith("/documents/")
    ticket = Ticket.objects.get()
    assert ticket.number in get(client, world.customer, f"/inspections/{visit.pk}/")
    assert f"/inspections/{visit.pk}/" in get(client, world.engineer, f"/tickets/{ticket.number}/"), "and back"
    assert signed(client, world.supervisor, f"/inspections/{visit.pk}/sign/", "孙主任") == f"/inspections/{visit.pk}/"
    report = get(client, world.customer, f"/inspections/{visit.pk}/report/")
    for words in ("孙主任", "发现一处隐患", ticket.number, world.organization.name, visit.number):
        assert words in report


def test_words_typed_by_people_are_words(client: Client, world: World):
    evil = "<script>alert(1)</script>"
    visit = start(make_visit(world, now(), starts_on=soon()), world, now())
    fill(visit, world, now())
    services.record_result(visit, services.Answer(position=1, outcome="ok", note=evil), actor=world.engineer, at=now())
    post(client, world.engineer, f"/inspections/{visit.pk}/finish/", summary=evil, advice=evil, changes=evil, **NO_CHANGES)
    signed(client, world.engineer, f"/inspections/{visit.pk}/sign/", evil)
    for path in ("", "report/"):
        page = get(client, world.engineer, f"/inspections/{visit.pk}/{path}")
        assert evil not in page
        assert escape(evil) in page


def test_a_dispatcher_makes_a_plan_and_changes_it(client: Client, world: World):
    checklist = make_checklist()
    data = {
        "contract": world.contract.pk,
        "site": world.site.pk,
        "template": checklist.pk,
        "every": "quarter",
        "starts_on": soon().isoformat(),
        "lead_days": "30",
        "engineer": world.engineer.pk,
        "is_active": "on",
    }
    refused = post(client, world.dispatcher, "/inspections/plans/new/", **{**data, "lead_days": "120"})
    assert refused.status_code == 422
    assert 'value="120"' in refused.content.decode(), "what was typed stays"
    assert post(client, world.dispatcher, "/inspections/plans/new/", **data).status_code == 302
    plan = InspectionPlan.objects.get()
    twice = post(client, world.dispatcher, "/inspections/plans/new/", **data)
    assert twice.status_code == 422, "one plan per contract, site and checklist"
    page = get(client, world.dispatcher, f"/inspections/plans/{plan.pk}/")
    assert soon().isoformat() in page
    post(client, world.dispatcher, f"/inspections/plans/{plan.pk}/", **{**data, "every": "month", "helpers": [world.dispatcher.pk]})
    plan.refresh_from_db()
    assert (plan.every, list(plan.helpers.all())) == ("month", [world.dispatcher])
    assert plan.history.latest().history_user == world.dispatcher


def test_a_plan_keeps_to_one_customer(client: Client, world: World):
    stranger = make_site()
    plan = make_plan(world, now(), starts_on=soon())
    data = {"contract": world.contract.pk, "site": stranger.pk, "template": plan.template_id, "every": "year", "lead_days": 30}
    answer = post(client, world.dispatcher, "/inspections/plans/new/", **data, starts_on=soon(), engineer=world.engineer.pk)
    assert answer.status_code == 422
    assert InspectionPlan.objects.count() == 1


def test_a_visit_is_planned_anew_or_called_off_on_its_page(client: Client, world: World):
    visit = make_visit(world, now(), starts_on=soon())
    past = post(client, world.engineer, f"/inspections/{visit.pk}/reschedule/", planned_on="2020-01-01", engineer=world.engineer.pk)
    assert past.status_code == 422
    moved = (soon() + timedelta(days=3)).isoformat()
    assert (
        post(client, world.engineer, f"/inspections/{visit.pk}/reschedule/", planned_on=moved, engineer=world.engineer.pk).status_code
        == 302
    )
    assert post(client, world.dispatcher, f"/inspections/{visit.pk}/cancel/", reason="机房停电").status_code == 302
    row = Inspection.objects.get()
    assert (row.planned_on.isoformat(), row.status) == (moved, "cancelled")
    assert "机房停电" in get(client, world.supervisor, f"/inspections/{visit.pk}/")


@pytest.mark.parametrize("year", ["2026", "0", "99999", "x", "-1", "²"])
def test_any_year_can_be_asked_for(client: Client, world: World, year: str):
    get(client, world.manager, "/inspections/year/", year=year)


def test_administrators_see_everything_and_change_plans(client: Client, world: World):
    visit = make_done_visit(world, now(), starts_on=soon())
    for address in (
        "/admin/inspections/inspection/",
        f"/admin/inspections/inspection/{visit.pk}/change/",
        f"/admin/inspections/inspection/{visit.pk}/history/",
        f"/admin/inspections/inspectionplan/{visit.plan_id}/change/",
        "/admin/inspections/checklisttemplate/",
        f"/admin/inspections/checklistversion/{visit.checklist_id}/change/",
    ):
        get(client, world.admin, address)

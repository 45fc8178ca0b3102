"""The pages of visits: what each shows, what a phone that sends what waited is answered, and who is told nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.time import now
from documents import services as documents
from documents.models import Document
from tests.visits.worlds import HOUR, approve, make_done, make_on_site, make_visit, photo
from tests.worlds import make_promising_world, make_ticket, make_user
from visits import services
from visits.selectors import plan_of_work

if TYPE_CHECKING:
    from tests.worlds import World
    from visits.models import Visit

STROKES = [[[100, 100], [200, 140], [300, 120], [400, 160], [500, 100], [600, 140], [700, 120]]]


@pytest.fixture
def world(db: None) -> World:
    return make_promising_world("p3")


def visit_of(world: World, **facts: Any) -> Visit:
    at = now()
    return make_visit(world, at=at, **{"starts_at": at + HOUR, "ends_at": at + 3 * HOUR, **facts})


def as_(person: Any) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def act(client: Client, visit: Visit, step: str, *, json: bool = False, **facts: Any) -> Any:
    headers = {"Accept": "application/json"} if json else {}
    return client.post(reverse("visits:act", args=[visit.pk, step]), facts, headers=headers)


def test_a_visit_is_planned_from_its_ticket_and_moved(world: World):
    ticket, client = make_ticket(world, at=now()), as_(world.dispatcher)
    assert reverse("visits:new", args=[ticket.number]) in client.get(ticket.get_absolute_url()).content.decode()
    page = client.post(reverse("visits:new", args=[ticket.number]), {"lead": world.engineer.pk})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["reason"])
    begins = timezone.localtime(now() + HOUR)
    facts = {"lead": world.engineer.pk, "starts_at": f"{begins:%Y-%m-%dT%H:%M}", "ends_at": f"{begins + HOUR:%Y-%m-%dT%H:%M}"}
    assert client.post(reverse("visits:new", args=[ticket.number]), {**facts, "reason": "需要现场"}).status_code == 302
    visit = ticket.visits.get()
    assert (visit.lead, visit.starts_at) == (world.engineer, begins.replace(second=0))
    assert visit.number in client.get(ticket.get_absolute_url()).content.decode()
    moved = client.post(reverse("visits:schedule", args=[visit.pk]), {**facts, "lead": "", "helpers": [make_user().pk]})
    assert moved.status_code == 302
    visit.refresh_from_db()
    assert (visit.lead, visit.helpers.count(), visit.sequence) == (None, 1, 1)


def test_an_engineer_offers_themselves_not_others(world: World):
    form = as_(world.engineer).get(reverse("visits:new", args=[make_ticket(world, at=now()).number])).context["form"]
    assert list(form.fields["lead"].queryset) == [world.engineer]


def test_my_visits_are_sorted_by_when_they_are(world: World):
    at = now()
    make_on_site(world, at=at, starts_at=None, ends_at=None)
    make_visit(world, at=at - 5 * HOUR, starts_at=at - 2 * HOUR, ends_at=at + HOUR)
    make_visit(world, at=at, starts_at=at + 72 * HOUR, ends_at=at + 73 * HOUR)
    make_visit(world, at=at, starts_at=None, ends_at=None)
    make_visit(world, at=at, lead=make_user(), starts_at=None, ends_at=None)
    page = as_(world.engineer).get(reverse("visits:mine"))
    assert [(code, len(rows)) for code, _name, rows in page.context["groups"]] == [("now", 1), ("late", 1), ("later", 1), ("open", 1)]
    assert page.headers["X-Kept-For"] == str(world.engineer.pk)


def test_my_visits_cost_the_same_however_many_there_are(world: World, django_assert_max_num_queries):
    client = as_(world.engineer)
    for _each in range(5):
        visit_of(world)
    with django_assert_max_num_queries(12):
        client.get(reverse("visits:mine"))


def test_the_way_through_the_pages(world: World):
    visit, client = visit_of(world), as_(world.engineer)
    where = client.get(visit.get_absolute_url()).content.decode()
    assert "geo:0,0?q=" in where
    assert "data-main" in where
    assert act(client, visit, "propose", text="更换电源", risk="断电", minutes=30).status_code == 302
    portal = as_(world.customer)
    shown = portal.get(visit.get_absolute_url())
    assert "更换电源" in shown.content.decode()
    proposal = plan_of_work(visit)[0].seq
    assert act(portal, visit, "approve", proposal=proposal).status_code == 302
    assert act(client, visit, "depart").status_code == 302
    assert "has been on the way since" in portal.get(visit.get_absolute_url()).content.decode()
    answer = act(client, visit, "check-in", latitude="31.2", longitude="121.4", accuracy="12.5", files=[photo()])
    assert answer.status_code == 302
    assert act(client, visit, "note", text="已更换", files=[photo("a.png"), photo("b.png", "red")]).status_code == 302
    assert act(client, visit, "photo", file=photo(), caption="铭牌").status_code == 302
    refused = act(client, visit, "check-out", work="")
    assert (refused.status_code, list(refused.context["journey"][-1].form.errors)) == (422, ["result"])
    assert act(client, visit, "check-out", work="", parts="电源 1 个", result="solved").status_code == 302
    visit.refresh_from_db()
    assert (visit.status, visit.work, visit.parts, visit.photos.count()) == ("done", "已更换", "电源 1 个", 4)
    picture = client.get(reverse("visits:photo", args=[visit.pk, visit.photos.first().pk]))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    b"".join(picture)
    assert "solved" in portal.get(visit.ticket.get_absolute_url()).content.decode()


def test_what_waited_on_a_phone_is_answered_in_json_and_taken_once(world: World):
    visit, client = visit_of(world), as_(world.engineer)
    key = str(uuid4())
    for _time in range(2):
        answer = act(client, visit, "depart", json=True, key=key, on_device_at="2026-11-20T03:00:00.123Z")
        assert (answer.status_code, answer.json()) == (200, {"taken": True})
    event = visit.events.get(type="departed")
    assert (str(event.key), event.facts["on_device_at"]) == (key, "2026-11-20T03:00:00.123000+00:00")
    refused = act(client, visit, "note", json=True, text="x")
    assert (refused.status_code, refused.json()["taken"]) == (422, False)
    assert "is not possible" in refused.json()["refused"]


def test_who_is_logged_out_is_sent_to_the_login_and_gets_no_key(world: World):
    assert Client().get(reverse("visits:token")).status_code == 302
    told = as_(world.engineer).get(reverse("visits:token"))
    assert told.json()["person"] == world.engineer.pk
    assert "no-store" in told["Cache-Control"]


def test_only_pages_of_those_who_travel_may_be_kept(world: World):
    visit = visit_of(world)
    assert "X-Kept-For" in as_(world.engineer).get(visit.get_absolute_url())
    for person in (world.customer, world.dispatcher, make_user()):
        assert "X-Kept-For" not in as_(person).get(visit.get_absolute_url())
    worker = Client().get("/sw.js")
    assert (worker["Content-Type"], worker["Service-Worker-Allowed"]) == ("text/javascript; charset=utf-8", "/")
    assert "js/visits-worker" in worker.content.decode()


# --- Papers -----------------------------------------------------------------------------------------


def test_the_papers_are_signed_and_the_record_tells_it(world: World):
    at = now()
    visit = make_on_site(world, at=at, starts_at=None, ends_at=None)
    client = as_(world.engineer)
    ask = reverse("visits:paper", args=[visit.pk, "service_request"])
    early = client.post(reverse("visits:paper", args=[visit.pk, "service_confirmation"]), follow=True)
    assert "is issued while the visit is" in early.content.decode()
    answer = client.post(ask)
    paper = Document.objects.get(about=f"visit/{visit.pk}")
    assert answer["Location"].startswith(reverse("documents:sign", args=[paper.pk]))
    assert client.post(ask)["Location"] == answer["Location"], "one paper, however often it is asked for"
    assert paper.full_number == f"{visit.number}-REQ"
    assert "短时中断" in str(paper.content["sheets"]["zh-hans"])
    documents.sign(paper, name="赵主任", strokes=STROKES, seen=paper.content_hash, actor=world.engineer, at=at)
    signed = visit.events.get(type="request_signed")
    assert (signed.facts["name"], signed.facts["hash"]) == ("赵主任", paper.content_hash)
    services.check_out(visit, actor=world.engineer, at=at + HOUR, work="已更换", result="solved")
    confirmation = services.issue_paper(visit, "service_confirmation", actor=world.engineer, at=at + HOUR)
    documents.refuse(confirmation, reason="负责人不在", actor=world.engineer, at=at + HOUR)
    assert visit.events.get(type="not_confirmed").text == "负责人不在"
    for person in (world.engineer, world.customer):
        for address in (visit.get_absolute_url(), visit.ticket.get_absolute_url()):
            page = as_(person).get(address).content.decode()
            assert paper.full_number in page
            assert confirmation.full_number in page


def test_a_signed_confirmation_is_corrected_by_a_new_version_that_is_signed_anew(world: World):
    at = now()
    visit, client = make_done(world, at=at, starts_at=None, ends_at=None), as_(world.engineer)
    address = reverse("visits:correct", args=[visit.pk])
    given = {"work": "更换了两个电源模块", "reason": "数量写错"}
    assert "have it signed first" in client.post(address, given).content.decode()
    first = services.issue_paper(visit, "service_confirmation", actor=world.engineer, at=at)
    documents.sign(first, name="赵主任", strokes=STROKES, seen=first.content_hash, actor=world.engineer, at=at)
    assert address in client.get(visit.get_absolute_url()).content.decode()
    refused = client.post(address, {**given, "reason": ""})
    assert refused.status_code == 422
    assert "更换了两个电源模块" in refused.content.decode()
    client.post(address, given)
    second = Document.objects.get(replaces=first)
    assert (second.full_number, second.reason, second.awaits_signature) == (f"{first.number}-V2", "数量写错", True)
    assert "更换了两个电源模块" in str(second.content["sheets"]["zh-hans"])
    first.refresh_from_db()
    assert first.status == "signed"
    assert visit.events.filter(type="worked").latest("seq").facts["corrects"] == first.full_number
    assert as_(make_user()).post(address, given).status_code == 403


def test_a_paper_is_asked_for_by_who_makes_the_visit(world: World):
    visit = make_done(world, at=now(), starts_at=None, ends_at=None)
    as_(make_user()).post(reverse("visits:paper", args=[visit.pk, "service_confirmation"]))
    assert not Document.objects.exists()
    assert as_(world.engineer).post(reverse("visits:paper", args=[visit.pk, "diagnosis"])).status_code == 404


def test_a_customer_rejects_a_plan_with_a_reason(world: World):
    visit = approve(visit_of(world), world, now())
    services.propose_plan(visit, actor=world.engineer, at=now(), text="更换主板")
    portal, proposal = as_(world.customer), plan_of_work(visit)[0].seq
    refused = act(portal, visit, "reject", proposal=proposal, text="")
    assert (refused.status_code, [each.is_open for each in refused.context["answers"]]) == (422, [False, True])
    assert act(portal, visit, "reject", proposal=proposal, text="太贵").status_code == 302
    assert act(as_(world.customer), visit, "cancel", reason="x").status_code == 422, "whose step it is not is told so"

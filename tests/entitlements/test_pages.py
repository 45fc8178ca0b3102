"""The pages of entitlements, and the same over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile

from core.time import now
from customers import services as customers
from customers.models import Term
from entitlements import services
from entitlements.models import Charge, QuotationRequest, Rate, Remedy
from tests.entitlements.worlds import DAY, make_term, propose, uncover
from tests.visits.worlds import make_visit
from tests.worlds import make_promising_world, make_ticket

if TYPE_CHECKING:
    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def world():
    return make_promising_world()


@pytest.fixture
def term(world):
    day = customers.today(now())
    return make_term(world, at=now(), starts_on=day - 300 * DAY, ends_on=day + 25 * DAY)


def get(client: Client, person: Any, address: str, status: int = 200, **query: Any) -> str:
    client.force_login(person)
    answer = client.get(address, query, headers={"Accept-Language": "en"})
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def post(client: Client, person: Any, address: str, status: int = 302, **data: Any) -> str:
    client.force_login(person)
    answer = client.post(address, data, headers={"Accept-Language": "en"})
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def send(client: Client, person: Any, address: str, status: int = 201, **data: Any) -> Any:
    client.force_login(person)
    answer = client.post(f"/api/v1/{address}", data, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def read(client: Client, person: Any, address: str, **query: Any) -> Any:
    client.force_login(person)
    answer = client.get(f"/api/v1/{address}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_list_shows_what_ends_and_narrows(client, world, term):
    assert world.equipment.name in get(client, world.manager, "/warranty/")
    assert world.equipment.name in get(client, world.customer, "/warranty/")
    assert "Nothing ends here" in get(client, world.stranger, "/warranty/")
    assert "Nothing ends here" in get(client, world.manager, "/warranty/", find="远山")
    assert "Nothing ends here" in get(client, world.manager, "/warranty/", within="ended")
    assert term.get_absolute_url() in get(client, world.manager, "/warranty/", within="30", kind="extension", find="HIS")


@pytest.mark.parametrize("address", ["/warranty/", "/warranty/quotations/", "/warranty/remedies/", "/api/v1/terms/"])
def test_a_list_costs_the_same_however_long(client, world, address, django_assert_max_num_queries):
    ticket = make_ticket(world)
    for place in range(4):
        row = make_term(world, at=now(), ends_on=customers.today(now()) + 20 * DAY, starts_on=customers.today(now()), component=f"{place}")
        services.ask(row, actor=world.supervisor, at=now())
        propose(world, ticket)
    client.force_login(world.manager)
    with django_assert_max_num_queries(8):
        assert client.get(address).status_code == 200


def test_a_term_is_entered_changed_and_withdrawn_on_pages(client, world):
    given = {"equipment": "SN-0001", "kind": "software", "starts_on": "2026-11-20"}
    post(client, world.dispatcher, "/warranty/terms/new/", **given)
    term = Term.objects.get()
    assert str(term.ends_on) == "2029-11-19"
    said = post(client, world.dispatcher, "/warranty/terms/new/", 422, **given)
    assert "is-invalid" in said or "alert-danger" in said
    post(client, world.dispatcher, "/warranty/terms/new/", 422, **{**given, "equipment": "SN-9"})
    changed = {"starts_on": "2026-11-20", "ends_on": "2028-11-19", "scope": "all"}
    post(client, world.dispatcher, f"/warranty/terms/{term.pk}/edit/", **changed)
    post(client, world.manager, f"/warranty/terms/{term.pk}/withdraw/", 422, reason="")
    post(client, world.manager, f"/warranty/terms/{term.pk}/withdraw/", reason="录错")
    assert "录错" in get(client, world.manager, f"/warranty/terms/{term.pk}/")


def test_a_table_is_looked_at_before_it_is_entered(client, world):
    head = "equipment,kind,starts_on\n"
    wrong = SimpleUploadedFile("terms.csv", f"{head}SN-0001,trial,2026-11-20\nNONE,trial,2026-11-20\n".encode("gb18030"))
    page = post(client, world.dispatcher, "/warranty/terms/import/", 200, file=wrong)
    assert "NONE" in page
    assert "Enter all of them" not in page
    text = f"{head}SN-0001,试用,2026-11-20\n"
    assert "Enter all of them" in post(client, world.dispatcher, "/warranty/terms/import/", 200, text=text)
    assert not Term.objects.exists()
    post(client, world.dispatcher, "/warranty/terms/import/", text=text, enter="1")
    assert Term.objects.get().kind == "trial"
    post(client, world.dispatcher, "/warranty/terms/import/", 422, text="")
    post(client, world.dispatcher, "/warranty/terms/import/", 422, text="nonsense")


def test_the_customer_asks_with_one_press_and_the_answer_comes_into_force(client, world, term):
    assert "Ask for a quotation" in get(client, world.customer, f"/warranty/terms/{term.pk}/")
    post(client, world.customer, f"/warranty/terms/{term.pk}/ask/")
    row = QuotationRequest.objects.get()
    here = f"/warranty/quotations/{row.pk}/"
    assert "Your supervisor answers" in get(client, world.customer, here)
    day = customers.today(now())
    offered = {"kind": "extension", "scope": "all", "starts_on": str(day + 26 * DAY), "ends_on": str(day + 390 * DAY)}
    offered |= {"valid_until": str(day + 30 * DAY)}
    assert "comma and the amount" in post(client, world.dispatcher, f"{here}quote/", 422, **offered, lines="nothing")
    post(client, world.dispatcher, f"{here}quote/", **offered, lines="一年延保, 30000\n备件包，6000")
    page = get(client, world.supervisor, here)
    assert "¥36,000.00" in page
    assert "Who said it on the phone" not in page
    post(client, world.supervisor, f"{here}accept/")
    row.refresh_from_db()
    assert row.renewal is not None
    assert "renewed" in get(client, world.manager, "/warranty/")
    assert get(client, world.manager, f"/warranty/terms/{row.renewal_id}/")
    post(client, world.supervisor, f"{here}decline/", 422, reason="晚了")
    post(client, world.supervisor, f"{here}sing/", 404)


def test_asked_twice_leads_back_with_the_reason(client, world, term):
    for _twice in range(2):
        post(client, world.supervisor, f"/warranty/terms/{term.pk}/ask/")
    assert QuotationRequest.objects.count() == 1
    assert "under way" in get(client, world.supervisor, f"/warranty/terms/{term.pk}/")


def test_a_remedy_goes_its_way_on_pages(client, world):
    ticket = make_ticket(world)
    here = f"/tickets/{ticket.number}/remedies/new/"
    assert "waits for a manager" in get(client, world.engineer, here)
    post(client, world.engineer, here, 422, kind="repair", what="", price="1")
    post(client, world.engineer, here, kind="compensation", what="电源", price="8000")
    remedy = Remedy.objects.get()
    steps = f"/warranty/remedies/{remedy.pk}/"
    post(client, world.manager, f"{steps}approve/")
    assert "Agree" in get(client, world.customer, steps)
    post(client, world.customer, f"{steps}agree/")
    post(client, world.engineer, f"{steps}carry-out/")
    remedy.refresh_from_db()
    assert remedy.status == "done"
    assert "Compensation" in get(client, world.customer, ticket.get_absolute_url()).replace("compensation", "Compensation")
    assert remedy.number in get(client, world.manager, "/warranty/remedies/", kind="compensation", find="电源")
    post(client, world.engineer, f"{steps}dance/", 404)


def test_ticket_and_visit_say_what_is_charged_before_work_begins(client, world):
    uncover(world)
    post(client, world.manager, "/warranty/rates/", work="onsite", hourly="300", flat="200", valid_from="2026-01-01")
    assert Rate.objects.exists()
    ticket = make_ticket(world, at=now())
    visit = make_visit(world, ticket)
    for person in (world.engineer, world.customer):
        assert "about ¥800.00" in get(client, person, ticket.get_absolute_url())
        assert "Nobody sets off before" in get(client, person, visit.get_absolute_url())
    post(client, world.customer, f"/warranty/visits/{visit.pk}/refuse/", reason="")
    assert not Charge.objects.filter(state="refused").exists()
    post(client, world.customer, f"/warranty/visits/{visit.pk}/acknowledge/")
    assert world.customer.name in get(client, world.engineer, visit.get_absolute_url())
    assert Charge.objects.get().state == "acknowledged"


def test_equipment_and_contract_show_what_covers_them(client, world, term):
    customers.follow_terms(now())
    page = get(client, world.customer, world.equipment.get_absolute_url())
    assert "What covers it" in page
    assert "cover-extension" in page
    assert "What it covers when" in get(client, world.supervisor, f"/contracts/{world.contract.pk}/")
    page = get(client, world.customer, f"/warranty/equipment/{world.equipment.pk}/", day="2030-01-01")
    assert "ended on" in page
    assert "2030-01-01" in page
    assert get(client, world.customer, f"/warranty/equipment/{world.equipment.pk}/", day="nonsense")


def test_managers_see_the_months_ahead(client, world, term):
    page = get(client, world.manager, "/warranty/overview/")
    assert "East China office" in page
    assert f"{term.ends_on:%Y-%m}" in page
    assert "What ends soon" in get(client, world.manager, "/dashboard/")


def test_programs_enter_terms_and_read_what_is_free(client, world):
    given = {"equipment": world.equipment.pk, "kind": "extension", "starts_on": "2026-11-20", "price": "1200.00"}
    made = send(client, world.dispatcher, "terms/", **given)
    assert (made["ends_on"], made["scope"]) == ("2027-11-19", "all")
    assert [row["id"] for row in read(client, world.supervisor, "terms/", kind="extension", ends_to="2027-12-31")["results"]] == [
        made["id"]
    ]
    found = read(client, world.customer, f"entitlements/{world.equipment.pk}/", day="2027-10-01")
    assert {work["work"]: work["verdict"] for work in found["works"]} == dict.fromkeys(("remote", "onsite", "parts", "software"), "free")
    assert found["works"][0]["until"] == "2027-11-19"
    later = read(client, world.customer, f"entitlements/{world.equipment.pk}/", day="2028-10-01")
    assert later["works"][0]["rule"] == "ended"
    client.force_login(world.customer)
    assert client.get(f"/api/v1/entitlements/{world.equipment.pk}/", {"day": "soon"}).status_code == 400
    assert client.get("/api/v1/terms/", {"kinds": "x"}).status_code == 400
    assert send(client, world.manager, f"terms/{made['id']}/withdraw/", 200, reason="录错")["withdrawn_because"] == "录错"


def test_programs_enter_no_days_that_nothing_can_be_counted_from(client, world):
    thing = {"equipment": world.equipment.pk, "kind": "extension"}
    send(client, world.dispatcher, "terms/", 400, **thing, starts_on="9999-12-31")
    send(client, world.dispatcher, "terms/", 400, **thing, starts_on="2026-01-01", ends_on="9999-12-31")
    send(client, world.dispatcher, "terms/", 400, **thing, starts_on="0001-01-01", ends_on="2026-12-31")


def test_programs_renew_and_remedy(client, world, term):
    asked = send(client, world.supervisor, "quotation-requests/", term=term.pk, wish="两年")
    here = f"quotation-requests/{asked['id']}/"
    offer = {"kind": "extension", "scope": "all", "starts_on": "2027-01-01", "ends_on": "2099-12-31", "valid_until": "2099-01-01"}
    quoted = send(client, world.dispatcher, f"{here}quote/", 200, **offer, lines=[{"text": "延保", "amount": "100.00"}])
    assert (quoted["status"], quoted["amount"], quoted["lines"][0]["text"]) == ("quoted", "100.00", "延保")
    assert send(client, world.supervisor, f"{here}accept/", 200)["renewal"] is not None
    assert send(client, world.supervisor, f"{here}decline/", 409, reason="不")["code"] == "quotation_not_now"
    ticket = make_ticket(world)
    made = send(client, world.engineer, "remedies/", ticket=ticket.number, kind="repair", what="电源", price="10")
    assert made["basis"] == "free"
    assert send(client, world.customer, f"remedies/{made['id']}/agree/", 200)["status"] == "agreed"
    assert send(client, world.engineer, f"remedies/{made['id']}/carry-out/", 200)["status"] == "done"
    assert send(client, world.engineer, "remedies/", 400, ticket="SD-0", kind="repair", what="电源", price="10")


@pytest.mark.parametrize("model", [Term, QuotationRequest, Remedy, Charge, Rate])
def test_administrators_find_everything(client, world, model, term):
    make_ticket(world)
    services.ask(term, actor=world.supervisor, at=now())
    assert model in admin.site._registry
    client.force_login(world.admin)
    assert client.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/").status_code == 200

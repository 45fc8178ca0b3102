"""The pages of the catalogue, of requests and campaigns, and the same over REST."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator

from catalogue import panels, services
from catalogue.models import Campaign, Item, Quotation, Request
from catalogue.views import requests
from core.pages import PAGE_SIZE
from core.time import now
from tests.catalogue.worlds import SMALL, load_items, make_campaign, make_costly_item, make_item, make_quotation, make_request, make_told
from tests.worlds import make_equipment, make_promising_world
from tickets.figures.period import Period, Scope, day_of
from tickets.figures.tables import Asked

if TYPE_CHECKING:
    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SOON = now().date() + timedelta(days=20)


@pytest.fixture
def world():
    return make_promising_world()


def get(client: Client, person: Any, address: str, status: int = 200, **query: Any) -> str:
    client.force_login(person)
    answer = client.get(address, query, headers={"Accept-Language": "en"})
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def post(client: Client, person: Any, address: str, status: int = 302, **data: Any) -> str:
    client.force_login(person)
    answer = client.post(address, data, headers={"Accept-Language": "en"})
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def rest(client: Client, person: Any, path: str, data: Any = None, status: int = 200) -> Any:
    client.force_login(person)
    address = f"/api/v1/{path}"
    answer = client.get(address) if data is None else client.post(address, json.dumps(data), content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_the_catalogue_is_found_by_words_of_either_language(client, world):
    load_items()
    page = get(client, world.customer, "/catalogue/")
    assert "Relocation and second installation" in page
    assert "Edit the catalogue" not in page
    found = get(client, world.customer, "/catalogue/", find="搬迁")
    assert "Relocation" in found
    assert "Tuning" not in found
    assert "Nothing of that name" in get(client, world.customer, "/catalogue/", find="zzz")


def test_what_it_costs_stands_there_before_it_is_sent(client, world):
    load_items()
    page = get(client, world.customer, "/catalogue/tuning/")
    assert "free of charge" in page
    assert "What happens next" in page
    assert "on quotation" in get(client, world.customer, "/catalogue/relocation/terms/", site=world.site.pk)
    page = post(client, world.customer, "/catalogue/relocation/", 200, look="1", site=world.site.pk)
    assert "on quotation" in page
    assert not Request.objects.exists()


def test_a_request_is_sent_and_nothing_typed_is_lost_on_an_error(client, world):
    load_items()
    given = {"site": world.site.pk, "f-symptoms": ["slow", "disk"], "f-details": "每天上午九点最慢", "f-users": "много"}
    page = post(client, world.customer, "/catalogue/tuning/", 422, **given)
    assert "每天上午九点最慢" in page
    assert "Enter a number." in page
    assert page.count("checked") == 2
    assert not Request.objects.exists()
    given |= {"f-users": "20", "f-machine": world.equipment.pk}
    post(client, world.customer, "/catalogue/tuning/", **given)
    row = Request.objects.get()
    assert row.values == {"machine": world.equipment.pk, "symptoms": ["slow", "disk"], "users": 20, "details": "每天上午九点最慢"}
    page = get(client, world.customer, row.get_absolute_url())
    assert "Slow answers, Disk or table space short" in page
    assert "20 people" in page
    assert "HIS 数据库" in get(client, world.customer, row.ticket.get_absolute_url())


WITH_FILES = (
    SMALL
    + "  - {code: plan, kind: file, several: true, label: {zh-hans: 图, en: Plan}}\n"
    + ("  - {code: seal, kind: file, label: {zh-hans: 章, en: Seal}}\n")
)


def text_file(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, f"rows of racks in {name}".encode())


def kept(page: str) -> dict[str, Any]:
    """What the form sends again of the files it kept, by field."""
    found: dict[str, list[str]] = {}
    for name, token in re.findall(r'name="(kept-\w+)" value="([^"]+)" checked', page):
        found.setdefault(name, []).append(token)
    return found


def test_files_need_not_be_chosen_again_when_something_else_is_wrong(client, world):
    make_item(WITH_FILES)
    here, given = "/catalogue/desk/", {"site": world.site.pk}
    sent = {"f-plan": [text_file("a.txt"), SimpleUploadedFile("b.exe", b"MZ\x90")], "f-seal": text_file("old.txt")}
    page = post(client, world.customer, here, 422, **given, **sent)
    assert ("a.txt" in page, "b.exe" in page, "need not be chosen again" in page) == (True, False, True)
    page = post(
        client, world.customer, here, 200, look="1", **given, **kept(page), **{"f-plan": text_file("c.txt"), "f-seal": text_file("new.txt")}
    )
    assert "old.txt" not in page, "one is asked for, and it was chosen anew"
    post(client, world.customer, here, **given, **kept(page), **{"f-topic": "机柜"})
    row = Request.objects.get()
    assert row.values == {"topic": "机柜", "plan": ["a.txt", "c.txt"], "seal": ["new.txt"]}
    assert sorted(file.name for file in row.ticket.attachments.all()) == ["a.txt", "c.txt", "new.txt"]
    assert not default_storage.listdir("drafts")[1]


def test_files_kept_for_one_person_are_not_another_ones(client, world):
    make_item(WITH_FILES)
    page = post(client, world.customer, "/catalogue/desk/", 422, site=world.site.pk, **{"f-plan": text_file("a.txt")})
    post(client, world.supervisor, "/catalogue/desk/", site=world.site.pk, **kept(page), **{"f-topic": "机柜"})
    assert Request.objects.get().values == {"topic": "机柜"}


def test_staff_see_the_form_and_do_not_send_it(client, world):
    item = make_item()
    assert "Send the request" not in get(client, world.engineer, item.get_absolute_url())
    post(client, world.engineer, item.get_absolute_url(), 422, **{"f-topic": "x"})
    assert not Request.objects.exists()


def test_from_the_quotation_to_the_approval_on_pages(client, world):
    row = make_request(world, make_costly_item(), at=now())
    here = row.get_absolute_url()
    lines = {"lines-TOTAL_FORMS": 2, "lines-INITIAL_FORMS": 0, "lines-0-text": "实施", "lines-0-quantity": "2", "lines-0-price": "2400"}
    plan = {"plan": "先备份", "hours": "16", "valid_until": SOON.isoformat(), **lines}
    assert "price of one" in post(client, world.engineer, f"{here}quote/", 422, **{**plan, "lines-0-price": ""})
    assert "at least one line" in post(
        client, world.engineer, f"{here}quote/", 422, **{**plan, "lines-0-text": "", "lines-0-quantity": "", "lines-0-price": ""}
    )
    post(client, world.engineer, f"{here}quote/", **plan)
    assert Quotation.objects.get().total == 4800
    assert "¥4,800.00" in get(client, world.supervisor, here)
    assert "A supervisor of your organization decides" in get(client, world.customer, here)
    post(client, world.customer, f"{here}answer/", number=1, approve="1")
    assert Quotation.objects.get().status == "awaited"
    assert "why you refuse" in post(client, world.supervisor, f"{here}answer/", 422, number=1, refuse="1")
    post(client, world.supervisor, f"{here}answer/", number=1, approve="1", text="同意")
    row.refresh_from_db()
    assert row.approval == "approved"
    assert "同意" in get(client, world.engineer, here)
    assert "先备份" in get(client, world.engineer, f"{here}quote/")  # the last one is the draft of the next


def test_who_answers_an_older_quotation_is_shown_the_newer_one_and_may_answer_that(client, world):
    row = make_request(world, make_costly_item(), at=now())
    for price in ("2400", "2000"):
        make_quotation(world, row, price=price, valid_until=SOON, at=now())
    page = post(client, world.supervisor, f"{row.get_absolute_url()}answer/", 422, number=1, approve="1", text="同意")
    assert ("There is a newer quotation" in page, "¥4,000.00" in page, "同意" in page) == (True, True, True)
    assert re.search(r'name="number" value="2"', page)


def test_every_line_of_the_last_quotation_is_in_the_draft_of_the_next(client, world):
    row = make_request(world, make_costly_item(), at=now())
    lines = [services.Line(text=f"第{number}项", price=Decimal(number)) for number in range(1, 12)]
    make_quotation(world, row, lines=lines, valid_until=SOON, at=now())
    page = get(client, world.engineer, f"{row.get_absolute_url()}quote/")
    assert all(line.text in page for line in lines)


def test_a_quotation_can_be_approved_all_of_its_last_local_day(client, world, monkeypatch):
    row = make_request(world, make_costly_item())
    make_quotation(world, row, valid_until=date(2026, 12, 20))
    monkeypatch.setattr(requests, "now", lambda: datetime(2026, 12, 20, 15, 59, tzinfo=UTC))
    assert "It has run out" not in get(client, world.supervisor, row.get_absolute_url())
    monkeypatch.setattr(requests, "now", lambda: datetime(2026, 12, 20, 16, 1, tzinfo=UTC))  # past midnight in Shanghai
    assert "It has run out" in get(client, world.supervisor, row.get_absolute_url())


def test_a_dispatcher_begins_without_approval_on_the_page(client, world):
    row = make_request(world, make_costly_item(), at=now())
    post(client, world.dispatcher, f"{row.get_absolute_url()}override/", 422, reason="")
    post(client, world.dispatcher, f"{row.get_absolute_url()}override/", reason="机房漏水")
    assert "机房漏水" in get(client, world.supervisor, row.get_absolute_url())


def test_a_manager_writes_an_item_looks_at_it_and_publishes_it(client, world):
    page = post(client, world.manager, "/catalogue/manage/new/", 422, text=SMALL.replace("kind: text", "kind: colour"))
    assert "Line 10: fields.0.kind" in page
    assert "Topic" in post(client, world.manager, "/catalogue/manage/new/", 200, text=SMALL, look="1")
    assert not Item.objects.exists()
    post(client, world.manager, "/catalogue/manage/new/", text=SMALL)
    post(client, world.manager, "/catalogue/manage/desk/", text=SMALL.replace("Topic", "Theme"), note="clearer")
    item = Item.objects.get()
    assert item.version.number == 2
    assert "clearer" in get(client, world.manager, "/catalogue/manage/desk/")
    post(client, world.manager, "/catalogue/manage/desk/offer/", position=5)
    assert "desk" in get(client, world.manager, "/catalogue/manage/")
    get(client, world.customer, item.get_absolute_url(), 404)


def test_a_campaign_goes_its_way_on_pages(client, world):
    release = {
        "maker": "Inspur", "product": "K1", "version": "5.2", "published_on": "2026-11-01", "severity": "important", "for_models": "K1\nK2",
        "notes": "修复", "assess_days": 10, "remind_days": 14, "reminders": 3,
    }  # fmt: skip
    page = post(client, world.dispatcher, "/campaigns/new/", 200, **release, look="1")
    assert "1 equipment concerned" in page
    assert "version not known" in page
    post(client, world.dispatcher, "/campaigns/new/", **release, open="1")
    campaign = Campaign.objects.get()
    here, item = campaign.get_absolute_url(), campaign.items.get()
    assert "to be assessed" in get(client, world.engineer, here)
    get(client, world.supervisor, here, 404)
    steps = f"{here}step/"
    assert "Choose at least one" in post(client, world.engineer, steps, 422, step="applies")
    assert "Write why it does not apply" in post(client, world.engineer, steps, 422, step="exempt", items=[item.pk])
    post(client, world.engineer, steps, step="applies", items=[item.pk], text="重启一次")
    services.tell_next_group(at=now())
    assert "awaiting the customer" in get(client, world.supervisor, here)
    assert "重启一次" in get(client, world.customer, world.equipment.get_absolute_url())
    assert get(client, world.customer, here).count('value="schedule"') == 0
    post(client, world.customer, steps, 422, step="schedule", items=[item.pk])
    post(client, world.customer, steps, step="accept", items=[item.pk], day=SOON.isoformat(), text="夜间")
    assert "Choose the day" in post(client, world.engineer, steps, 422, step="schedule", items=[item.pk])
    post(client, world.engineer, steps, step="schedule", items=[item.pk], day=SOON.isoformat())
    item.refresh_from_db()
    assert "Upgrade campaign" in get(client, world.engineer, item.ticket.get_absolute_url())
    post(client, world.engineer, steps, step="done", items=[item.pk])
    post(client, world.customer, steps, step="failed", items=[item.pk], text="打印不了")
    post(client, world.engineer, steps, step="done", items=[item.pk], version="5.2.1")
    post(client, world.customer, steps, step="verified", items=[item.pk])
    post(client, world.dispatcher, f"{here}refresh/")
    post(client, world.dispatcher, f"{here}close/")
    campaign.refresh_from_db()
    assert campaign.closed_at is not None
    assert "closed" in get(client, world.customer, "/campaigns/")
    assert "No equipment to show" in get(client, world.engineer, here, find="nothing")


def queries(client: Client, person: Any, address: str) -> int:
    client.force_login(person)
    client.get(address)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


@pytest.mark.parametrize(
    "address", ["/service-requests/", "/campaigns/", "/api/v1/service-requests/", "/api/v1/campaigns/", "/api/v1/catalogue/"]
)
def test_lists_take_as_many_queries_for_many_rows_as_for_one(client, world, address):
    make_quotation(world, make_request(world, make_costly_item()))
    make_told(world, make_campaign(world))
    before = queries(client, world.supervisor, address)
    for number in range(4):
        make_quotation(world, make_request(world, make_costly_item(f"costly-{number}")))
        make_told(world, make_campaign(world, version=f"6.{number}"))
    assert queries(client, world.supervisor, address) == before


def test_a_campaigns_page_takes_as_many_queries_for_many_rows_as_for_one(client, world):
    campaign = make_campaign(world)
    make_told(world, campaign)
    before = queries(client, world.engineer, campaign.get_absolute_url())
    for _each in range(5):
        make_equipment(world.site, maker="Inspur", model="K1")
    services.refresh(campaign, actor=world.manager, at=now())
    assert queries(client, world.engineer, campaign.get_absolute_url()) == before


def test_a_program_reads_what_is_asked_and_asks_for_it(client, world):
    load_items()
    found = rest(client, world.supervisor, "catalogue/relocation/")
    judge = Draft202012Validator(found["values"])
    values = {
        "machines": [world.equipment.pk],
        "from-place": world.site.pk,
        "destination": "new",
        "address": "新机房",
        "wanted-on": SOON.isoformat(),
    }
    assert judge.is_valid(values)
    wrong = rest(
        client,
        world.supervisor,
        "service-requests/",
        {"item": "relocation", "site": world.site.pk, "values": {**values, "address": ""}},
        400,
    )
    assert [row["pointer"] for row in wrong["errors"]] == ["/values/address"]
    asked = {"item": "relocation", "site": world.site.pk, "values": values, "external_id": "REQ-1"}
    made = rest(client, world.supervisor, "service-requests/", asked, 201)
    assert (made["approval"], made["charge"], made["may_begin"]) == ("to_quote", "quotation", False)
    assert rest(client, world.supervisor, "service-requests/", asked, 201)["id"] == made["id"]
    other = rest(client, world.supervisor, "service-requests/", {**asked, "values": {**values, "address": "旧机房"}}, 409)
    assert (other["code"], [row["pointer"] for row in other["errors"]]) == ("external_id_differs", ["/values"])
    rest(client, world.supervisor, "service-requests/", {"item": "nothing", "site": world.site.pk}, 400)
    rest(client, world.stranger, "service-requests/", asked, 400)
    here = f"service-requests/{made['id']}/"
    quote = {
        "plan": "先勘查",
        "hours": "8",
        "valid_until": SOON.isoformat(),
        "lines": [{"text": "实施", "quantity": "2", "price": "100.50"}],
    }
    quoted = rest(client, world.engineer, f"{here}quote/", quote)
    assert (quoted["quotation"]["total"], quoted["quotation"]["lines"][0]["amount"]) == ("201.00", "201.00")
    assert rest(client, world.supervisor, f"{here}approve/", {"number": 9}, 409)["code"] == "quotation_not_now"
    assert rest(client, world.supervisor, f"{here}approve/", {"number": 1})["approval"] == "approved"
    assert [row["id"] for row in rest(client, world.supervisor, "service-requests/?approval=approved&item=relocation")["results"]] == [
        made["id"]
    ]
    rest(client, world.stranger, here, status=404)


def test_a_program_refuses_a_quotation_and_begins_without(client, world):
    row = make_request(world, make_costly_item(), at=now())
    make_quotation(world, row, valid_until=SOON, at=now())
    here = f"service-requests/{row.pk}/"
    assert rest(client, world.supervisor, f"{here}refuse/", {"number": 1, "text": "太贵"})["approval"] == "refused"
    assert rest(client, world.dispatcher, f"{here}override/", {"reason": "急"})["may_begin"] is True


def test_a_program_makes_the_steps_of_a_campaign(client, world):
    campaign = make_campaign(world)
    item = campaign.items.get()
    here = f"campaigns/{campaign.pk}/"
    assert rest(client, world.engineer, here)["counts"]["to_assess"] == 1
    assert rest(client, world.supervisor, "campaigns/")["results"] == []
    rest(client, world.engineer, f"{here}step/", {"step": "applies", "items": [item.pk]})
    services.tell_next_group(at=now())
    told = rest(client, world.supervisor, f"campaign-items/?campaign={campaign.pk}&state=told")["results"]
    assert [row["equipment"] for row in told] == [world.equipment.pk]
    agreed = rest(client, world.supervisor, f"{here}step/", {"step": "accept", "items": [item.pk], "day": SOON.isoformat()})
    assert agreed["counts"]["agreed"] == 1
    rest(client, world.supervisor, f"{here}step/", {"step": "accept", "items": [item.pk, 10**9]}, 400)
    rest(client, world.supervisor, f"{here}step/", {"step": "accept", "items": [item.pk, item.pk]}, 400)
    assert rest(client, world.supervisor, f"{here}step/", {"step": "done", "items": [item.pk]}, 403)["code"] == "catalogue_not_yours"


def test_what_ships_is_loaded_once_and_wrong_files_are_named(tmp_path):
    for _twice in range(2):
        call_command("load_catalogue", verbosity=0)
    assert Item.objects.count() == 9
    assert not Item.objects.filter(version__number__gt=1).exists()
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("code: 1", encoding="utf-8")
    with pytest.raises(CommandError, match=r"wrong\.yaml"):
        call_command("load_catalogue", wrong)


def test_the_dashboard_shows_what_is_asked_for(world):
    row = make_request(world, make_costly_item(), at=now())
    make_quotation(world, row, valid_until=SOON, at=now())
    services.approve(row, actor=world.supervisor, at=now() + timedelta(hours=2), number=1)
    day = day_of(now())
    table, _tile = panels.requests(Asked(Period(day - timedelta(days=5), day), Scope(), world.manager, now()))
    assert [cell.text for cell in table.rows[0]][1:5] == ["1", "0", "1", "100.0%"]
    other = Asked(Period(day - timedelta(days=5), day), Scope(organization=world.stranger.membership.organization), world.manager, now())
    assert panels.requests(other)[0].rows == []


def test_equipment_that_was_chosen_is_there_again_after_an_error_wherever_it_stood(client, world):
    for number in range(PAGE_SIZE):
        make_equipment(world.site, model="K1", maker="Inspur", serial_number=f"K1-{number}")
    campaign = make_campaign(world, at=now())
    last = campaign.items.order_by("pk").first()  # the newest stand first
    last = last if f'value="{last.pk}"' not in get(client, world.engineer, campaign.get_absolute_url()) else campaign.items.last()
    page = post(client, world.engineer, f"{campaign.get_absolute_url()}step/", 422, step="exempt", items=[last.pk])
    assert f'value="{last.pk}" checked' in page
    assert page.count('name="items"') == 1

"""The pages of calls: what each person sees and can do there; what the dashboard and tickets show of them."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from django.urls import reverse

from care import panels, services
from care.models import Call, Quota, Script, Status
from core.time import now
from loops import services as loops
from tests.care.worlds import (
    DAY,
    GOOD,
    HOUR,
    LATER,
    NOON,
    answer,
    consider,
    make_callback,
    make_calling_world,
    plan_inquiries,
    say_of_items,
    solve,
    take,
)
from tests.worlds import make_office, make_ticket, make_user
from tickets import services as tickets
from tickets.figures.period import Period, Scope
from tickets.figures.tables import Asked

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def world():
    return make_calling_world()


@pytest.fixture
def call(world):
    return make_callback(world, at=now() - 2 * HOUR)


def page(client: Any, user: Any, address: str, status: int = 200) -> str:
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def act(client: Any, user: Any, call: Call, step: str, **fields: Any) -> Any:
    client.force_login(user)
    return client.post(reverse("care:act", args=[call.pk, step]), fields)


def test_the_list_shows_what_is_to_be_called_narrowed_as_wished(client, world, call):
    assert call.number in page(client, world.dispatcher, "/calls/")
    assert call.number not in page(client, world.dispatcher, "/calls/?state=done")
    assert call.number not in page(client, world.dispatcher, "/calls/?whose=mine")
    assert call.number in page(client, world.dispatcher, "/calls/?whose=office&kind=callback")
    assert call.number not in page(client, world.dispatcher, f"/calls/?office={make_office().pk}")
    assert call.number not in page(client, world.dispatcher, "/calls/?kind=care&state=late")
    assert call.number in page(client, world.dispatcher, "/calls/?state=rubbish&office=x")


def test_a_long_list_takes_as_many_queries_as_a_short_one(client, world, call, django_assert_max_num_queries):
    for number in range(6):
        solve(world, at=now() - DAY + number * HOUR / 6)
    consider(now())
    client.force_login(world.manager)
    with django_assert_max_num_queries(12):
        client.get("/calls/")


def test_a_call_is_made_from_its_page(client, world, call):
    address = call.get_absolute_url()
    said = page(client, world.dispatcher, address)
    assert "tel:" not in said
    assert act(client, world.dispatcher, call, "claim").status_code == 302
    said = page(client, world.dispatcher, address)
    assert 'href="tel:027-88001234"' in said
    assert "您好" in said
    fields = {"q-came-back": "no", "q-satisfied": "5", "words": "很好", "level": "normal", "minutes": "3"}
    assert act(client, world.dispatcher, call, "conclude", **fields).status_code == 302
    assert "很好" in page(client, world.dispatcher, address)
    call.refresh_from_db()
    assert call.status == Status.DONE


def test_what_is_missing_is_said_and_nothing_typed_is_lost(client, world, call):
    act(client, world.dispatcher, call, "claim")
    refused = act(client, world.dispatcher, call, "conclude", words="说了很多")
    assert refused.status_code == 422
    assert "说了很多" in refused.content.decode()


def test_what_was_typed_before_stands_there_again(client, world, call):
    act(client, world.dispatcher, call, "claim")
    client.post(reverse("care:draft", args=[call.pk]), {"words": "半句", "q-satisfied": "4"})
    said = page(client, world.dispatcher, call.get_absolute_url())
    assert "半句" in said
    assert re.search(r'name="q-satisfied" value="4"[^>]* checked', said)


def test_a_draft_of_a_call_that_is_not_ones_own_is_refused(client, world, call):
    client.force_login(world.manager)
    kept = client.post(reverse("care:draft", args=[call.pk]), {"words": "x"})
    assert (kept.status_code, kept.json()["kept"]) == (409, False)


def test_who_served_reads_why_somebody_else_calls(client, world, call):
    said = page(client, world.engineer, call.get_absolute_url())
    assert "/do/claim/" not in said
    assert act(client, world.engineer, call, "claim").status_code == 422


def test_a_try_a_hand_over_and_a_refusal_are_sent_from_the_page(client, world, call):
    assert act(client, world.dispatcher, call, "hand-over", person=world.manager.pk).status_code == 302
    assert act(client, world.dispatcher, call, "hand-over", person=world.engineer.pk).status_code == 422
    act(client, world.dispatcher, call, "claim")
    assert act(client, world.dispatcher, call, "attempt", result="no_answer").status_code == 302
    assert act(client, world.dispatcher, call, "attempt", result="no_answer").status_code == 422
    assert act(client, world.dispatcher, call, "drop", reason="忙").status_code == 422
    assert act(client, world.manager, call, "drop", reason="已当面答复").status_code == 302
    assert "已当面答复" in page(client, world.manager, call.get_absolute_url())
    assert act(client, world.manager, call, "claim").status_code == 422


def test_a_manager_decides_about_who_was_not_reached(client, world, call):
    for day in range(3):
        at = now() + day * DAY
        take(call, world.dispatcher, at=at)
        call = services.attempt(call, actor=world.dispatcher, at=at, result="no_answer")
    assert "/do/again/" not in page(client, world.dispatcher, call.get_absolute_url())
    assert "/do/again/" in page(client, world.manager, call.get_absolute_url())
    assert call.number in page(client, world.manager, "/calls/?state=not_reached")
    assert act(client, world.manager, call, "write-off", reason="查无此人").status_code == 302


def test_customers_see_the_calls_made_to_them_and_what_they_said(client, world, call):
    assert call.subject not in page(client, world.supervisor, "/calls/")
    answer(call, world.dispatcher, at=now(), words="挺好的", spoke_with="王工")
    for person in (world.customer, world.supervisor):
        assert call.subject in page(client, person, "/calls/")
        assert "挺好的" in page(client, person, call.get_absolute_url())
        assert world.dispatcher.name not in page(client, person, call.get_absolute_url())
    assert call.subject not in page(client, world.stranger, "/calls/")
    page(client, world.stranger, call.get_absolute_url(), 404)


def test_a_ticket_shows_its_calls_and_its_follow_up_leads_there(client, world):
    ticket = solve(world, at=now() - 2 * HOUR)
    said = page(client, world.dispatcher, ticket.get_absolute_url())
    assert f"/tickets/{ticket.number}/call/" in said
    assert "do=follow-up" not in said
    client.force_login(world.dispatcher)
    assert "回访" in page(client, world.dispatcher, f"/tickets/{ticket.number}/call/")
    answered = client.post(f"/tickets/{ticket.number}/call/")
    call = Call.objects.get(ticket=ticket)
    assert answered["Location"] == call.get_absolute_url()
    assert client.get(f"/tickets/{ticket.number}/call/")["Location"] == call.get_absolute_url()
    assert call.number in page(client, world.dispatcher, ticket.get_absolute_url())


def test_an_open_ticket_is_not_called_back(client, world):
    ticket = make_ticket(world, at=now())
    client.force_login(world.dispatcher)
    assert client.post(f"/tickets/{ticket.number}/call/").status_code == 409


def test_an_inquiry_is_asked_equipment_by_equipment(client):
    world = make_calling_world("p2")
    call = plan_inquiries(now())[0]
    act(client, world.dispatcher, call, "claim")
    item = call.items.get()
    fields = {f"i-{item.pk}-state": "feedback", f"i-{item.pk}-level": "high", f"i-{item.pk}-words": "风扇响"}
    assert act(client, world.dispatcher, call, "conclude", **fields).status_code == 302
    item.refresh_from_db()
    said = page(client, world.dispatcher, call.get_absolute_url())
    assert "风扇响" in said
    assert item.loop.ticket.number in said


def test_an_inquiry_on_a_visit_is_arranged_from_its_page(client):
    world = make_calling_world("p2")
    call = plan_inquiries(now())[0]
    assert act(client, world.dispatcher, call, "by-visit").status_code == 302
    call.refresh_from_db()
    assert call.asked_on.number in page(client, world.dispatcher, call.get_absolute_url())


def test_what_is_owed_done_and_late_stands_by_month_kind_office_and_person(client, world, call):
    answer(call, world.dispatcher, at=now())
    said = page(client, world.manager, "/calls/figures/")
    assert world.dispatcher.name in said
    assert "华东办事处" in said
    assert page(client, world.manager, "/calls/figures/?since=2020-01&kind=care")
    assert page(client, world.manager, "/calls/figures/?since=never")


def test_coverage_has_a_line_for_each_region_contract_and_person(client):
    world = make_calling_world("p2")
    first, _second = plan_inquiries(now())
    answer(first, world.dispatcher, at=now(), answers={}, items=say_of_items(first))
    said = page(client, world.manager, "/calls/coverage/")
    assert world.contract.number in said
    assert "50 %" in said
    assert world.contract.number not in page(client, world.manager, "/calls/coverage/?period=2024Q1")
    assert world.contract.number in page(client, world.manager, "/calls/coverage/?period=soon")


def test_a_care_call_is_arranged_for_a_site(client, world):
    address = f"/calls/new/{world.site.pk}/"
    assert address in page(client, world.dispatcher, f"/customers/{world.organization.pk}/")
    client.force_login(world.dispatcher)
    assert client.post(address, {"subject": "问候"}).status_code == 422
    made = client.post(address, {"subject": "问候", "due_at": "2099-01-01T10:00"})
    assert made["Location"] == Call.objects.get(subject="问候").get_absolute_url()


def test_managers_write_scripts_and_set_quotas(client, world, call):
    assert "问题解决后又出现过吗" in page(client, world.engineer, "/calls/scripts/")
    assert "came_back" in page(client, world.manager, "/calls/scripts/callback/")
    data = {"code": "short", "kind": "care", "name": "短", "questions": [{"code": "ok", "text": "好吗"}]}
    text = yaml.safe_dump(data, allow_unicode=True)
    assert client.post("/calls/scripts/short/", {"text": text}).status_code == 302
    assert Script.objects.get(code="short").versions.get().created_by == world.manager
    assert client.post("/calls/scripts/short/", {"text": "a: [b"}).status_code == 422
    assert client.post("/calls/quotas/", {"contract": world.contract.number, "percent": 30}).status_code == 302
    assert Quota.objects.get().percent == 30
    assert "30 %" in page(client, world.manager, "/calls/quotas/")
    assert client.post("/calls/quotas/", {"percent": 30}).status_code == 422


def asked(world: Any, at: Any) -> Asked:
    return Asked(Period(NOON.date(), at.date()), Scope(), world.manager, at)


def test_the_dashboard_tells_how_many_call_backs_were_in_time_reached_and_came_back(world):
    fine, back = (make_callback(world, at=NOON + number * HOUR) for number in range(2))
    answer(fine, world.dispatcher, at=NOON + 4 * HOUR)
    answer(back, world.dispatcher, at=NOON + 30 * HOUR, answers={"came-back": "yes", "satisfied": "3"})
    table, tile = panels.callbacks(asked(world, NOON + 2 * DAY))
    row = [cell.value for cell in table.rows[0]]
    assert row[1:] == [2, 1, 1, 0.5, 1.0, 0.5]
    assert tile.number == "50.0%"


def test_a_canary_or_cancelled_ticket_is_never_called(world):
    ticket = solve(world)
    tickets.reopen(ticket, actor=world.customer, at=NOON + 1.5 * HOUR, reason="?")
    tickets.cancel(ticket, actor=world.customer, at=NOON + 1.6 * HOUR, reason="误报")
    consider()
    assert not Call.objects.exists()


@pytest.mark.once
def test_a_call_that_became_a_confidential_complaint_is_not_shown_to_who_it_is_about(client, world, call):
    words = "王工对护士长大喊大叫"
    answered = answer(call, world.dispatcher, answers={**GOOD, "satisfied": "1"}, words=words)
    who, other = (make_user(role="manager", office=world.office) for _each in range(2))
    loops.concern(answered.loop, actor=world.dispatcher, at=LATER, people=[who], confidential=True)
    places = (answered.get_absolute_url(), f"/api/v1/calls/{answered.pk}/", f"{reverse('care:list')}?state=done")
    for person, shown in ((who, False), (other, True)):
        client.force_login(person)
        told = [client.get(place) for place in places]
        assert [page.status_code for page in told] == ([200, 200, 200] if shown else [404, 404, 200])
        assert (answered.number in told[2].content.decode()) is shown

"""A customer's tickets: whose turn it is, what is promised next, what happened last; found by words, state and site."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.time import now
from tests.tickets.portal import text_of, writes_of
from tests.worlds import World, make_customer, make_promising_world, make_ticket
from tickets import services
from tickets.views.portal import listing

if TYPE_CHECKING:
    from django.test import Client

    from tickets.models import Ticket

pytestmark = pytest.mark.django_db

LIST = reverse("tickets:portal")


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def customer(client: Client, world: World) -> Client:
    client.force_login(world.customer)
    client.cookies["django_language"] = "en"
    return client


def recent(world: World, **facts: Any) -> Ticket:
    return make_ticket(world, at=now() - timedelta(minutes=10), **facts)


def step(world: World, ticket: Ticket, name: str, **facts: Any) -> Ticket:
    by = world.customer if name in ("confirm", "reject", "reply") else world.engineer
    return getattr(services, name)(ticket, actor=by, at=now() - timedelta(minutes=5), **facts)


def shown(client: Client, **query: str) -> list[str]:
    return [row.ticket.subject for row in client.get(LIST, query).context["rows"]]


SOLVED = {"cause": "缓存", "solution": "重启"}


@pytest.mark.parametrize(
    ("steps", "words", "theirs"),
    [
        ([], "Waiting to be taken up", False),
        ([("accept", {})], "In the hands of 王强", False),
        ([("hold", {"owner": "customer", "cause": "日志"})], "Waiting for you", True),
        ([("hold", {"owner": "vendor", "cause": "补丁"})], "Waiting for the maker", False),
        ([("hold", {"owner": "logistics", "cause": "硬盘"})], "Waiting for a delivery", False),
        ([("hold", {"owner": "third_party", "cause": "运营商"})], "Waiting for a third party", False),
        ([("resolve", SOLVED)], "Waiting for you to confirm", True),
        ([("accept", {}), ("resolve", SOLVED), ("reject", {"reason": "没好"})], "In the hands of 王强", False),
        ([("resolve", SOLVED), ("confirm", {})], "Closed", False),
        ([("cancel", {"reason": "误报"})], "Cancelled", False),
    ],
)
def test_whose_turn_it_is_is_said_in_plain_words(customer, world, steps, words, theirs):
    world.engineer.name = "王强"
    world.engineer.save()
    ticket = recent(world)
    for name, facts in steps:
        ticket = step(world, ticket, name, **facts)
    (row,) = customer.get(LIST, {"show": "all"}).context["rows"]
    assert (row.turn, row.is_theirs) == (words, theirs)


def test_what_is_promised_next_is_the_promise_due_first(customer, world):
    ticket = recent(world)
    (row,) = customer.get(LIST).context["rows"]
    assert row.clock.promise == "response"
    step(world, ticket, "contact", text="收到")
    (row,) = customer.get(LIST).context["rows"]
    assert row.clock.promise == "diagnosis"


def test_what_happened_last_is_what_the_customer_may_read(customer, world):
    ticket = recent(world)
    step(world, ticket, "contact", text="收到，正在看")
    step(world, ticket, "note", text="怀疑是他们自己改的")
    page = text_of(customer.get(LIST))
    assert "The service team wrote" in page
    assert "怀疑" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["挂号打不开", "叫号屏黑屏"]),
        ({"show": "closed"}, ["打印机卡纸"]),
        ({"show": "all"}, ["打印机卡纸", "挂号打不开", "叫号屏黑屏"]),
        ({"show": "nonsense"}, ["打印机卡纸", "挂号打不开", "叫号屏黑屏"]),
        ({"q": "挂号"}, ["挂号打不开"]),
        ({"q": "叫号 黑屏"}, ["叫号屏黑屏"]),
        ({"q": "门诊楼", "show": "all"}, ["打印机卡纸", "挂号打不开", "叫号屏黑屏"]),
        ({"q": "卡纸"}, []),
        ({"q": "卡纸", "show": "all"}, ["打印机卡纸"]),
        ({"q": "a\0b"}, ["挂号打不开", "叫号屏黑屏"]),
        ({"site": "999"}, ["挂号打不开", "叫号屏黑屏"]),
        ({"cursor": "nonsense"}, ["挂号打不开", "叫号屏黑屏"]),
    ],
)
def test_tickets_are_found_by_state_and_words(customer, world, query, found):
    recent(world, subject="叫号屏黑屏")
    recent(world, subject="挂号打不开")
    done = step(world, step(world, recent(world, subject="打印机卡纸"), "resolve", **SOLVED), "confirm")
    assert done.closed_at is not None
    assert shown(customer, **query) == found


def test_a_ticket_is_found_by_its_number(customer, world):
    ticket = recent(world)
    recent(world, subject="另一个")
    assert shown(customer, q=ticket.number) == [ticket.subject]


def test_a_site_narrows_it_down(client, world):
    client.force_login(world.supervisor)
    recent(world)
    recent(world, subject="影像慢", site=world.other_site, equipment=world.other_equipment, actor=world.supervisor)
    assert shown(client, site=str(world.other_site.pk)) == ["影像慢"]


def test_a_customer_sees_their_sites_a_supervisor_all_a_stranger_none(client, world):
    recent(world)
    recent(world, subject="影像慢", site=world.other_site, equipment=world.other_equipment, actor=world.supervisor)
    for who, found in ((world.customer, 1), (world.supervisor, 2), (world.stranger, 0)):
        client.force_login(who)
        assert len(shown(client)) == found


def test_staff_are_sent_to_their_own_pages(client, world):
    client.force_login(world.engineer)
    assert client.get(LIST).status_code == 403


def test_nobody_is_shown_anything_without_logging_in(client):
    assert client.get(LIST).status_code == 302


@pytest.mark.parametrize(
    ("tickets", "query", "words"),
    [
        (0, {}, "Nothing was ever reported"),
        (1, {"q": "无此词"}, "Nothing fits these filters"),
        (1, {"show": "closed"}, "Nothing fits these filters"),
    ],
)
def test_an_empty_list_says_what_to_do(customer, world, tickets, query, words):
    for _i in range(tickets):
        recent(world)
    assert words in text_of(customer.get(LIST, query))


def test_all_finished_says_so(customer, world):
    step(world, recent(world), "cancel", reason="误报")
    assert "Nothing is open" in text_of(customer.get(LIST))


def test_a_long_list_is_paged_by_key(customer, world, monkeypatch):
    monkeypatch.setattr(listing, "SIZE", 2)
    for number in range(5):
        recent(world, subject=f"故障 {number}")
    first = customer.get(LIST)
    assert [row.ticket.subject for row in first.context["rows"]] == ["故障 4", "故障 3"]
    second = customer.get(LIST, {"cursor": first.context["page"].next_cursor})
    assert [row.ticket.subject for row in second.context["rows"]] == ["故障 2", "故障 1"]
    assert shown(customer, cursor=second.context["page"].previous_cursor) == ["故障 4", "故障 3"]


def test_a_full_page_takes_as_many_queries_as_one_row(customer, world):
    recent(world)
    customer.get(LIST)
    with CaptureQueriesContext(connection) as one:
        customer.get(LIST)
    for number in range(20):
        ticket = recent(world, subject=f"故障 {number}")
        step(world, ticket, "contact", text="收到")
    with CaptureQueriesContext(connection) as many:
        assert len(customer.get(LIST).context["rows"]) == 21
    assert len(many) == len(one) <= 16


def test_looking_at_the_list_writes_nothing(customer, world):
    recent(world)
    assert writes_of(customer, LIST) == []


def test_a_person_without_any_site_is_told_so(client, world):
    client.force_login(make_customer(world.organization))
    client.cookies["django_language"] = "en"
    assert "Nothing was ever reported" in text_of(client.get(LIST))
    assert "No site is assigned to your account" in text_of(client.get(reverse("tickets:report")))

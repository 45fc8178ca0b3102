"""The queue: least slack first, filtered, paged by key, current, with the same few queries whatever its length."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Skill, Team
from core.time import now
from tests.worlds import (
    World,
    make_contract,
    make_office,
    make_organization,
    make_promising_world,
    make_region,
    make_site,
    make_ticket,
    make_user,
)
from tickets import services
from tickets.forms.desk import QueueFilter
from tickets.models import SavedView, Ticket

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

pytestmark = pytest.mark.django_db
QUEUE = reverse("tickets:queue")


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def desk(client: Client, world: World) -> Client:
    client.force_login(world.engineer)
    return client


def ago(**given: float) -> Any:
    return now() - timedelta(**given)


def shown(answer: HttpResponse) -> list[str]:
    """The numbers of the rows, in their order."""
    return re.findall(r'data-open>\s*<span class="ticket-number">([^<]+)</span>', answer.content.decode())


def text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def test_the_least_slack_comes_first(desk: Client, world: World) -> None:
    calm = make_ticket(world, at=ago(minutes=5))
    late = make_ticket(world, at=ago(hours=2))
    soon = make_ticket(world, at=ago(minutes=50))
    assert shown(desk.get(QUEUE)) == [late.number, soon.number, calm.number]


def test_a_row_tells_customer_severity_in_the_plans_words_promises_and_who(desk: Client, world: World) -> None:
    make_ticket(world, at=ago(minutes=50), severity=1)
    page = text(desk.get(QUEUE))
    for told in ("江城一院 · 门诊楼机房", "严重故障", "响应", "故障诊断报告", "华东办事处", "新建"):
        assert told in page, told


def test_what_waits_has_no_slack_to_lose_and_stands_last(desk: Client, world: World) -> None:
    waiting, running = make_ticket(world, at=ago(hours=2)), make_ticket(world, at=ago(minutes=1))
    services.contact(waiting, actor=world.engineer, at=ago(hours=2), text="已联系")
    services.hold(waiting, actor=world.engineer, at=ago(minutes=110), owner="logistics", cause="等备件")
    answer = desk.get(QUEUE)
    assert shown(answer) == [running.number, waiting.number]
    assert "物流: 等备件" in text(answer)


class Sample:
    """Tickets that differ in what can be filtered by, each with a name."""

    def __init__(self, world: World) -> None:
        self.far = make_office(name="西南办事处")
        other = make_organization("远山轨道", code="yuanshan", short_name="轨道")
        make_contract(other, plan=world.contract.plan)
        site = make_site(other, region=make_region(self.far), name="控制中心")
        self.tickets = {
            "late": make_ticket(world, at=ago(hours=2), subject="打印机卡纸"),
            "soon": make_ticket(world, at=ago(minutes=30), severity=1),
            "question": make_ticket(world, at=ago(minutes=20), kind="consultation"),
            "complaint": make_ticket(world, at=ago(minutes=10), kind="complaint"),
            "mine": make_ticket(world, at=ago(minutes=9)),
            "far": make_ticket(world, at=ago(minutes=8), actor=world.dispatcher, site=site, equipment=None),
            "closed": make_ticket(world, at=ago(hours=5)),
            "cancelled": make_ticket(world, at=ago(hours=4)),
        }
        self.team = Team.objects.create(code="sys", name="系统组", office=world.office)
        world.engineer.teams.add(self.team)
        services.assign(self.tickets["soon"], actor=world.dispatcher, at=ago(minutes=8), team=self.team)
        services.assign(self.tickets["mine"], actor=world.dispatcher, at=ago(minutes=8), assignee=world.engineer)
        done = self.tickets["closed"]
        services.contact(done, actor=world.dispatcher, at=ago(hours=5), text="好")
        services.resolve(done, actor=world.dispatcher, at=ago(hours=4), cause="断电", solution="已恢复")
        services.close(done, actor=world.dispatcher, at=ago(hours=3))
        services.cancel(self.tickets["cancelled"], actor=world.dispatcher, at=ago(hours=3), reason="重复")

    def names(self, answer: HttpResponse) -> set[str]:
        known = {ticket.number: name for name, ticket in self.tickets.items()}
        return {known[number] for number in shown(answer)}


OPEN = {"late", "soon", "question", "complaint", "mine", "far"}
FILTERS = [
    ("", OPEN, "nothing asked: all that is open"),
    ("assignee=me", {"mine"}, "mine"),
    ("assignee=none", OPEN - {"mine"}, "unassigned"),
    ("assignee={engineer}", {"mine"}, "a link to somebody's work"),
    ("team=mine", {"soon"}, "my teams"),
    ("team={team}", {"soon"}, "one team"),
    ("office=mine", OPEN - {"far"}, "my office"),
    ("office={far}", {"far"}, "one office"),
    ("kind=consultation", {"question"}, "kind"),
    ("severity=1", {"soon"}, "severity"),
    ("state=new", OPEN, "one state"),
    ("state=closed", {"closed"}, "closed ones are reachable"),
    ("state=cancelled", {"cancelled"}, "so are cancelled ones"),
    ("state=all", OPEN | {"closed", "cancelled"}, "all there are"),
    ("risk=late", {"late"}, "a promise runs late"),
    ("risk=soon", OPEN - {"late", "complaint"}, "due within four hours; P0 promises complaints nothing"),
    ("customer=轨道", {"far"}, "a piece of the customer's name"),
    ("customer=yuanshan", {"far"}, "the customer's code"),
    ("customer={customer}", OPEN - {"far"}, "the customer's id, as links have it"),
    ("q=打印机", {"late"}, "a Chinese word"),
    ("q={number}", {"question"}, "a number somebody says on the phone"),
    ("q={closed}", {"closed"}, "a number means that ticket, wherever it stands"),
    ("q=打印机&severity=1", set(), "filters add up"),
    ("kind=nonsense", OPEN, "what makes no sense is left out"),
    ("team=99999999999999999999", OPEN, "a number no key can be"),
    ("assignee=9999999999999999999999", OPEN, "nor a person's"),
]


@pytest.mark.slow
def test_each_filter_keeps_what_it_says(desk: Client, world: World) -> None:
    sample = Sample(world)
    facts = {
        "engineer": world.engineer.pk, "team": sample.team.pk, "far": sample.far.pk, "customer": world.organization.pk,
        "number": sample.tickets["question"].number, "closed": sample.tickets["closed"].number.lower(),
    }  # fmt: skip
    for query, wanted, why in FILTERS:
        assert sample.names(desk.get(f"{QUEUE}?{query.format(**facts)}")) == wanted, (query, why)


def test_what_is_no_longer_open_comes_newest_first(desk: Client, world: World) -> None:
    older, newer = make_ticket(world, at=ago(hours=3)), make_ticket(world, at=ago(hours=2))
    for ticket in (newer, older):
        services.cancel(ticket, actor=world.dispatcher, at=ago(hours=1), reason="重复")
    assert shown(desk.get(f"{QUEUE}?state=cancelled")) == [newer.number, older.number]


def test_a_filter_without_sense_is_named_at_its_field(desk: Client, world: World) -> None:
    answer = desk.get(f"{QUEUE}?kind=nonsense")
    assert answer.status_code == 200
    assert 'id="filter-kind_error"' in text(answer)


def test_nothing_found_says_what_to_do(desk: Client, world: World) -> None:
    assert "没有未结工单" in text(desk.get(QUEUE))
    nothing = text(desk.get(f"{QUEUE}?severity=4"))
    assert "没有符合条件的工单" in nothing
    assert "?severity=4&amp;state=all" in nothing


def test_a_link_to_a_customers_work_shows_the_name_and_nobody_elses(desk: Client, world: World) -> None:
    longer = make_organization(f"{world.organization.name}分院")
    make_contract(longer, plan=world.contract.plan)
    make_ticket(world, at=ago(minutes=5), actor=world.dispatcher, site=make_site(longer, region=world.region), equipment=None)
    ticket = make_ticket(world, at=ago(minutes=5))
    answer = desk.get(f"{QUEUE}?customer={world.organization.pk}")
    assert shown(answer) == [ticket.number]
    assert f'name="customer" value="{world.organization.name}"' in text(answer)


@pytest.mark.slow
def test_fifty_rows_a_page_by_key_and_every_ticket_once(desk: Client, world: World) -> None:
    tickets = [make_ticket(world, at=ago(minutes=60 - step // 10)) for step in range(53)]
    first = desk.get(QUEUE)
    following = re.search(r'href="(\?cursor=[^"]+)"', first.content.decode())
    second = desk.get(QUEUE + following[1])
    assert [len(shown(first)), len(shown(second))] == [50, 3]
    assert sorted(shown(first) + shown(second)) == sorted(ticket.number for ticket in tickets)


def test_a_cursor_that_cannot_be_read_leads_to_the_first_page(desk: Client, world: World) -> None:
    ticket = make_ticket(world, at=ago(minutes=1))
    answer = desk.get(f"{QUEUE}?cursor=nonsense")
    assert shown(answer) == [ticket.number]
    assert "无法读取" in text(answer) or "第一页" in text(answer)


def queries_of(client: Client, address: str, **headers: str) -> int:
    client.get(address)  # plans and calendars are kept in memory after the first look
    with CaptureQueriesContext(connection) as queries:
        client.get(address, headers=headers)
    return len(queries)


@pytest.mark.slow
def test_the_queries_do_not_grow_with_the_rows(desk: Client, world: World) -> None:
    counts = {}
    for wanted in (5, 50):
        while Ticket.objects.count() < wanted:
            ticket = make_ticket(world, at=ago(minutes=5))
            services.assign(ticket, actor=world.dispatcher, at=ago(minutes=4), assignee=make_user(office=world.office))
        counts[wanted] = (queries_of(desk, QUEUE), queries_of(desk, QUEUE, **{"HX-Target": "rows"}))
    assert counts[5] == counts[50]
    # two small reads of offices and teams cost less than the planning of two joins more
    assert counts[50][0] <= 12
    assert counts[50][1] <= 8


# --- Current without reload ---------------------------------------------------------------------------


def test_the_page_is_told_only_when_something_changed(desk: Client, world: World) -> None:
    ticket = make_ticket(world, at=ago(minutes=5))
    digest = re.search(r'data-digest="(\w+)"', desk.get(QUEUE).content.decode())[1]
    same = desk.get(f"{QUEUE}?shown={digest}", headers={"HX-Target": "rows"})
    assert (same.status_code, same.content) == (204, b"")
    services.accept(ticket, actor=world.engineer, at=now())
    other = desk.get(f"{QUEUE}?shown={digest}", headers={"HX-Target": "rows"})
    assert other.status_code == 200
    assert other.content.decode().strip().startswith("<tbody")
    assert "已受理" in text(other)


# --- Take, assign, keep -------------------------------------------------------------------------------


def test_take_the_next_opens_the_ticket_with_the_least_slack_that_fits(desk: Client, world: World) -> None:
    skill = Skill.objects.create(code="oracle", name="Oracle")
    world.equipment.skill = skill
    world.equipment.save()
    make_ticket(world, at=ago(minutes=50))  # asks for a skill this engineer lacks
    fitting = make_ticket(world, at=ago(minutes=20), equipment=None)
    answer = desk.post(reverse("tickets:take_next"))
    assert answer["Location"] == reverse("tickets:ticket", args=[fitting.number])
    assert Ticket.objects.get(pk=fitting.pk).assignee == world.engineer


def test_nothing_to_take_is_said_on_the_queue_with_its_filters(desk: Client, world: World) -> None:
    answer = desk.post(reverse("tickets:take_next"), {"query": "risk=late"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{QUEUE}?risk=late"
    assert "没有适合您的待处理工单" in text(answer)


def test_a_dispatcher_gives_many_to_one(client: Client, world: World) -> None:
    client.force_login(world.dispatcher)
    tickets = [make_ticket(world, at=ago(minutes=5)) for _n in range(3)]
    chosen = [ticket.pk for ticket in tickets[:2]]
    answer = client.post(reverse("tickets:assign_many"), {"tickets": chosen, "assignee": world.engineer.pk, "query": ""}, follow=True)
    assert list(Ticket.objects.order_by("id").values_list("assignee", flat=True)) == [world.engineer.pk, world.engineer.pk, None]
    assert f"2 张工单已分派给 {world.engineer}" in text(answer)


def test_an_engineer_gives_only_to_themselves(desk: Client, world: World) -> None:
    ticket = make_ticket(world, at=ago(minutes=5))
    other = make_user(office=world.office)
    desk.post(reverse("tickets:assign_many"), {"tickets": [ticket.pk], "assignee": other.pk})
    assert Ticket.objects.get(pk=ticket.pk).assignee is None
    desk.post(reverse("tickets:assign_many"), {"tickets": [ticket.pk], "assignee": world.engineer.pk})
    assert Ticket.objects.get(pk=ticket.pk).assignee == world.engineer


def test_of_many_either_all_are_given_or_none(client: Client, world: World) -> None:
    client.force_login(world.dispatcher)
    open_one, over = make_ticket(world, at=ago(minutes=5)), make_ticket(world, at=ago(minutes=5))
    services.cancel(over, actor=world.dispatcher, at=now(), reason="重复")
    answer = client.post(reverse("tickets:assign_many"), {"tickets": [open_one.pk, over.pk], "assignee": world.engineer.pk}, follow=True)
    assert Ticket.objects.get(pk=open_one.pk).assignee is None
    assert over.number in text(answer)


def test_nothing_chosen_is_said(client: Client, world: World) -> None:
    client.force_login(world.dispatcher)
    answer = client.post(reverse("tickets:assign_many"), {"assignee": world.engineer.pk}, follow=True)
    assert "请先选择工单" in text(answer)


def test_a_view_is_kept_shown_and_forgotten(desk: Client, world: World) -> None:
    kept = desk.post(reverse("tickets:save_view"), {"name": "我的紧急", "query": "severity=1&assignee=me&q="}, follow=True)
    assert "我的紧急" in text(kept)
    view = SavedView.objects.get()
    assert (view.user, view.query) == (world.engineer, "assignee=me&severity=1")
    assert f'href="{QUEUE}?assignee=me&amp;severity=1" aria-current="page"' in text(kept)
    desk.post(reverse("tickets:forget_view", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_a_view_keeps_only_filters_that_are_known() -> None:
    user = make_user()
    assert QueueFilter({"kind": "fault", "next": "https://elsewhere", "severity": "9"}, user=user).query == "kind=fault"


def test_people_are_found_for_a_mention(desk: Client, world: World) -> None:
    make_user("li.lei@example.com", name="李雷", office=world.office)
    make_user("jim@example.com", name="Jim Green", office=world.office)
    make_user("lisa@example.com", name="李莎", role="customer")
    address = reverse("tickets:people")
    assert [row["mention"] for row in desk.get(address, {"q": "李"}).json()["people"]] == ["李雷"], "customers are not mentioned"
    assert [row["mention"] for row in desk.get(address, {"q": "Jim"}).json()["people"]] == ["jim"], (
        "a name with a gap gives way to the address"
    )

"""The workspace: what to do next, what stands beside the record, who else looks, what changed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Skill
from core.time import now
from sla.models import Escalation
from tests.tickets.portal import png
from tests.worlds import World, make_customer, make_equipment, make_promising_world, make_ticket, make_user
from tickets import selectors, services
from tickets.forms.moves import MOVE_FORMS
from tickets.models import Event, Ticket
from tickets.views.desk.steps import steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_is_looking() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def ticket(world: World) -> Ticket:
    return make_ticket(world, at=ago(minutes=5))


@pytest.fixture
def desk(client: Client, world: World) -> Client:
    client.force_login(world.engineer)
    return client


def ago(**given: float) -> Any:
    return now() - timedelta(**given)


def address(ticket: Ticket) -> str:
    return reverse("tickets:ticket", args=[ticket.number])


def text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


# --- What to do next ----------------------------------------------------------------------------------


def next_step(ticket: Ticket, user: User) -> tuple[str, str]:
    """The main button and the promise it keeps."""
    row = selectors.detailed(Ticket.objects.all()).get(pk=ticket.pk)
    found = steps(row, user, selectors.clock_views(row, now()), list(selectors.record(row, user)))
    return found.main.name if found.main else "", found.clock.promise if found.clock else ""


FAULT_P0: list[tuple[str, dict[str, Any], str, str]] = [
    ("", {}, "accept", "somebody takes it"),
    ("accept", {}, "contact", "the response runs out first"),
    ("contact", {"text": "已收到"}, "diagnose", "then the diagnosis report"),
    ("hold", {"owner": "vendor", "cause": "等原厂"}, "resume", "nothing else goes on while we wait"),
    ("resume", {}, "diagnose", "as before"),
    ("diagnose", {"cause": "磁盘已满", "plan": "扩容"}, "resolve", "nothing more is promised"),
    ("request_onsite", {"reason": "远程不行"}, "resolve", "to arrive is up to a visit"),
    ("check_in", {"visit": "VIS-1"}, "resolve", "there to solve it"),
    ("resolve", {"cause": "磁盘已满", "solution": "扩容"}, "confirm", "the customer's word, if they give it by phone"),
    ("close", {}, "", "nothing is left to do"),
]


def test_the_main_button_follows_the_work_of_a_fault(world: World, ticket: Ticket) -> None:
    for move, facts, wanted, why in FAULT_P0:
        if move:
            getattr(services, move)(ticket, actor=world.engineer, at=now(), **facts)
        assert next_step(ticket, world.engineer)[0] == wanted, (move, why)


def test_under_the_other_plan_registration_leads_to_arrival_and_a_call_afterwards() -> None:
    world = make_promising_world("p3")
    ticket = make_ticket(world, at=ago(minutes=5), severity=1)
    assert next_step(ticket, world.engineer) == ("accept", "registration")
    services.accept(ticket, actor=world.engineer, at=now())
    assert next_step(ticket, world.engineer) == ("contact", "response")
    services.contact(ticket, actor=world.engineer, at=now(), text="马上到")
    assert next_step(ticket, world.engineer) == ("resolve", "restore")
    services.resolve(ticket, actor=world.engineer, at=now(), cause="断电", solution="已恢复")
    assert next_step(ticket, world.engineer) == ("follow-up", "followup")


P1_ACCIDENT: list[tuple[str, dict[str, Any], str, str]] = [
    ("accept", {}, "form-team", "the team is due at once"),
    ("form_team", {"members": "李工、王工"}, "contact", "then the callback of ten minutes"),
    ("contact", {"text": "已联系", "via": "call"}, "resolve", "the site is up to a visit"),
]
P2_FAULT: list[tuple[str, dict[str, Any], str, str]] = [
    ("accept", {}, "contact", "confirmed: phone support"),
    ("contact", {"text": "已联系"}, "resolve", "nothing runs until the customer agrees"),
    ("agree_remote", {"text": "张工电话同意"}, "start-remote", "then we log in"),
    ("start_remote", {}, "resolve", "and solve it"),
    ("end_remote", {"text": "已改正配置"}, "resolve", "the session has its own button"),
]
P2_COMPLAINT: list[tuple[str, dict[str, Any], str, str]] = [
    ("accept", {}, "contact", "the first reply"),
    ("contact", {"text": "已受理"}, "", "the rest goes round on the complaint's own page"),
]


@pytest.mark.parametrize(
    ("plan", "facts", "way"),
    [
        ("p1", {"severity": 1, "channel": "phone"}, P1_ACCIDENT),
        ("p2", {}, P2_FAULT),
        ("p2", {"kind": "complaint"}, P2_COMPLAINT),
    ],
    ids=["p1 accident", "p2 fault", "p2 complaint"],
)
def test_the_main_button_follows_what_each_plan_promises(plan: str, facts: dict[str, Any], way: list[Any]) -> None:
    world = make_promising_world(plan)
    ticket = make_ticket(world, at=ago(minutes=5), **facts)
    for move, words, wanted, why in way:
        getattr(services, move)(ticket, actor=world.engineer, at=now(), **words)
        assert next_step(ticket, world.engineer)[0] == wanted, (move, why)


@pytest.mark.parametrize(("channel", "via"), [("phone", "call"), ("portal", "message")])
def test_who_phoned_is_phoned_back(world: World, channel: str, via: str) -> None:
    ticket = make_ticket(world, channel=channel)
    assert MOVE_FORMS["contact"].blank(ticket, world.engineer).initial["via"] == via


def test_a_dispatcher_assigns_first_what_nobody_has(world: World, ticket: Ticket) -> None:
    assert next_step(ticket, world.dispatcher)[0] == "assign"
    services.assign(ticket, actor=world.dispatcher, at=now(), assignee=world.engineer)
    assert next_step(ticket, world.dispatcher)[0] == "accept"


def test_a_ticket_without_promises_still_has_a_next_step(world: World) -> None:
    ticket = make_ticket(world, at=ago(minutes=5), kind="request")
    assert next_step(ticket, world.engineer) == ("accept", "")
    services.accept(ticket, actor=world.engineer, at=now())
    assert next_step(ticket, world.engineer) == ("resolve", "")


def test_the_menu_offers_what_is_possible_and_nothing_else(desk: Client, world: World, ticket: Ticket) -> None:
    page = text(desk.get(address(ticket)))
    assert "?do=hold" in page
    for impossible in ("moves/resume/", "?do=leave", "?do=follow-up", "?do=reopen", "?do=object", "?do=reject"):
        assert impossible not in page, impossible


# --- The page -----------------------------------------------------------------------------------------


def test_the_page_tells_who_what_where_and_under_which_contract(desk: Client, world: World, ticket: Ticket) -> None:
    page = text(desk.get(address(ticket)))
    for told in (
        ticket.number, "江城第一人民医院", "门诊楼机房", "江城市人民路 1 号", "HIS 数据库", "Inspur K1", "SN-0001",
        world.contract.number, "信息系统售后服务方案", "质保期内", "免费", "华东办事处", "重要故障", "响应", "故障诊断报告",
    ):  # fmt: skip
        assert told in page, told


def test_a_form_that_is_asked_for_opens_on_the_page_or_alone(desk: Client, ticket: Ticket) -> None:
    page = text(desk.get(f"{address(ticket)}?do=hold&owner=logistics"))
    assert 'id="hold-cause"' in page
    assert re.search(r'value="logistics"[^>]* checked', page), "a link can fill in what is known"
    alone = text(desk.get(f"{address(ticket)}?do=hold", headers={"HX-Target": "do"}))
    assert alone.startswith('<section id="do"')
    assert "<html" not in alone


@pytest.mark.parametrize("wanted", ["nothing", "reject", "resume", "comment", "watch"])
def test_what_cannot_be_done_here_and_now_opens_nothing(desk: Client, ticket: Ticket, wanted: str) -> None:
    assert '<section id="do" class="panel" hidden' in text(desk.get(f"{address(ticket)}?do={wanted}"))


def test_suggestions_say_why(client: Client, world: World) -> None:
    skill = Skill.objects.create(code="oracle", name="Oracle 数据库")
    world.equipment.skill = skill
    world.equipment.save()
    able, busy = make_user(name="赵能", office=world.office), make_user(name="钱忙", office=world.office)
    able.skills.add(skill)
    busy.skills.add(skill)
    services.assign(make_ticket(world, at=ago(minutes=3)), actor=world.dispatcher, at=now(), assignee=busy)
    client.force_login(world.dispatcher)
    page = text(client.get(f"{address(make_ticket(world, at=now()))}?do=assign"))
    suggested = page[page.index("推荐人员") :]
    assert suggested.index("赵能") < suggested.index("钱忙") < suggested.index(world.engineer.name), "skill first, then load"
    assert suggested.count("Oracle 数据库") == 2
    assert "1 张未结工单" in suggested


def test_other_open_tickets_of_the_equipment_come_before_those_of_the_customer(desk: Client, world: World, ticket: Ticket) -> None:
    elsewhere = make_ticket(world, at=ago(hours=1), equipment=make_equipment(world.site, name="叫号屏"))
    same = make_ticket(world, at=ago(minutes=1))
    over = make_ticket(world, at=ago(minutes=1))
    services.cancel(over, actor=world.dispatcher, at=now(), reason="重复")
    page = text(desk.get(address(ticket)))
    related = page[page.index("该客户的其他未结工单") :]
    assert related.index(same.number) < related.index(elsewhere.number)
    assert "同一设备" in related
    assert over.number not in related


def test_links_are_told_from_both_ends(desk: Client, world: World, ticket: Ticket) -> None:
    part = make_ticket(world, at=now())
    services.link(part, ticket, "child", actor=world.engineer, at=now())
    whole = text(desk.get(address(ticket)))
    assert "包含" in whole[whole.index("关联工单") :]


def test_an_escalation_names_whom_it_told_and_who_took_it_on(desk: Client, world: World, ticket: Ticket) -> None:
    services.assign(ticket, actor=world.dispatcher, at=now(), assignee=world.engineer)
    services.escalate_next_batch(now() + timedelta(minutes=50))
    page = text(desk.get(address(ticket)))
    assert f"已通知：{world.engineer.name}（站内消息已发送、邮件待发送）" in page
    assert reverse("tickets:move", args=[ticket.number, "acknowledge"]) in page
    services.acknowledge(Escalation.objects.get(outcome="fired"), actor=world.manager, at=now())
    assert f"{world.manager.name}于" in text(desk.get(address(ticket)))


def test_an_escalation_that_told_nobody_has_no_empty_box() -> None:
    told = Event(type=Event.Type.ESCALATED, facts={"level": "warning", "told": []})
    assert not render_to_string("tickets/timeline/_facts.html", {"event": told}).strip()


def busy_ticket(world: World, size: int) -> Ticket:
    """A ticket with everything on it that a page can show, `size` times."""
    ticket = make_ticket(world, at=ago(hours=6), files=[png()])
    for number in range(size):
        services.contact(ticket, actor=make_user(office=world.office), at=ago(hours=5), text=f"第 {number} 次", files=[png()])
        services.watch(ticket, actor=make_user(office=world.office), at=now())
        services.link(ticket, make_ticket(world, at=now()), "related", actor=world.engineer, at=now())
    services.escalate_next_batch(now())
    services.tag(ticket, [f"标签{number}" for number in range(size)], actor=world.engineer, at=now())
    return ticket


@pytest.mark.slow
def test_the_page_takes_the_same_few_queries_whatever_stands_on_it(desk: Client, world: World) -> None:
    counts = []
    for size in (1, 6):
        ticket = busy_ticket(world, size)
        desk.get(address(ticket))
        with CaptureQueriesContext(connection) as queries:
            desk.get(address(ticket))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 34


# --- Who else is looking ------------------------------------------------------------------------------


def look(client: Client, ticket: Ticket, **given: Any) -> HttpResponse:
    facts = {"seen": ticket.event_count, "looking": "", **given}
    return client.post(reverse("tickets:presence", args=[ticket.number]), facts)


def test_a_colleague_who_looks_at_the_same_ticket_is_named(desk: Client, world: World, ticket: Ticket) -> None:
    colleague = Client()
    colleague.force_login(world.manager)
    assert look(desk, ticket).status_code == 204
    assert f"{world.engineer.name} 也在查看此工单" in text(look(colleague, ticket))
    assert f"{world.manager.name} 也在查看此工单" in text(look(desk, ticket))
    assert look(desk, ticket, looking=world.manager.name).status_code == 204, "nothing new to say"


def test_who_has_not_been_heard_of_is_gone(desk: Client, world: World, ticket: Ticket) -> None:
    cache.set(f"looking:{ticket.pk}", {world.manager.pk: (world.manager.name, int(ago(minutes=2).timestamp()))})
    assert look(desk, ticket).status_code == 204


def test_a_record_that_grew_is_shown_anew_and_told(desk: Client, world: World, ticket: Ticket) -> None:
    seen = ticket.event_count
    services.reply(ticket, actor=world.customer, at=now(), text="还没好")
    answer = look(desk, ticket, seen=seen)
    assert answer.status_code == 200
    assert "record-grew" in answer["HX-Trigger"]
    assert "notify" in answer["HX-Trigger"]
    assert f'value="{seen + 1}"' in text(answer)
    services.note(ticket, actor=world.engineer, at=now(), text="我自己写的")
    assert "notify" not in look(desk, ticket, seen=seen + 1)["HX-Trigger"], "what one did oneself is no news"


def test_who_was_logged_out_is_asked_to_stop(client: Client, ticket: Ticket) -> None:
    assert look(client, ticket).status_code == 286


# --- History ------------------------------------------------------------------------------------------


def test_changed_fields_name_who_when_from_and_to(desk: Client, world: World, ticket: Ticket) -> None:
    services.assign(ticket, actor=world.dispatcher, at=now(), assignee=world.engineer)
    services.set_severity(ticket, actor=world.manager, at=now(), severity=1, reason="全院停摆")
    page = text(desk.get(reverse("tickets:history", args=[ticket.number])))
    for told in (world.dispatcher.name, world.engineer.name, world.manager.name, "重要故障", "严重故障", world.customer.name):
        assert told in page, told
    assert page.index("严重故障") < page.index(world.dispatcher.name), "newest first"


def test_inside_the_workspace_only_the_table_is_answered(desk: Client, ticket: Ticket) -> None:
    assert "<html" not in text(desk.get(reverse("tickets:history", args=[ticket.number]), headers={"HX-Target": "changes"}))


def test_a_long_history_takes_no_more_queries(desk: Client, world: World, ticket: Ticket) -> None:
    counts = []
    for _round in range(2):
        for person in (world.dispatcher, world.manager, make_user(office=world.office)):
            services.assign(ticket, actor=world.manager, at=now(), assignee=person)
        with CaptureQueriesContext(connection) as queries:
            desk.get(reverse("tickets:history", args=[ticket.number]))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Escalations of all tickets -----------------------------------------------------------------------

ALL = reverse("tickets:escalations")


def test_escalations_nobody_took_on_come_first_and_go_when_acknowledged(desk: Client, world: World) -> None:
    ticket = make_ticket(world, at=ago(minutes=50))
    services.escalate_next_batch(now())
    row = Escalation.objects.get(outcome="fired")
    assert ticket.number in text(desk.get(ALL))
    answer = desk.post(reverse("tickets:acknowledge", args=[row.pk]), {"next": f"{ALL}?mine=on"})
    assert answer["Location"] == f"{ALL}?mine=on"
    assert ticket.number not in text(desk.get(ALL))
    assert ticket.number in text(desk.get(f"{ALL}?state=acknowledged"))
    assert ticket.number in text(desk.get(f"{ALL}?state=all"))
    assert ticket.number not in text(desk.get(f"{ALL}?state=all&mine=on"))


def test_a_second_name_is_refused_in_a_sentence(desk: Client, world: World) -> None:
    make_ticket(world, at=ago(minutes=50))
    services.escalate_next_batch(now())
    row = Escalation.objects.get(outcome="fired")
    services.acknowledge(row, actor=world.manager, at=now())
    assert world.manager.name in text(desk.post(reverse("tickets:acknowledge", args=[row.pk]), follow=True))


def test_the_queries_of_the_escalations_do_not_grow(desk: Client, world: World) -> None:
    counts = []
    for wanted in (2, 12):
        while Ticket.objects.count() < wanted:
            make_ticket(world, at=ago(minutes=50))
        services.escalate_next_batch(now())
        desk.get(ALL)
        with CaptureQueriesContext(connection) as queries:
            desk.get(ALL)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


# --- Customers have a page of their own ---------------------------------------------------------------


def test_the_same_address_shows_each_side_its_own_page(desk: Client, world: World, ticket: Ticket) -> None:
    services.note(ticket, actor=world.engineer, at=now(), text="只有我们知道")
    services.escalate_next_batch(now() + timedelta(minutes=50))
    theirs = Client()
    theirs.force_login(make_customer(world.organization, role="supervisor"))
    ours, seen = text(desk.get(address(ticket))), text(theirs.get(address(ticket)))
    for upgrade in ("升级活动", "软件升级"):  # the same word means an upgrade
        seen = seen.replace(upgrade, "")
    assert "只有我们知道" in ours
    for internal in ("只有我们知道", "tickets:presence", "presence/", "推荐人员", "字段变更历史", "升级"):
        assert internal not in seen, internal

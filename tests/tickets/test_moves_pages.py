"""Moves made on pages: one table of forms, refusals beside their field, nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from core.time import now
from sla.models import Escalation
from tests.worlds import World, make_promising_world, make_ticket, make_user
from tickets import services, workflow
from tickets.forms.moves import MOVE_FORMS
from tickets.models import Event, Ticket

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def ticket(world: World) -> Ticket:
    return make_ticket(world, at=now() - timedelta(minutes=1))


def send(client: Client, ticket: Ticket, name: str, **facts: Any) -> HttpResponse:
    return client.post(reverse("tickets:move", args=[ticket.number, name]), facts)


def types(ticket: Ticket) -> list[str]:
    return list(ticket.events.order_by("seq").values_list("type", flat=True))


def test_every_move_of_the_workflow_has_a_form_but_those_that_visits_make() -> None:
    assert set(workflow.MOVES) - workflow.VISITS <= set(MOVE_FORMS)


@pytest.mark.parametrize("name", sorted(MOVE_FORMS))
def test_whose_move_it_is_is_said_once(name: str) -> None:
    if name in workflow.MOVES:
        assert MOVE_FORMS[name].by == workflow.MOVES[name].by


WAY = [
    ("register", {"kind": "fault", "severity": 1, "text": "按严重登记"}, "registered"),
    ("accept", {}, "accepted"),
    ("contact", {"text": "已电话联系张工。", "via": "call"}, "contacted"),
    ("comment", {"says": "message", "text": "我们正在远程排查。"}, "contacted"),
    ("comment", {"says": "note", "text": "可能是磁盘。"}, "noted"),
    ("note", {"text": "请李工看一下。"}, "noted"),
    ("diagnose", {"cause": "磁盘已满", "plan": "扩容", "risk": "需停机十分钟"}, "diagnosis_delivered"),
    ("ask-department", {"department": "工程部", "text": "施工时间"}, "opinion_asked"),
    ("give-opinion", {"department": "工程部", "text": "周末返工"}, "opinion_given"),
    ("form-team", {"members": "李工、王工"}, "team_formed"),
    ("agree-remote", {"text": "张工电话同意"}, "remote_agreed"),
    ("start-remote", {"text": "VPN"}, "remote_started"),
    ("end-remote", {"text": "已清理归档"}, "remote_ended"),
    ("request-onsite", {"reason": "远程无法解决"}, "onsite_requested"),
    ("hold", {"owner": "logistics", "cause": "备件在途", "evidence": "SF123456"}, "hold"),
    ("resume", {"text": "备件已到"}, "resumed"),
    ("set-severity", {"severity": 2, "reason": "已有临时措施"}, "severity_changed"),
    ("stopgap", {"measure": "切换到备用系统"}, "stopgap"),
    ("resolve", {"cause": "磁盘已满", "solution": "已扩容", "prevention": "加监控"}, "resolved"),
    ("follow-up", {"outcome": "fine"}, "followed_up"),
    ("reopen", {"reason": "又出现了"}, "reopened"),
    ("cancel", {"reason": "重复"}, "cancelled"),
]


def test_a_ticket_goes_its_way_through_the_pages(client: Client, world: World, ticket: Ticket) -> None:
    client.force_login(world.dispatcher)
    for name, facts, event in WAY:
        if name == "follow-up":
            client.force_login(world.manager)  # who served does not ask how it was
        answer = send(client, ticket, name, **facts)
        assert (answer.status_code, types(ticket)[-1]) == (302, event), (name, answer.content.decode()[:2000])
        assert answer["Location"] == reverse("tickets:ticket", args=[ticket.number])
    assert Ticket.objects.get(pk=ticket.pk).status == "cancelled"


# --- Refusals ---------------------------------------------------------------------------------------

REFUSED = [
    ("comment", {"says": "message", "text": " "}, "comment-text", "请填写告知客户的内容", "the service's own sentence"),
    ("hold", {"cause": "等客户重启", "owner": "nobody"}, "hold-owner", "", "a choice that is none"),
    ("set-severity", {"severity": 2, "reason": "觉得不严重"}, "set-severity-severity", "", "it already is"),
    ("link", {"kind": "related", "target": "sd-1"}, "link-target", "没有单号为 SD-1 的工单", "no such ticket"),
    ("assign", {}, "assign-assignee", "", "nobody chosen"),
    ("follow-up", {"outcome": "fine"}, "", "", "not while it is open"),
    ("start-remote", {"text": "VPN"}, "", "客户尚未同意远程支持", "nobody logs in unasked"),
    ("agree-remote", {"text": " "}, "agree-remote-text", "", "our side says who agreed"),
    ("stopgap", {"measure": ""}, "stopgap-measure", "", "the customer reads what helps"),
]


@pytest.mark.parametrize(("name", "facts", "place", "sentence", "why"), REFUSED, ids=[f"{row[0]}: {row[-1]}" for row in REFUSED])
def test_a_refusal_stands_at_its_field_with_what_was_typed(client, world, ticket, name, facts, place, sentence, why) -> None:
    client.force_login(world.dispatcher)
    answer = send(client, ticket, name, **facts)
    page = " ".join(answer.content.decode().split())
    assert 400 <= answer.status_code < 500
    assert (f'id="{place}_error"' if place else 'role="alert"') in page
    assert sentence in page
    for typed in facts.values():
        assert str(typed).strip() in page
    assert types(ticket) == ["reported"]


def test_a_customer_gets_the_refused_form_back_on_their_page(client: Client, world: World, ticket: Ticket) -> None:
    services.contact(ticket, actor=world.engineer, at=now(), text="好")
    services.resolve(ticket, actor=world.engineer, at=now(), cause="断电", solution="已恢复")
    client.force_login(world.customer)
    answer = send(client, ticket, "reject", reason="")
    assert answer.status_code == 422
    assert 'id="reject-reason_error"' in answer.content.decode()


def test_a_move_that_does_not_exist_is_not_found(client: Client, world: World, ticket: Ticket) -> None:
    client.force_login(world.engineer)
    assert send(client, ticket, "explode").status_code == 404


def test_looking_at_a_move_makes_none(client: Client, world: World, ticket: Ticket) -> None:
    client.force_login(world.engineer)
    assert client.get(reverse("tickets:move", args=[ticket.number, "accept"])).status_code == 405


@pytest.mark.parametrize("name", sorted(name for name, step in MOVE_FORMS.items() if workflow.PROVIDER not in step.by))
def test_the_customers_moves_are_not_ours(client: Client, world: World, ticket: Ticket, name: str) -> None:
    client.force_login(world.manager)
    assert send(client, ticket, name, reason="x", text="x").status_code == 403


@pytest.mark.parametrize("name", sorted(name for name, step in MOVE_FORMS.items() if workflow.CUSTOMER not in step.by))
def test_our_moves_are_not_the_customers(client: Client, world: World, ticket: Ticket, name: str) -> None:
    client.force_login(world.customer)
    assert send(client, ticket, name, text="x").status_code == 403
    assert types(ticket) == ["reported"]


NEXT = [
    ("/queue/?risk=late", "/queue/?risk=late", "a page of ours"),
    ("https://evil.example/", "", "another's"),
    ("//evil.example", "", "another's, written shorter"),
]


@pytest.mark.parametrize(("wanted", "led", "why"), NEXT)
def test_after_a_move_one_is_led_back_to_our_own_pages_only(client, world, ticket, wanted, led, why) -> None:
    client.force_login(world.engineer)
    answer = send(client, ticket, "watch", next=wanted)
    assert answer["Location"] == (led or reverse("tickets:ticket", args=[ticket.number]))


# --- What happened meanwhile ------------------------------------------------------------------------


def test_a_move_on_an_older_page_is_looked_at_once_more(client: Client, world: World, ticket: Ticket) -> None:
    client.force_login(world.engineer)
    seen = ticket.event_count
    services.reply(ticket, actor=world.customer, at=now(), text="已经自己好了")
    first = send(client, ticket, "diagnose", cause="网线松动", plan="更换", seen=seen)
    page = " ".join(first.content.decode().split())
    assert first.status_code == 409
    assert f"{Event.Type.REPLIED.label} ({world.customer})" in page
    assert "网线松动" in page
    assert f'name="seen" value="{seen + 1}"' in page
    again = send(client, ticket, "diagnose", cause="网线松动", plan="更换", seen=seen + 1)
    assert again.status_code == 302


PASSING = [
    ("note", {"text": "备注"}, "a note disturbs nobody"),
    ("tag", {"names": "网络"}, "nor does a tag"),
    ("comment", {"says": "note", "text": "备注"}, "nor what is said among us"),
]


@pytest.mark.parametrize(("name", "facts", "why"), PASSING, ids=[row[-1] for row in PASSING])
def test_some_things_need_no_second_look(client, world, ticket, name, facts, why) -> None:
    client.force_login(world.engineer)
    seen = ticket.event_count
    services.reply(ticket, actor=world.customer, at=now(), text="还有吗")
    assert send(client, ticket, name, seen=seen, **facts).status_code == 302


def test_what_one_did_oneself_or_what_passes_by_is_no_news(client: Client, world: World, ticket: Ticket) -> None:
    client.force_login(world.engineer)
    seen = ticket.event_count
    services.accept(ticket, actor=world.engineer, at=now())
    services.note(ticket, actor=world.dispatcher, at=now(), text="已知")
    assert send(client, ticket, "diagnose", cause="网线松动", plan="更换", seen=seen).status_code == 302


def test_a_customer_is_not_told_of_what_is_internal(client: Client, world: World, ticket: Ticket) -> None:
    client.force_login(world.customer)
    seen = ticket.event_count
    services.escalate_next_batch(now() + timedelta(hours=2))
    services.note(ticket, actor=world.engineer, at=now(), text="内部")
    assert send(client, ticket, "request-onsite", reason="请来人", seen=seen).status_code == 302


# --- The rest of the table --------------------------------------------------------------------------


def test_tags_links_watching_and_acknowledging_go_the_same_way(client: Client, world: World, ticket: Ticket) -> None:
    other = make_ticket(world, at=now())
    services.escalate_next_batch(now() + timedelta(hours=1))
    escalation = Escalation.objects.filter(outcome="fired", clock__commitment=ticket.commitment_id).first()
    client.force_login(world.manager)
    rest = [
        ("tag", {"names": "网络, 数据库，夜间"}),
        ("link", {"kind": "duplicate", "target": other.number.lower()}),
        ("watch", {}),
        ("acknowledge", {"escalation": escalation.pk, "text": "我来跟"}),
        ("assign", {"assignee": world.engineer.pk}),
    ]
    for name, facts in rest:
        answer = send(client, ticket, name, **facts)
        assert answer.status_code == 302, (name, answer.content.decode())
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert {tag.name for tag in ticket.tags.all()} == {"网络", "数据库", "夜间"}
    assert ticket.links_out.get().target == other
    assert list(ticket.watchers.all()) == [world.manager]
    assert Escalation.objects.get(pk=escalation.pk).acknowledged_by == world.manager
    assert ticket.assignee == world.engineer
    send(client, ticket, "unwatch")
    assert not ticket.watchers.exists()


def test_an_escalation_of_another_ticket_cannot_be_acknowledged_here(client: Client, world: World, ticket: Ticket) -> None:
    other = make_ticket(world, at=now() - timedelta(hours=1))
    services.escalate_next_batch(now())
    escalation = Escalation.objects.filter(clock__commitment=other.commitment_id).first()
    client.force_login(world.manager)
    assert send(client, ticket, "acknowledge", escalation=escalation.pk).status_code == 422


def test_all_escalations_of_a_ticket_are_acknowledged_at_once(client: Client, world: World, ticket: Ticket) -> None:
    services.escalate_next_batch(now() + timedelta(hours=2))
    rows = Escalation.objects.filter(outcome="fired", clock__commitment=ticket.commitment_id)
    services.acknowledge(rows.first(), actor=world.dispatcher, at=now())
    client.force_login(world.manager)
    everything = list(rows.values_list("pk", flat=True))
    assert len(everything) > 2
    assert send(client, ticket, "acknowledge", escalation=everything).status_code == 302
    assert rows.filter(acknowledged_by=world.manager).count() == len(everything) - 1, "whose name was first keeps it"
    refused = send(client, ticket, "acknowledge", escalation=everything)
    assert refused.status_code == 409


def test_an_engineer_takes_a_ticket_but_gives_none_to_others(client: Client, world: World, ticket: Ticket) -> None:
    client.force_login(world.engineer)
    colleague = make_user(office=world.office)
    assert send(client, ticket, "assign", assignee=colleague.pk).status_code == 422
    assert send(client, ticket, "assign", assignee=world.engineer.pk).status_code == 302
    assert send(client, ticket, "assign", assignee=colleague.pk).status_code == 302, "what is theirs they hand over"
    assert Event.objects.filter(ticket=ticket, type="assigned").count() == 2

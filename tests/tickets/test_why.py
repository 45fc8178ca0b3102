"""Every clock explains itself: to our people, to customers, to programs, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core.time import now
from notifications.models import Message
from sla.models import Escalation
from tests.tickets.portal import text_of, writes_of
from tests.tickets.rest import Program
from tests.worlds import NOON, World, make_promising_world, make_ticket
from tickets import selectors, services
from tickets.why import Why, why

if TYPE_CHECKING:
    from accounts.models import User
    from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_promising_world()


def later(**given: float) -> datetime:
    return NOON + timedelta(**given)


def told(ticket: Ticket, promise: str, viewer: User, at: datetime) -> Why:
    """The explanation of a clock of the last cycle."""
    found = selectors.with_promises(selectors.tickets_for(viewer)).get(pk=ticket.pk)
    assert found.commitment is not None
    clock = found.commitment.clocks.filter(promise=promise).latest("cycle")
    explained = why(found, clock.pk, viewer, at=at)
    assert explained is not None
    return explained


def address(ticket: Ticket, promise: str) -> str:
    assert ticket.commitment is not None
    return f"/tickets/{ticket.number}/clocks/{ticket.commitment.clocks.get(promise=promise).pk}/"


def paused_and_reclassified(world: World) -> Ticket:
    """Severity 2 reported at noon, on hold from 12:10 to 12:25, severe from 12:30 on, answered at 12:50."""
    ticket = make_ticket(world)
    services.hold(ticket, actor=world.engineer, at=later(minutes=10), owner="customer", cause="等停机窗口")
    services.resume(ticket, actor=world.engineer, at=later(minutes=25))
    services.set_severity(ticket, actor=world.engineer, at=later(minutes=30), severity=1, reason="全院停诊")
    services.contact(ticket, actor=world.engineer, at=later(minutes=50), text="已到机房")
    return ticket


WAITS_FOR_NOBODY = "The clock went on: until a person has answered, the first response waits for nobody."
RESPONSE = {
    "en": [
        "It is promised for: faults.",
        "At most it may take: 1 hour.",
        "Every hour counts, day and night: calendar “Around the clock (24x7)”, version 1.",
        "11-20 Fri 12:00: the clock starts. What happened: report.",
        "11-20 Fri 12:30: severity “Severe fault” since then; for this promise nothing changes.",
        "11-20 Fri 12:50: it is done. What happened: customer contacted.",
        f"11-20 Fri 12:10 – 12:25: we waited for the customer (等停机窗口). {WAITS_FOR_NOBODY}",
        "11-20 Fri 12:00 – 12:50: 50 minutes counted",
        "Done 11-20 Fri 12:50, due 11-20 Fri 13:00: kept, with 10 minutes left of 1 hour.",
    ],
    "zh-hans": [
        "本条承诺适用于：故障。",
        "最长用时：1 小时。",
        "昼夜每一小时都计时：日历“全天候（7×24 小时）”第 1 版。",
        "11-20 星期五 12:00：报修，开始计时。",
        "11-20 星期五 12:30：严重程度改为“严重故障”；本条承诺不变。",
        "11-20 星期五 12:50：联系客户，本条完成。",
        "11-20 星期五 12:10 – 12:25：等待客户（等停机窗口）。计时不停：有人答复之前，首次响应不得暂停。",
        "11-20 星期五 12:00 – 12:50：计时 50 分钟",
        "11-20 星期五 12:50 完成，11-20 星期五 13:00 到期：按时完成，时限 1 小时，剩余 10 分钟。",
    ],
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_response_over_a_pause_and_a_change_of_severity_reads_in_both_languages(world, language):
    ticket = paused_and_reclassified(world)
    with translation.override(language):
        assert told(ticket, "response", world.customer, later(hours=1)).sentences == RESPONSE[language]


def test_a_pausable_promise_tells_what_was_left_out(world):
    found = told(paused_and_reclassified(world), "diagnosis", world.engineer, later(hours=1))
    [pause] = found.pauses
    assert (pause.counts, pause.seconds, pause.by, pause.owner) == (True, 15 * 60, str(world.engineer), "customer")
    assert [(each.kind, each.seconds // 60, each.is_ahead) for each in found.stretches] == [
        ("open", 10, False), ("paused", 15, False), ("open", 35, False), ("open", 135, True),
    ]  # fmt: skip
    assert found.clock.due_at == later(hours=3, minutes=15)


def test_a_business_promise_lists_the_night_the_weekend_and_the_holiday_it_crosses():
    """2026-09-25, a Friday, is the Mid-Autumn Festival."""
    world = make_promising_world("p3")
    at = datetime(2026, 9, 23, 7, 0, tzinfo=UTC)
    ticket = make_ticket(world, at=at, severity=3)
    with translation.override("en"):
        found = told(ticket, "restore", world.customer, at)
        texts = [stretch.text for stretch in found.stretches if stretch.kind in ("night", "days")]
    assert texts == [
        "09-23 Wed 18:00 – 09-24 Thu 09:00: closed overnight, not counted",
        "09-24 Thu 18:00 – 09-28 Mon 09:00: closed, not counted; holidays 09-25, weekly rest 09-26 – 09-27",
        "09-28 Mon 18:00 – 09-29 Tue 09:00: closed overnight, not counted",
    ]
    assert (found.clock.due_at, found.stretches[-1].end_at) == (datetime(2026, 9, 29, 7, 0, tzinfo=UTC),) * 2
    assert any("working days later" in sentence and "22 hours 30 minutes" in sentence for sentence in found.made)


def test_a_pause_in_closed_hours_leaves_nothing_out():
    world = make_promising_world("p3")
    ticket = make_ticket(world, severity=3)
    services.hold(ticket, actor=world.engineer, at=later(minutes=10), owner="vendor", cause="等备件")
    services.resume(ticket, actor=world.engineer, at=later(hours=1))
    found = told(ticket, "restore", world.customer, later(hours=1))
    assert [stretch.text for stretch in found.stretches][:2] == [
        "11-20 星期五 12:00 – 12:10：时段间休息，不计时",
        "11-20 星期五 12:10 – 13:00：暂停，都在非服务时段",
    ]
    [pause] = found.pauses
    assert pause.text.endswith("期间暂停计时，但都在非服务时段，没有扣除时间。")


def test_a_change_of_severity_tells_target_and_due_before_and_after():
    world = make_promising_world("p3")
    ticket = make_ticket(world, severity=2)
    services.set_severity(ticket, actor=world.engineer, at=later(hours=1), severity=1, reason="全院停诊")
    with translation.override("en"):
        [step] = [step for step in told(ticket, "restore", world.engineer, later(hours=2)).steps if step.kind == "changed"]
    assert (step.target_before, step.target_after, step.due_before, step.due_after, step.by) == (
        "48 hours", "24 hours", later(hours=48), later(hours=24), str(world.engineer),
    )  # fmt: skip
    assert step.text == (
        "11-20 Fri 13:00: severity “Critical” since then. Promised is 24 hours instead of 48 hours; the start stays,"
        " and what was counted stays counted. Until then it was due 11-22 Sun 12:00, now 11-21 Sat 12:00."
    )


def test_levels_tell_who_was_told_how_and_who_took_it_on(world):
    ticket = make_ticket(world)
    services.escalate_next_batch(later(minutes=50))
    services.escalate_next_batch(later(minutes=61))
    services.acknowledge(Escalation.objects.get(level="warning"), actor=world.engineer, at=later(minutes=62))
    Message.objects.filter(channel="email").update(state="sent", sent_at=later(minutes=63))
    levels = told(ticket, "response", world.engineer, later(minutes=64)).levels
    assert levels is not None
    assert [(level.code, level.at, level.outlook, len(level.firings)) for level in levels] == [
        ("warning", later(minutes=45), "", 1),
        ("due", later(minutes=60), "", 1),
        ("late-30m", later(minutes=90), "ahead", 0),
        ("late-2h", later(minutes=180), "ahead", 0),
    ]
    [firing] = levels[0].firings
    assert levels[0].text == "时限过去 75% 时：负责工程师、所在团队。"
    names = [person.name for person in firing.told]
    assert firing.text == (
        f"11-20 星期五 12:50：已触发。已通知：{names[0]}（站内消息已发送、邮件已发送）。{world.engineer}于 11-20 星期五 13:02 确认。"
    )
    assert levels[2].text == "到期后 30 分钟：经理；未到，11-20 星期五 13:30。"
    assert (firing.planned_at, firing.fired_at, firing.acknowledged_by) == (later(minutes=45), later(minutes=50), str(world.engineer))
    assert firing.told
    assert {(each.channel, each.state) for person in firing.told for each in person.deliveries} == {("inbox", "sent"), ("email", "sent")}


def test_a_message_that_tells_of_several_clocks_is_found_for_each_of_them(world):
    tickets = [make_ticket(world) for _number in range(3)]
    services.escalate_next_batch(later(minutes=50))
    for ticket in tickets:
        [warning] = [level for level in told(ticket, "response", world.engineer, later(hours=1)).levels or () if level.firings]
        assert all(len(person.deliveries) == 2 for firing in warning.firings for person in firing.told)


@pytest.mark.parametrize("role", ["customer", "supervisor"])
def test_customers_are_not_told_of_levels_or_whom_they_told(world, role):
    ticket = make_ticket(world)
    services.escalate_next_batch(later(minutes=50))
    client = Client()
    client.force_login(world.person(role))
    page = text_of(client.get(address(ticket, "response")))
    assert "时间怎样计算" in page
    assert "临近到期或超时通知谁" not in page
    assert world.dispatcher.name not in page
    assert told(ticket, "response", world.person(role), later(hours=1)).levels is None


def test_the_page_is_reached_from_each_clock_and_writes_nothing(world):
    ticket = make_ticket(world, at=now() - timedelta(minutes=5))
    for person in (world.engineer, world.customer):
        client = Client()
        client.force_login(person)
        assert f'href="{address(ticket, "response")}"' in client.get(f"/tickets/{ticket.number}/").content.decode()
        page = text_of(client.get(address(ticket, "response")))
        assert "<svg" in page
        assert "style=" not in page.split("<main")[1]
        assert writes_of(client, address(ticket, "response")) == []


def test_the_number_of_queries_does_not_grow_with_the_log(world, client):
    client.force_login(world.engineer)

    def count(ticket: Ticket) -> int:
        client.get(address(ticket, "response"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(ticket, "response")).status_code == 200
        return len(queries)

    short, long = make_ticket(world), make_ticket(world)
    services.escalate_next_batch(later(minutes=50))
    for hour in range(3):
        services.hold(long, actor=world.engineer, at=later(hours=hour + 1), owner="customer", cause="等")
        services.resume(long, actor=world.engineer, at=later(hours=hour + 1, minutes=30))
    services.escalate_next_batch(later(hours=6))
    assert count(long) == count(short) <= 15


def test_a_program_reads_the_steps_and_the_sentences(world):
    ticket = paused_and_reclassified(world)
    program = Program(world, "customer")
    clocks = program.get(f"tickets/{ticket.number}/clocks/").json()
    assert [clock["promise"] for clock in clocks] == ["response", "diagnosis", "onsite", "response-warranty"]
    answer: dict[str, Any] = program.get(f"tickets/{ticket.number}/clocks/{clocks[0]['id']}/explain/").json()
    assert answer["clock"]["state"] == "met"
    assert (answer["plan"]["code"], answer["plan"]["number"], answer["calendar"]["code"], answer["levels"]) == ("p0", 1, "always", None)
    assert [(step["kind"], step["at"]) for step in answer["steps"]] == [
        ("started", "2026-11-20T04:00:00Z"), ("unchanged", "2026-11-20T04:30:00Z"), ("stopped", "2026-11-20T04:50:00Z"),
    ]  # fmt: skip
    assert [pause["ignored"] for pause in answer["pauses"]] == ["first_response"]
    assert answer["sentences"] == RESPONSE["zh-hans"]
    assert Program(world, "engineer").get(f"tickets/{ticket.pk}/clocks/{clocks[0]['id']}/explain/").json()["levels"]

"""A ticket as its customer sees it: what happens now, what they may do, nothing that is not theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from core.time import now
from tests.tickets.portal import png, program, text_of, writes_of
from tests.worlds import World, make_promising_world, make_ticket
from tickets import services, words
from tickets.models import Event, Ticket

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

pytestmark = pytest.mark.django_db

SOLVED = {"cause": "缓存电池失效", "solution": "更换电池", "prevention": "每季检查"}

NOW = {"ago": timedelta(0)}


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def ticket(world: World) -> Ticket:
    return make_ticket(world, at=now() - timedelta(minutes=30), description="九点起一直转圈", files=[png()])


@pytest.fixture
def customer(client: Client, world: World) -> Client:
    client.force_login(world.customer)
    client.cookies["django_language"] = "en"
    return client


def address(ticket: Ticket) -> str:
    return reverse("tickets:ticket", args=[ticket.number])


def step(world: World, ticket: Ticket, name: str, *, ago: timedelta = timedelta(minutes=5), **facts: Any) -> Ticket:
    by = world.customer if name in ("confirm", "reject", "reply", "reject_diagnosis", "object_to_pause") else world.engineer
    return getattr(services, name)(ticket, actor=by, at=now() - ago, **facts)


def ways(answer: HttpResponse) -> list[str]:
    return [way.step.name for way in answer.context["ways"]]


DIAGNOSED = ("diagnose", {"cause": "电池", "plan": "更换", "risk": "短时变慢"})


VISITED = [("request_onsite", {}), ("check_in", {"visit": "VIS-1"}), ("leave", {"visit": "VIS-1"})]
CAME_BACK = [("resolve", SOLVED), ("confirm", NOW), ("reopen", {"reason": "又坏", **NOW})]


@pytest.mark.parametrize(
    ("steps", "stage", "may"),
    [
        ([], "new", ["request-onsite", "cancel"]),
        ([("accept", {})], "working", ["agree-remote", "request-onsite", "cancel"]),
        ([("request_onsite", {})], "new", ["cancel"]),
        (VISITED, "working", ["agree-remote", "request-onsite", "cancel"]),
        ([DIAGNOSED], "working", ["reject-diagnosis", "agree-remote", "request-onsite", "cancel"]),
        ([DIAGNOSED, ("reject_diagnosis", {"reason": "不对"})], "working", ["agree-remote", "request-onsite", "cancel"]),
        ([("hold", {"owner": "customer", "cause": "日志"})], "yours", ["object", "request-onsite", "cancel"]),
        ([("hold", {"owner": "vendor", "cause": "补丁"})], "ours", ["object", "request-onsite", "cancel"]),
        ([("resolve", SOLVED)], "resolved", ["confirm", "reject"]),
        ([("resolve", SOLVED), ("confirm", {})], "closed", ["reopen"]),
        (CAME_BACK, "working", ["agree-remote", "request-onsite", "cancel"]),
        ([("cancel", {"reason": "误报"})], "cancelled", []),
    ],
)  # fmt: skip
def test_a_customer_is_offered_what_they_may_do_now(customer, world, ticket, steps, stage, may):
    for name, facts in steps:
        ticket = step(world, ticket, name, **facts)
    answer = customer.get(address(ticket))
    assert (answer.context["stage"], ways(answer)) == (stage, may)


def test_what_was_closed_long_ago_is_reported_anew(customer, world):
    ticket = make_ticket(world, at=now() - timedelta(days=20))
    ticket = step(world, ticket, "resolve", ago=timedelta(days=9), **SOLVED)
    ticket = step(world, ticket, "confirm", ago=timedelta(days=8))
    answer = customer.get(address(ticket))
    assert (answer.context["stage"], ways(answer)) == ("archived", [])
    assert f"{reverse('tickets:report')}?follows={ticket.number}" in text_of(answer)


def test_a_new_ticket_says_what_happens_now_and_what_is_promised(customer, ticket):
    page = text_of(customer.get(address(ticket)))
    assert "Somebody takes it up and gets in touch with you" in page
    assert "Promised next:" in page
    for words_ in ("Response", "Diagnosis report", "within 1 hour", "within 3 hours", "4.6（2）、4.4.1（1）", "九点起一直转圈", "截图.png"):
        assert words_ in page


def test_what_runs_late_is_not_called_next(customer, world):
    ticket = make_ticket(world, at=now() - timedelta(hours=2))
    assert "Running late:" in text_of(customer.get(address(ticket)))


def test_what_we_write_among_ourselves_is_not_shown(customer, world, ticket):
    step(world, ticket, "note", text="他们自己改的", files=[SimpleUploadedFile("internal.txt", b"secret")])
    services.tag(ticket, ["内部标签"], actor=world.engineer, at=now())
    services.escalate_next_batch(now() + timedelta(minutes=50))
    page = text_of(customer.get(address(ticket)))
    for words_ in ("他们自己改的", "internal.txt", "内部标签", "Escalated"):
        assert words_ not in page


@pytest.mark.parametrize("who", ["stranger"])
def test_a_strangers_ticket_is_not_found(client, world, ticket, who):
    client.force_login(world.person(who))
    assert client.get(address(ticket)).status_code == 404
    for name in ("reply", "confirm", "cancel"):
        assert client.post(reverse("tickets:move", args=[ticket.number, name]), {"text": "x", "reason": "x"}).status_code == 404


def test_a_solution_is_confirmed_with_one_button(customer, world, ticket):
    ticket = step(world, ticket, "resolve", **SOLVED)
    assert "更换电池" in text_of(customer.get(address(ticket)))
    customer.post(reverse("tickets:move", args=[ticket.number, "confirm"]))
    ticket.refresh_from_db()
    assert ticket.status == "closed"


def test_a_solution_is_not_rejected_without_saying_why(customer, world, ticket):
    ticket = step(world, ticket, "resolve", **SOLVED)
    answer = customer.post(reverse("tickets:move", args=[ticket.number, "reject"]), {"reason": ""})
    assert answer.status_code == 422
    (again,) = [way for way in answer.context["ways"] if way.is_open]
    assert again.step.name == "reject"
    assert "field-error" in text_of(answer)
    customer.post(reverse("tickets:move", args=[ticket.number, "reject"]), {"reason": "还是慢"})
    ticket.refresh_from_db()
    assert ticket.status == "reopened"


def test_an_objection_to_a_pause_stands_in_the_record(customer, world, ticket):
    ticket = step(world, ticket, "hold", owner="customer", cause="请提供日志")
    customer.post(reverse("tickets:move", args=[ticket.number, "object"]), {"reason": "日志昨天已发"})
    page = text_of(customer.get(address(ticket)))
    assert "The customer objected to the pause" in page
    assert "日志昨天已发" in page


def test_a_reply_that_is_refused_keeps_its_words_and_its_good_files(customer, ticket):
    send = reverse("tickets:move", args=[ticket.number, "reply"])
    answer = customer.post(send, {"text": "附上日志", "files": [png("日志.png"), program()]})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "附上日志" in page
    assert "virus.exe" in page
    (kept,) = answer.context["reply"].kept
    assert f'value="{kept.token}" checked' in page
    customer.post(send, {"text": "附上日志", "kept": [kept.token]})
    assert ticket.events.latest("seq").attachments.get().name == "日志.png"


def test_a_reply_with_a_file_stands_in_the_record(customer, ticket):
    customer.post(reverse("tickets:move", args=[ticket.number, "reply"]), {"text": "附上日志", "files": [png("日志.png")]})
    page = text_of(customer.get(address(ticket)))
    assert "附上日志" in page
    assert "日志.png" in page


def test_linked_tickets_are_shown_only_if_they_are_theirs(customer, world, ticket):
    own = make_ticket(world, subject="同类故障")
    other = make_ticket(world, subject="影像慢", site=world.other_site, equipment=world.other_equipment, actor=world.supervisor)
    for target in (own, other):
        services.link(ticket, target, "related", actor=world.engineer, at=now())
    page = text_of(customer.get(address(ticket)))
    assert "同类故障" in page
    assert "影像慢" not in page


def test_only_the_strictest_promise_is_shown(customer, world):
    ticket = make_ticket(world, severity=1, at=now())
    clocks = customer.get(address(ticket)).context["clocks"]
    assert [clock.promise for clock in clocks] == ["response", "diagnosis", "onsite"]


def test_a_promise_that_has_not_begun_says_with_what_it_begins(customer, ticket):
    assert "within 8 hours after: notice that work on site is needed" in text_of(customer.get(address(ticket)))


def test_the_page_takes_as_many_queries_after_a_long_talk(customer, world, ticket):
    customer.get(address(ticket))
    with CaptureQueriesContext(connection) as short:
        customer.get(address(ticket))
    for number in range(15):
        step(world, ticket, "reply", text=f"{number}", files=[png()])
        step(world, ticket, "contact", text=f"{number}")
    with CaptureQueriesContext(connection) as long:
        customer.get(address(ticket))
    assert len(long) == len(short) <= 22


def test_looking_at_a_ticket_writes_nothing(customer, ticket):
    assert writes_of(customer, address(ticket)) == []


# --- The record in words


def test_every_event_has_a_look():
    assert set(words.LOOKS) == set(Event.Type)


EVENTS = {
    "reported": {"channel": "phone"},
    "registered": {"kind": "fault", "severity": 2},
    "assigned": {"assignee": "王强", "team": None, "office": "华东"},
    "contacted": {"via": "call"},
    "opinion_asked": {"department": "工程部"},
    "opinion_given": {"department": "工程部"},
    "noted": {"tags": ["重保"]},
    "diagnosis_delivered": {"cause": "甲", "plan": "乙", "risk": ""},
    "checked_in": {"place": "三号机房"},
    "hold": {"owner": "logistics", "cause": "硬盘在途", "evidence": "SF123"},
    "severity_changed": {"from": 3, "to": 1},
    "calendar_changed": {"name": {"zh-hans": "办公时间", "en": "Office hours"}, "before": "1", "after": 2, "again": False},
    "resolved": {"cause": "甲", "solution": "乙", "prevention": "丙"},
    "followed_up": {"outcome": "fine"},
    "escalated": {"promise": "response", "level": "due", "told": ["赵倩"]},
    "acknowledged": {"promise": "response", "level": "late-2h"},
    "linked": {"kind": "related", "other": "SD-20261101-0001"},
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("type_", Event.Type.values)
@pytest.mark.parametrize("facts", ["usual", "none", "strange"])
def test_every_event_can_be_told_whatever_its_facts(world, ticket, language, type_, facts):
    given = {"usual": EVENTS.get(type_, {}), "none": {}, "strange": dict.fromkeys(EVENTS.get(type_, {}), None)}[facts]
    event = Event(ticket=ticket, seq=99, type=type_, at=now(), text="", facts=given)
    with override(language):
        title = words.line(event, ticket).title
    assert title
    assert "%(" not in title


@pytest.mark.parametrize(
    ("type_", "title"),
    [
        ("reported", "Reported (phone)"),
        ("registered", "Registered as fault, Major fault"),
        ("assigned", "Given to 华东 · 王强"),
        ("contacted", "Phone call"),
        ("noted", "Tags: 重保"),
        ("opinion_asked", "Tracking form sent to 工程部"),
        ("opinion_given", "Opinion of 工程部"),
        ("hold", "On hold: Waiting for a delivery"),
        ("severity_changed", "Severity changed from Ordinary fault to Severe fault"),
        ("calendar_changed", "The hours that count changed: “Office hours”, version 2 instead of 1; what was counted stays counted"),
        ("followed_up", "Asked whether it came back: it did not"),
        ("escalated", "Escalated: Response, due now"),
        ("acknowledged", "Escalation acknowledged: Response, 2 h late"),
        ("linked", "Linked: related to SD-20261101-0001"),
    ],
)
def test_an_event_is_told_with_its_facts(ticket, type_, title):
    with override("en"):
        assert words.line(Event(ticket=ticket, type=type_, facts=EVENTS[type_]), ticket).title == title


def test_a_customer_is_asked_for_their_consent_where_the_plan_promises_remote_support(client, db):
    world = make_promising_world("p2")
    ticket = make_ticket(world, at=now() - timedelta(minutes=1))
    client.force_login(world.customer)
    assert "agree-remote" in ways(client.get(address(ticket)))
    services.agree_remote(ticket, actor=world.customer, at=now())
    assert "agree-remote" not in ways(client.get(address(ticket)))

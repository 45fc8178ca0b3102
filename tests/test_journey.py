"""The main job from end to end, as people do it: on the pages, in Chromium, over a day that passes.

A fault is reported, promised, escalated, answered, held, resumed, diagnosed, visited, solved, confirmed and surveyed,
and its record shows all of it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Role, User
from core import time
from notifications.tasks import deliver
from surveys.tasks import invite
from tests.worlds import PASSWORD, World, make_promising_world, make_ticket, make_user
from tickets.models import Ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

RECORD = [
    "reported", "escalated", "escalated", "escalated", "acknowledged", "accepted", "contacted", "hold", "pause_objected", "resumed",
    "diagnosis_delivered", "onsite_requested", "departed", "checked_in", "left", "resolved", "confirmed", "closed",
    "noted",  # the survey's answer
]  # fmt: skip
WORDS = [
    "报修（门户）", "已受理", "服务团队回复", "暂停：等待客户", "恢复处理", "故障诊断报告", "申请现场服务",
    "工程师已出发", "工程师到达现场", "工程师离开现场", "解决方案", "客户确认已解决", "已关闭",
]  # fmt: skip


class Day:
    """The product's clock, which stands at the present until the test puts it forward."""

    def __init__(self) -> None:
        self.present = datetime.now(UTC)

    def now(self, _zone: object) -> datetime:
        return self.present

    def pass_(self, **given: float) -> datetime:
        """Let time pass and the ladder be climbed as far as it leads by then."""
        self.present += timedelta(**given)
        call_command("escalate", at=time.now().isoformat())
        return time.now()


@pytest.fixture
def day(monkeypatch) -> Day:
    day = Day()
    monkeypatch.setattr(time, "datetime", SimpleNamespace(now=day.now, fromtimestamp=datetime.fromtimestamp))
    return day


@pytest.fixture
def world() -> World:
    """With somebody on every rung."""
    world = make_promising_world()
    head = world.office.parent
    assert head
    for office, name in ((world.office, "办事处主任"), (head, "总监")):
        office.lead = make_user(role=Role.MANAGER, office=office, name=name)
        office.save()
    return world


@pytest.fixture
def enter(browser: Browser, live_server: LiveServer) -> Iterator[Callable[[User | None], Page]]:
    """Open a browser of a person's own and log in by the page."""
    opened, complaints = [], []

    def open_for(person: User | None) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="zh-CN", viewport={"width": 1280, "height": 900})
        context.set_default_timeout(10_000)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if person:
            page.goto("/")
            page.get_by_label("邮箱").fill(person.email)
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            page.wait_for_url(lambda url: "login" not in url)
        return page

    yield open_for
    for context in opened:
        context.close()
    assert not complaints


# --- What people do -----------------------------------------------------------------------------


def report(page: Page, world: World) -> Ticket:
    """Report a fault in the portal; what is promised stands there before it is sent."""
    page.goto(reverse("tickets:portal"))
    page.get_by_role("link", name="报修").last.click()
    page.get_by_label(world.equipment.name).check(force=True)
    expect(page.locator(".report-side")).to_contain_text(world.contract.number)
    page.locator("[name=severity][value='2']").check(force=True)
    expect(page.locator(".promised-2")).to_contain_text("1 小时内")
    page.get_by_label("一句话说明").fill("挂号系统打不开")
    page.get_by_role("button", name="提交报修").click()
    page.wait_for_url("**/tickets/SD-*/")
    return Ticket.objects.get()


def do(page: Page, ticket: Ticket, name: str, **facts: str) -> None:
    """Make a move on the desk's page of the ticket, by its button or its form."""
    page.goto(f"{reverse('tickets:ticket', args=[ticket.number])}?do={name}")
    form = page.locator(f"form[action$='/moves/{name}/']").first
    if not form.is_visible():
        page.get_by_text("更多", exact=True).click()
    fill(form, facts)
    form.locator("[type=submit]").click()
    page.wait_for_load_state()
    assert not page.locator(".field-error").count(), page.locator(".field-error").all_text_contents()


def answer(page: Page, ticket: Ticket, name: str, **facts: str) -> None:
    """Make a move on the customer's page of the ticket."""
    page.goto(reverse("tickets:ticket", args=[ticket.number]))
    way = page.locator(f"details.way-{name}")
    if way.get_attribute("open") is None:
        way.locator("summary").click()
    fill(way, facts)
    way.locator("[type=submit]").click()
    page.wait_for_load_state()
    assert not page.locator(".field-error").count(), page.locator(".field-error").all_text_contents()


def fill(place: Page | Locator, facts: dict[str, str]) -> None:
    """Type what a form asks for."""
    for name, words in facts.items():
        field = place.locator(f"[name={name}]")
        if field.first.evaluate("field => field.tagName") == "SELECT":
            field.select_option(words)
        elif field.first.get_attribute("type") == "radio":
            chosen = place.locator(f"[name={name}][value='{words}']").get_attribute("id")
            place.locator(f"label[for='{chosen}']").click()
        else:
            field.fill(words)


# --- What people see ----------------------------------------------------------------------------


def due(page: Page, promise: str) -> datetime:
    """When a promise of the ticket is due, as its page says."""
    page.reload()
    item = page.locator(".clock-item, .promise", has_text=promise).first
    return datetime.fromisoformat(item.locator("dt:text-is('到期') + dd time").get_attribute("datetime") or "")


def chip(page: Page, promise: str) -> str:
    """How a promise stands, as its chip says."""
    page.reload()
    return page.locator(".clock-item, .promise", has_text=promise).first.locator(".clock-left").inner_text()


def told(page: Page, ticket: Ticket) -> int:
    """How many messages stand in somebody's inbox that a ticket runs late."""
    page.goto(reverse("notifications:inbox"))
    return page.get_by_role("button", name=re.compile(rf"^\[{ticket.number}\] (已|即将)超时")).count()


def record(page: Page, ticket: Ticket) -> list[str]:
    """What stands in the record, over REST with the person's own session."""
    answer = page.request.get(f"/api/v1/tickets/{ticket.number}/events/")
    return [line["type"] for line in answer.json()]


def survey_link(ticket: Ticket) -> str:
    """The one-time link, from the mail that asks about the ticket."""
    invite()
    deliver()
    [link] = {match.group() for sent in mail.outbox if (match := re.search(r"/s/[\w-]+/", sent.body)) and ticket.number in sent.subject}
    return link


# --- The journey --------------------------------------------------------------------------------


def test_a_report_from_the_portal_to_the_survey(world: World, day: Day, enter: Callable[[User | None], Page]) -> None:
    customer, engineer, manager = map(enter, (world.customer, world.engineer, world.manager))
    ticket = report(customer, world)
    hour = timedelta(hours=1)
    assert (due(customer, "响应"), due(customer, "故障诊断报告")) == (ticket.created_at + hour, ticket.created_at + 3 * hour)

    climb_the_ladder(ticket, world, day, manager, enter)
    unanswered = make_ticket(world, at=time.now(), subject="报表打不开")
    work_it_out(ticket, day, customer, engineer)
    go_there(ticket, day, customer, engineer)
    close_it(ticket, day, customer, engineer, guest=enter(None))

    assert record(engineer, ticket) == RECORD
    engineer.goto(reverse("tickets:ticket", args=[ticket.number]))
    for words in (*WORDS, "挂号系统打不开", "归档日志占满磁盘", "处理及时，讲解清楚"):
        expect(engineer.locator("main")).to_contain_text(words)
    assert [chip(engineer, promise) for promise in ("响应", "故障诊断报告", "到达现场")] == ["超时 35 分", "已达成", "已达成"]
    call_command("settle", check=True)
    director = enter(world.office.parent.lead)
    director.goto(reverse("notifications:inbox"))
    expect(director.locator("main")).to_contain_text(unanswered.number)
    expect(director.locator("main")).not_to_contain_text(ticket.number)


def climb_the_ladder(ticket: Ticket, world: World, day: Day, manager: Page, enter: Callable[[User | None], Page]) -> None:
    """Nobody answers: each rung is told when its time comes and not before, and who knows puts a name to it."""
    dispatcher, lead = enter(world.dispatcher), enter(world.office.lead)
    seen = []
    for minutes in (44, 2, 15, 27, 4):  # 75 % of the hour is at 45, due at 60, the managers' turn at 90
        day.pass_(minutes=minutes)
        seen.append([told(page, ticket) for page in (dispatcher, lead, manager)])
    assert seen == [[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 0], [1, 2, 1]]
    manager.goto(reverse("tickets:escalations"))
    manager.locator("tr", has_text="超时 30 分钟").get_by_role("button", name="确认").click()
    expect(manager.locator("tr", has_text="超时 30 分钟")).to_have_count(0)


def work_it_out(ticket: Ticket, day: Day, customer: Page, engineer: Page) -> None:
    """Taken on, answered late, held and resumed; the diagnosis comes in time, since the wait is left out."""
    engineer.goto(reverse("tickets:queue"))
    expect(engineer.locator("#rows tr").first).to_contain_text(ticket.number)
    do(engineer, ticket, "accept")
    day.pass_(minutes=3)
    do(engineer, ticket, "comment", says="message", text="您好，正在远程排查。")
    day.pass_(minutes=5)
    do(engineer, ticket, "hold", owner="customer", cause="等客户提供远程授权")
    assert chip(engineer, "故障诊断报告") == "暂停，剩余 1 小时 20 分"
    day.pass_(minutes=10)
    answer(customer, ticket, "object", reason="授权早已开通。")
    day.pass_(hours=2)
    do(engineer, ticket, "resume")
    assert due(engineer, "故障诊断报告") == ticket.created_at + timedelta(hours=5, minutes=10)
    day.pass_(minutes=30)
    do(engineer, ticket, "diagnose", cause="归档日志占满磁盘", plan="清理归档并扩容", risk="操作期间业务短暂中断")


def go_there(ticket: Ticket, day: Day, customer: Page, engineer: Page) -> None:
    """The customer asks for somebody to come; eight hours begin, and the engineer is there in five."""
    asked = day.pass_(minutes=10)
    answer(customer, ticket, "request-onsite", reason="请派人到现场处理。")
    assert due(customer, "到达现场") == asked + timedelta(hours=8)
    visit = planned_and_approved(ticket, customer, engineer)
    day.pass_(hours=2)
    step(engineer, visit, "depart", "departed")
    day.pass_(hours=3)
    step(engineer, visit, "check-in", "on_site")
    day.pass_(hours=1)
    step(engineer, visit, "check-out", "done", work="扩容完成", result="solved")


def planned_and_approved(ticket: Ticket, customer: Page, engineer: Page) -> str:
    """The engineer plans to go there and says what is to be done; the customer agrees."""
    engineer.goto(reverse("visits:new", args=[ticket.number]))
    fill(engineer, {"reason": "远程无法处理"})
    engineer.get_by_role("button", name="安排上门").click()
    engineer.get_by_role("link", name="VIS-").first.click()
    visit = engineer.url
    engineer.locator("[data-step=propose] > summary").click()
    fill(engineer.locator("[data-step=propose]"), {"text": "扩容数据盘"})
    engineer.locator("[data-step=propose] button").click()
    expect(engineer.locator("#plan")).to_contain_text("等待客户同意")
    customer.goto(visit)
    customer.locator("[data-step=approve] button").click()
    expect(customer.locator("#plan")).to_contain_text("已同意")
    return visit


def step(page: Page, visit: str, name: str, state: str, **facts: str) -> None:
    """Take a step of the visit on its page, and wait until it stands there."""
    page.goto(visit)
    place = page.locator(f"[data-step={name}]")
    if place.get_attribute("open") is None:
        place.locator("summary").click()
    fill(place, facts)
    place.locator("button").click()
    expect(page.locator(f".page-head [data-status={state}]")).to_be_visible()


def close_it(ticket: Ticket, day: Day, customer: Page, engineer: Page, guest: Page) -> None:
    """Solved, confirmed, and asked how it was: once, by a link that needs no login and works once."""
    do(engineer, ticket, "resolve", cause="归档日志占满磁盘", solution="清理归档并扩容", prevention="增加磁盘监控")
    day.pass_(minutes=20)
    answer(customer, ticket, "confirm")
    link = survey_link(ticket)
    guest.goto(link)
    fill(guest, {"speed": "4", "quality": "5", "manner": "5", "words": "处理及时，讲解清楚"})
    guest.get_by_role("button", name="提交评价").click()
    expect(guest.get_by_role("heading")).to_have_text("谢谢您")
    again = guest.goto(link)
    assert again
    assert again.status == 410

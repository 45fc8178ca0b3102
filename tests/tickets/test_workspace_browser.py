"""The workspace as an engineer meets it: with and without scripts, beside a colleague, on a phone, by axe."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from core.queue import drain
from core.time import now
from tests.looks import NARROW, PAIRS, complaints, enter
from tests.tickets.ladders import make_climbing_world, rung
from tests.worlds import World, make_promising_world, make_ticket, make_user
from tickets import services

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from pytest_django.live_server_helper import LiveServer

    from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def ago(**given: float) -> Any:
    return now() - timedelta(**given)


@pytest.fixture
def world() -> World:
    cache.clear()
    return make_promising_world()


@pytest.fixture
def ticket(world: World) -> Ticket:
    return make_ticket(world, at=ago(minutes=5))


@pytest.fixture
def desk(page: Page, context: BrowserContext, live_server: LiveServer, world: World) -> Page:
    """The engineer's page, not open yet."""
    enter(context, world.engineer, live_server.url)
    return page


def address(ticket: Ticket) -> str:
    return reverse("tickets:ticket", args=[ticket.number])


def types(ticket: Ticket) -> list[str]:
    return list(ticket.events.order_by("seq").values_list("type", flat=True))


def test_the_main_button_leads_from_report_to_solution(desk: Page, ticket: Ticket) -> None:
    desk.goto(address(ticket))
    desk.get_by_role("button", name="受理", exact=True).click()
    desk.get_by_text("已完成：受理").wait_for()
    desk.locator(".next-main").get_by_role("link", name="联系客户").click()
    expect(desk.locator("#comment-text")).to_be_focused()
    desk.get_by_label("通话记录").check()
    desk.get_by_label("内容").fill("已与张医生通话，正在远程处理。")
    desk.keyboard.press("Control+Enter")
    desk.locator(".next-main").get_by_role("link", name="提交诊断报告").click()
    desk.get_by_label("原因").wait_for()
    expect(desk.locator("#diagnose-cause"), "the form that was asked for has the focus").to_be_focused()
    desk.get_by_label("原因").fill("磁盘已满")
    desk.get_by_label("处理方案").fill("清理并扩容")
    desk.locator("#do").get_by_role("button", name="提交诊断报告").click()
    desk.locator(".next-main").get_by_role("link", name="提交解决方案").click()
    desk.get_by_label("原因").fill("磁盘已满")
    desk.get_by_label("解决方案", exact=False).first.fill("已扩容")
    desk.locator("#do").get_by_role("button", name="提交解决方案").click()
    desk.get_by_text("已完成：提交解决方案").wait_for()
    assert types(ticket) == ["reported", "accepted", "contacted", "diagnosis_delivered", "resolved"]


def test_the_menu_is_worked_with_the_keyboard(desk: Page, ticket: Ticket) -> None:
    desk.goto(address(ticket))
    summary = desk.locator(".next-steps summary")
    summary.focus()
    desk.keyboard.press("Enter")
    entry = desk.get_by_role("link", name="变更严重程度")
    entry.focus()
    desk.keyboard.press("Enter")
    desk.get_by_label("变更原因").wait_for()
    assert not desk.locator(".next-steps details[open]").count()
    assert desk.url.endswith("?do=set-severity")


def test_without_script_every_form_is_one_link_away(browser: Browser, live_server: LiveServer, world: World, ticket: Ticket) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    enter(context, world.engineer, live_server.url)
    page = context.new_page()
    page.goto(address(ticket))
    page.get_by_label("内部备注").check()
    page.get_by_label("内容").fill("只有内部能看到")
    page.locator("#say").get_by_role("button", name="提交").click()
    page.locator(".next-steps summary").click()
    page.locator(".menu-list").get_by_role("link", name="暂停").click()
    page.get_by_role("radio", name="厂家", exact=True).check()
    page.locator("#hold-cause").fill("等原厂补丁")
    page.locator("#do").get_by_role("button", name="暂停").click()
    page.get_by_text("字段变更历史").click()
    page.get_by_role("link", name="查看变更历史").click()
    page.get_by_role("columnheader", name="变更前").wait_for()
    context.close()
    assert types(ticket) == ["reported", "noted", "hold"]


def test_what_was_typed_survives_a_refusal(desk: Page, ticket: Ticket) -> None:
    desk.goto(f"{address(ticket)}?do=diagnose")
    desk.get_by_label("原因").fill("磁盘已满")
    desk.get_by_label("处理方案").fill("扩容")
    desk.locator("#diagnose-files").set_input_files({"name": "工具.exe", "mimeType": "text/plain", "buffer": b"MZ\x90\x00" + b"\0" * 99})
    desk.locator("#do").get_by_role("button", name="提交诊断报告").click()
    desk.locator("#diagnose-files_error").wait_for()
    assert "工具.exe" in desk.locator("#diagnose-files_error").text_content()
    assert desk.get_by_label("原因").input_value() == "磁盘已满"
    expect(desk.get_by_role("alert"), "what is wrong is read first").to_be_focused()


def test_a_colleague_is_announced_and_news_come_without_reload(desk: Page, world: World, ticket: Ticket) -> None:
    cache.set(f"looking:{ticket.pk}", {world.manager.pk: (world.manager.name, int(now().timestamp()))})
    desk.clock.install()
    desk.goto(address(ticket))
    desk.get_by_text(f"{world.manager.name} 也在查看此工单").wait_for()
    desk.get_by_label("内容").fill("正在写一半的话")
    services.reply(ticket, actor=world.customer, at=now(), text="现在又好了")
    desk.clock.fast_forward(16_000)
    desk.locator("#record").get_by_text("现在又好了").wait_for()
    desk.locator("#notices").get_by_text("新动态").wait_for()
    assert desk.get_by_label("内容").input_value() == "正在写一半的话"
    desk.locator("#say").get_by_role("button", name="提交").click()
    desk.get_by_text("已完成").wait_for()
    assert types(ticket)[-1] == "contacted", "what was shown has been seen"


def test_a_colleague_is_found_after_an_at_sign(desk: Page, world: World, ticket: Ticket) -> None:
    make_user("li.lei@example.com", name="李雷", office=world.office)
    desk.goto(address(ticket))
    desk.get_by_label("内部备注").check()
    box = desk.get_by_label("内容")
    box.press_sequentially("请 @李")
    option = desk.get_by_role("option", name="李雷")
    option.wait_for()
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    desk.keyboard.press("Enter")
    assert box.input_value() == "请 @李雷 "
    assert not desk.get_by_role("listbox").is_visible()


def test_targets_are_large_enough_for_a_thumb(desk: Page, world: World, ticket: Ticket) -> None:
    services.accept(ticket, actor=world.engineer, at=now())
    desk.set_viewport_size(NARROW)
    desk.goto(f"{address(ticket)}?do=resolve")
    for place in (".next-main .btn", ".btn-near", ".next-steps summary", "#do .btn-primary", "#say .btn-primary", ".way", ".touch"):
        for box in [each.bounding_box() for each in desk.locator(place).all()]:
            assert box["height"] >= 44, place


def test_the_history_opens_in_place(desk: Page, world: World, ticket: Ticket) -> None:
    services.assign(ticket, actor=world.dispatcher, at=now(), assignee=world.engineer)
    desk.goto(address(ticket))
    desk.get_by_text("字段变更历史").click()
    desk.locator("#changes").get_by_role("cell", name=world.dispatcher.name).first.wait_for()


def full_ticket(world: World) -> Ticket:
    ticket = make_ticket(world, at=ago(hours=5), contact_phone="13800001111", contact_email="li@example.com")
    services.contact(ticket, actor=world.engineer, at=ago(hours=4), text="已联系", via="call")
    services.hold(ticket, actor=world.engineer, at=ago(hours=1), owner="logistics", cause="备件在途", evidence="SF123")
    services.tag(ticket, ["网络", "夜间"], actor=world.engineer, at=now())
    services.watch(ticket, actor=world.manager, at=now())
    services.link(ticket, make_ticket(world, at=ago(minutes=9)), "related", actor=world.engineer, at=now())
    services.escalate_next_batch(now())
    return ticket


@pytest.mark.slow
def test_a_ladder_that_was_climbed_is_accessible_and_fits(page: Page, context: Any, live_server: LiveServer) -> None:
    everything = ["reassign", "raise_severity", "form_team", "vendor"]
    levels = [rung("first", "start+10min", "contact", ack="5min"), rung("due", "due", "emergency_team", do=everything)]
    world = make_climbing_world([*levels, rung("late", "due+2h", "director")])
    ticket = make_ticket(world, at=ago(minutes=20))
    drain(services.escalate_next_batch, at=ago(minutes=9))
    drain(services.escalate_next_batch, at=ago(minutes=1))
    enter(context, world.dispatcher, live_server.url)
    for size in PAIRS.values():
        page.set_viewport_size(size)
        page.goto(address(ticket))
        assert page.locator(".rung-reached").count() == 2
        page.evaluate("scrollTo(0, 0)")
        assert complaints(page) == [], size


@pytest.mark.slow
@pytest.mark.parametrize("language", PAIRS)
def test_the_workspace_is_accessible_and_fits(language: str, desk: Page, context: Any, live_server: LiveServer, world: World) -> None:
    ticket = full_ticket(world)
    enter(context, world.dispatcher, live_server.url, language=language)
    desk.set_viewport_size(PAIRS[language])
    for query in ("", "?do=assign", "?do=resolve", "?do=set-severity", "?do=link"):
        desk.goto(address(ticket) + query)
        desk.locator("summary").filter(has=desk.locator(".promise-name")).first.click()
        desk.evaluate("scrollTo(0, 0)")  # what the bar on top covers by chance is no fault
        assert complaints(desk) == [], query
    desk.locator(".next-steps summary").click()
    assert complaints(desk) == [], "menu"
    desk.goto(reverse("tickets:history", args=[ticket.number]))
    assert complaints(desk) == [], "history"

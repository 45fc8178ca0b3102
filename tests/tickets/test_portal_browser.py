"""The portal in a browser: a report in under a minute by keyboard alone, with and without a script, for every eye."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from core.time import now
from tests.looks import PAIRS, complaints, enter
from tests.tickets.portal import png, program
from tests.worlds import World, make_equipment, make_promising_world, make_ticket
from tickets import services
from tickets.models import Ticket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REPORT, LIST, LOG = reverse("tickets:report"), reverse("tickets:portal"), reverse("tickets:log")


@pytest.fixture
def world() -> World:
    world = make_promising_world()
    for name in ("LIS 检验系统", "核心交换机", "叫号屏"):
        make_equipment(world.site, name=name)
    return world


@pytest.fixture
def told(world) -> Ticket:
    """A ticket to whose record much was added."""
    at = now() - timedelta(hours=5)
    ticket = make_ticket(world, at=at, description="九点起一直转圈", files=[png()])
    services.accept(ticket, actor=world.engineer, at=at)
    services.contact(ticket, actor=world.engineer, at=at, text="收到 https://example.com/")
    services.diagnose(ticket, actor=world.engineer, at=at, cause="电池", plan="更换", risk="短时变慢")
    services.request_onsite(ticket, actor=world.customer, at=at)
    return services.hold(ticket, actor=world.engineer, at=at, owner="customer", cause="请提供日志")


def test_a_fault_is_reported_in_under_a_minute_by_keyboard_alone(page: Page, context, live_server, world):
    enter(context, world.customer, live_server.url)
    page.goto(REPORT)
    began = monotonic()
    keys = page.keyboard
    keys.press("Tab")
    keys.press("Enter")  # to the content, past the navigation
    while page.evaluate("document.activeElement.id") != "find":
        keys.press("Tab")
    keys.type("his")
    keys.press("Enter")
    page.get_by_text("严重故障").wait_for()
    keys.press("Tab")  # to the site as a whole or, as one group, to the severities
    while page.evaluate("document.activeElement.name") != "severity":
        keys.press("Tab")
    keys.press("Space")
    promised = page.locator("#promised")
    promised.locator(".promised-1").get_by_text("1 小时内").wait_for()
    assert promised.get_by_text("免费", exact=True).is_visible()
    keys.press("Tab")
    keys.type("挂号系统打不开")
    while page.evaluate("document.activeElement.type") != "submit":
        keys.press("Tab")
    keys.press("Enter")
    page.wait_for_url("**/tickets/SD-**")
    assert monotonic() - began < 60
    ticket = Ticket.objects.get()
    assert (ticket.equipment, ticket.severity, ticket.subject) == (world.equipment, 1, "挂号系统打不开")
    assert page.get_by_text("等待受理").first.is_visible()


def test_enter_waits_for_what_is_being_looked_for(page: Page, context, live_server, world):
    enter(context, world.customer, live_server.url)
    page.goto(REPORT)
    page.locator("#find").focus()
    page.keyboard.type("交换")
    page.keyboard.press("Enter")
    page.locator("#places input:checked").wait_for()
    assert page.get_by_label("核心交换机").is_checked()
    page.locator("#find").fill("叫号")
    page.locator("#find").press("Enter")
    page.locator("#places input:focus").wait_for()
    assert page.get_by_label("叫号屏").is_checked(), "the one chosen before stands first, and is not taken again"


def test_promises_follow_the_kind_and_the_severity(page: Page, context, live_server, world):
    enter(context, world.customer, live_server.url)
    page.goto(REPORT)
    promised = page.locator("#promised")
    assert promised.get_by_text("请先选择设备或站点").is_visible()
    page.get_by_label("HIS 数据库").check()
    promised.get_by_text("选择严重程度后").wait_for()
    page.get_by_label("严重故障").check()
    assert promised.get_by_text("故障诊断报告").locator("visible=true").count() == 1
    page.get_by_label("技术咨询").check()
    promised.get_by_text("咨询解决方案").locator("visible=true").wait_for()
    assert page.get_by_label("严重故障").is_checked(), "what was chosen stays chosen"
    page.get_by_label("投诉").check()
    promised.get_by_text("没有为这类事项约定时限").wait_for()


def test_a_wrong_file_costs_nothing_that_was_typed(page: Page, context, live_server, world, tmp_path):
    enter(context, world.customer, live_server.url)
    files = []
    for upload in (png(), program()):
        (tmp_path / upload.name).write_bytes(upload.read())
        files.append(tmp_path / upload.name)
    page.goto(f"{REPORT}?equipment={world.equipment.pk}")
    page.get_by_label("一般故障").check()
    page.get_by_label("一句话说明").fill("打印错位")
    page.get_by_label("图片、日志、文档").set_input_files(files)
    assert page.locator(".chosen-files li").count() == 2
    page.get_by_role("button", name="提交报修").click()
    page.get_by_text("文件“virus.exe”的类型不受支持").wait_for()
    assert page.get_by_label("一句话说明").input_value() == "打印错位"
    assert page.get_by_label("截图.png").is_checked()
    assert page.get_by_label("一般故障").is_checked()
    page.get_by_role("button", name="提交报修").click()
    page.wait_for_url("**/tickets/SD-**")
    page.get_by_role("link", name="截图.png").wait_for()
    assert page.locator(".file-picture").evaluate("image => image.decode().then(() => image.naturalWidth)") == 1


def test_a_double_click_reports_once(page: Page, context, live_server, world):
    enter(context, world.customer, live_server.url)
    page.goto(f"{REPORT}?equipment={world.equipment.pk}")
    page.get_by_label("一般故障").check()
    page.get_by_label("一句话说明").fill("打印错位")
    page.get_by_role("button", name="提交报修").dblclick()
    page.wait_for_url("**/tickets/SD-**")
    assert Ticket.objects.count() == 1


@pytest.fixture
def plain(browser: Browser, live_server) -> Iterator[BrowserContext]:
    """A browser profile without scripts."""
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.set_default_timeout(10_000)
    yield context
    context.close()


def test_everything_works_without_a_script(plain, live_server, world):
    enter(plain, world.customer, live_server.url)
    page = plain.new_page()
    page.goto(REPORT)
    page.get_by_label("查找我的设备和站点").fill("his")
    page.get_by_role("button", name="查找", exact=True).click()
    page.get_by_label("HIS 数据库").check()
    page.get_by_role("button", name="查看所选项的承诺时限").click()
    page.get_by_label("严重故障").check()
    assert page.locator("#promised").get_by_text("1 小时内").first.is_visible()
    page.get_by_label("一句话说明").fill("挂号系统打不开")
    page.get_by_role("button", name="提交报修").click()
    page.wait_for_url("**/tickets/SD-**")
    page.get_by_label("留言内容").fill("补充：三楼也一样")
    page.get_by_role("button", name="发送").click()
    page.get_by_text("补充：三楼也一样").wait_for()
    page.locator("summary", has_text="取消").click()
    page.locator(".way-cancel textarea").fill("自己好了")
    page.locator(".way-cancel button").click()
    page.get_by_text("工单已取消").wait_for()


def test_a_solution_is_confirmed_in_the_browser(page: Page, context, live_server, world, told):
    services.resolve(told, actor=world.engineer, at=now(), cause="电池", solution="更换电池")
    enter(context, world.customer, live_server.url)
    page.goto(LIST)
    page.get_by_text("等您确认").first.wait_for()
    page.get_by_role("link", name=told.subject).click()
    page.locator(".way-confirm summary").click()
    page.locator(".way-confirm button").click()
    page.get_by_text("工单已办结").wait_for()
    assert Ticket.objects.get().status == "closed"


@pytest.mark.parametrize("language", PAIRS)
@pytest.mark.once
def test_every_page_of_the_portal_is_for_everybody(page: Page, context, live_server, world, told, language):
    """Axe finds nothing, and nothing is wider than the screen."""
    enter(context, world.customer, live_server.url, language=language)
    page.set_viewport_size(PAIRS[language])
    ticket = told.get_absolute_url()
    for path in (LIST, f"{LIST}?q=nothing", REPORT, f"{REPORT}?equipment={world.equipment.pk}", ticket):
        page.goto(path)
        assert not complaints(page)
    page.goto(REPORT)
    page.evaluate("document.querySelector('[data-report]').noValidate = true")
    page.locator("[data-report] button.btn-primary").click()
    page.locator(".field-error").first.wait_for()
    assert not complaints(page)
    page.goto(ticket)
    page.locator(".way-object summary").click()
    page.evaluate("document.querySelector('.way-object form').noValidate = true")
    page.locator(".way-object button").click()
    page.locator(".way-object .field-error").wait_for()
    assert not complaints(page)


@pytest.mark.once
def test_logging_a_call_is_for_everybody(page: Page, context, live_server, world):
    enter(context, world.dispatcher, live_server.url)
    page.goto(LOG)
    assert not complaints(page)
    page.get_by_label("查找客户、站点和设备").fill("江城 his")
    page.get_by_label("HIS 数据库").check()
    page.get_by_label("重要故障").check()
    assert not complaints(page)
    page.get_by_label("一句话说明").fill("电话报修：打不开")
    page.get_by_label("联系人").fill("李敏")
    page.get_by_role("button", name="保存并开始计时").click()
    page.wait_for_url("**/tickets/SD-**")
    assert Ticket.objects.get().channel == "phone"

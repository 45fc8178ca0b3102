"""The queue as a dispatcher meets it: on the keyboard, current without reload, on a phone, by axe."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core.time import now
from tests.looks import PAIRS, complaints, enter
from tests.worlds import World, make_promising_world, make_ticket
from tickets import services
from tickets.models import Ticket

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
QUEUE = reverse("tickets:queue")


def ago(**given: float) -> Any:
    return now() - timedelta(**given)


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def desk(page: Page, context: BrowserContext, live_server: LiveServer, world: World) -> Page:
    """The dispatcher's page, not open yet."""
    enter(context, world.dispatcher, live_server.url)
    return page


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.closest('tr')?.querySelector('.ticket-number')?.textContent ?? ''")


def numbers(page: Page) -> list[str]:
    return page.locator("#rows .ticket-number").all_text_contents()


def test_the_keyboard_walks_opens_searches_and_helps(desk: Page, world: World) -> None:
    first, second = make_ticket(world, at=ago(hours=2)), make_ticket(world, at=ago(minutes=5))
    desk.goto(QUEUE)
    walk = [("j", first), ("j", second), ("j", second), ("k", first), ("k", first)]
    for key, wanted in walk:
        desk.keyboard.press(key)
        assert focused(desk) == wanted.number, key
    desk.keyboard.press("?")
    dialog = desk.get_by_role("dialog", name="键盘快捷键")
    dialog.wait_for()
    desk.keyboard.press("j")
    desk.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert focused(desk) == first.number, "the help gives the focus back"
    desk.keyboard.press("/")
    desk.keyboard.type("jk?")
    assert desk.get_by_label("关键词或单号").input_value() == "jk?", "what is typed is text"
    desk.keyboard.press("Escape")
    desk.goto(QUEUE)
    desk.keyboard.press("j")
    desk.keyboard.press("o")
    desk.wait_for_url(f"**{reverse('tickets:ticket', args=[first.number])}")


def test_single_letters_can_be_switched_off(desk: Page, world: World) -> None:
    make_ticket(world, at=ago(minutes=5))
    desk.goto(QUEUE)
    desk.get_by_role("button", name="快捷键").click()
    desk.get_by_label("启用快捷键").uncheck()
    desk.get_by_role("button", name="关闭").click()
    desk.reload()
    desk.keyboard.press("j")
    assert focused(desk) == ""


def test_the_chosen_are_assigned_with_a(desk: Page, world: World) -> None:
    ticket = make_ticket(world, at=ago(minutes=5))
    desk.goto(QUEUE)
    bar = desk.get_by_role("form", name="分派所选工单")
    assert not bar.is_visible()
    desk.keyboard.press("j")
    desk.keyboard.press("a")
    bar.get_by_text("已选 1 张工单").wait_for()
    expect(bar.locator("[name='assignee']")).to_be_focused()
    desk.get_by_label("分派给").select_option(label=world.engineer.name)
    bar.get_by_role("button", name="分派").click()
    desk.get_by_text(f"1 张工单已分派给 {world.engineer.name}").wait_for()
    assert Ticket.objects.get(pk=ticket.pk).assignee == world.engineer


def test_news_come_without_reload_and_leave_focus_and_choice_alone(desk: Page, world: World) -> None:
    kept, leaving = make_ticket(world, at=ago(minutes=30)), make_ticket(world, at=ago(minutes=20))
    desk.clock.install()
    desk.goto(QUEUE)
    desk.evaluate("document.body.dataset.mark = 'same page'")
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    desk.evaluate("document.querySelector('#rows tr').dataset.mark = 'same row'")
    urgent = make_ticket(world, at=ago(minutes=50))
    services.cancel(leaving, actor=world.dispatcher, at=now(), reason="重复")
    desk.clock.fast_forward(11_000)
    desk.get_by_text("2 张工单有变化").wait_for()
    assert numbers(desk) == [urgent.number, kept.number]
    assert focused(desk) == kept.number
    assert desk.locator("#rows input:checked").count() == 1
    assert desk.locator("[data-mark='same row'] .ticket-number").text_content() == kept.number
    assert desk.evaluate("document.body.dataset.mark") == "same page"


def test_an_empty_queue_fills_by_itself(desk: Page, world: World) -> None:
    desk.clock.install()
    desk.goto(QUEUE)
    desk.get_by_text("没有未结工单").wait_for()
    ticket = make_ticket(world, at=ago(minutes=5))
    desk.clock.fast_forward(11_000)
    desk.get_by_role("link", name=ticket.number).wait_for()
    assert desk.get_by_text("没有未结工单").count() == 0


def test_a_chip_counts_down_and_turns_red(desk: Page, world: World) -> None:
    make_ticket(world, at=ago(minutes=59, seconds=50))
    desk.clock.install()
    desk.goto(QUEUE)
    chip = desk.locator("#rows .clock").first
    assert "chip-risk" in chip.get_attribute("class")
    desk.clock.run_for(15_000)
    desk.locator("#rows .clock.chip-late").first.wait_for()
    assert "超时" in chip.text_content()


def test_filters_apply_at_once_and_stand_in_the_address(desk: Page, world: World) -> None:
    severe, other = make_ticket(world, at=ago(minutes=5), severity=1), make_ticket(world, at=ago(minutes=5))
    desk.goto(QUEUE)
    desk.get_by_text("更多筛选").click()
    desk.get_by_label("严重程度", exact=True).select_option("1")
    desk.get_by_role("link", name=other.number).wait_for(state="detached")
    assert numbers(desk) == [severe.number]
    assert desk.url.endswith("?severity=1"), "without the empty ones"
    desk.get_by_text("保存为视图").click()
    desk.get_by_label("视图名称").fill("严重的")
    desk.get_by_role("button", name="保存", exact=True).click()
    desk.get_by_role("link", name="严重的").wait_for()
    assert desk.url.endswith("?severity=1")


@pytest.mark.slow
@pytest.mark.parametrize("language", PAIRS)
def test_the_desk_is_accessible_and_fits(language: str, desk: Page, context: BrowserContext, live_server: LiveServer, world: World) -> None:
    make_ticket(world, at=ago(hours=4), severity=1)
    make_ticket(world, at=ago(minutes=5), kind="complaint")
    services.escalate_next_batch(now())
    enter(context, world.dispatcher, live_server.url, language=language)
    desk.set_viewport_size(PAIRS[language])
    for address in (QUEUE, f"{QUEUE}?severity=1&assignee=none", f"{QUEUE}?state=closed", reverse("tickets:escalations")):
        desk.goto(address)
        assert complaints(desk) == [], address
    desk.goto(QUEUE)
    desk.keyboard.press("?")
    desk.get_by_role("dialog").wait_for()
    assert complaints(desk) == []

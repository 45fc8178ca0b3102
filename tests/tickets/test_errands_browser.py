"""The link of the mail on a phone, with and without scripts; and the pages about being away and being left alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from accounts import services as people
from core.queue import drain
from core.time import now
from notifications.models import Message
from sla.models import Escalation
from tests import looks
from tests.worlds import make_promising_world, make_ticket
from tickets import errands, services

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    cache.clear()
    made = make_promising_world()
    for _each in range(2):
        make_ticket(made, at=now() - timedelta(minutes=61))
    drain(services.escalate_next_batch, at=now())
    return made


def mail() -> Message:
    return Message.objects.filter(kind="escalation", channel="email").earliest("pk")


def test_one_tap_on_a_phone_without_scripts(browser: Browser, live_server, world: World) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN", viewport=looks.NARROW)
    page = context.new_page()
    page.goto(f"/take/{errands.of(mail()).token}/")
    button = page.get_by_role("button", name="由我处理")
    box = button.bounding_box()
    assert box is not None
    assert box["width"] > 250
    assert box["height"] >= 48, "a thumb finds it"
    assert box["y"] + box["height"] < looks.NARROW["height"], "without scrolling"
    button.click()
    expect(page.get_by_role("heading", name="由您处理")).to_be_visible()
    assert Escalation.objects.filter(acknowledged_by=mail().recipient).count() >= 2
    context.close()


@pytest.mark.parametrize("size", [looks.WIDE, looks.NARROW], ids=["wide", "narrow"])
def test_the_pages_are_for_everybody_and_fit_any_width(page: Page, context: BrowserContext, live_server, world: World, size) -> None:
    at = now()
    people.enter_absence(world.engineer, starts_at=at, ends_at=at + timedelta(days=2), deputy=world.dispatcher, actor=world.manager, at=at)
    looks.enter(context, mail().recipient, live_server.url)
    page.set_viewport_size(size)
    token = errands.of(mail(), Escalation.objects.earliest("pk").pk).token
    for address in (f"/take/{token}/", "/take/mistyped/", "/profile/absences/", "/inbox/quiet/", "/inbox/", "/profile/"):
        page.goto(address)
        assert looks.complaints(page) == [], address

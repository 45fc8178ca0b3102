"""Plans on a phone, on a wide screen and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.time import now
from sla import loading
from sla.reading import read_document
from tests import looks
from tests.worlds import make_promising_world

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
P3 = (loading.SHIPPED / "p3.yaml").read_text("utf-8")


@pytest.fixture
def world() -> World:
    world = make_promising_world("p3")
    text = P3.replace("target: 15min", "target: 10min\n    limit: 30min").replace(P3[P3.index("  - code: followup") :], "")
    loading.load_documents([read_document(text, "p3.yaml")], actor=world.admin, at=now())
    return world


@pytest.mark.parametrize("size", [looks.WIDE, looks.NARROW], ids=["wide", "narrow"])
def test_what_changed_is_fit_to_read(page: Page, context: BrowserContext, live_server, world: World, size):
    looks.enter(context, world.supervisor, live_server.url, language="en")
    page.set_viewport_size(size)
    page.goto("/plans/p3/changes/")
    assert page.get_by_role("heading", name="Follow-up removed").is_visible()
    assert page.get_by_text("10 minutes · at the latest 30 minutes").is_visible()
    assert looks.complaints(page) == []
    page.get_by_label("From version").focus()
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/changes/?from=1&to=2")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_on_paper_the_plan_is_a_numbered_chapter(page: Page, context: BrowserContext, live_server, world: World, language):
    looks.enter(context, world.manager, live_server.url, language=language)
    page.goto("/plans/p3/")
    page.emulate_media(media="print")
    for chrome in (".topbar", ".page-head-actions", ".page-foot"):
        assert not page.locator(chrome).is_visible(), chrome
    title = {"zh-hans": "售后服务承诺", "en": "Service commitment"}[language]
    assert page.locator(".page-over").inner_text() == title
    numbering = page.evaluate("getComputedStyle(document.querySelector('.card-title'), '::before').content")
    assert ("cjk-ideographic" in numbering) == (language == "zh-hans")
    assert page.locator(".promises tbody tr").count() == 7
    assert page.pdf(format="A4").startswith(b"%PDF")

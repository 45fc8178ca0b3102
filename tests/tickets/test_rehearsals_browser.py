"""Rehearsals as a manager meets them: the draft refused and mended, the bar that moves by itself, the result, on both screens."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.queue import drain
from core.time import now
from tests import looks
from tests.worlds import World, make_promising_world, make_ticket
from tickets import services
from tickets.models import Rehearsal

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    world = make_promising_world()
    for days in range(1, 4):
        ticket = make_ticket(world, at=now() - timedelta(days=days))
        services.contact(ticket, actor=world.engineer, at=now() - timedelta(days=days, minutes=-45), text="已联系")
    return world


@pytest.mark.parametrize(("size", "language"), [(looks.WIDE, "zh-hans"), (looks.NARROW, "en")])
def test_a_draft_is_mended_and_rehearsed(page: Page, context: BrowserContext, live_server, world: World, size, language) -> None:
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" and "422" not in message.text else None)
    looks.enter(context, world.manager, live_server.url, language=language)
    page.set_viewport_size(size)
    page.goto("/rehearsals/")
    assert looks.complaints(page) == []
    page.locator("select[name=plan]").select_option("p0")
    page.locator(".rehearsal-start [type=submit]").click()
    text = page.locator("[name=text]")
    good = text.input_value()
    text.fill(good.replace("target: 1h", "target: soon", 1))
    page.locator(".rehearsal-form [type=submit]").click()
    page.locator("[name=text].is-invalid").wait_for()
    assert "promises.0.target" in page.locator(".rehearsal-form").inner_text()
    assert "target: soon" in text.input_value(), "what was typed stays"
    assert looks.complaints(page) == []
    text.fill(good.replace("target: 1h", "target: 30min", 1))
    page.locator(".rehearsal-form [type=submit]").click()
    page.locator("#progress[hx-get]").wait_for()
    assert looks.complaints(page) == []
    services.rehearse_next_batch(now(), limit=1)
    page.locator("progress[value='1']").wait_for(timeout=6000)
    drain(services.rehearse_next_batch, at=now())
    page.locator("#tickets .ticket-link").first.wait_for(timeout=6000)
    assert page.locator("#tickets .ticket-link").count() == Rehearsal.objects.get().findings.count() == 3
    page.locator("[data-chart] svg").first.wait_for()
    page.locator("details.chart-table > summary").first.click()
    assert looks.complaints(page) == []
    page.locator("[name=change]").select_option("newly_kept")
    page.locator("#tickets .empty-state").wait_for()
    assert errors == [], "nothing that the content security policy forbids"

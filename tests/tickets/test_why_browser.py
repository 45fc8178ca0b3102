"""The page that explains a clock, on a wide screen, on a phone and on paper."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core.time import now
from tests import looks
from tests.worlds import World, make_promising_world, make_ticket
from tickets import services

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    return make_promising_world("p3")


@pytest.fixture
def ticket(world: World) -> Ticket:
    """Reported eleven days ago (some of them are working days, whatever today is), on hold for a while, once of another severity."""
    begin = now() - timedelta(days=11)
    ticket = make_ticket(world, at=begin, severity=3)
    services.hold(ticket, actor=world.engineer, at=begin + timedelta(hours=2), owner="customer", cause="等停机窗口")
    services.resume(ticket, actor=world.engineer, at=begin + timedelta(hours=30))
    services.set_severity(ticket, actor=world.engineer, at=begin + timedelta(hours=40), severity=2, reason="范围扩大")
    services.set_severity(ticket, actor=world.engineer, at=begin + timedelta(hours=41), severity=3, reason="已恢复")
    services.escalate_next_batch(now())
    return ticket


@pytest.mark.parametrize(
    ("role", "size", "language", "link", "levels"),
    [
        ("engineer", looks.WIDE, "zh-hans", "为什么是这个时间？", 1),
        ("customer", looks.NARROW, "en", "Why this time?", 0),
    ],
)
def test_a_clock_explains_itself(page: Page, context: BrowserContext, live_server, world, ticket, role, size, language, link, levels):
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    looks.enter(context, world.person(role), live_server.url, language=language)
    page.set_viewport_size(size)
    page.goto(f"/tickets/{ticket.number}/")
    for promise in ("响应", "恢复") if language == "zh-hans" else ("Response", "Restore"):
        page.evaluate("document.querySelectorAll('details.promise').forEach(each => each.open = true)")
        page.get_by_role("link", name=f"{link} {promise}").click()
        page.get_by_role("heading", name=link, level=1).wait_for()
        assert looks.complaints(page) == []
        assert page.locator(".why-bar rect.why-open").count() >= 1
        assert page.get_by_role("heading", name="临近到期或超时通知谁").count() == levels
        page.go_back()
    assert errors == [], "nothing that the content security policy forbids"


def test_on_paper_it_is_whole(page: Page, context: BrowserContext, live_server, world, ticket):
    looks.enter(context, world.manager, live_server.url)
    clock = ticket.commitment.clocks.get(promise="restore")
    page.goto(f"/tickets/{ticket.number}/clocks/{clock.pk}/")
    page.emulate_media(media="print")
    assert not page.locator(".topbar").is_visible()
    assert page.locator(".why-stretches li").count() > 3
    assert page.pdf(format="A4").startswith(b"%PDF")

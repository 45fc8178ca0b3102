"""The bell and the inbox as a person meets them, with and without JavaScript."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.urls import reverse

from notifications.models import Message
from tests import looks
from tests.notifications.conftest import post_inbox, post_mail
from tests.notifications.samples import escalation_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from pytest_django.live_server_helper import LiveServer

    from accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

INBOX = reverse("notifications:inbox")
OUTBOX = reverse("notifications:outbox")
MARK = re.compile("^标为已读")  # not 全部标为已读


@pytest.fixture
def enter(client):
    """Lets a test log somebody in to a browser profile."""

    def log_in(context: BrowserContext, person: User, live_server: LiveServer) -> None:
        client.force_login(person)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])

    return log_in


def test_the_bell_rings_without_reload(page: Page, context, live_server, enter, engineer):
    enter(context, engineer, live_server)
    page.clock.install()
    page.goto(INBOX)
    page.evaluate("document.body.dataset.mark = 'same page'")
    post_inbox(engineer, 2)
    page.clock.fast_forward(16_000)
    page.get_by_role("link", name="收件箱，2 条未读").wait_for()
    assert page.evaluate("document.body.dataset.mark") == "same page"


def test_reading_a_message_quiets_the_bell_and_keeps_the_place(page: Page, context, live_server, enter, engineer):
    post_inbox(engineer, 2)
    enter(context, engineer, live_server)
    page.goto(INBOX)
    page.get_by_role("button", name=MARK).first.click()
    page.get_by_role("link", name="收件箱，1 条未读").wait_for()
    assert page.get_by_role("button", name=MARK).count() == 1
    assert Message.objects.filter(read_at=None).count() == 1


def test_without_script_messages_are_read_and_opened_all_the_same(browser: Browser, live_server, enter, engineer):
    post_inbox(engineer, 2, link="/inbox/?opened")
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    enter(context, engineer, live_server)
    page = context.new_page()
    page.goto(INBOX)
    page.get_by_role("button", name=MARK).first.click()
    page.wait_for_url(f"**{INBOX}")
    page.get_by_role("button", name="工单已分派给您").last.click()
    page.wait_for_url("**/inbox/?opened")
    page.get_by_role("link", name="收件箱", exact=True).wait_for()
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("address", [INBOX, OUTBOX, f"{OUTBOX}?state=pending"])
def test_the_pages_are_for_everybody_and_fit_any_width(page: Page, context, live_server, enter, manager, address, width):
    post_inbox(manager, 3)
    post_inbox(manager, kind="escalation", context={"items": [escalation_of(1), escalation_of(2)]}, urgent=True)
    post_mail(manager, link="/tickets/42/")
    enter(context, manager, live_server)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address)
    assert looks.complaints(page) == []
    assert page.evaluate("document.querySelector('#content').scrollWidth") <= width

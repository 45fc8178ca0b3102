"""Webhooks in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from core.time import now
from integrations import services
from integrations.models import WebhookEndpoint
from tests import looks
from tests.worlds import make_promising_world, make_ticket

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.integrations.receivers import Receiver

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_endpoint_is_made_tried_and_read_of_in_both_languages(
    page: Page, context: BrowserContext, live_server: Any, receiver: Receiver
) -> None:
    world = make_promising_world()
    looks.enter(context, world.manager, live_server.url)
    page.goto("/webhooks/")
    assert not looks.complaints(page)
    page.get_by_role("link", name="新建端点").click()
    page.get_by_label("名称").fill("集团服务台")
    page.get_by_label("地址").fill(receiver.url())
    page.get_by_role("button", name="保存").click()
    made = WebhookEndpoint.objects.get()
    expect(page.get_by_text(made.secret)).to_be_visible()
    assert not looks.complaints(page)
    page.get_by_role("button", name="发送测试").click()
    make_ticket(world, at=now())
    receiver.says["/hook"] = 503
    services.deliver(now())
    delivery = made.deliveries.earliest("pk")
    for language, size in looks.PAIRS.items():
        looks.enter(context, world.manager, live_server.url, language=language)
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for address in ("/webhooks/", "/webhooks/new/", made.get_absolute_url(), delivery.get_absolute_url()):
            page.goto(address)
            assert not looks.complaints(page), (language, address)

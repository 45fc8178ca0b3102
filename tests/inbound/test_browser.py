"""Sources in a browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from core.time import now
from inbound import services
from inbound.models import Case, Source
from tests import looks
from tests.inbound.conftest import alert, group
from tests.worlds import make_promising_world

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_a_source_is_made_and_its_tray_emptied_in_both_languages(page: Page, context: BrowserContext, live_server: Any) -> None:
    world = make_promising_world()
    looks.enter(context, world.manager, live_server.url)
    page.goto("/inbound/")
    page.get_by_role("link", name="Prometheus Alertmanager").click()
    page.get_by_label("名称").fill("医院监控")
    page.get_by_label("代表的账户").fill(world.dispatcher.email)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#secret")).to_contain_text("sdk_")
    assert not looks.complaints(page)
    made = Source.objects.get()
    body = json.dumps(group(alert(instance="node-9:9100"))).encode()
    services.receive(made, body, content_type="application/json", sender="10.0.0.1", at=now())
    message, case = made.arrivals.get(), Case.objects.get()
    addresses = [made.get_absolute_url(), message.get_absolute_url(), f"/inbound/{made.pk}/try/?message={message.pk}"]
    addresses += ["/inbound/", "/inbound/new/webhook/", "/inbound/tray/", case.get_absolute_url()]
    for language, size in looks.PAIRS.items():
        looks.enter(context, world.manager, live_server.url, language=language)
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for address in addresses:
            page.goto(address)
            assert not looks.complaints(page), (language, address)
    page.goto(f"/inbound/{made.pk}/try/?message={message.pk}")
    page.get_by_role("button", name="Try").last.click()
    expect(page.locator("#tried")).to_contain_text("tray")
    page.goto(case.get_absolute_url() + "?q=HIS")
    page.get_by_label("HIS 数据库").check()
    page.get_by_role("button", name="Make the ticket").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("HostDown")

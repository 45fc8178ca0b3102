"""API clients in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from clients.models import ApiClient
from tests import looks
from tests.worlds import make_promising_world

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_a_client_is_made_and_looked_after_in_both_languages(page: Page, context: BrowserContext, live_server: Any) -> None:
    world = make_promising_world()
    looks.enter(context, world.manager, live_server.url)
    page.goto("/clients/")
    assert not looks.complaints(page)
    page.get_by_role("link", name="新建客户端").click()
    page.get_by_label("名称").fill("集团服务台")
    page.get_by_label("代表的账户").fill(world.supervisor.email)
    page.get_by_label("tickets:read").or_(page.get_by_label("工单及其记录、时钟和附件: 读取")).first.check()
    page.get_by_role("button", name="保存").click()
    made = ApiClient.objects.get()
    expect(page.locator("#secret")).to_contain_text(made.start)
    assert not looks.complaints(page)
    page.get_by_role("button", name="更换密钥").click()
    expect(page.locator("#secret")).not_to_contain_text(made.start)
    for language, size in looks.PAIRS.items():
        looks.enter(context, world.manager, live_server.url, language=language)
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for address in ("/clients/", "/clients/new/", made.get_absolute_url(), f"/clients/{made.pk}/edit/", "/profile/"):
            page.goto(address)
            assert not looks.complaints(page), (language, address)
    page.goto(made.get_absolute_url())
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Revoke").or_(page.get_by_role("button", name="吊销")).click()
    made.refresh_from_db()
    assert made.revoked_at is not None
    assert not looks.complaints(page)

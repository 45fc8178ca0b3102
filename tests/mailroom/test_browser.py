"""Received mail in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from core.time import now
from mailroom import services
from mailroom.models import IncomingMail
from tests import looks
from tests.mailroom.conftest import came, written
from tests.mailroom.made import FOLDER
from tests.worlds import make_promising_world

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
BOX = {"name": "服务台", "address": "desk@x.example", "host": "imap.x.example", "port": 993, "security": "tls", "username": "desk"}


def test_every_page_is_open_to_everybody(page: Page, context: BrowserContext, live_server: Any) -> None:
    world = make_promising_world()
    waiting = came(written("王工 <wang@elsewhere.example>", "一楼打印机卡纸\n\n在 2026-11-23，服务台 写道：\n> 位置？", subject="打印机"))
    nasty = came((FOLDER / "html-nasty.eml").read_bytes())
    more = {"folder": "INBOX", "done_folder": "", "kind": "fault", "severity": 3, "password": "x"}
    box = services.create_mailbox(**BOX, **more, actor=world.manager, at=now())  # type: ignore[arg-type]
    services.block("@spam.example", actor=world.manager, at=now())
    pages = ["/mail/", "/mail/log/", "/mail/blocked/", "/mail/boxes/", "/mail/boxes/new/", box.get_absolute_url()]
    pages += [f"{box.get_absolute_url()}edit/", waiting.get_absolute_url(), nasty.get_absolute_url()]
    for language, size in looks.PAIRS.items():
        looks.enter(context, world.manager, live_server.url, language=language)
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for address in pages:
            page.goto(address)
            for details in page.locator("main details").all():
                details.evaluate("each => each.open = true")
            assert not looks.complaints(page), (language, address)
    looks.enter(context, world.dispatcher, live_server.url)
    page.goto("/mail/")
    page.get_by_role("link", name="打印机").click()
    page.get_by_label("客户账户（邮箱地址）").fill(world.customer.email)
    page.get_by_role("button", name="新建工单").click()
    expect(page.get_by_text("通过邮件")).to_be_visible()
    assert not looks.complaints(page)
    page.get_by_role("link", name="查看完整邮件").click()
    expect(page.get_by_text("所回复的内容")).to_be_visible()
    assert IncomingMail.objects.get(pk=waiting.pk).reason == "accepted"

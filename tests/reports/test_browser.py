"""Every page of the monthly reports in both languages and widths, open to everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from reports import services
from tests import looks
from tests.reports.worlds import FIRST, make_october, make_report

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_every_page_is_open_to_everybody(page: Page, context: BrowserContext, live_server):
    world = make_october()
    first = make_report(world)
    second = services.correct(first, reason="补录一张工单", actor=world.manager, at=FIRST)
    found = {}
    for language, size in (("zh-hans", looks.WIDE), ("en", looks.NARROW)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for person, addresses in {
            world.manager: ["/reports/", "/reports/make/", f"/reports/{second.pk}/", f"/reports/{second.pk}/correct/"],
            world.supervisor: ["/reports/", "/reports/?month=2026-01", f"/reports/{first.pk}/"],
        }.items():
            looks.enter(context, person, live_server.url, language=language)
            for address in addresses:
                page.goto(address)
                found[language, str(person), address] = looks.complaints(page)
    assert not any(found.values()), {address: said for address, said in found.items() if said}
    page.goto(f"/reports/{second.pk}/")
    expect(page.locator("#promises-chart svg")).to_be_visible()

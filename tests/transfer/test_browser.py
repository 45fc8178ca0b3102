"""Every page of imports and exports in both languages and widths, and an import watched to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from core.time import now
from tests import looks
from tests.transfer.files import TICKETS
from tests.transfer.worlds import begin, tried
from tests.worlds import make_promising_world
from transfer import services

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.once
def test_every_page_of_imports_and_exports_is_open_to_everybody(page: Page, context: BrowserContext, live_server, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world = make_promising_world()
    row = tried(world.manager, "旧系统工单.csv", TICKETS)
    begin(world.manager, "t.csv", TICKETS)
    asked = services.ask(world.organization, language="en", actor=world.manager, at=now())
    services.make_next(now)
    address = row.get_absolute_url()
    addresses = ["/imports/", "/imports/new/", address, f"{address}mapping/", "/exports/", asked.get_absolute_url()]
    found = {}
    for language, size in looks.PAIRS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        looks.enter(context, world.manager, live_server.url, language=language)
        for one in addresses:
            page.goto(one)
            found[language, one] = looks.complaints(page)
    assert not any(found.values()), {one: said for one, said in found.items() if said}
    page.goto(address)
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("form[action$='/run/'] button").click()
    expect(page.locator("#progress progress")).to_be_visible()
    services.work_next(now)
    expect(page.locator("#progress progress")).to_have_count(0, timeout=15_000)
    row.refresh_from_db()
    assert row.state == "done"

"""Every page of the archive in both languages and widths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from core.time import now
from tests import looks
from tests.archive.worlds import ask, make, make_history

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.once
def test_every_page_of_the_archive_is_open_to_everybody(page: Page, context: BrowserContext, live_server, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world, at = make_history(), now()
    ready = ask(world, at=at)
    make(at)
    waiting = ask(world, at=at, form="pdf")
    archive = f"/archive/organization/{world.organization.pk}/"
    addresses = [
        *("/archive/", "/archive/?q=SN-0001", "/archive/exports/", archive, f"{archive}?kind=ticket&q=zzzz", f"{archive}export/"),
        *(f"/archive/equipment/{world.equipment.pk}/", ready.get_absolute_url(), waiting.get_absolute_url()),
    ]
    found = {}
    for language, size in looks.PAIRS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        looks.enter(context, world.supervisor, live_server.url, language=language)
        for address in addresses:
            page.goto(address)
            found[language, address] = looks.complaints(page)
    assert not any(found.values()), {address: said for address, said in found.items() if said}
    page.goto(archive)
    page.get_by_label("Contains").fill("内存")
    expect(page.locator("#timeline .event")).to_have_count(2)
    expect(page.get_by_text("Who to call")).to_be_visible()

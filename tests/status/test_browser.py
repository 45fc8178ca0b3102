"""The status page in a browser."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from core.time import now
from tests import looks
from tests.status.test_status import canary

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.worlds import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.once
def test_it_is_open_to_everybody_and_draws_the_day(page: Page, context: BrowserContext, live_server: Any, world: World) -> None:
    looks.enter(context, world.manager, live_server.url)
    page.goto("/status/")
    assert not looks.complaints(page)
    for minutes in (3, 70, 130):
        canary(now() - timedelta(minutes=minutes), 1, 4)
    for language, size in looks.PAIRS.items():
        looks.enter(context, world.manager, live_server.url, language=language)
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.goto("/status/")
        expect(page.locator("#lateness svg")).to_be_visible()
        assert not looks.complaints(page), language

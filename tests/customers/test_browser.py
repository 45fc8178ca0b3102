"""The pages about what is agreed beside the plan, in a browser."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from core.time import now
from customers import services
from tests import looks
from tests.worlds import World, make_promising_world

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.mark.parametrize("language", looks.PAIRS)
def test_every_page_is_open_to_everybody(page: Page, context: BrowserContext, live_server: Any, language: str) -> None:
    world: World = make_promising_world()
    at = now()
    terms = {"measure": "response", "severity": 0, "target": "20min", "clause": "附件二"}
    services.agree_target(world.contract, **terms, actor=world.manager, at=at)
    facts = {"name": "国庆重保", "starts_at": at, "ends_at": at + timedelta(days=3), "organizations": [world.organization]}
    period = services.save_period(None, **facts, targets={"onsite": "2h"}, actor=world.manager, at=at)
    duty = {"starts_at": at, "ends_at": period.ends_at, "phone": "13800000000"}
    services.put_on_duty(period, person=world.engineer, **duty, actor=world.manager, at=at)
    services.announce_period(period, actor=world.manager, at=at)
    own, contract = period.get_absolute_url(), f"/contracts/{world.contract.pk}/"
    page.set_viewport_size(looks.PAIRS[language])  # type: ignore[arg-type]
    found = {}
    for person, addresses in {
        world.manager: ["/heightened/", own, f"{own}edit/", f"{own}duty/", contract, f"{contract}agreed/"],
        world.supervisor: ["/heightened/", own, contract, "/portal/"],
        world.stranger: ["/heightened/"],
    }.items():
        looks.enter(context, person, live_server.url, language=language)
        for address in addresses:
            page.goto(address)
            found[str(person), address] = looks.complaints(page)
    looks.enter(context, world.manager, live_server.url, language=language)
    page.goto("/heightened/new/")
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.locator("main form button[type=submit]").click()
    page.locator(".field-error").first.wait_for()
    found["refused"] = looks.complaints(page)
    assert not any(found.values()), {address: said for address, said in found.items() if said}

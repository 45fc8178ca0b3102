"""An engineer with a phone sets a part aside and uses it; every page of parts in both languages and widths."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from core.time import now
from parts import services
from tests import looks
from tests.parts.worlds import balance, make_depot, make_part, stock
from tests.worlds import make_promising_world, make_ticket

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.once
def test_an_engineer_with_a_phone_books_parts_and_every_page_is_open_to_everybody(page: Page, context: BrowserContext, live_server):
    world, at = make_promising_world(), now()
    part, depot = make_part(world, at=at), make_depot(world, at=at)
    stock(world, part, depot, 5, at=at)
    ticket = make_ticket(world, at=at)
    looks.enter(context, world.engineer, live_server.url, language="en")
    page.set_viewport_size(looks.NARROW)
    page.goto(ticket.get_absolute_url())
    page.get_by_role("link", name="Book parts").click()
    page.get_by_role("link", name="Set aside").first.click()
    page.get_by_label("Quantity").fill("2")
    page.get_by_role("button", name="Set aside").click()
    expect(page.get_by_text("It is set aside for this ticket.")).to_be_visible()
    page.get_by_role("link", name="Use Power supply").first.click()
    expect(page.locator(".verdict")).to_contain_text("free of charge")
    expect(page.locator(".verdict")).to_contain_text("inside the warranty")
    page.get_by_label("Quantity").fill("2")
    page.get_by_role("button", name="Use", exact=True).click()
    expect(page.get_by_text("It is booked as used on this ticket.")).to_be_visible()
    assert balance(part, depot) == (3, 0, 0, 0)

    facts = {"actor": world.manager, "at": at, "depot": depot}
    services.set_minimum(part, **facts, minimum=9)
    kept = services.reserve(part, **facts, ticket=ticket)
    services.exchange(part, actor=world.engineer, at=at, ticket=ticket, depot=depot)
    repair = services.send_for_repair(part, **facts, expected_on=at.date() - timedelta(days=2))
    order = services.order(part, **facts, ticket=ticket, pauses=True, expected_at=at + timedelta(days=2), tracking_number="SF1395512201678")
    booking = f"/parts/tickets/{ticket.number}/"
    addresses = [
        *(f"/parts/{path}" for path in ("", "low/", "ledger/", "forecast/", "catalogue/", "purchases/", "repairs/")),
        *(f"/parts/{path}" for path in (f"{part.pk}/", f"purchases/{order.pk}/", f"repairs/{repair.pk}/")),
        *(booking, f"{booking}{part.pk}/exchange/", f"{booking}{part.pk}/emergency/"),
        *(f"{booking}{kept.part_id}/order/", ticket.get_absolute_url()),
    ]
    found = {}
    for language, size in looks.PAIRS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        looks.enter(context, world.manager, live_server.url, language=language)
        for address in addresses:
            page.goto(address)
            found[language, address] = looks.complaints(page)
    assert not any(found.values()), {address: said for address, said in found.items() if said}

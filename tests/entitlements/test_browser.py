"""Every page of entitlements is open to everybody, in both languages and widths."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from core.time import now
from customers import services as customers
from entitlements import services
from tests import looks
from tests.entitlements.worlds import DAY, make_term, offer, propose, uncover
from tests.visits.worlds import make_visit
from tests.worlds import make_promising_world, make_ticket

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_every_page_is_open_to_everybody(page: Page, context: BrowserContext, live_server):
    world, at = make_promising_world(), now()
    day = customers.today(at)
    term = make_term(world, at=at, starts_on=day - 300 * DAY, ends_on=day + 25 * DAY, price=Decimal("12000.00"))
    services.attend_next_batch(at)
    quotation = services.ask(term, actor=world.supervisor, at=at, wish="希望包含备件")
    given = offer(starts_on=day + 26 * DAY, ends_on=day + 390 * DAY, valid_until=day + 30 * DAY)
    services.quote(quotation, given, actor=world.dispatcher, at=at)
    ticket = make_ticket(world, at=at)
    remedy = propose(world, ticket, kind="compensation", price=Decimal("9000.00"), at=at)
    uncover(world)
    bare = make_ticket(world, at=at, site=world.other_site, equipment=world.other_equipment, actor=world.supervisor)
    visit = make_visit(world, bare, at=at, starts_at=at + timedelta(days=1), ends_at=at + timedelta(days=1, hours=2))
    ours = [
        *(f"/warranty/{path}" for path in ("", "overview/", "quotations/", "remedies/", "rates/", "terms/new/", "terms/import/")),
        *(f"/warranty/terms/{term.pk}/", f"/warranty/terms/{term.pk}/edit/", f"/warranty/equipment/{world.equipment.pk}/"),
        *(f"/warranty/quotations/{quotation.pk}/", f"/warranty/remedies/{remedy.pk}/", f"/tickets/{ticket.number}/remedies/new/"),
        *(world.equipment.get_absolute_url(), visit.get_absolute_url(), f"/contracts/{world.contract.pk}/", ticket.get_absolute_url()),
    ]
    theirs = ["/warranty/", f"/warranty/quotations/{quotation.pk}/", visit.get_absolute_url()]
    found = {}
    for language, size in looks.PAIRS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for person, addresses in ((world.manager, ours), (world.supervisor, theirs)):
            looks.enter(context, person, live_server.url, language=language)
            for address in addresses:
                page.goto(address)
                found[language, person.role, address] = looks.complaints(page)
    assert not any(found.values()), {address: said for address, said in found.items() if said}

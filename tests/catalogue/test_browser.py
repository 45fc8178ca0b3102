"""A customer asks from a phone and the supervisor approves; every page of the catalogue in both languages and widths."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from catalogue import services
from catalogue.models import Request
from core.time import now
from tests import looks
from tests.catalogue.worlds import load_items, make_campaign, make_quotation, make_request, make_told
from tests.worlds import make_promising_world

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.once
def test_a_customer_asks_and_the_supervisor_approves_and_every_page_is_open_to_everybody(page: Page, context: BrowserContext, live_server):
    world, at = make_promising_world(), now()
    load_items()
    soon = at.date() + timedelta(days=20)
    looks.enter(context, world.supervisor, live_server.url, language="en")
    page.set_viewport_size(looks.NARROW)
    page.goto("/catalogue/")
    page.get_by_role("link", name="Relocation and second installation").click()
    expect(page.locator("#terms")).to_contain_text("on quotation")
    expect(page.get_by_label("Address of the new place")).to_be_hidden()
    page.get_by_label("A new place").check()
    page.get_by_label("Address of the new place").fill("B1")
    expect(page.get_by_label("Destination")).to_be_hidden()
    page.get_by_label("HIS 数据库").check()
    page.get_by_label("Day wanted").fill(soon.isoformat())
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_text("This is needed.").first).to_be_visible()  # where it stands now
    expect(page.get_by_label("Address of the new place")).to_have_value("B1")
    page.get_by_label("Where it stands now").select_option(label="门诊楼机房")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("heading", name="Relocation and second installation")).to_be_visible()
    row = Request.objects.get()
    make_quotation(world, row, valid_until=soon, at=at)
    page.reload()
    page.get_by_label("Your words").fill("同意")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved; work can begin.")).to_be_visible()

    waiting = make_request(world, row.item, values=row.values, actor=world.supervisor, at=at)
    services.quote(
        waiting,
        services.QuoteDraft(plan="先勘查", hours=Decimal(8), valid_until=soon, lines=[services.Line(text="实施", price=Decimal(9600))]),
        actor=world.engineer,
        at=at,
    )
    campaign = make_campaign(world, at=at)
    make_told(world, campaign, at=at)
    staff = [
        *("/catalogue/", "/catalogue/manage/", "/catalogue/manage/relocation/", "/service-requests/", waiting.get_absolute_url()),
        *(f"{waiting.get_absolute_url()}quote/", waiting.ticket.get_absolute_url(), "/campaigns/", "/campaigns/new/"),
        *(campaign.get_absolute_url(), world.equipment.get_absolute_url()),
    ]
    theirs = ["/catalogue/relocation/", "/service-requests/", waiting.get_absolute_url(), "/campaigns/", campaign.get_absolute_url()]
    found = {}
    for language, size in looks.PAIRS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for person, addresses in ((world.manager, staff), (world.supervisor, theirs)):
            looks.enter(context, person, live_server.url, language=language)
            for address in addresses:
                page.goto(address)
                found[language, person.role, address] = looks.complaints(page)
    assert not any(found.values()), {address: said for address, said in found.items() if said}

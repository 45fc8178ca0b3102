"""A call made with a phone: taken, typed, lost and found again, finished; every page in both languages and widths."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from care.models import Call, Status
from core.time import now
from tests import looks
from tests.care.worlds import DAY, HOUR, answer, make_callback, make_calling_world, plan_inquiries, say_of_items

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.once
def test_a_call_is_made_on_a_phone_and_every_page_is_open_to_everybody(page: Page, context: BrowserContext, live_server):
    world, at = make_calling_world("p2"), now()
    first, second = plan_inquiries(at)
    answer(first, world.dispatcher, at=at, answers={}, items=say_of_items(first, "feedback", level="high", words="风扇响"))
    world.contract.plan = type(world.contract.plan).objects.get(code="p3")
    world.contract.save()
    call = make_callback(world, at=at - 2 * HOUR)

    looks.enter(context, world.dispatcher, live_server.url, language="en")
    page.set_viewport_size(looks.NARROW)
    page.goto("/calls/")
    page.get_by_text(call.subject).click()
    page.get_by_role("button", name="I call now").click()
    expect(page.locator("a[href^='tel:']")).to_be_visible()
    page.get_by_label("In the customer's words").fill("Half a sentence")
    expect(page.locator("[data-saved]")).to_have_text("Saved.")
    page.reload()
    expect(page.get_by_label("In the customer's words")).to_have_value("Half a sentence")
    page.get_by_role("group", name="Has the problem come back").get_by_label("no").check()
    page.get_by_role("group", name="How satisfied").get_by_label("2").check()
    page.get_by_role("button", name="Finish the call").click()
    expect(page.get_by_text("The call is recorded.")).to_be_visible()
    call.refresh_from_db()
    assert (call.status, call.satisfied, call.words) == (Status.DONE, False, "Half a sentence")
    assert call.loop is not None

    other = make_callback(world, at=at - timedelta(minutes=90) - DAY)
    Call.objects.filter(pk=second.pk).update(status=Status.NOT_REACHED)
    addresses = [f"/calls/{path}" for path in ("", "?state=done", "figures/", "coverage/", "scripts/", "scripts/callback/", "quotas/")]
    addresses += [each.get_absolute_url() for each in (first, second, call, other)]
    addresses += [f"/calls/new/{world.site.pk}/", f"/tickets/{call.ticket.number}/call/"]
    found = {}
    for language, size in looks.PAIRS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        looks.enter(context, world.manager, live_server.url, language=language)
        for address in addresses:
            page.goto(address)
            found[language, address] = looks.complaints(page)
        looks.enter(context, world.supervisor, live_server.url, language=language)
        for address in ("/calls/", call.get_absolute_url()):
            page.goto(address)
            found[language, "customer", address] = looks.complaints(page)
    assert not any(found.values()), {address: said for address, said in found.items() if said}

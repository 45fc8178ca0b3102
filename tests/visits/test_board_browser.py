"""A dispatcher's day at the board: by mouse, by keys, and how it looks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Skill
from core.time import now
from tests import looks
from tests.visits.worlds import make_visit
from tests.worlds import make_promising_world, make_ticket, make_user
from tickets import services as tickets
from visits.dispatch.days import span_of
from visits.models import Visit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)


def drop(page: Page, item: Locator, engineer: Locator, hour: float, hours: int = 13, first: int = 7) -> None:
    """Drag something to an hour of an engineer's line."""
    item.scroll_into_view_if_needed()
    held, track = item.bounding_box(), engineer.locator("[data-track]").bounding_box()
    page.mouse.move(held["x"] + 20, held["y"] + 10)
    page.mouse.down()
    grip = 20 if item.get_attribute("data-start") else 0
    page.mouse.move(track["x"] + grip + track["width"] * (hour - first) / hours, track["y"] + 12, steps=6)
    page.mouse.up()


def test_a_card_is_dragged_to_an_engineer_and_moved_on_by_keys(page: Page, context: BrowserContext, live_server):
    world = make_promising_world("p3")
    colleague = make_user(name="李工", office=world.office)
    nine = span_of(timezone.localdate(now()) + timedelta(days=1))[0] + 9 * HOUR
    busy = make_visit(world, at=now(), lead=colleague, starts_at=nine, ends_at=nine + 2 * HOUR)
    ticket = tickets.request_onsite(make_ticket(world, at=now(), severity=4), actor=world.customer, at=now())
    looks.enter(context, world.dispatcher, live_server.url, language="en")
    page.goto(f"/visits/board/?day={timezone.localdate(nine)}")
    line = page.locator(f"[data-engineer='{colleague.pk}']")
    drop(page, page.locator(f"#ticket-{ticket.pk}"), line, 10)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("李工 has another visit then")
    dialog.get_by_role("button", name="Plan it all the same").click()
    expect(line.locator("[data-bar]")).to_have_count(2)
    visit = Visit.objects.get(ticket=ticket)
    assert (visit.lead, visit.starts_at) == (colleague, nine + HOUR)
    assert "double" in visit.events.get(type="scheduled").facts["overridden"]

    bar = page.locator(f"#bar-{visit.pk}-{colleague.pk}")
    bar.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(f"#bar-{busy.pk}-{colleague.pk}")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Who should go")
    dialog.get_by_label("Start").fill(f"{timezone.localtime(nine + 5 * HOUR):%Y-%m-%dT%H:%M}")
    dialog.get_by_role("button", name="Schedule", exact=True).click()
    again = dialog.get_by_role("button", name="Plan it all the same")
    expect(again.or_(page.get_by_text("14:00–16:00")).first).to_be_visible()
    if again.is_visible():
        again.click()
    expect(bar).to_have_attribute("data-start", str(int((nine + 5 * HOUR).timestamp())))
    expect(bar).to_be_focused()
    visit.refresh_from_db()
    assert (visit.lead, visit.starts_at) == (colleague, nine + 5 * HOUR)

    page.keyboard.press("Shift+ArrowRight")
    expect(bar).to_have_attribute("data-start", str(int((nine + 5.25 * HOUR).timestamp())))

    Visit.objects.filter(pk=busy.pk).update(sequence=9)
    drop(page, page.locator(f"#bar-{busy.pk}-{colleague.pk}"), line, 13)
    expect(page.locator("#notices")).to_contain_text("changed by somebody else meanwhile")


@pytest.mark.parametrize("language", looks.PAIRS)
def test_board_and_feeds_on_every_screen(page: Page, context: BrowserContext, live_server, language):
    world = make_promising_world("p3")
    skill = Skill.objects.create(code="db", name="数据库", name_en="Database")
    world.engineer.skills.add(skill)
    visit = make_visit(world, at=now(), starts_at=now() + HOUR, ends_at=now() + 3 * HOUR)
    ticket = tickets.request_onsite(make_ticket(world, at=now()), actor=world.customer, at=now())
    looks.enter(context, world.dispatcher, live_server.url, language=language)
    page.set_viewport_size(looks.PAIRS[language])
    found = {}
    addresses = ("board/", "board/?span=week", f"board/tickets/{ticket.number}/", f"board/{visit.pk}/", "feeds/")
    for address in addresses:
        page.goto(f"/visits/{address}")
        found[address] = looks.complaints(page)
    page.get_by_role("main").get_by_role("button").click()
    found["made"] = looks.complaints(page)
    assert not any(found.values()), {address: said for address, said in found.items() if said}

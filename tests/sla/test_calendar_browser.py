"""Calendars on a phone and on a wide screen, by keyboard, and without scripts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from core.time import now
from sla.models import Calendar, CalendarDraft
from sla.services import calendars as hours
from tests import looks
from tests.worlds import make_promising_world, make_ticket

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
HERE = "/calendars/office-cn/"


@pytest.fixture
def world() -> World:
    world = make_promising_world("p3")
    make_ticket(world, at=now(), severity=3)
    calendar, first = Calendar.objects.get(code="office-cn"), now().date()
    hours.set_days(calendar, first=first, last=first.replace(day=28), what="closed", name="停电检修", actor=world.manager, at=now())
    facts = {"first": date(2027, 3, 6), "last": date(2027, 3, 6), "what": "open", "hours": [["10:00", "12:00"]]}
    hours.set_days(calendar, **facts, actor=world.manager, at=now())
    return world


@pytest.mark.parametrize(
    ("size", "paths"),
    [
        (looks.WIDE, ("?year=2027", "draft/", "draft/week/", "preview/")),
        (looks.NARROW, ("", "draft/", "draft/days/?first=2027-03-06", "preview/", "../")),
    ],
    ids=["wide", "narrow"],
)
def test_every_page_is_fit_to_use(page: Page, context: BrowserContext, live_server, world: World, size, paths):
    looks.enter(context, world.manager, live_server.url)
    page.set_viewport_size(size)
    for path in paths:
        page.goto(HERE + path)
        assert looks.complaints(page) == [], path


def test_a_day_is_opened_by_keyboard_and_without_scripts(browser: Browser, live_server, world: World):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    looks.enter(context, world.manager, live_server.url, language="en")
    page = context.new_page()
    page.goto(f"{HERE}draft/?year=2027")
    page.locator("#month-5 td a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/draft/days/?first=2027-05-01")
    page.get_by_label("open at these hours").check()
    page.get_by_label("Hours", exact=True).fill("08:00-10:00")
    page.get_by_role("button", name="Write into the draft").click()
    page.wait_for_url("**/draft/?year=2027#month-5")
    assert {"date": "2027-05-01", "hours": [["08:00", "10:00"]]} in CalendarDraft.objects.get().data["extra"]
    context.close()

"""A trainer with a phone takes attendance and has the sheet signed; every page of training in both languages and widths."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from core.time import now
from tests import looks
from tests.training.worlds import close, invite, make_course, make_material, make_session, owe
from tests.worlds import make_world
from training import services
from training.models import Session

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def draw(page: Page) -> None:
    """Draw a line in the field to sign in."""
    field = page.locator("canvas.sign-pad-field")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 30 + 18 * step, box["y"] + 60 + (20 if step % 2 else -20))
    page.mouse.up()


def test_a_trainer_with_a_phone_takes_attendance_and_every_page_is_open_to_everybody(page: Page, context: BrowserContext, live_server):
    world, at = make_world(), now()
    course = make_course(world, pass_mark=60)
    make_material(world, course)
    session = make_session(world, course, starts_at=at + timedelta(days=2), ends_at=at + timedelta(days=2, hours=4))
    # Begun since: it stands where it was put, the clock has gone on.
    Session.objects.filter(pk=session.pk).update(starts_at=at - timedelta(hours=3), ends_at=at - timedelta(minutes=5))
    session.refresh_from_db()
    invite(world, session, at=at)
    services.invite(session, actor=world.dispatcher, at=at, name="王工", phone="13800001111")
    looks.enter(context, world.engineer, live_server.url, language="en")
    page.set_viewport_size(looks.NARROW)
    page.goto(session.get_absolute_url())
    page.get_by_role("link", name="Attendance").click()
    page.get_by_role("link", name=f"Sign {world.customer.name}").click()
    draw(page)
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Signed. Thank you.")).to_be_visible()
    page.get_by_role("button", name="Absent 王工").click()
    expect(page.get_by_text("1 of 2 are there")).to_be_visible()
    page.get_by_role("button", name="It was held: sign the sheet").click()
    page.get_by_label("Name of who signs").fill("赵主任")
    draw(page)
    page.get_by_role("button", name="Sign", exact=True).click()
    page.get_by_role("spinbutton", name=world.customer.name).fill("90")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Close the training").click()
    expect(page.get_by_text("The training is closed; certificates are on their way.")).to_be_visible()

    owe(world)
    plain = make_course(world)
    other = make_session(world, plain, starts_at=at + timedelta(days=2), ends_at=at + timedelta(days=3))
    who = invite(world, other)
    done = make_session(world, plain)
    close(world, done, invite(world, done))
    addresses = [
        *(f"/training/{path}" for path in ("?show=all", "owed/", "certificates/", "courses/", f"courses/{course.pk}/", "courses/new/")),
        *(f"/training/{path}" for path in ("new/", f"new/?organization={world.organization.pk}", f"{other.pk}/edit/")),
        *(f"/training/{path}" for path in (f"{session.pk}/", f"{other.pk}/", f"{other.pk}/day/", f"attendees/{who.pk}/sign/")),
    ]
    found = {}
    for language, size in looks.PAIRS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        looks.enter(context, world.manager, live_server.url, language=language)
        for address in addresses:
            page.goto(address)
            found[language, address] = looks.complaints(page)
    assert not any(found.values()), {address: said for address, said in found.items() if said}

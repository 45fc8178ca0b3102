"""The bar at the top of every page has room for all that stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import looks
from tests.worlds import make_promising_world

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.django_db(transaction=True)

OVERLAPPING = """() => {
  const shown = [...document.querySelectorAll(".brand, .mainnav a, .topbar-tools > *")].map((one) => one.getBoundingClientRect());
  return shown.slice(1).filter((box, place) => box.width && shown[place].width && box.left < shown[place].right - 0.5).length;
}"""


@pytest.mark.parametrize("width", [1200, 1400])
def test_nothing_in_the_bar_lies_over_its_neighbour(context: BrowserContext, live_server, width: int) -> None:
    world = make_promising_world()
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 700})
    found = {}
    for person in (world.manager, world.engineer, world.supervisor):
        for language in looks.PAIRS:
            looks.enter(context, person, live_server.url, language=language)
            page.goto(f"{live_server.url}/status/" if person.is_provider else live_server.url)
            if overlapping := page.evaluate(OVERLAPPING):
                found[person.role, language] = overlapping
    assert not found

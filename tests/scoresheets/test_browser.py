"""Every page of score sheets and obligations in both languages and widths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from obligations.models import Obligation
from scoresheets import services
from tests import looks
from tests.obligations.worlds import local, planned
from tests.scoresheets.worlds import FILLED, line_of, make_score

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.once
def test_every_page_is_open_to_everybody(page: Page, context: BrowserContext, live_server):
    world, score = make_score()
    planned(local(11, 2))
    said = services.dispute(line_of(score), actor=world.supervisor, at=FILLED, reason="当日停电")
    addresses = [reverse(name) for name in ("obligations:list", "obligations:kept", "scoresheets:list", "scoresheets:sheets")]
    addresses += [Obligation.objects.all()[0].get_absolute_url(), score.get_absolute_url(), score.sheet.get_absolute_url()]
    addresses += [reverse("scoresheets:answer", args=[said.pk]), reverse("sla:plan", args=["p1"])]
    for language, size in looks.PAIRS.items():
        looks.enter(context, world.manager, live_server.url, language=language)
        page.set_viewport_size(size)
        for address in addresses:
            page.goto(address)
            assert looks.complaints(page) == [], (language, address)

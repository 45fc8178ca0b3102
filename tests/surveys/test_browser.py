"""The one-time link on a phone, and every page of surveys in both languages and widths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from core.time import now
from surveys import services
from surveys.models import SurveyAnswer, SurveyTemplate
from tests import looks
from tests.surveys.worlds import CONTENT, CROSS, link_of, make_survey, marks
from tests.worlds import make_promising_world

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    return make_promising_world()


def test_a_customer_answers_by_the_link_and_changes_the_language(page: Page, context: BrowserContext, live_server, world: World):
    link = link_of(make_survey(world, now()))
    page.set_viewport_size(looks.NARROW)  # type: ignore[arg-type]
    page.goto(link)
    expect(page.get_by_role("heading", name="服务满意度评价")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="How did we do?")).to_be_visible()
    for question in ("Speed", "Quality", "The engineer"):
        page.get_by_role("group", name=question).locator("label").nth(3).click()
    page.get_by_label("What should we know?").fill("谢谢")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    said = SurveyAnswer.objects.get()
    assert marks(said) == {"speed": 4, "quality": 4, "manner": 4, "words": "谢谢"}
    page.goto(link)
    expect(page.get_by_role("heading", name="Your answer has already reached us")).to_be_visible()


def test_the_link_works_by_keyboard_and_without_scripts(browser: Browser, live_server, world: World):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(link_of(make_survey(world, now())))
    for name in ("speed", "quality", "manner"):
        page.locator(f"input[name='{name}']").first.focus()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector(".thanks")
    assert SurveyAnswer.objects.get().mean == 3
    context.close()


def test_the_averages_are_drawn(page: Page, context: BrowserContext, live_server, world: World):
    services.answer(make_survey(world, now()), CONTENT, actor=None, at=now())
    looks.enter(context, world.manager, live_server.url)
    page.goto("/surveys/")
    for chart in ("months", "least"):
        expect(page.locator(f"#{chart} svg")).to_be_visible()


@pytest.mark.parametrize("language", looks.PAIRS)
def test_every_page_is_open_to_everybody(page: Page, context: BrowserContext, live_server, world: World, language: str):
    cross, waiting = make_survey(world, now()), make_survey(world, now())
    used = link_of(cross)
    services.answer(cross, CROSS, actor=None, at=now())
    close = SurveyTemplate.objects.get(code="close")
    services.edit(close, actor=world.manager, at=now())
    poster = services.put_up(close, world.site, actor=world.dispatcher, at=now())
    facts = {"name": "产品调查", "template": close, "organizations": [world.organization], "cap_days": 0}
    campaign = services.save_campaign(None, actor=world.manager, at=now(), **facts)
    page.set_viewport_size(looks.PAIRS[language])  # type: ignore[arg-type]
    found = {}
    for person, addresses in {
        None: [link_of(waiting), used, "/s/mistyped/", f"/s/p/{poster.token}/"],
        world.manager: [
            "/surveys/",
            "/surveys/answers/",
            "/surveys/answers/?contract=999",
            *(f"/surveys/{path}/" for path in ("results", "low", "left-out", "templates", "rules")),
            *(f"/surveys/{path}/" for path in ("campaigns", "campaigns/new", "posters")),
            *(f"/surveys/templates/{path}/" for path in ("close", "close/edit", "quarter/preview/1", "new")),
            f"/surveys/campaigns/{campaign.pk}/",
            f"/surveys/posters/{poster.pk}/",
            *(f"/surveys/{waiting.pk}/{path}/" for path in ("letter", "enter")),
            f"/surveys/{cross.pk}/",
            f"/surveys/{waiting.pk}/",
        ],
        world.engineer: ["/surveys/"],
        world.supervisor: ["/surveys/", f"/surveys/{waiting.pk}/", f"/surveys/{cross.pk}/"],
        world.stranger: ["/surveys/"],
    }.items():
        looks.enter(context, person, live_server.url, language=language)
        for address in addresses:
            page.goto(address)
            found[str(person), address] = looks.complaints(page)
    assert not any(found.values()), {address: said for address, said in found.items() if said}

"""The frame and its parts as a person meets them: both languages, both widths, with and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils.translation import override
from playwright.sync_api import expect

from core.duration import spell
from tests import looks, worlds

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world():
    return worlds.make_world()


@pytest.fixture
def gallery(settings):
    """An address that shows every component at once."""
    settings.ROOT_URLCONF = "tests.core.urls"
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], settings.BASE_DIR / "tests" / "core" / "templates"]}]
    return "/gallery/"


@pytest.mark.parametrize("language", looks.PAIRS)
def test_every_component_is_open_to_everybody(page: Page, context: BrowserContext, live_server, world, gallery, language):
    looks.enter(context, world.engineer, live_server.url, language=language)
    page.set_viewport_size(looks.PAIRS[language])
    page.goto(gallery)
    assert not looks.complaints(page)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert page.evaluate("document.querySelector('.topbar').getBoundingClientRect().top") == 0, "the bar stays where one scrolls"


@pytest.mark.parametrize("language", looks.PAIRS)
@pytest.mark.parametrize("role", ["anonymous", "supervisor", "admin"])
def test_these_pages_are_open_to_everybody(page: Page, context: BrowserContext, live_server, world, role, language):
    looks.enter(context, world.person(role), live_server.url, language=language)
    page.set_viewport_size(looks.PAIRS[language])
    pages = {
        "anonymous": ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/nothing/"],
        "supervisor": [
            "/portal/contracts/",
            f"/contracts/{world.contract.pk}/",
            f"/equipment/{world.equipment.pk}/",
            "/profile/",
            "/customers/",
        ],
        "admin": ["/customers/", f"/customers/{world.organization.pk}/", f"/equipment/{world.equipment.pk}/", "/accounts/password/change/"],
    }
    found = {}
    for address in pages[role]:
        page.goto(address)
        found[address] = looks.complaints(page)
    assert not any(found.values()), found


def test_scripts_say_a_length_as_the_server_does(page: Page, context: BrowserContext, live_server, world):
    looks.enter(context, world.engineer, live_server.url)
    page.goto("/profile/")
    for seconds in (0, 1, 59, 60, 61, 3600, 12_000, 86_399, 86_400, 86_405, 93_600, 10**7, -300):
        with override("zh-hans"):
            expected = [spell(seconds), spell(seconds, parts=1)]
        said = page.evaluate(
            "async (s) => { const {spell} = await import('/static/js/clocks.js'); return [spell(s), spell(s, 1)]; }", seconds
        )
        assert said == expected, seconds


def test_a_clock_counts_down_and_changes_its_tone_and_sign(page: Page, context: BrowserContext, live_server, world, gallery):
    looks.enter(context, world.engineer, live_server.url)
    page.clock.install()
    page.goto(gallery)
    chip = page.locator(".clock").first
    for forward, tone, words, sign in (
        ("00:01", "ok", "还剩 41 分", "clock"),
        ("30:00", "risk", "还剩 11 分", "alert-triangle"),
        ("20:00", "late", "超时", "alert-octagon"),
    ):
        page.clock.fast_forward(forward)
        expect(chip).to_contain_text(words)
        expect(chip).to_have_class(f"chip clock chip-{tone}")
        expect(chip.locator("use")).to_have_attribute("href", f"/static/ui/icons.svg#{sign}")


def test_the_keyboard_reaches_the_content_and_closes_menus(page: Page, context: BrowserContext, live_server, world):
    looks.enter(context, world.engineer, live_server.url, language="en")
    page.goto("/profile/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    menu = page.locator("details.menu").last
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="Profile")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link", name="Profile")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


def test_what_is_wrong_is_read_first(page: Page, context: BrowserContext, live_server, world):
    looks.enter(context, world.engineer, live_server.url, language="en")
    page.goto("/profile/")
    page.get_by_label("Full name").fill("   ")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Full name").click()
    expect(page.get_by_label("Full name")).to_be_focused()


def test_a_search_finds_while_one_types_and_can_be_gone_back_from(page: Page, context: BrowserContext, live_server, world):
    looks.enter(context, world.engineer, live_server.url, language="en")
    page.goto("/customers/")
    page.evaluate("document.body.dataset.mark = 'same page'")
    page.get_by_label("Search", exact=True).fill("远山")
    expect(page.get_by_role("link", name="江城第一人民医院")).to_be_hidden()
    expect(page.get_by_role("link", name="远山水务集团")).to_be_visible()
    assert page.evaluate("document.body.dataset.mark") == "same page"
    page.go_back()
    expect(page.get_by_role("link", name="江城第一人民医院")).to_be_visible()


def test_a_token_is_copied_with_one_press(page: Page, context: BrowserContext, live_server, world):
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    looks.enter(context, world.manager, live_server.url, language="en")
    page.goto("/profile/")
    page.get_by_text("Make a new token").click()
    page.get_by_label("What is it for?").fill("Other helpdesk")
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_label("Full name")).to_have_value(world.manager.name)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#new-token").text_content()


def test_revoking_asks_first(page: Page, context: BrowserContext, live_server, world):
    from accounts import services

    token, _secret = services.issue_token(world.manager, name="Other helpdesk", scope="read", actor=None, at=worlds.NOON)
    looks.enter(context, world.manager, live_server.url, language="en")
    page.goto("/profile/")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Revoke Other helpdesk").click()
    token.refresh_from_db()
    assert token.revoked_at is None
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Revoke Other helpdesk").click()
    expect(page.get_by_text("no longer opens anything")).to_be_visible()


def test_all_of_it_works_without_scripts(browser: Browser, live_server, world):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN", viewport=looks.NARROW)
    page = context.new_page()
    page.goto("/accounts/login/?next=/customers/")
    page.get_by_role("button", name="English").click()
    page.get_by_label("E-mail").fill(world.engineer.email)
    page.get_by_label("Password").fill(worlds.PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("搜索", exact=True).fill("远山")  # the person's own language again
    page.get_by_role("button", name="搜索").click()
    expect(page.get_by_role("link", name="江城第一人民医院")).to_have_count(0)
    page.locator("details.menu summary").last.click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    context.close()

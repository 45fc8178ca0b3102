"""What every page is held to in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from accounts.models import User

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
PAIRS = {"zh-hans": WIDE, "en": NARROW}
"""Each language on one screen: English, whose words are longer, on the one where there is no room for them."""
# What sticks to the screen covers whatever one has scrolled to at that moment, and axe would call that target too small.
AT_REST = """async () => {
  await document.fonts.ready;
  scrollTo({ top: 0, behavior: "instant" });
  const stuck = [...document.body.querySelectorAll("*")].filter((one) => getComputedStyle(one).position === "sticky");
  window.unstuck = stuck.map((one) => [one, one.getAttribute("style")]);
  for (const one of stuck) for (const [name, value] of [["position", "relative"], ["top", "auto"], ["bottom", "auto"]]) {
    one.style.setProperty(name, value, "important");
  }
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}"""
AS_BEFORE = """() => {
  for (const [one, style] of window.unstuck) { if (style === null) one.removeAttribute("style"); else one.style.cssText = style; }
}"""
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
    "preload": False,
    "elementRef": False,
}


def enter(context: BrowserContext, person: User | None, address: str, *, language: str = "zh-hans") -> None:
    """Log a person in to a browser profile, in a language."""
    cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": address}]
    if person:
        client = Client()
        client.force_login(person)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address})
    context.add_cookies(cookies)  # type: ignore[arg-type]


def complaints(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, and whether the page is wider than the screen."""
    page.evaluate(AT_REST)
    found: list[dict[str, Any]] = Axe().run(page, options=RULES).response["violations"]
    said = [f"{rule['id']}: {node['target']} {node.get('failureSummary', '')[:200]}" for rule in found for node in rule["nodes"][:3]]
    page.evaluate(AS_BEFORE)
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return said + ([f"{wide} px wide on a screen of {screen}"] if wide > screen else [])

"""Take the picture of every page of the demo world, in both languages, narrow and wide.

    scripts/screenshots.py                 every page into build/screenshots, and the README's two into docs/images
    scripts/screenshots.py queue ticket    only pages whose names begin so

Makes a demo world of its own unless DATA_DIR holds one. Says, and ends with 1, when a page answers with another
status than it should, is wider than the screen, complains in the console, or belongs to nobody's pictures.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from services import CHROMIUM, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page, StorageState
    from shots import Shot

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "build" / "screenshots"
IMAGES = ROOT / "docs" / "images"
LANGUAGES = {"zh": "zh-hans", "en": "en"}
WIDTHS = {360: 780, 1280: 900}
README = {"ticket": "ticket-on-the-way", "queue": "queue"}
"""Which pages the README shows, by the name of the picture."""
LARGEST = 300_000
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(f"screenshots | {text}", flush=True)


# --- The world ----------------------------------------------------------------------------------


def make_world() -> None:
    """Fill an empty database with the demo world and what it leaves open."""
    import django  # only now: settings read DATA_DIR
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    from accounts.models import User

    if not User.objects.exists():
        say("making the demo world")
        call_command("demo")
        from stage import stage

        stage()


@contextmanager
def web(port: int) -> Iterator[str]:
    """Serve the pages as `make run` does."""
    command = [sys.executable, "-m", "gunicorn", "servicedesk.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "8"]
    process = subprocess.Popen([*command, "--no-control-socket", "--log-level", "warning"], cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(100):
            with suppress(OSError), urllib.request.urlopen(f"{address}/healthz", timeout=5):  # noqa: S310 - our own address
                break
            time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(20)


# --- The browser --------------------------------------------------------------------------------


class Camera:
    """Takes pictures as any role; remembers what was wrong with a page."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.states: dict[str, StorageState] = {}
        self.profiles: dict[tuple[str, str, int], BrowserContext] = {}
        self.complaints: list[str] = []

    def enter(self, role: str) -> StorageState | None:
        """Log in as a role, once, by the page; answer the state of the browser."""
        from shots import NOBODY, person

        from servicedesk.demo import PASSWORD

        if role not in self.states and role != NOBODY:
            context = self.browser.new_context(base_url=self.address, locale="zh-CN")
            page = context.new_page()
            page.goto("/accounts/login/")
            page.locator("[name=login]").fill(person(role).email)
            page.locator("[name=password]").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: "/accounts/login/" not in url)
            self.states[role] = context.storage_state()
            context.close()
        return self.states.get(role)

    def open(self, role: str, language: str, width: int, height: int) -> BrowserContext:
        """Open a browser profile for a role, a language and a width."""
        context = self.browser.new_context(
            base_url=self.address,
            storage_state=self.enter(role),
            locale="en-GB" if language == "en" else "zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
        )
        context.add_cookies([{"name": "django_language", "value": LANGUAGES[language], "url": self.address}])
        context.set_default_timeout(15_000)
        return context

    def profile(self, role: str, language: str, width: int) -> BrowserContext:
        """Answer the browser profile for a role, a language and a width; one serves all its pages."""
        key = role, language, width
        if key not in self.profiles:
            self.profiles[key] = self.open(role, language, width, WIDTHS[width])
        return self.profiles[key]

    def take(self, shot: Shot, language: str, width: int) -> None:
        """Take one picture into build/screenshots."""
        name = f"{shot.name}.{language}.{width}"
        page = self.profile(shot.role, language, width).new_page()
        heard = []
        page.on("pageerror", lambda error: heard.append(f"script error: {error}"))
        page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
        try:
            status = self.show(page, shot)
            page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
            self.judge(name, page, shot, status)
        except Exception as error:  # noqa: BLE001 - one broken page must not hide the others
            self.complaints.append(f"{name}: {str(error).splitlines()[0]}")
        expected = (f"status of {shot.status}", "status of 422")  # Chromium says so of every refused form
        self.complaints += [f"{name}: {text}" for text in heard if not any(words in text for words in expected)]
        page.close()

    def show(self, page: Page, shot: Shot) -> int:
        """Go there and do what is to be done; answer the status."""
        answer = page.goto(shot.address)
        page.wait_for_load_state("networkidle")
        if shot.act:
            shot.act(page)
            page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready.then(() => scrollTo(0, 0))")
        return answer.status if answer else 0

    def judge(self, name: str, page: Page, shot: Shot, status: int) -> None:
        """Note what anybody can see is wrong."""
        if status != shot.status:
            self.complaints.append(f"{name}: answered {status}, not {shot.status}")
        if (over := page.evaluate(WIDER)) > 0:
            self.complaints.append(f"{name}: {over} px wider than the screen")

    def take_for_readme(self, name: str, shot: Shot) -> None:
        """Take one of the README's pictures: one screen, few colours."""
        from PIL import Image

        context = self.open(shot.role, "en", 1280, 860)
        page = context.new_page()
        self.show(page, shot)
        path = IMAGES / f"{name}.png"
        page.screenshot(path=path)
        context.close()
        with Image.open(path) as picture:
            picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size > LARGEST:
            self.complaints.append(f"{path.name}: {path.stat().st_size} bytes, more than {LARGEST}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium with the Chinese font that set-up fetched."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        sys.exit("screenshots | Chromium is missing; on Debian or Ubuntu: apt-get install chromium")
    with tempfile.TemporaryDirectory() as data_home, sync_playwright() as playwright:
        (Path(data_home) / "fonts").symlink_to(ROOT / "build" / "fonts")
        env: dict[str, str | float | bool] = {**os.environ, "XDG_DATA_HOME": data_home}
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"], env=env)
        yield browser
        browser.close()


# --- All of it ----------------------------------------------------------------------------------


def not_pictured(shots: list[Shot]) -> list[str]:
    """Answer the routes of pages that no picture shows."""
    from django.urls import resolve
    from shots import routes, without_pictures

    shown = {resolve(shot.address.split("?")[0]).view_name for shot in shots if not shot.address.startswith("/admin/")}
    return sorted(routes() - shown - without_pictures())


def main() -> int:
    """Answer 0 when every page was pictured and none had anything wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="only pages whose names begin so")
    wanted = tuple(parser.parse_args().names)
    PICTURES.mkdir(parents=True, exist_ok=True)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="screenshots-") as scratch:
        port = free_port()
        os.environ.setdefault("DATA_DIR", scratch)
        os.environ.update(DJANGO_SETTINGS_MODULE="servicedesk.settings", PORT=str(port), DJANGO_ALLOW_ASYNC_UNSAFE="true")
        sys.path.insert(0, str(ROOT))
        make_world()
        import shots as list_of_shots

        shots = list(list_of_shots.everything())
        complaints = [f"no picture of {route}" for route in not_pictured(shots)]
        chosen = [shot for shot in shots if not wanted or shot.name.startswith(wanted)]
        with web(port) as address, chromium() as browser:
            camera = Camera(browser, address)
            for number, shot in enumerate(chosen, 1):
                say(f"{number}/{len(chosen)} {shot.name}")
                for language in LANGUAGES:
                    for width in WIDTHS:
                        camera.take(shot, language, width)
            for name, page in README.items():
                for shot in chosen:
                    if shot.name == page:
                        camera.take_for_readme(name, shot)
    for complaint in (complaints := complaints + camera.complaints):
        say(complaint)
    say(f"{len(chosen)} pages in {PICTURES.relative_to(ROOT)}, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())

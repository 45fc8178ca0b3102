"""What all tests share: translations compiled, nothing skipped in CI, a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.http import FileResponse
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck, settings

from notifications import nudge
from tests import databases
from tests.processes import RedisServer, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parent.parent
CI = os.environ.get("CI") == "true"


settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be slow
settings.load_profile("desk")


def pytest_configure(config: pytest.Config) -> None:
    """Compile translations and carry out migrations once, before any worker reads them."""
    if not hasattr(config, "workerinput"):
        subprocess.run([sys.executable, "scripts/messages.py", "--compile"], cwd=ROOT, check=True)
        if config.pluginmanager.hasplugin("django"):
            databases.ensure()


@pytest.fixture(scope="session", autouse=True)
def quick_to_empty() -> Iterator[None]:
    """Have what tests commit taken out by our own hand."""

    def empty(case: TransactionTestCase) -> None:
        databases.emptied(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Start with a copy of the migrated database."""
    databases.filled(connection)


SHOWN = ("test_pages", "test_api", "test_openapi", "test_output", "test_kinds", "test_serializers")
"""Modules about what is shown and answered; what they ask the database for is tested on both by the modules of services and selectors."""

WITH_SERVICES = {
    *("archive", "care", "catalogue", "entitlements", "knowledge", "loops", "obligations", "scoresheets", "surveys", "training"),
    *("inbound", "mailroom", "peers", "tmf", "transfer", "clients", "customers", "documents", "inspections", "integrations"),
    *("notifications", "parts", "reports", "status", "visits", "accounts", "sla", "tickets"),
}
"""Apps whose services and selectors are tested on one database: on PostgreSQL where it is there, else on the embedded default. Their
pages and interface, which call all of them, are tested on the embedded default always."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what the other of the two runs is for: it is not skipped, it is run there.

    What a page looks like and how it is worked does not depend on the database; the journey through all of them is made on both.
    """
    others_follow = os.environ.get("TESTS_ON_SERVICES_FOLLOW") == "1" and not services_are_set()
    elsewhere = "once" if services_are_set() else "services"
    for item in items:
        looks = "browser" in getattr(item, "fixturenames", ()) and item.path.name != "test_journey.py"
        looks = looks or item.path.name.startswith(SHOWN) or not asks_a_database(item)
        if looks and not item.get_closest_marker("services"):
            item.add_marker("once")
        elif others_follow and item.path.parent.name in WITH_SERVICES and not item.get_closest_marker("once"):
            item.add_marker("services")
        if "browser" in getattr(item, "fixturenames", ()):
            # A browser on a busy machine may be late once. Twice is a failure, and every second try is listed (-rR).
            item.add_marker(pytest.mark.flaky(reruns=1))
    items[:] = [item for item in items if not item.get_closest_marker(elsewhere)]
    items.sort(key=lambda item: item.path.name != "test_access.py")  # the longest first: nobody waits for them at the end


def asks_a_database(item: pytest.Item) -> bool:
    """Whether a test works on a database at all, or on processes that do."""
    named = {"db", "transactional_db", "live_server", "redis_server", "start_worker"}
    return bool(
        item.get_closest_marker("django_db") or item.get_closest_marker("services") or named & set(getattr(item, "fixturenames", ()))
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """In CI a skipped test is a failed one: a green run must have run everything."""
    report = yield
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Any:
    """The same for a whole module that skips itself."""
    report = yield
    if CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Leave no language behind for the next test of this process."""
    yield
    translation.deactivate()


def services_are_set() -> bool:
    """Whether this run has PostgreSQL and Redis."""
    return os.environ.get("DATABASE_URL", "").startswith("postgres") and bool(os.environ.get("REDIS_URL"))


@pytest.fixture(autouse=True)
def nobody_is_counted() -> None:
    """Forget how often the people of the test before asked: the next one's have the same keys."""
    if not services_are_set():
        caches["rate"].clear()


@pytest.fixture(autouse=True)
def broker_is_not_known_to_be_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget that the test before found no broker: this one's may be there."""
    monkeypatch.setattr(nudge, "_broker_away_until", 0.0)


@pytest.fixture(autouse=True)
def files_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close the files that were answered and that a test did not read to the end, as a server does."""
    answered: list[Any] = []
    begin = FileResponse.set_headers
    monkeypatch.setattr(FileResponse, "set_headers", lambda answer, file: answered.append(file) or begin(answer, file))
    yield
    for file in answered:
        file.close()


@pytest.fixture(autouse=True)
def nobody_listens() -> None:
    """Forget the webhook endpoints of the test before, whose rows are gone; a test that makes one is heard."""
    for module, name in (("integrations.targets", "targets"), ("notifications.listening", "channels"), ("peers.known", "listening")):
        if module in sys.modules:
            getattr(sys.modules[module], name).nobody()


# --- Browser ------------------------------------------------------------------------------------


def chromium() -> str:
    """Answer where Chromium is; without one the browser tests fail with what to install."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.fail("Chromium is missing; on Debian: apt-get install chromium", pytrace=False)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One Chromium for the session, with the Chinese font that set-up fetched."""
    from playwright.sync_api import sync_playwright

    data_home = tmp_path_factory.mktemp("xdg")
    (data_home / "fonts").symlink_to(ROOT / "build" / "fonts")
    # Playwright runs an event loop in this thread; Django would take database calls for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
            env={**os.environ, "XDG_DATA_HOME": str(data_home)},
        )
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    """A person's own browser profile, wide, in Chinese."""
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab on the live server; errors and refused resources on any page fail the test."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
    page.on("console", lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None)
    yield page
    assert not complaints, complaints


@pytest.fixture
def on_postgres() -> bool:
    """Whether this run's database is PostgreSQL."""
    return connection.vendor == "postgresql"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """At the end nobody else is at the database: a thread of the live server may hold its connection a moment longer."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


# --- Real processes -----------------------------------------------------------------------------


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A running Redis of this test's own, to be stopped and killed at will."""
    folder = tmp_path / "redis"
    folder.mkdir()
    server = RedisServer(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def start_worker() -> Iterator[Callable[..., Worker]]:
    """Start Celery workers that end with the test: ``start_worker(environment(REDIS_URL=…), queues="sla")``."""
    workers: list[Worker] = []

    def start(env: dict[str, str], **given: Any) -> Worker:
        workers.append(Worker(env, **given))
        return workers[-1]

    yield start
    for worker in workers:
        worker.stop()

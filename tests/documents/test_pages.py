"""Pages of documents: the list, one of them, its proof for whoever holds the paper, and signing on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from documents import services
from tests import looks
from tests.documents.worlds import STROKES, make_document
from tests.worlds import NOON, make_world

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def test_the_list_takes_the_same_few_queries_however_long_it_is(world, client):
    client.force_login(world.manager)
    counts = []
    for more in (range(1, 3), range(3, 9)):
        for number in more:
            document = make_document(world, about=f"visit/{number}")
            services.sign(document, name="赵主任", strokes=STROKES, seen=document.content_hash, actor=world.engineer, at=NOON)
        client.get("/documents/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/documents/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_the_list_is_searched_and_narrowed(world, client):
    make_document(world, number="VIS-000007-SC")
    client.force_login(world.customer)
    assert "VIS-000007-SC" in client.get("/documents/", {"q": "000007"}).content.decode()
    assert "VIS-000007-SC" not in client.get("/documents/", {"q": "000008"}).content.decode()
    assert "VIS-000007-SC" not in client.get("/documents/", {"kind": "service_request"}).content.decode()


def test_the_proof_says_what_is_on_record_and_nothing_of_the_customer(world, client):
    document = make_document(world)
    services.sign(document, name="赵主任", strokes=STROKES, seen=document.content_hash, actor=world.engineer, at=NOON)
    made = services.made_file(document, "zh-hans", at=NOON)
    answer = client.get(f"/d/{document.token}/")
    words = answer.content.decode()
    for word in (document.full_number, document.content_hash, made.sha256, "赵主任"):
        assert word in words
    for secret in (world.organization.name, world.site.name, "磁盘阵列"):
        assert secret not in words
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    second = make_document(world, replaces=document, reason="工时写错", awaits_signature=False)
    assert second.full_number in client.get(f"/d/{document.token}/").content.decode()
    assert client.get("/d/nothing-of-ours/").status_code == 404


def test_what_was_typed_stays_when_a_signature_is_refused(world, client):
    document = make_document(world)
    client.force_login(world.engineer)
    answer = client.post(f"/documents/{document.pk}/sign/", {"name": "赵主任", "strokes": "", "seen": document.content_hash})
    assert answer.status_code == 422
    assert "赵主任" in answer.content.decode()
    answer = client.post(f"/documents/{document.pk}/sign/", {"name": "赵主任", "strokes": "no", "seen": document.content_hash})
    assert answer.status_code == 422
    given = {"name": "赵主任", "typed": "on", "seen": document.content_hash, "next": "https://elsewhere.example/"}
    assert client.post(f"/documents/{document.pk}/sign/", given).headers["Location"] == f"/documents/{document.pk}/"


def test_a_pdf_is_not_made_before_the_signature(world, client):
    document = make_document(world)
    client.force_login(world.customer)
    assert client.get(f"/documents/{document.pk}/en.pdf").headers["Location"] == document.get_absolute_url()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_customer_signs_on_the_screen_of_a_phone(page: Page, context: BrowserContext, live_server, world):
    document = make_document(world)
    looks.enter(context, world.engineer, live_server.url, language="en")
    page.set_viewport_size(looks.NARROW)
    page.goto(f"/documents/{document.pk}/sign/?next=/documents/")
    assert not looks.complaints(page)
    page.get_by_label("Name of who signs").fill("赵主任")
    field = page.locator("canvas")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 30 + step * 20, box["y"] + 60 + (step % 3) * 15)
    page.mouse.up()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Signed. Thank you.")).to_be_visible()
    assert page.url.endswith("/documents/")
    document.refresh_from_db()
    assert document.signature.name == "赵主任"
    assert sum(len(line) for line in document.signature.strokes) >= 6
    for language, size in looks.PAIRS.items():
        context.clear_cookies()
        looks.enter(context, world.customer, live_server.url, language=language)
        page.set_viewport_size(size)
        for address in (document.get_absolute_url(), "/documents/", f"/d/{document.token}/"):
            page.goto(address)
            assert not looks.complaints(page), (language, address)

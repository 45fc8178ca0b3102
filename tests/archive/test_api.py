"""Archives for other programs."""

from __future__ import annotations

import pytest
from django.test import Client

from archive.models import ArchiveExport
from core.pages import Cursor
from tests.archive.worlds import make, report_many
from tests.worlds import make_promising_world, make_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DAYS = {"first": "2026-11-01", "last": "2026-11-22"}


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_promising_world()


@pytest.fixture
def as_(world):
    def log_in(role):
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(world.person(role))
        return client

    return log_in


def timeline(client, world, query="", status=200):
    answer = client.get(f"/api/v1/organizations/{world.organization.pk}/archive/{query}")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_timeline_is_read_page_by_page(as_, world):
    report_many(world, 5)
    client = as_("supervisor")
    first = timeline(client, world, "?kind=ticket&page_size=3")
    assert [row["kind"] for row in first["results"]] == ["ticket"] * 3
    second = client.get(first["next"]).json()
    assert (len(second["results"]), second["next"]) == (2, None)
    assert client.get(second["previous"]).json()["results"] == first["results"]


def test_an_entry_says_what_and_where(as_, world):
    ticket = make_ticket(world)
    [row] = timeline(as_("manager"), world, "?kind=ticket")["results"]
    assert (row["id"], row["link"], row["site"], row["equipment"]) == (
        ticket.pk, ticket.get_absolute_url(), world.site.name, world.equipment.name
    )  # fmt: skip
    assert {"label": "Severity", "value": "2"} in row["facts"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("?kind=nonsense", "kind"),
        ("?colour=red", "colour"),
        ("?first=soon", "first"),
        ("?cursor=x", "cursor"),
        ("?page_size=0", "page_size"),
    ],
)
def test_what_is_misspelt_is_refused(as_, world, query, pointer):
    body = timeline(as_("manager"), world, query, 400)
    assert [row["pointer"] for row in body["errors"]] == [f"/{pointer}"]


def test_words_days_and_kinds_narrow(as_, world):
    make_ticket(world)
    client = as_("manager")
    assert len(timeline(client, world, "?q=挂号&kind=ticket,visit")["results"]) == 1
    assert timeline(client, world, "?q=挂号&last=2026-11-01")["results"] == []


@pytest.mark.parametrize("word", ["organizations", "sites", "equipment"])
def test_strangers_and_what_is_not_there_are_not_found(as_, world, word):
    pk = {"organizations": world.organization.pk, "sites": world.site.pk, "equipment": world.equipment.pk}[word]
    for role, key in (("stranger", pk), ("manager", 999999), ("manager", "9" * 30)):
        assert as_(role).get(f"/api/v1/{word}/{key}/archive/").status_code == 404
    assert as_("supervisor").get(f"/api/v1/{word}/{pk}/archive/").status_code == 200


def test_an_export_is_asked_for_once_watched_and_fetched(as_, world):
    client = as_("supervisor")
    sent = {"of": "site", "id": world.site.pk, **DAYS}
    first, again = (client.post("/api/v1/archive-exports/", sent, content_type="application/json") for _time in range(2))
    assert (first.status_code, first.json()["state"], first.json()["file"]) == (202, "waiting", None)
    assert again.json()["id"] == first.json()["id"]
    row = ArchiveExport.objects.get()
    assert client.get(f"/api/v1/archive-exports/{row.pk}/file/").status_code == 409
    make(row.asked_at)
    found = client.get(f"/api/v1/archive-exports/{row.pk}/").json()
    assert (found["state"], found["percent"], found["of"], found["of_id"]) == ("done", 100, "site", world.site.pk)
    assert b"".join(client.get(found["file"]).streaming_content).startswith(b"PK")
    assert as_("manager").get(found["file"]).status_code == 404
    assert [each["id"] for each in client.get("/api/v1/archive-exports/").json()["results"]] == [row.pk]


@pytest.mark.parametrize(
    ("given", "status"),
    [({"of": "planet", "id": 1}, 400), ({"of": "site", "id": 0}, 400), ({"of": "site", "id": 999999}, 404), ({"of": "site"}, 400)],
)
def test_an_export_of_nothing_is_refused(as_, world, given, status):
    answer = as_("supervisor").post("/api/v1/archive-exports/", {**DAYS, **given}, content_type="application/json")
    assert answer.status_code == status
    assert not ArchiveExport.objects.exists()


def test_days_and_places_that_no_calendar_has_are_refused(as_, world):
    client = as_("supervisor")
    for query in ("?first=0001-01-01", "?last=9999-12-31"):
        assert "2000" in timeline(client, world, query, 400)["detail"]
    for at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        place = Cursor("archive", backward=False, value=f"{at} ticket", pk=1)
        timeline(client, world, f"?cursor={place.encode()}", 400)

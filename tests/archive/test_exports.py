"""Files of an archive: what is in them, exactly one for each question, and how they are given up, fetched and removed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.models import User
from archive import services
from archive.errors import NotReady, TooMany
from archive.models import ArchiveExport
from archive.services import making, packing
from core.errors import Invalid
from tests.archive.worlds import LATER, ask, make, make_history
from tests.worlds import NOON, make_promising_world, make_ticket
from tickets import services as tickets

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world():
    return make_promising_world()


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def made(world, **given) -> ArchiveExport:
    row = ask(world, **given)
    assert make() == 1
    row.refresh_from_db()
    return row


def opened(row: ArchiveExport) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(open_bytes(row)))


def attach(world, ticket, name="log.txt", content=b"error 42", *, is_public=True):
    tickets.attach(ticket, actor=world.engineer, at=NOON, upload=SimpleUploadedFile(name, content), is_public=is_public)


# --- What is in it ------------------------------------------------------------------------------


def test_a_zip_holds_index_timeline_papers_files_and_the_hash_of_each():
    world = make_history()
    attach(world, make_ticket(world))
    row = made(world)
    assert (row.state, row.percent, row.left_out, row.trouble) == ("done", 100, 0, "")
    book = opened(row)
    names = set(book.namelist())
    assert {"index.html", "index.en.html", "timeline.csv", "timeline.json", "manifest.json"} <= names
    assert any(name.startswith("documents/") and book.read(name).startswith(b"%PDF") for name in names)
    assert any(name.startswith("attachments/") and book.read(name) == b"error 42" for name in names)
    manifest = json.loads(book.read("manifest.json"))
    assert {file["path"]: file["sha256"] for file in manifest["files"]} == {
        name: hashlib.sha256(book.read(name)).hexdigest() for name in names - {"manifest.json"}
    }
    assert hashlib.sha256(open_bytes(row)).hexdigest() == row.sha256
    records, lines = json.loads(book.read("timeline.json")), list(csv.reader(io.StringIO(book.read("timeline.csv").decode("utf-8-sig"))))
    assert len(records) == len(lines) - 1 == row.entries == manifest["entries"]
    assert {record["kind"] for record in records} >= {"ticket", "visit", "part", "survey", "document"}
    chinese, english = book.read("index.html").decode(), book.read("index.en.html").decode()
    assert "挂号系统打不开" in chinese
    assert "挂号系统打不开" in english
    assert ('lang="zh-Hans"' in chinese, 'lang="en"' in english) == (True, True)
    linked = [name for name in names if name.startswith(("documents/", "attachments/"))]
    assert all(f'href="{name}"' in chinese for name in linked)


def open_bytes(row: ArchiveExport) -> bytes:
    with default_storage.open(row.file.name) as file:
        return file.read()


def test_an_index_runs_nothing_that_somebody_wrote_and_a_table_no_formula(world):
    make_ticket(world, subject="<script>alert(1)</script>", description='=HYPERLINK("http://x")')
    book = opened(made(world))
    assert "<script" not in book.read("index.html").decode()
    rows = list(csv.reader(io.StringIO(book.read("timeline.csv").decode("utf-8-sig"))))
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_files_hold_what_their_asker_may_see(world):
    ticket = make_ticket(world)
    attach(world, ticket, "open.txt")
    attach(world, ticket, "secret.txt", is_public=False)
    theirs = opened(made(world)).namelist()
    ours = opened(made(world, actor=world.manager)).namelist()
    assert [name for name in theirs if "secret" in name] == []
    assert len([name for name in ours if "secret" in name]) == 1


def test_what_does_not_fit_or_cannot_be_read_is_listed(world, monkeypatch):
    ticket = make_ticket(world)
    attach(world, ticket, "large.txt", b"x" * 500)
    attach(world, ticket, "small.txt", b"y" * 20)
    attach(world, ticket, "gone.txt", b"z")
    default_storage.delete(ticket.attachments.get(name="gone.txt").file.name)
    monkeypatch.setattr(packing, "LARGEST", 100)
    row = made(world, language="en")
    book = opened(row)
    listed = book.read("left-out.txt").decode()
    assert row.left_out == 2
    assert ("large.txt" in listed, "gone.txt" in listed, "small.txt" in listed) == (True, True, False)
    assert "large.txt" in book.read("index.html").decode()


def test_a_pdf_tells_the_same_in_the_language_that_was_asked_for(world):
    make_ticket(world)
    row = made(world, form="pdf", language="en")
    assert row.state == "done", row.trouble
    assert open_bytes(row).startswith(b"%PDF")
    assert row.file.name.endswith(".pdf")


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "a/b\\c.txt", "故障 日志.txt", ""])
def test_names_inside_lead_nowhere_else(name):
    plain = packing._plain(name)
    assert plain
    assert not set("/\\ ") & set(plain)
    assert not plain.startswith(".")


def test_a_long_chinese_name_fits_every_system_and_keeps_its_end():
    name = packing._plain("机" * 120 + ".pdf")
    assert (len(f"1234567-{name}".encode()) <= 255, name.endswith("机.pdf"), "\ufffd" in name) == (True, True, False)


def test_more_entries_than_a_file_may_hold_are_refused_with_what_to_do(world, monkeypatch):
    monkeypatch.setattr(packing, "MOST", 1)
    make_ticket(world)
    row = made(world, language="en")
    assert (row.state, bool(row.file)) == ("failed", False)
    assert "choose fewer days" in row.trouble


# --- Asking -------------------------------------------------------------------------------------


def test_asked_again_while_it_is_under_way_it_is_the_same(world):
    first = ask(world)
    assert ask(world) == first
    assert ask(world, actor=world.manager) != first
    make()
    make()
    assert ask(world) != first, "what is ready is made anew"


def test_one_person_has_a_few_under_way_at_most(world):
    for day in range(1, services.LIVE_OF_ONE + 1):
        ask(world, first=date(2026, 1, day))
    with pytest.raises(TooMany):
        ask(world, first=date(2025, 1, 1))
    ask(world, actor=world.manager)


@pytest.mark.parametrize(("first", "last", "field"), [((2026, 2, 1), (2026, 1, 1), "last"), ((2000, 1, 1), (2026, 1, 1), "first")])
def test_days_that_make_no_sense_are_refused(world, first, last, field):
    with pytest.raises(Invalid) as refused:
        ask(world, first=date(*first), last=date(*last))
    assert refused.value.field == field


# --- Making -------------------------------------------------------------------------------------


def test_with_nothing_to_do_nothing_is_done(world):
    assert make() == 0
    made(world)
    assert make() == 0


def test_no_more_are_made_at_once_than_there_are_places(world):
    rows = [ask(world, first=date(2026, 1, day)) for day in (1, 2, 3)]
    held = [making._claim(LATER) for _worker in range(3)]
    assert held == [*rows[:2], None]
    with pytest.raises(IntegrityError), transaction.atomic():
        ArchiveExport.objects.filter(pk=rows[2].pk).update(state="making", slot=1, claimed_until=LATER)


def test_a_killed_workers_export_is_begun_anew_after_its_lease_and_comes_to_one_file(world):
    row = ask(world)
    killed = making._claim(LATER)
    assert make(LATER + services.LEASE - MINUTE) == 0, "it is still held"
    assert make(LATER + services.LEASE) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("done", 2)
    name = row.file.name
    making_late(killed)
    row.refresh_from_db()
    assert row.file.name == name
    assert len(list_of_files()) == 1


def making_late(killed: ArchiveExport) -> None:
    """A worker that was only slow goes on after another one has ended its export."""
    with pytest.raises(making.Lost):
        making._make(killed, lambda: LATER + 2 * services.LEASE)


def list_of_files() -> list[str]:
    found = []
    for year in default_storage.listdir("archives")[0]:
        for month in default_storage.listdir(f"archives/{year}")[0]:
            found += default_storage.listdir(f"archives/{year}/{month}")[1]
    return found


def test_an_export_that_never_ends_is_given_up(world):
    row = ask(world)
    at = LATER
    for _attempt in range(making.ATTEMPTS):
        assert making._claim(at) == row
        at += services.LEASE
    assert making._claim(at) is None
    row.refresh_from_db()
    assert (row.state, row.slot) == ("failed", None)
    assert row.trouble


def test_a_failure_says_so_and_frees_the_place(world, monkeypatch):
    def broken(*_given, **_more):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(packing, "pack", broken)
    row = made(world, language="en")
    assert (row.state, row.slot, row.claimed_until) == ("failed", None, None)
    assert "disk" not in row.trouble
    monkeypatch.undo()
    assert made(world).state == "done"


def test_whoever_may_not_see_it_any_more_gets_nothing(world):
    row = ask(world)
    world.supervisor.membership.delete()
    make()
    row.refresh_from_db()
    assert row.state == "failed"


# --- Fetching and removing ----------------------------------------------------------------------


@pytest.mark.parametrize("lost", ["the membership", "the role", "the account"])
def test_whoever_loses_their_rights_while_it_is_made_gets_no_file(world, monkeypatch, lost):
    row, pack = ask(world), packing.pack

    def packed(*given, **more):
        contents = pack(*given, **more)
        if lost == "the membership":
            world.supervisor.membership.delete()
        else:
            User.objects.filter(pk=world.supervisor.pk).update(**({"role": "customer"} if lost == "the role" else {"is_active": False}))
        return contents

    monkeypatch.setattr(packing, "pack", packed)
    assert make() == 1
    row.refresh_from_db()
    assert (row.state, row.slot, bool(row.file)) == ("failed", None, False)


def test_a_file_is_kept_seven_days_then_removed_and_the_row_says_so(world):
    row = made(world)
    assert row.expires_at == LATER + timedelta(days=7)
    name = row.file.name
    assert services.remove_next(LATER + timedelta(days=7) - MINUTE) == 0
    assert services.fetched(row, actor=world.supervisor, at=LATER) == row
    with pytest.raises(NotReady):
        services.fetched(row, actor=world.supervisor, at=LATER + timedelta(days=7))
    with transaction.atomic():
        assert services.remove_next(LATER + timedelta(days=10)) == 1
    assert services.remove_next(LATER + timedelta(days=10)) == 0
    row.refresh_from_db()
    assert (row.state, bool(row.file)) == ("removed", False)
    assert name


def test_what_is_not_ready_cannot_be_fetched(world):
    with pytest.raises(NotReady):
        services.fetched(ask(world), actor=world.supervisor, at=LATER)


def test_whoever_left_the_customer_fetches_nothing(world):
    row = made(world)
    world.supervisor.membership.delete()
    with pytest.raises(NotReady):
        services.fetched(row, actor=type(world.supervisor).objects.get(pk=world.supervisor.pk), at=LATER)

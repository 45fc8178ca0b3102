"""The pages and the REST interface of imports and exports."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import services as accounts
from tests.transfer.files import TICKETS, upload
from tests.transfer.worlds import AT, begin, tried
from tests.worlds import make_promising_world
from tickets.models import Ticket
from transfer import services
from transfer.forms import written
from transfer.models import DataExport, DataImport

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def world():
    return make_promising_world()


@pytest.fixture
def manager(world, client):
    client.force_login(world.manager)
    return client


@pytest.fixture
def program(world):
    _token, secret = accounts.issue_token(world.manager, name="t", scope="write", actor=world.manager, at=AT)
    return Client(headers={"Authorization": f"Bearer {secret}", "Accept-Language": "en"})


def test_from_the_upload_to_the_end_on_the_pages(world, manager):
    page = manager.post(reverse("transfer:new"), {"source": "old", "file": upload("t.csv", TICKETS)})
    row = DataImport.objects.get()
    assert (page.status_code, page["Location"]) == (302, row.get_absolute_url())
    manager.post(reverse("transfer:check", args=[row.pk]))
    assert 'hx-get="' in manager.get(row.get_absolute_url()).content.decode()
    services.work_next(lambda: AT)
    progress = manager.get(reverse("transfer:progress", args=[row.pk]))
    assert progress["HX-Refresh"] == "true"
    shown = manager.get(row.get_absolute_url()).content.decode()
    assert "飞走了" in shown
    assert "挂号系统打不开" in shown
    assert [word in shown for word in ("已关闭", "closed")] == [True, False]
    manager.post(reverse("transfer:run", args=[row.pk]))
    services.work_next(lambda: AT)
    row.refresh_from_db()
    assert (row.state, Ticket.objects.count()) == ("done", 3)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"source": "old"}, "file"),
        ({"source": "old", "file": ("t.csv", b"")}, "file"),
        ({"source": "not a name", "file": ("t.csv", b"a,b\n")}, "source"),
        ({"source": "old", "file": ("t.zip", b"PK\x03\x04broken")}, "file"),
        ({"source": "old", "file": ("t.json", b'{"a": ')}, "file"),
        ({"source": "old", "file": ("t.csv", "标题\n好".encode("gb18030")), "encoding": "utf-8"}, "encoding"),
        ({"source": "old", "file": ("t.csv", b"a,b\n"), "mapping_file": ("m.yaml", b"tables: [")}, "mapping_file"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_field(manager, given, field):
    sent = {name: upload(*value) if isinstance(value, tuple) else value for name, value in given.items()}
    page = manager.post(reverse("transfer:new"), sent)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert DataImport.objects.count() == 0


def test_a_mapping_is_changed_as_text_and_nothing_typed_is_lost(world, manager):
    row = begin(world.manager, "t.csv", TICKETS)
    address = reverse("transfer:mapping", args=[row.pk])
    wrong = written(row.mapping).replace("kind: ticket", "kind: cow")
    page = manager.post(address, {"mapping": wrong})
    assert page.status_code == 422
    assert "cow" in page.content.decode()
    right = {**row.mapping, "options": {"changed": "leave"}}
    assert manager.post(address, {"mapping": written(right)}).status_code == 302
    row.refresh_from_db()
    assert row.mapping["options"] == {"changed": "leave"}


def test_refused_rows_are_a_table_that_runs_nothing(world, manager):
    row = tried(world.manager, "t.csv", TICKETS.replace("飞走了", "=cmd()"))
    sent = b"".join(manager.get(reverse("transfer:refused", args=[row.pk])).streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(sent)))
    assert [line[1:2] + line[3:4] + line[5:6] for line in lines[1:]] == [["5", "A-4", "bad_date"], ["6", "A-5", "unknown_value"]]
    assert not any(cell.startswith("=") for line in lines for cell in line)


def test_lists_cost_the_same_however_long(world, manager, django_assert_num_queries):
    begin(world.manager, "t.csv", TICKETS)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        manager.get(reverse("transfer:imports"))
    for number in range(3):
        begin(world.manager, f"{number}.csv", TICKETS)
    with django_assert_num_queries(len(few)):
        manager.get(reverse("transfer:imports"))


def test_an_export_is_asked_for_watched_and_fetched(world, client):
    client.force_login(world.supervisor)
    page = client.post(reverse("transfer:exports"), {"organization": world.organization.pk, "language": "en"})
    row = DataExport.objects.get()
    assert page["Location"] == row.get_absolute_url()
    assert client.get(reverse("transfer:export_file", args=[row.pk])).status_code == 409
    services.make_next(lambda: AT)
    from core.time import now

    DataExport.objects.update(expires_at=now() + services.asking.KEPT)
    assert b"".join(client.get(reverse("transfer:export_file", args=[row.pk])).streaming_content).startswith(b"PK")
    client.force_login(world.manager)
    assert client.get(reverse("transfer:export_file", args=[row.pk])).status_code == 404


# --- REST -----------------------------------------------------------------------------------------


def test_programs_import_too(world, program):
    made = program.post("/api/v1/imports/", {"source": "old", "file": upload("t.csv", TICKETS), "mapping": ""})
    assert made.status_code == 201, made.content
    row = made.json()
    address = f"/api/v1/imports/{row['id']}/"
    assert row["state"] == "draft"
    changed = program.post(
        f"{address}mapping/", {"mapping": {**row["mapping"], "options": {"changed": "leave"}}}, content_type="application/json"
    )
    assert changed.json()["mapping"]["options"] == {"changed": "leave"}
    too_soon = program.post(f"{address}run/")
    assert (too_soon.status_code, too_soon.json()["code"]) == (409, "not_checked")
    assert program.post(f"{address}check/").status_code == 202
    services.work_next(lambda: AT)
    problems = program.get(f"{address}problems/").json()["results"]
    assert [(one["line"], one["code"]) for one in problems] == [(5, "bad_date"), (6, "unknown_value")]
    assert "“values”" in problems[1]["detail"]
    assert program.post(f"{address}run/").status_code == 202
    services.work_next(lambda: AT)
    assert program.get(address).json()["counts"]["ticket"] == {"created": 3, "refused": 2}


@pytest.mark.parametrize(
    ("given", "code"),
    [({"source": "old"}, "invalid"), ({"source": "old", "file": ("t.zip", b"PK\x03\x04x")}, "bad_file"),
     ({"source": "old", "file": ("t.csv", b"a\n1\n"), "mapping": "tables: 1"}, "bad_mapping")],
)  # fmt: skip
def test_programs_are_told_what_is_wrong(program, given, code):
    sent = {name: upload(*value) if isinstance(value, tuple) else value for name, value in given.items()}
    answer = program.post("/api/v1/imports/", sent)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_programs_export_too(world, program):
    asked = program.post("/api/v1/exports/", {"organization": world.organization.pk}, content_type="application/json")
    assert asked.status_code == 202, asked.content
    address = f"/api/v1/exports/{asked.json()['id']}/"
    assert program.get(f"{address}file/").json()["code"] == "export_not_ready"
    services.make_next(lambda: AT)
    told = program.get(address).json()
    assert (told["state"], told["counts"]["organizations"]) == ("done", 1)
    wrong = program.post("/api/v1/exports/", {"organization": 999}, content_type="application/json")
    assert wrong.status_code == 400


# --- Commands -------------------------------------------------------------------------------------


def test_the_commands_do_the_same(world, tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text(TICKETS)
    call_command("import_data", str(path), source="old", by=world.manager.email, dry_run=True)
    assert Ticket.objects.count() == 0
    assert "t:5 created_at" in capsys.readouterr().err
    call_command("import_data", str(path), source="old", by=world.manager.email)
    assert Ticket.objects.count() == 3
    call_command("export_data", world.organization.code, by=world.manager.email, to=tmp_path / "all.zip")
    assert (tmp_path / "all.zip").read_bytes().startswith(b"PK")
    for person in ("nobody@example.com", world.engineer.email):
        with pytest.raises(CommandError):
            call_command("import_data", str(path), source="old", by=person)
        with pytest.raises(CommandError):
            call_command("export_data", world.organization.code, by=person, to=tmp_path / "no.zip")


def test_a_mapping_is_written_and_read_again_the_same(world):
    row = begin(world.manager, "t.csv", TICKETS)
    from transfer.engine.mapping import parsed

    assert parsed(written(row.mapping)) == row.mapping
    assert parsed(json.dumps(row.mapping)) == row.mapping

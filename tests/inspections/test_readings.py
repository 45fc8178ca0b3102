"""Figures that programs send: all or none, once, and judged by the limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from inspections.models import Inspection, ReadingBatch
from tests.inspections.worlds import KINDS, make_checklist, make_done_visit, make_visit, start
from tests.worlds import make_promising_world

if TYPE_CHECKING:
    from django.test import Client

    from tests.worlds import World

pytestmark = pytest.mark.django_db
ROWS = [{"code": "disk", "value": "91.5", "unit": "%", "equipment": "SN-0001"}, {"code": "backup", "value": "done"}]


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def visit(world: World) -> Inspection:
    return start(make_visit(world, template=make_checklist(**KINDS)), world)


def send(client: Client, person: Any, visit: Inspection, data: Any, kind: str = "application/json", query: str = "", **headers: str) -> Any:
    client.force_login(person)
    return client.post(f"/api/v1/inspections/{visit.pk}/readings/{query}", data, content_type=kind, headers=headers)


def test_figures_go_into_their_items_and_the_limits_apply(client: Client, world: World, visit: Inspection):
    answer = send(client, world.engineer, visit, {"batch": "night-1", "readings": ROWS})
    assert answer.status_code == 201, answer.content
    assert {**answer.json(), "received_at": ""} == {"inspection": visit.pk, "batch": "night-1", "rows": 2, "received_at": ""}
    disk, backup = visit.results.get(code="disk"), visit.results.get(code="backup")
    assert (disk.outcome, float(disk.value), disk.equipment, backup.outcome) == ("failed", 91.5, world.equipment, "ok")
    assert visit.events.get(type="readings").facts["rows"] == 2


def test_a_repeat_is_harmless_and_other_figures_under_the_key_are_refused(client: Client, world: World, visit: Inspection):
    body = {"readings": ROWS}
    key = {"Idempotency-Key": "night-1"}
    assert [send(client, world.engineer, visit, body, **key).status_code for _i in range(3)] == [201, 200, 200]
    other = send(client, world.engineer, visit, {"readings": ROWS[:1]}, **key)
    assert (other.status_code, other.json()["code"]) == (409, "readings_key_taken")
    assert (ReadingBatch.objects.count(), visit.events.filter(type="readings").count()) == (1, 1)


def test_a_table_is_taken_as_well(client: Client, world: World, visit: Inspection):
    table = "code,value,unit,equipment\ndisk,91.5,%,SN-0001\nbackup,done,,\n"
    assert send(client, world.engineer, visit, table, "text/csv", "?batch=a").status_code == 201
    assert visit.results.get(code="disk").measured == "91.5"


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        ("nonsense,1,,", "code", "no such item"),
        ("remarks,many,,", "code", "an item in words takes no figure"),
        ("disk,viel,,", "value", "no number"),
        ("disk,91,GB,", "unit", "another unit"),
        ("disk,91,%,SN-9", "equipment", "no such equipment at the site"),
        ("backup,perhaps,,", "value", "no such option"),
        ("disk,,,", "value", "no value"),
        ("services,ok,,", "code", "twice"),
    ],
)
def test_a_wrong_row_is_named_by_its_line_and_nothing_is_stored(
    client: Client, world: World, visit: Inspection, row: str, column: str, why: str
):
    table = f"code,value,unit,equipment\nservices,ok,,\n{row}\n"
    answer = send(client, world.engineer, visit, table, "text/csv", "?batch=a")
    assert answer.status_code == 400, why
    assert [each["pointer"] for each in answer.json()["errors"]] == [f"/line/3/{column}"], why
    assert not visit.results.exclude(outcome="").exists()
    assert not ReadingBatch.objects.exists()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"readings": ROWS}, "application/json"),  # no key
        ({"batch": "a", "readings": []}, "application/json"),
        ({"batch": "a"}, "application/json"),
        ([], "application/json"),
        ("code;value\ndisk;91\n", "text/csv"),
        (b"code,value\n\xff\xfe,1\n", "text/csv"),
        ("", "text/csv"),
    ],
)
def test_what_is_no_sending_is_a_problem(client: Client, world: World, visit: Inspection, data: Any, kind: str):
    answer = send(client, world.engineer, visit, data, kind, "?batch=a" if kind == "text/csv" else "")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json"), answer.content


def test_only_a_visit_under_way_takes_figures_and_only_of_its_people(client: Client, world: World, visit: Inspection):
    body = {"batch": "a", "readings": ROWS}
    assert send(client, world.supervisor, visit, body).status_code == 403
    assert send(client, world.stranger, visit, body).status_code == 404
    done = make_done_visit(world, template=make_checklist(code="done"))
    assert send(client, world.engineer, done, body).status_code == 409


def test_findings_are_listed_for_programs(client: Client, world: World):
    visit = make_done_visit(world, failed=(2,))
    client.force_login(world.supervisor)
    row = client.get("/api/v1/findings/", {"state": "open", "site": world.site.pk}).json()["results"][0]
    assert (row["text"], row["times_found"], row["first_found_number"], row["severity"]) == ("磁盘使用率", 1, visit.number, 3)
    assert client.get("/api/v1/findings/", {"state": "closed"}).json()["results"] == []
    assert client.get(f"/api/v1/findings/{row['id']}/").json()["ticket"]

"""Lists are narrowed to what was made or changed since an instant, by an index, and lead to their neighbours."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from care.models import Call
from core.record import save_by
from customers.models import Equipment
from inspections.models import Inspection
from loops.models import Loop
from tests.tickets.rest import Program
from tests.worlds import NOON, World, make_contract, make_equipment, make_promising_world, make_ticket
from tickets import services as tickets
from visits.models import Visit

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
LISTS = ("tickets", "visits", "inspections", "loops", "calls", "organizations", "sites", "equipment", "contracts")


@pytest.fixture
def world() -> World:
    return make_promising_world()


def ids(program: Program, path: str, since: object) -> list[int]:
    answer = program.get(path, updated_since=since.isoformat())
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_what_was_not_changed_since_is_left_out(world: World) -> None:
    program = Program(world, "manager")
    first, second = make_ticket(world), make_ticket(world)
    tickets.accept(first, actor=world.engineer, at=LATER)
    assert ids(program, "tickets/", LATER) == [first.pk]
    assert ids(program, "tickets/", NOON) == [second.pk, first.pk]
    device = Equipment.objects.get(pk=world.equipment.pk)
    device.name = "HIS"
    save_by(device, world.manager, at=LATER)
    save_by(device, world.manager, at=LATER)
    assert ids(program, "equipment/", LATER) == [device.pk], "saved twice, it is one"
    made = make_equipment(world.site, name="新", at=LATER)
    contract = make_contract(world.organization)
    contract._history_date = LATER
    contract.equipment.add(made)
    assert ids(program, "equipment/", LATER) == [made.pk, device.pk]
    assert ids(program, "contracts/", LATER) == [contract.pk], "what it covers is part of it"
    assert ids(program, "equipment/", LATER + timedelta(seconds=1)) == []
    assert ids(Program(world, "stranger"), "equipment/", NOON) == []


def test_every_list_of_things_that_change_takes_it(world: World) -> None:
    program = Program(world, "manager")
    for name in LISTS:
        assert program.get(f"{name}/", updated_since="2026-11-22T00:00:00Z").status_code == 200, name
        assert program.get(f"{name}/", updated_since="yesterday").status_code == 400, name


def test_a_list_leads_to_its_neighbours_in_the_header_too(world: World) -> None:
    for _each in range(3):
        make_ticket(world)
    program = Program(world, "manager")
    first = program.get("tickets/", page_size=1)
    assert first.headers["Link"] == f'<{first.json()["next"]}>; rel="next"'
    middle = program.client.get(first.json()["next"])
    assert middle.headers["Link"] == f'<{middle.json()["next"]}>; rel="next", <{middle.json()["previous"]}>; rel="prev"'
    assert "Link" not in program.get("tickets/").headers


def test_a_filter_that_is_named_twice_holds_on_the_next_page_too(world: World) -> None:
    made = [make_ticket(world) for _each in range(4)]
    tickets.accept(made[0], actor=world.engineer, at=LATER)
    tickets.accept(made[3], actor=world.engineer, at=LATER)
    program, seen = Program(world, "manager"), []
    address = "/api/v1/tickets/?status=new&status=accepted&page_size=1"
    while address:
        body = program.client.get(address).json()
        seen += [row["id"] for row in body["results"]]
        address = body["next"]
    assert seen == [row.pk for row in reversed(made)]


def test_there_is_an_index_for_it(world: World) -> None:
    for model, column in (
        (Visit, "updated_at"), (Loop, "updated_at"), (Inspection.history.model, "history_date"), (Call.history.model, "history_date"),
        (Equipment.history.model, "history_date"),
    ):  # fmt: skip
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, model._meta.db_table)
        assert any(index["index"] and index["columns"][0] == column for index in found.values()), model

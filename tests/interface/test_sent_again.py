"""An external id sent again: what is kept follows what is sent, what was reported stays, and nothing is lost in silence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from customers.models import Contract, Equipment, Membership, Organization, Site, Term
from inspections.models import InspectionPlan
from peers.adaptors.calling import Said
from peers.adaptors.desk import Desk
from peers.errors import Refused
from tests.customers.test_api import ENTERED, ask, refused
from tests.inspections.test_api_life import PLANS, draft
from tests.tickets.rest import Program, report
from tests.worlds import World, make_promising_world, make_ticket
from tickets.models import Ticket
from visits.models import Visit

MODELS = {
    "organizations/": Organization, "sites/": Site, "equipment/": Equipment, "contracts/": Contract, "people/": Membership, "terms/": Term,
}  # fmt: skip
NEW: dict[str, tuple[str, Any]] = {
    "organizations/": ("short_name", "海港"),
    "sites/": ("address", "海港路 1 号"),
    "equipment/": ("serial_number", "SN-78"),
    "contracts/": ("ends_on", "2031-01-01"),
    "people/": ("phone", "13800000000"),
    "terms/": ("paper", "T-1"),
}
STAYS: dict[str, Any] = {
    "sites/": "organization", "contracts/": "organization", "people/": "email", "terms/": "kind",
}  # fmt: skip


@pytest.fixture
def world(db: None) -> World:
    return make_promising_world()


@pytest.mark.parametrize(("path", "_model", "body"), ENTERED, ids=[row[0] for row in ENTERED])
def test_what_is_sent_under_the_same_id_is_put_right(world: World, path: str, _model: Any, body: Any) -> None:
    ours, model = Program(world, "manager"), MODELS[path]
    given = {**body(world), "external_id": "A-1"}
    first = ask(ours, "post", path, given).json()
    name, value = NEW[path]
    lines = model.history.count()
    again = ask(ours, "post", path, {**given, name: value})
    follows = {"in_force_until": value} if path == "contracts/" else {}
    assert (again.status_code, again.json()) == (200, {**first, name: value, **follows})
    changed = model.history.count()
    if path != "people/":
        assert changed == lines + 1
        assert model.history.first().history_user == world.manager
    assert ask(ours, "post", path, given).json()[name] == value, "what is left out stays"
    assert ask(ours, "post", path, {**given, name: value}).headers["ETag"] == again.headers["ETag"]
    assert model.history.count() == changed


@pytest.mark.parametrize(("path", "_model", "body"), ENTERED, ids=[row[0] for row in ENTERED])
def test_what_cannot_be_changed_is_refused_and_named(world: World, path: str, _model: Any, body: Any) -> None:
    ours = Program(world, "manager")
    given = {**body(world), "external_id": "A-1"}
    first = ask(ours, "post", path, given).json()
    if path in STAYS:
        other = {"organization": world.stranger.membership.organization_id, "email": "other@example.com", "kind": "extension"}[STAYS[path]]
        more = {"ends_on": "2027-11-01"} if path == "terms/" else {}
        refused(ask(ours, "post", path, {**given, **more, STAYS[path]: other}), 409, "external_id_differs", f"/{STAYS[path]}")
    refused(ask(ours, "post", path, {**given, "nonsense": 1}), 400, "invalid", "/nonsense")
    assert ask(ours, "get", f"{path}{first['id']}/").json() == first


def test_equipment_moves_with_its_entry_and_only_within_its_customer(world: World) -> None:
    ours = Program(world, "manager")
    given = {"site": world.site.pk, "name": "交换机", "external_id": "CI-1"}
    made = ask(ours, "post", "equipment/", given).json()
    assert ask(ours, "post", "equipment/", {**given, "site": world.other_site.pk}).json()["site"] == world.other_site.pk
    elsewhere = Site.objects.exclude(organization=world.organization).first()
    assert elsewhere is not None
    refused(ask(ours, "post", "equipment/", {**given, "site": elsewhere.pk}), 400, "invalid", "/site")
    refused(ask(Program(world, "engineer"), "post", "equipment/", given), 403, "permission_denied")
    assert Equipment.objects.get(pk=made["id"]).site == world.other_site


def test_what_was_put_down_stays_as_it_is(world: World) -> None:
    ours, path = Program(world, "engineer"), f"equipment/{world.equipment.pk}/"
    down = {"starts_at": "2026-11-21T00:00:00Z", "ends_at": "2026-11-21T02:00:00Z", "reason": "升级", "external_id": "CHG-1"}
    change = {"what": "内存", "before": "64 GB", "after": "128 GB", "external_id": "CHG-2"}
    for place, body, name, value in (("downtimes/", down, "reason", "维护"), ("configuration/", change, "after", "256 GB")):
        assert [ask(ours, "post", path + place, body).status_code for _time in range(2)] == [201, 200]
        refused(ask(ours, "post", path + place, {**body, name: value}), 409, "external_id_differs", f"/{name}")


def test_a_ticket_is_not_reported_over(world: World) -> None:
    theirs = Program(world, "customer")
    said = report(world, external_id="A-1", contact={"name": "王工"})
    made = theirs.post("tickets/", said).json()
    answer = theirs.post("tickets/", {**said, "subject": "another", "severity": 1, "contact": {"name": "李工"}})
    refused(answer, 409, "external_id_differs", "/subject")
    pointers = [row["pointer"] for row in answer.json()["errors"]]
    assert pointers == ["/severity", "/subject", "/contact"]
    assert made["number"] in answer.json()["detail"]
    assert theirs.get(answer.headers["Location"].split("/api/v1/")[1]).json() == theirs.get(f"tickets/{made['number']}/").json()
    assert theirs.post("tickets/", said).json()["number"] == made["number"]
    assert Ticket.objects.get(pk=made["id"]).subject == said["subject"]


def test_the_same_report_is_the_same_whatever_became_of_the_ticket(world: World) -> None:
    theirs = Program(world, "customer")
    said = report(world, external_id="A-1")
    made = theirs.post("tickets/", said).json()
    ours = Program(world, "engineer")
    assert ours.post(f"tickets/{made['number']}/set-severity/", {"severity": 1, "reason": "worse"}).status_code == 200
    again = theirs.post("tickets/", said)
    assert (again.status_code, again.json()["severity"]) == (200, 1)
    refused(theirs.post("tickets/", {**said, "severity": 1}), 409, "external_id_differs", "/severity")


def test_a_visit_sent_again_gets_its_time_and_people(world: World) -> None:
    ours, ticket = Program(world, "dispatcher"), make_ticket(world)
    said = {"ticket": ticket.pk, "reason": "Disk", "external_id": "V-1", "lead": world.engineer.pk}
    made = ours.post("visits/", said).json()
    span = {"starts_at": "2030-11-21T01:00:00Z", "ends_at": "2030-11-21T02:00:00Z"}
    again = ours.post("visits/", {**said, **span})
    assert (again.status_code, again.json()["id"], again.json()["starts_at"]) == (200, made["id"], "2030-11-21T09:00:00+08:00"), (
        again.content
    )
    row = Visit.objects.get()
    lines = row.events.count()
    assert ours.post("visits/", {**said, **span}).status_code == ours.post("visits/", said).status_code == 200
    assert Visit.objects.get().events.count() == lines
    refused(ours.post("visits/", {**said, "reason": "Fan"}), 409, "external_id_differs", "/reason")
    refused(ours.post("visits/", {**said, "ticket": make_ticket(world).pk}), 409, "external_id_differs", "/ticket")


def test_a_plan_of_inspections_follows_what_is_sent(world: World) -> None:
    ours = Program(world, "dispatcher")
    said = draft(world, external_id="P-1", helpers=[world.manager.pk])
    made = ours.post(PLANS, said).json()
    lines = InspectionPlan.history.count()
    assert ours.post(PLANS, said).json() == made
    assert InspectionPlan.history.count() == lines
    again = ours.post(PLANS, {**said, "lead_days": 20})
    assert (again.status_code, again.json()["lead_days"], again.json()["helpers"]) == (200, 20, [world.manager.pk])


def test_another_desk_finds_the_ticket_that_it_reported_before_something_changed_at_home() -> None:
    class Caller:
        asked: list[str] = []

        def post(self, _path: str, _body: Any) -> Said:
            raise Refused("differs", status=409, code="external_id_differs", place="https://theirs.example/api/v1/tickets/SD-9/")

        def get(self, path: str) -> Said:
            self.asked.append(path)
            said = {"number": "SD-9", "status": "new", "severity": 2, "kind": "fault", "site": 1, "equipment": None, "external_id": "SD-1"}
            return Said(200, {"etag": '"x"'}, json.dumps(said).encode())

    desk = Desk.__new__(Desk)
    object.__setattr__(desk, "caller", Caller())
    made = desk.make({"severity": 1}, "SD-1")
    assert (made.key, made.external_id, made.tag, Caller.asked) == ("SD-9", "SD-1", '"x"', ["/api/v1/tickets/SD-9/"])

"""The whole life of customers over REST: entered once, changed by who has read them, switched off and on, refused to whom it is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from accounts.models import Role, User
from clients import services as clients
from core.queue import drain
from core.time import now
from customers.models import Contract, Equipment, Membership, Organization, Site
from integrations import feed
from integrations import services as changes
from tests.clients.programs import Program as OAuthProgram
from tests.races import at_once
from tests.tickets.rest import Program
from tests.worlds import NOON, World, make_equipment, make_promising_world, make_site, make_ticket

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
TERMS = {"number": "HT-REST-1", "name": "年度运维", "plan": "p0", "accepted_on": "2026-06-01"}


@pytest.fixture
def world() -> World:
    return make_promising_world()


def ask(program: Program | Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    client = program.client if isinstance(program, Program) else program
    given = {"headers": {name.replace("_", "-"): value for name, value in headers.items()}}
    if method == "get":
        return client.get(f"/api/v1/{path}", body, **given)
    return getattr(client, method)(f"/api/v1/{path}", json.dumps({} if body is None else body), content_type="application/json", **given)


def patch(program: Program | Client, path: str, body: Any) -> Any:
    return ask(program, "patch", path, body, If_Match=ask(program, "get", path).headers["ETag"])


def refused(answer: Any, status: int, code: str, pointer: str = "") -> None:
    body = json.loads(answer.content)
    assert (answer.status_code, body["code"]) == (status, code), body
    assert pointer in [row["pointer"] for row in body.get("errors", [{"pointer": ""}])], body


# --- A customer from the first contract to the last report ---------------------------------------


def test_a_customer_is_taken_on_over_rest_and_reports_at_once(world: World) -> None:
    ours = Program(world, "manager")

    def made(path: str, **body: Any) -> dict[str, Any]:
        answer = ask(ours, "post", path, body)
        assert answer.status_code == 201, answer.content
        assert ask(ours, "get", answer.headers["Location"].split("/api/v1/")[1]).json() == answer.json()
        assert answer.headers["ETag"]
        return dict(answer.json())

    customer = made("organizations/", code="harbour", name="海港集团", external_id="CRM-1")["id"]
    site = made("sites/", organization=customer, name="一号楼", region=world.region.code, contact_name="李娜", external_id="CRM-2")
    assert site["office"] == world.office.code
    thing = made("equipment/", site=site["id"], name="核心交换机", kind="hardware", serial_number="SN-77", external_id="CMDB-1")
    contract = made("contracts/", organization=customer, equipment=[thing["id"]], **TERMS, external_id="CRM-3")
    assert (contract["plan"], contract["plan_version"], contract["warranty_months"], contract["covers_all"]) == ("p0", 1, 12, False)
    person = made("people/", organization=customer, email="Li.Na@Harbour.example", name="李娜", sites=[site["id"]])
    assert (person["email"], person["role"], person["is_active"]) == ("li.na@harbour.example", "customer", True)
    account = User.objects.get(pk=person["account"])
    assert not account.has_usable_password()
    ticket = make_ticket(world, actor=account, site=Site.objects.get(pk=site["id"]), equipment=Equipment.objects.get(pk=thing["id"]))
    assert ticket.contract_id == contract["id"]
    assert ticket.commitment is not None
    line = Equipment.history.get(id=thing["id"])
    assert (line.history_user, line.external_id) == (world.manager, "CMDB-1")


ENTERED = [
    ("organizations/", Organization, lambda _world: {"code": "harbour", "name": "海港集团"}),
    ("sites/", Site, lambda world: {"organization": world.organization.pk, "name": "三号楼", "region": world.region.code}),
    ("equipment/", Equipment, lambda world: {"site": world.site.pk, "name": "交换机"}),
    ("contracts/", Contract, lambda world: {"organization": world.organization.pk, **TERMS}),
    ("people/", Membership, lambda world: {"organization": world.organization.pk, "email": "new@example.com", "name": "新人"}),
    ("terms/", None, lambda world: {"equipment": world.equipment.pk, "kind": "trial", "starts_on": "2026-11-01"}),
]


@pytest.mark.parametrize(("path", "model", "body"), ENTERED, ids=[row[0] for row in ENTERED])
def test_what_is_sent_again_is_there_once_and_each_program_has_ids_of_its_own(world: World, path: str, model: Any, body: Any) -> None:
    scopes = ["customers:read", "customers:write", "entitlements:read", "entitlements:write"]
    made = clients.create_client(name="CRM", user=world.manager, scopes=scopes, rate=600, actor=world.manager, at=now())
    theirs, ours = OAuthProgram(*made).logged_in(), Program(world, "manager")
    given = {**body(world), "external_id": "A-1"}
    first, again = ask(theirs, "post", path, given), ask(theirs, "post", path, {**given, "external_id": "A-1"})
    assert (first.status_code, again.status_code) == (201, 200), first.content
    assert again.json() == first.json()
    assert again.headers.get("ETag") == first.headers.get("ETag")
    assert [row["id"] for row in ask(theirs, "get", path, {"external_id": "A-1"}).json()["results"]] == [first.json()["id"]]
    answer = ask(ours, "post", path, given)  # ours is another A-1; what else it says is taken, but that two devices are called alike
    assert answer.status_code == (201 if model is Equipment else 400), answer.content
    if model is not None:
        assert model.objects.filter(external_id="A-1").count() == (2 if model is Equipment else 1)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_made(world: World) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs row locks")
    program = Program(world, "manager")
    body = {"organization": world.organization.pk, "name": "三号楼", "region": world.region.code, "external_id": "X"}
    answers: list[Any] = at_once(4, lambda: ask(program, "post", "sites/", body))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    body = {**body, "name": "四号楼"}
    del body["external_id"]
    answers = at_once(4, lambda: ask(program, "post", "sites/", body))
    assert min(answer.status_code for answer in answers) == 201
    assert {answer.status_code for answer in answers} <= {201, 400, 409}
    assert Site.objects.filter(name="四号楼").count() == 1


# --- Changing -------------------------------------------------------------------------------------


def test_what_is_sent_is_changed_and_the_rest_stays(world: World) -> None:
    ours = Program(world, "manager")
    assert patch(ours, f"organizations/{world.organization.pk}/", {"short_name": "一院"}).json()["short_name"] == "一院"
    assert patch(ours, f"sites/{world.site.pk}/", {"contact_phone": "027-1"}).json()["address"] == world.site.address
    moved = patch(ours, f"equipment/{world.equipment.pk}/", {"site": world.other_site.pk, "maker_warranty_until": "2027-01-01"}).json()
    assert (moved["site"], moved["maker_warranty_until"], moved["serial_number"]) == (world.other_site.pk, "2027-01-01", "SN-0001")
    path = f"contracts/{world.contract.pk}/"
    assert patch(ours, path, {"equipment": [world.equipment.pk]}).json()["equipment"] == [world.equipment.pk]
    signed = patch(ours, path, {"ends_on": "2028-05-31", "equipment": []}).json()
    assert (signed["in_force_until"], signed["covers_all"], signed["number"]) == ("2028-05-31", True, world.contract.number)
    path = f"people/{world.customer.membership.pk}/"
    person = patch(ours, path, {"role": "supervisor", "phone": "1", "sites": []}).json()
    assert (person["role"], person["phone"], person["sites"], person["name"]) == ("supervisor", "1", [], world.customer.name)
    assert User.history.filter(id=world.customer.pk).first().history_user == world.manager


def test_what_says_nothing_new_is_no_change(world: World) -> None:
    ours, path = Program(world, "manager"), f"sites/{world.site.pk}/"
    before = world.site.history.count()
    answer = patch(ours, path, {"name": world.site.name, "region": world.region.code})
    assert (answer.status_code, world.site.history.count()) == (200, before)


def test_who_has_not_read_it_writes_over_nothing(world: World) -> None:
    ours, path = Program(world, "manager"), f"contracts/{world.contract.pk}/"
    refused(ask(ours, "patch", path, {"name": "x"}), 428, "precondition_required")
    known = ask(ours, "get", path).headers["ETag"]
    made = ask(ours, "patch", path, {"name": "新合同"}, If_Match=known)
    assert (made.status_code, made.headers["ETag"]) == (200, ask(ours, "get", path).headers["ETag"])
    refused(ask(ours, "patch", path, {"name": "x"}, If_Match=known), 412, "stale")
    refused(ask(ours, "post", f"{path}agree/", {"measure": "response", "target": "5min"}, If_Match=known), 412, "stale")


def test_a_row_that_is_here_gets_a_programs_id_unless_it_is_anothers(world: World) -> None:
    made = clients.create_client(
        name="CMDB", user=world.manager, scopes=["customers:read", "customers:write"], rate=600, actor=world.manager, at=now()
    )
    theirs, ours, path = OAuthProgram(*made).logged_in(), Program(world, "manager"), f"equipment/{world.equipment.pk}/"
    assert patch(theirs, path, {"external_id": "CI-1"}).json()["external_id"] == "CI-1"
    refused(patch(ours, path, {"external_id": "MINE"}), 409, "external_id_taken", "/external_id")
    refused(patch(theirs, f"equipment/{world.other_equipment.pk}/", {"external_id": "CI-1"}), 409, "external_id_taken", "/external_id")
    assert patch(theirs, path, {"external_id": ""}).json()["external_id"] == ""
    assert patch(ours, path, {"external_id": "MINE"}).status_code == 200


REFUSED = [
    ("organizations/", {"code": "a b", "name": "x"}, "invalid", "/code"),
    ("organizations/", {"code": "canary", "name": "x"}, "invalid", "/code"),
    ("organizations/", {"code": "fine"}, "invalid", "/name"),
    ("organizations/", {"code": "fine", "name": "x", "is_active": False}, "invalid", "/is_active"),
    ("sites/", {"organization": 999999, "name": "x", "region": "nowhere"}, "invalid", "/region"),
    ("sites/", {"organization": "own", "name": "门诊楼机房", "region": "its"}, "invalid", ""),
    ("equipment/", {"site": "own", "name": "x", "kind": "boat"}, "invalid", "/kind"),
    ("equipment/", {"site": "own", "name": "x", "accepted_on": "1999-12-31"}, "invalid", "/accepted_on"),
    ("equipment/", {"site": "own", "name": "x", "skill": "flying"}, "invalid", "/skill"),
    ("contracts/", {"organization": "own", **TERMS, "plan": "canary"}, "invalid", "/plan"),
    ("contracts/", {"organization": "own", **TERMS, "ends_on": "2026-05-31"}, "invalid", ""),
    ("contracts/", {"organization": "own", **TERMS, "equipment": [999999]}, "invalid", "/equipment"),
    ("contracts/", {"organization": "own", **TERMS, "equipment": ["theirs"]}, "invalid", "/equipment"),
    ("contracts/", {"organization": "own", **TERMS, "warranty_months": -1}, "invalid", "/warranty_months"),
    ("people/", {"organization": "own", "email": "customer", "name": "x"}, "invalid", "/email"),
    ("people/", {"organization": "own", "email": "x@example.com", "name": "x", "role": "manager"}, "invalid", "/role"),
    ("people/", {"organization": "own", "email": "x@example.com", "name": "x", "sites": ["theirs"]}, "invalid", "/sites"),
]


@pytest.mark.parametrize(("path", "body", "code", "pointer"), REFUSED)
def test_what_cannot_be_is_refused_and_nothing_is_made(world: World, path: str, body: dict[str, Any], code: str, pointer: str) -> None:
    strange = make_equipment(make_site(world.stranger.membership.organization, region=world.region))
    known: dict[str, Any] = {"own": world.site.pk if path == "equipment/" else world.organization.pk, "its": world.region.code}
    known |= {"theirs": strange.site_id if path == "people/" else strange.pk, "customer": world.customer.email.upper()}
    given = {name: [known.get(each, each) for each in value] if isinstance(value, list) else known.get(value, value) if isinstance(value, str) else value for name, value in body.items()}  # fmt: skip # noqa: E501
    models = (Organization, Site, Equipment, Contract, Membership, User)
    before = [model.objects.count() for model in models]
    refused(ask(Program(world, "manager"), "post", path, given), 400, code, pointer)
    assert [model.objects.count() for model in models] == before


# --- On and off -----------------------------------------------------------------------------------


def test_what_is_switched_off_is_reported_no_more_until_it_is_on_again(world: World) -> None:
    ours, theirs = Program(world, "manager"), Program(world, "customer")
    report = {"kind": "fault", "severity": 2, "subject": "x", "equipment": world.equipment.pk}
    for path in (f"equipment/{world.equipment.pk}/", f"organizations/{world.organization.pk}/"):
        assert ask(ours, "post", f"{path}deactivate/").json()["is_active"] is False
        refused(ask(ours, "post", f"{path}deactivate/"), 409, "not_now")
        assert ask(theirs, "post", "tickets/", report).status_code == 400
        assert ask(ours, "post", f"{path}activate/").json()["is_active"] is True
        refused(ask(ours, "post", f"{path}activate/"), 409, "not_now")
    assert ask(theirs, "post", "tickets/", report).status_code == 201


def test_a_person_who_is_switched_off_is_let_in_no_more(world: World) -> None:
    ours, theirs, path = Program(world, "manager"), Program(world, "customer"), f"people/{world.customer.membership.pk}/"
    assert ask(ours, "post", f"{path}deactivate/").json()["is_active"] is False
    assert ask(theirs, "get", "tickets/").status_code == 401
    refused(ask(ours, "post", f"{path}deactivate/"), 409, "not_now")
    assert ask(ours, "post", f"{path}activate/").json()["is_active"] is True
    assert ask(theirs, "get", "tickets/").status_code == 200
    User.objects.filter(pk=world.customer.pk).update(role=Role.ENGINEER)  # became one of ours since
    refused(ask(ours, "post", f"{path}deactivate/"), 409, "not_now")


# --- What hangs on equipment and contracts ---------------------------------------------------------


def test_downtimes_and_configuration_are_kept_with_the_equipment(world: World) -> None:
    ours, theirs, path = Program(world, "engineer"), Program(world, "customer"), f"equipment/{world.equipment.pk}/"
    down = {"starts_at": "2026-11-21T00:00:00+08:00", "ends_at": "2026-11-21T02:00:00+08:00", "reason": "升级", "external_id": "CHG-1"}
    first = ask(ours, "post", f"{path}downtimes/", down)
    assert (first.status_code, ask(ours, "post", f"{path}downtimes/", down).status_code) == (201, 200), first.content
    assert first.json()["starts_at"] == "2026-11-20T16:00:00Z"
    elsewhere = f"equipment/{world.other_equipment.pk}/downtimes/"
    refused(ask(ours, "post", elsewhere, down), 409, "external_id_taken", "/external_id")
    refused(
        ask(ours, "post", f"{path}downtimes/", {**down, "external_id": "", "ends_at": "2027-11-21T00:00:00Z"}), 400, "invalid", "/ends_at"
    )
    refused(ask(ours, "post", f"{path}downtimes/", {**down, "external_id": "", "ends_at": "2026-11-20T00:00:00Z"}), 400, "invalid")
    assert [row["reason"] for row in ask(theirs, "get", f"{path}downtimes/").json()["results"]] == ["升级"]
    change = {"what": "内存", "before": "64 GB", "after": "128 GB", "external_id": "CHG-2"}
    assert [ask(ours, "post", f"{path}configuration/", change).status_code for _time in range(2)] == [201, 200]
    refused(ask(ours, "post", f"{path}configuration/", {"what": "内存"}), 400, "invalid", "/after")
    [row] = ask(theirs, "get", f"{path}configuration/").json()["results"]
    assert (row["after"], row["by"]) == ("128 GB", world.engineer.name)
    assert ask(theirs, "post", f"{path}configuration/", change).status_code == 403
    assert ask(Program(world, "stranger"), "get", f"{path}configuration/").status_code == 404


def test_a_contracts_own_times_are_agreed_and_taken_back(world: World) -> None:
    ours, path = Program(world, "manager"), f"contracts/{world.contract.pk}/"
    agreed = {"measure": "response", "severity": 2, "target": "5min", "clause": "3.2"}
    assert ask(ours, "post", f"{path}agree/", agreed).json()["agreed"] == [agreed]
    refused(ask(ours, "post", f"{path}agree/", agreed), 400, "agreed_already", "/measure")
    refused(ask(ours, "post", f"{path}agree/", {**agreed, "severity": 1, "target": "9d"}), 400, "invalid", "/target")
    refused(ask(ours, "post", f"{path}agree/", {**agreed, "measure": "joy"}), 400, "invalid", "/measure")
    assert ask(ours, "post", f"{path}drop-agreed/", {"measure": "response", "severity": 2}).json()["agreed"] == []
    refused(ask(ours, "post", f"{path}drop-agreed/", {"measure": "response", "severity": 2}), 400, "not_agreed", "/measure")


def test_a_term_is_put_right_and_what_follows_dates_is_not(world: World) -> None:
    ours = Program(world, "dispatcher")
    made = ask(ours, "post", "terms/", {"contract": world.contract.pk, "kind": "paid", "starts_on": "2027-06-01", "ends_on": "2028-05-31"})
    path = f"terms/{made.json()['id']}/"
    assert patch(ours, path, {"ends_on": "2028-12-31", "source": "§ 4"}).json()["ends_on"] == "2028-12-31"
    assert ask(ours, "get", f"contracts/{world.contract.pk}/").json()["ends_on"] == "2028-12-31"
    refused(patch(ours, path, {"ends_on": "2020-01-01"}), 400, "invalid")
    refused(patch(ours, path, {"kind": "trial"}), 400, "invalid", "/kind")
    refused(ask(Program(world, "engineer"), "patch", path, {"source": "x"}, If_Match="*"), 403, "permission_denied")
    ask(Program(world, "manager"), "post", f"{path}withdraw/", {"reason": "录错"})
    refused(patch(ours, path, {"source": "x"}), 409, "not_now")


# --- Who is told ----------------------------------------------------------------------------------


def test_the_feed_and_updated_since_tell_of_all_of_it(world: World) -> None:
    drain(changes.number_next_changes, at=now())
    start, since = feed.Feed.objects.get().newest, now().isoformat()
    ours = Program(world, "manager")
    person, term = world.customer.membership.pk, {"equipment": world.equipment.pk, "kind": "trial", "starts_on": "2026-11-01"}
    assert patch(ours, f"people/{person}/", {"phone": "1"}).status_code == 200
    assert patch(ours, f"contracts/{world.contract.pk}/", {"equipment": [world.equipment.pk]}).status_code == 200
    made = ask(ours, "post", "terms/", term).json()["id"]
    down = {"starts_at": "2026-11-21T00:00:00Z", "ends_at": "2026-11-21T02:00:00Z", "reason": "升级"}
    assert ask(ours, "post", f"equipment/{world.equipment.pk}/downtimes/", down).status_code == 201
    drain(changes.number_next_changes, at=now())

    def told(role: str) -> set[tuple[str, int]]:
        rows = ask(Program(world, role), "get", "changes/", {"after": start}).json()["results"]
        assert {row["url"] for row in rows if row["resource"] == "terms"} == {f"http://localhost:8000/api/v1/terms/{made}/"}
        return {(row["type"], row["id"]) for row in rows}

    seen = {("contract.changed", world.contract.pk), ("term.created", made), ("equipment.downtime", world.equipment.pk)}
    assert told("manager") >= {*seen, ("person.changed", person)}
    assert told("customer") == seen
    for path, one in (("people", person), ("contracts", world.contract.pk), ("terms", made)):
        found = ask(ours, "get", f"{path}/", {"updated_since": since}).json()["results"]
        assert one in [row["id"] for row in found], path
    assert ask(ours, "get", "people/", {"updated_since": "2099-01-01T00:00:00Z"}).json()["results"] == []


def test_customers_read_what_their_pages_show_and_write_nothing(world: World) -> None:
    for role in ("customer", "supervisor"):
        theirs = Program(world, role)
        assert ask(theirs, "get", "people/").status_code == 403
        assert ask(theirs, "get", f"people/{world.customer.membership.pk}/").status_code == 404
        for path in ("organizations/", "sites/", "equipment/", "contracts/", "people/", "terms/"):
            assert (
                ask(theirs, "post", path, {"kind": "trial", "starts_on": "2026-11-01", "equipment": world.equipment.pk}).status_code == 403
            )
    reading = Program(world, "manager", scope="read")
    refused(ask(reading, "post", "sites/"), 403, "token_reads_only")
    only = clients.create_client(name="r", user=world.manager, scopes=["customers:read"], rate=600, actor=world.manager, at=NOON)
    answer = ask(OAuthProgram(*only).logged_in(), "post", "sites/")
    refused(answer, 403, "scope_missing")
    assert answer.json()["scope"] == "customers:write"

"""The pages of parts, and the same over REST."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from parts import services
from parts.models import Depot, PartType, Purchase, Repair, StockLevel, StockMovement
from tests.parts.worlds import balance, level, make_depot, make_orders, make_part, stock
from tests.worlds import NOON, make_promising_world, make_ticket
from visits.models import Visit

if TYPE_CHECKING:
    from django.test import Client

    from tests.worlds import World
    from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def part(world) -> PartType:
    return make_part(world, code="psu")


@pytest.fixture
def depot(world, part) -> Depot:
    depot = make_depot(world, code="east")
    stock(world, part, depot, 5)
    return depot


@pytest.fixture
def ticket(world) -> Ticket:
    return make_ticket(world)


def get(client: Client, person: Any, address: str, status: int = 200, **query: Any) -> str:
    client.force_login(person)
    answer = client.get(address, query, headers={"Accept-Language": "en"})
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def post(client: Client, person: Any, address: str, **data: Any) -> int:
    client.force_login(person)
    return client.post(address, data).status_code


def send(client: Client, person: Any, address: str, status: int = 201, **data: Any) -> Any:
    client.force_login(person)
    answer = client.post(f"/api/v1/{address}", data, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def test_a_part_is_set_aside_and_used_on_a_ticket(client, world, part, depot, ticket):
    here = f"/parts/tickets/{ticket.number}/"
    assert part.code in get(client, world.engineer, here)  # it fits the equipment
    page = get(client, world.engineer, f"{here}{part.pk}/use/")
    assert "free of charge" in page
    assert "2027-05-31" in page  # until when, before anything is booked
    facts = {"depot": depot.pk, "quantity": 2, "reference": "form-1"}
    for _sent_twice in range(2):
        assert post(client, world.engineer, f"{here}{part.pk}/reserve/", **facts) == 302
    assert balance(part, depot) == (5, 2, 0, 0)
    assert post(client, world.engineer, f"{here}{part.pk}/use/", depot=depot.pk, quantity=2) == 302
    assert balance(part, depot) == (3, 0, 0, 0)
    assert post(client, world.engineer, f"{here}{part.pk}/use/", depot=depot.pk, quantity=9) == 422
    assert post(client, world.engineer, f"{here}{part.pk}/use/", depot=depot.pk, quantity=1, charge="charged") == 302
    assert not StockMovement.objects.filter(is_free=False).exists()  # not an engineer's to decide


def test_the_ticket_shows_staff_everything_and_its_customer_what_was_used(client, world, part, depot, ticket):
    services.use(part, actor=world.engineer, at=NOON, ticket=ticket, depot=depot)
    services.reserve(part, actor=world.engineer, at=NOON, ticket=ticket, depot=depot, quantity=2)
    address = ticket.get_absolute_url()
    assert depot.name_en in get(client, world.engineer, address)
    page = get(client, world.customer, address)
    assert part.name_en in page
    assert "free of charge" in page
    assert depot.name_en not in page
    assert "1,200" not in page
    assert "/parts/" not in page
    rows = client.get("/api/v1/parts/used/").json()["results"]
    assert [(row["part"], row["quantity"], row["is_free"], row["amount"]) for row in rows] == [("psu", 1, True, "0.00")]
    assert "depot" not in rows[0]
    client.force_login(world.stranger)
    assert client.get("/api/v1/parts/used/").json()["results"] == []


def test_a_manager_decides_otherwise_on_the_page(client, world, part, depot, ticket):
    address = f"/parts/tickets/{ticket.number}/{part.pk}/use/"
    facts = {"depot": depot.pk, "quantity": 1, "charge": "charged"}
    assert post(client, world.manager, address, **facts) == 422
    assert post(client, world.manager, address, **facts, override_reason="人为损坏") == 302
    assert StockMovement.objects.get(kind="used").amount == 1200


def test_an_item_with_a_serial_number_is_exchanged_on_the_page(client, world, ticket, depot):
    part = make_part(world, is_serialised=True)
    stock(world, part, depot, 1)
    serial = StockMovement.objects.get(part=part).serial_number
    address = f"/parts/tickets/{ticket.number}/{part.pk}/exchange/"
    assert "SN-0001" in get(client, world.engineer, address)
    assert post(client, world.engineer, address, item=serial, serial_in="SN-0001", is_device="on") == 302
    world.equipment.refresh_from_db()
    assert world.equipment.serial_number == serial
    assert balance(part, depot) == (0, 0, 1, 0)


def test_an_emergency_says_where_it_comes_from_and_buys_what_is_nowhere(client, world, part, depot, ticket):
    address = f"/parts/tickets/{ticket.number}/{part.pk}/emergency/"
    assert "own region" in get(client, world.engineer, address)
    for quantity in (5, 1):
        assert post(client, world.engineer, address, quantity=quantity, reason="业务中断") == 302
    assert Purchase.objects.get().status == "requested"
    assert level(part, depot).on_hand == 0


def test_a_purchase_goes_from_order_to_arrival_and_holds_its_ticket(client, world, part, depot, ticket):
    order = {"depot": depot.pk, "quantity": 2, "expected_at": "2099-01-01T08:00", "pauses": "on"}
    address = f"/parts/tickets/{ticket.number}/{part.pk}/order/"
    assert post(client, world.dispatcher, address, **order) == 422  # too far away, says the ticket
    assert not Purchase.objects.exists()
    order["expected_at"] = ""
    assert post(client, world.dispatcher, address, **order) == 422
    del order["pauses"]
    assert post(client, world.dispatcher, address, **order) == 302
    row = Purchase.objects.get()
    page = f"/parts/purchases/{row.pk}/"
    assert post(client, world.dispatcher, f"{page}track/", **{"track-carrier": "顺丰", "track-tracking_number": "SF1"}) == 302
    assert "SF1" in get(client, world.engineer, page)
    assert post(client, world.dispatcher, f"{page}take-in/", **{"take-in-quantity": 3}) == 422
    assert post(client, world.dispatcher, f"{page}take-in/", **{"take-in-quantity": 2}) == 302
    assert balance(part, depot) == (7, 0, 0, 0)
    assert post(client, world.dispatcher, f"{page}call-off/", **{"call-off-reason": "x"}) == 422
    assert row.number in get(client, world.engineer, "/parts/purchases/", show="ended", find="SF1")


def test_managers_keep_catalogue_depots_minimum_and_stock(client, world, part, depot):
    new = {"code": "fan", "name": "风扇", "unit": "件", "price": "80.50", "fits": "K1\nK2", "is_active": "on"}
    assert post(client, world.manager, "/parts/catalogue/new/", **new) == 302
    fan = PartType.objects.get(code="fan")
    assert list(fan.fits.values_list("model", flat=True)) == ["K1", "K2"]
    assert post(client, world.manager, f"/parts/catalogue/{fan.pk}/", **{**new, "price": "-1"}) == 422
    assert post(client, world.manager, f"/parts/catalogue/{fan.pk}/", **{**new, "fits": "K2"}) == 302
    assert list(fan.fits.values_list("model", flat=True)) == ["K2"]
    assert post(client, world.manager, "/parts/catalogue/new/", **new) == 422  # the code is taken
    west = {"code": "west", "name": "西部", "office": world.office.pk, "keeper": world.engineer.pk, "is_active": "on"}
    assert post(client, world.manager, "/parts/depots/new/", **west) == 302
    to = Depot.objects.get(code="west")
    assert post(client, world.manager, f"/parts/{part.pk}/minimum/", depot=depot.pk, minimum=4) == 302
    assert (
        post(client, world.dispatcher, f"/parts/{part.pk}/transfer/", depot=depot.pk, to_depot=to.pk, quantity=2, condition="good") == 302
    )
    assert (level(part, depot).low_since is None, level(part, to).on_hand) == (False, 2)
    assert "to order" in get(client, world.dispatcher, "/parts/low/").lower()
    for made in (1, 0):
        assert post(client, world.dispatcher, "/parts/low/order/") == 302
        assert Purchase.objects.count() == 1, made
    count = {"depot": to.pk, "counted": 1, "condition": "good", "reason": "盘点"}
    assert post(client, world.manager, f"/parts/{part.pk}/count/", **count) == 302
    assert post(client, world.dispatcher, f"/parts/{part.pk}/receive/", depot=to.pk, quantity=4) == 302
    assert balance(part, to) == (5, 0, 0, 0)


def test_a_defective_part_goes_to_the_maker_and_back(client, world, part, depot, ticket):
    services.exchange(part, actor=world.engineer, at=NOON, ticket=ticket, depot=depot)
    facts = {"depot": depot.pk, "quantity": 1, "carrier": "顺丰", "tracking_number": "SF9"}
    assert post(client, world.dispatcher, f"/parts/{part.pk}/repair/", **facts) == 302
    row = Repair.objects.get()
    assert "SF9" in get(client, world.engineer, f"/parts/repairs/{row.pk}/")
    assert post(client, world.dispatcher, f"/parts/repairs/{row.pk}/write-off/") == 422
    assert post(client, world.dispatcher, f"/parts/repairs/{row.pk}/back/", **{"back-outcome": "已修复"}) == 302
    assert balance(part, depot) == (5, 0, 0, 0)


def test_a_sale_across_the_counter_says_first_what_it_costs_whom(client, world, part, depot):
    address = f"/parts/{part.pk}/sell/"
    assert "verdict" not in get(client, world.dispatcher, address)
    stranger = world.stranger.membership.sites.get()
    assert "1,200.00" in get(client, world.dispatcher, address, site=stranger.pk)
    assert "free of charge" in get(client, world.dispatcher, address, site=world.site.pk)
    assert post(client, world.dispatcher, f"{address}?site={stranger.pk}", depot=depot.pk, quantity=9) == 422
    assert post(client, world.dispatcher, f"{address}?site={stranger.pk}", depot=depot.pk, quantity=2) == 302
    line = StockMovement.objects.get(kind="sold")
    assert (line.amount, line.site, line.rule) == (2400, stranger, "no_contract")
    sold = send(client, world.dispatcher, "stock/movements/", kind="sold", part="psu", depot="east", site=stranger.pk)
    assert sold["amount"] == "1200.00"


def test_what_is_set_aside_for_a_visit_stands_on_the_visit(client, world, part, depot, ticket):
    visit = Visit.objects.create(
        ticket=ticket,
        subject="换电源",
        organization=world.organization,
        site=world.site,
        office=world.office,
        created_at=NOON,
        updated_at=NOON,
    )
    address = f"/parts/tickets/{ticket.number}/{part.pk}/reserve/"
    assert post(client, world.engineer, address, depot=depot.pk, quantity=1, visit=visit.pk) == 302
    kept = send(client, world.engineer, "stock/movements/", kind="reserved", part="psu", depot="east", visit=visit.pk)
    assert (kept["visit"], kept["ticket"]) == (visit.pk, ticket.number)
    assert get(client, world.engineer, visit.get_absolute_url()).count(f"{part.name_en} × 1") == 2
    client.force_login(world.customer)
    assert part.name_en not in client.get(visit.get_absolute_url()).content.decode()
    assert "/release/" in get(client, world.engineer, f"/parts/tickets/{ticket.number}/")
    assert post(client, world.engineer, f"/parts/reservations/{visit.part_reservations.first().pk}/release/") == 302
    assert balance(part, depot) == (5, 1, 0, 0)


def test_administrators_read_everything(client, world, part, depot, ticket):
    make_orders(world, ticket)
    services.reserve(part, actor=world.engineer, at=NOON, ticket=ticket, depot=depot)
    for model in apps.get_app_config("parts").get_models():
        if admin.site.is_registered(model):
            place = f"/admin/parts/{model._meta.model_name}/"
            get(client, world.admin, place)
            get(client, world.admin, f"{place}{model._default_manager.first().pk}/change/")


LISTS = ("", "low/", "ledger/", "forecast/", "catalogue/", "depots/", "purchases/", "repairs/")
REST = ("parts/", "parts/used/", "stock/", "stock/movements/", "purchases/", "repairs/")


def test_lists_take_the_same_queries_for_one_and_for_many(client, world, ticket):
    def fill() -> None:
        part, depot = make_part(world), make_depot(world)
        stock(world, part, depot, 5)
        services.set_minimum(part, actor=world.manager, at=NOON, depot=depot, minimum=9)
        services.exchange(part, actor=world.engineer, at=NOON, ticket=ticket, depot=depot)
        services.send_for_repair(part, actor=world.manager, at=NOON, depot=depot)
        services.order(part, actor=world.manager, at=NOON, depot=depot, ticket=ticket)

    addresses = [*(f"/parts/{path}" for path in LISTS), *(f"/api/v1/{path}" for path in REST), f"/parts/tickets/{ticket.number}/"]
    fill()
    few = [queries(client, world, address) for address in addresses]
    for _more in range(4):
        fill()
    many = [queries(client, world, address) for address in addresses]
    assert dict(zip(addresses, many, strict=True)) == dict(zip(addresses, few, strict=True))


def queries(client: Client, world: World, address: str) -> int:
    get(client, world.manager, address)
    with CaptureQueriesContext(connection) as captured:
        get(client, world.manager, address)
    return len(captured)


def test_stock_and_ledger_are_sent_as_files_without_formulas(client, world, depot):
    part = make_part(world, code="evil", name="=HYPERLINK(1)", name_en="=HYPERLINK(1)")
    stock(world, part, depot, 1)
    client.force_login(world.engineer)
    for name in ("stock", "ledger"):
        text = b"".join(client.get(f"/parts/export/{name}/csv/", {"find": "evil"}).streaming_content).decode()
        assert "'=HYPERLINK" in text
        assert text.count("\n") == 2
        book = b"".join(client.get(f"/parts/export/{name}/xlsx/").streaming_content)
        assert zipfile.ZipFile(io.BytesIO(book)).testzip() is None
    assert client.get("/parts/export/prices/csv/").status_code == 404


def test_a_booking_over_rest_is_made_once_however_often_it_is_sent(client, world, part, depot, ticket):
    facts = {"kind": "used", "part": "psu", "depot": "east", "ticket": ticket.number, "quantity": 2}
    first = send(client, world.engineer, "stock/movements/", **facts, reference="van-7/1")
    again = send(client, world.engineer, "stock/movements/", **facts, reference="van-7/1")
    assert first["id"] == again["id"]
    assert (first["is_free"], first["amount"], first["rule"], first["currency"]) == (True, "0.00", "warranty", "CNY")
    kept = send(client, world.engineer, "stock/movements/", **{**facts, "kind": "reserved"})
    assert kept["kind"] == "reserved"
    gone = send(client, world.engineer, "stock/movements/", kind="released", part="psu", reservation=kept["reservation"])
    assert gone["kind"] == "released"
    other = {**facts, "quantity": 1}
    assert send(client, world.engineer, "stock/movements/", 409, **other, reference="van-7/1")["code"] == "reference_taken"
    assert send(client, world.engineer, "stock/movements/", 409, **{**facts, "quantity": 9})["code"] == "not_in_stock"
    assert balance(part, depot) == (3, 0, 0, 0)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"kind": "used", "part": "psu", "depot": "east"}, "/ticket"),
        ({"kind": "used", "part": "psu", "depot": "east", "to_depot": "east"}, "/to_depot"),
        ({"kind": "lost", "part": "psu"}, "/kind"),
        ({"kind": "used", "part": "nothing"}, "/part"),
        ({"kind": "used", "part": "psu", "colour": "red"}, "/colour"),
    ],
)
def test_a_booking_that_cannot_be_is_pointed_at(client, world, part, depot, given, pointer):
    body = send(client, world.engineer, "stock/movements/", 400, **given)
    assert pointer in {row["pointer"] for row in body["errors"]}


def test_the_other_bookings_and_orders_over_rest(client, world, part, depot, ticket):
    make_depot(world, code="west")
    move = {"part": "psu", "depot": "east"}
    who, lines = world.manager, "stock/movements/"
    assert send(client, who, lines, kind="transferred", to_depot="west", quantity=1, **move)["kind"] == "transferred_out"
    assert send(client, who, lines, kind="exchanged", ticket=ticket.number, **move)["kind"] == "exchanged_out"
    assert send(client, who, lines, kind="sold", ticket=ticket.number, charge="charged", override_reason="x", **move)["amount"] == "1200.00"
    assert send(client, who, lines, kind="counted", counted=4, reason="盘点", **move)["quantity"] == 2
    assert send(client, who, lines, 204, kind="counted", counted=4, reason="盘点", **move) is None
    assert send(client, who, lines, kind="received", quantity=1, **move)["kind"] == "received"
    supply = {"kind": "emergency", "part": "psu", "ticket": ticket.number, "reason": "业务中断"}
    assert send(client, who, lines, quantity=5, **supply)["kind"] == "emergency"
    asked = send(client, who, lines, 202, quantity=5, **supply)
    assert (asked["status"], asked["is_urgent"]) == ("requested", True)
    step = f"purchases/{asked['id']}/"
    assert send(client, who, f"{step}place/", 200, expected_at="2026-11-24T08:00:00Z")["status"] == "ordered"
    assert send(client, who, f"{step}track/", 200, expected_at=None, tracking_number="SF2")["tracking_number"] == "SF2"
    assert send(client, who, f"{step}take-in/", 200, quantity=5)["status"] == "received"
    assert send(client, who, f"{step}call-off/", 409, reason="x")["code"] == "order_not_now"
    assert send(client, who, "purchases/", **move, quantity=1)["status"] == "ordered"
    away = send(client, who, "repairs/", **move)
    assert send(client, who, f"repairs/{away['id']}/back/", 200)["status"] == "returned"
    assert not StockLevel.objects.filter(defective__gt=0).exists()
    balance(part, depot)

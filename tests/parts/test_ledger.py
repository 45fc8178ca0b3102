"""The ledger: what moves is written down once, levels are what it comes to, nothing is ever negative."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DomainError, Invalid
from notifications.models import Message
from parts import engine, selectors, services
from parts.errors import NotInStock, NotYourStep, OnlyAdded, OrderNotNow, ReferenceTaken, WrongSerial
from parts.models import Kind, Reservation, StockLevel, StockMovement
from tests.parts.worlds import balance, level, make_depot, make_part, stock
from tests.races import at_once
from tests.worlds import NOON, make_promising_world, make_ticket

if TYPE_CHECKING:
    from parts.models import Depot, PartType
    from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def part(world) -> PartType:
    return make_part(world)


@pytest.fixture
def depot(world) -> Depot:
    return make_depot(world)


def test_what_is_set_aside_is_used_from_there_and_the_rest_given_free(world, part, depot):
    stock(world, part, depot, 5)
    ticket = make_ticket(world)
    kept = services.reserve(part, actor=world.engineer, at=NOON, depot=depot, ticket=ticket, quantity=3)
    assert balance(part, depot) == (5, 3, 0, 0)
    used = services.use(part, actor=world.engineer, at=NOON, ticket=ticket, reservation=kept, quantity=2)
    assert balance(part, depot) == (3, 1, 0, 0)
    assert (used.kind, used.quantity, used.is_free, used.rule, used.amount) == ("used", 2, True, "warranty", Decimal(0))
    services.release(kept, actor=world.engineer, at=NOON)
    assert balance(part, depot) == (3, 0, 0, 0)
    with pytest.raises(OrderNotNow):
        services.release(kept, actor=world.engineer, at=NOON)


def test_nobody_takes_what_is_set_aside_for_another_ticket(world, part, depot):
    stock(world, part, depot, 2)
    services.reserve(part, actor=world.engineer, at=NOON, depot=depot, ticket=make_ticket(world), quantity=2)
    for take in (services.use, services.reserve):
        with pytest.raises(NotInStock, match="0"):
            take(part, actor=world.engineer, at=NOON, ticket=make_ticket(world), depot=depot)


def test_a_retry_with_the_same_reference_books_once(world, part, depot):
    stock(world, part, depot, 5)
    ticket = make_ticket(world)
    facts = {"actor": world.engineer, "at": NOON, "depot": depot, "ticket": ticket}
    first, again = (services.use(part, **facts, reference="form-1") for _try in range(2))
    assert first == again
    kept, still = (services.reserve(part, **facts, reference="form-2") for _try in range(2))
    assert kept == still
    assert balance(part, depot) == (4, 1, 0, 0)
    taken = {**facts, "reference": "form-3", "reservation": kept}
    assert services.use(part, **taken) == services.use(part, **taken)
    assert balance(part, depot) == (3, 0, 0, 0)
    with pytest.raises(ReferenceTaken):
        services.use(part, **facts, quantity=2, reference="form-1")


def test_the_ledger_is_never_changed_not_even_by_the_database(world, part, depot):
    stock(world, part, depot, 1)
    line = StockMovement.objects.get()
    for change in (line.save, line.delete, StockMovement.objects.all().delete, lambda: StockMovement.objects.update(quantity=2)):
        with pytest.raises(OnlyAdded):
            change()
    table = StockMovement._meta.db_table
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        StockMovement.objects.raw(f"UPDATE {table} SET quantity = 9 WHERE id = {line.pk} RETURNING id")[0]


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"on_hand": -1}, "stock_on_hand_is_never_negative|only_stock_that_is_there_is_reserved"),
        ({"reserved": 9}, "only_stock_that_is_there_is_reserved"),
        ({"reserved": -1}, "stock_reserved_is_never_negative"),
        ({"defective": -1}, "stock_out_of_order_is_never_negative"),
    ],
)
def test_the_database_refuses_a_stock_that_cannot_be(world, part, depot, wrong, name):
    stock(world, part, depot, 5)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        StockLevel.objects.update(**wrong)


def test_an_exchange_gives_one_out_takes_one_in_and_renames_the_device(world, depot):
    part = make_part(world, is_serialised=True)
    stock(world, part, depot, 1)
    serial = selectors.items_in_stock(part, depot)[0].serial_number
    ticket = make_ticket(world)
    given = {"actor": world.engineer, "at": NOON, "depot": depot, "ticket": ticket, "serial_number": serial}
    out = services.exchange(part, **given, serial_in="SN-0001", is_device=True)
    assert balance(part, depot) == (0, 0, 1, 0)
    assert out.companions.get().serial_number == "SN-0001"
    world.equipment.refresh_from_db()
    assert world.equipment.serial_number == serial
    assert world.equipment.history.first().history_user == world.engineer
    repair = services.send_for_repair(
        part, actor=world.dispatcher, at=NOON, depot=depot, serial_number="SN-0001", carrier="顺丰", tracking_number="SF1"
    )
    assert balance(part, depot) == (0, 0, 0, 1)
    services.bring_back(repair, actor=world.dispatcher, at=NOON, outcome="更换电容")
    assert balance(part, depot) == (1, 0, 0, 0)
    with pytest.raises(OrderNotNow):
        services.write_off(repair, actor=world.dispatcher, at=NOON, outcome="迟了")


def test_items_are_followed_by_their_serial_numbers(world, depot):
    part = make_part(world, is_serialised=True)
    other = make_depot(world)
    ticket = make_ticket(world)
    take = {"actor": world.dispatcher, "at": NOON, "depot": depot}
    with pytest.raises(WrongSerial):
        services.receive(part, **take, quantity=2, serial_numbers=["A-1", "A-1"])
    services.receive(part, **take, quantity=2, serial_numbers=["A-1", "A-2"])
    with pytest.raises(WrongSerial, match="A-1"):
        services.receive(part, **take, serial_numbers=["A-1"])
    for serial in ("", "A-9"):
        with pytest.raises(WrongSerial):
            services.use(part, **take, ticket=ticket, serial_number=serial)
    services.transfer(part, **take, to_depot=other, serial_number="A-1")
    with pytest.raises(WrongSerial):
        services.use(part, **take, ticket=ticket, serial_number="A-1")
    services.use(part, **{**take, "depot": other}, ticket=ticket, serial_number="A-1")
    assert (balance(part, depot), balance(part, other)) == ((1, 0, 0, 0), (0, 0, 0, 0))
    services.count(part, actor=world.manager, at=NOON, depot=depot, counted=0, serial_number="A-2", reason="丢失")
    assert balance(part, depot) == (0, 0, 0, 0)


def test_a_defective_item_is_not_handed_out_and_no_item_is_in_two_places(world, depot):
    part, other, ticket = make_part(world, is_serialised=True), make_depot(world), make_ticket(world)
    services.receive(part, actor=world.dispatcher, at=NOON, depot=depot, quantity=2, serial_numbers=["A-1", "A-2"])
    services.exchange(part, actor=world.engineer, at=NOON, depot=depot, ticket=ticket, serial_number="A-1", serial_in="B-1")
    for serial in ("B-1", "A-1"):
        with pytest.raises(WrongSerial):
            services.use(part, actor=world.engineer, at=NOON, depot=depot, ticket=ticket, serial_number=serial)
    with pytest.raises(WrongSerial):
        services.count(part, actor=world.manager, at=NOON, depot=other, counted=1, serial_number="A-2", reason="盘点")
    assert balance(part, depot) == (1, 0, 1, 0)


def test_what_is_set_aside_for_one_ticket_is_not_used_on_another(world, part, depot):
    stock(world, part, depot, 1)
    kept = services.reserve(part, actor=world.engineer, at=NOON, depot=depot, ticket=make_ticket(world))
    with pytest.raises(Invalid):
        services.use(part, actor=world.engineer, at=NOON, ticket=make_ticket(world), reservation=kept)


def test_a_stock_taking_puts_right_with_a_reason_and_never_below_what_is_set_aside(world, part, depot):
    stock(world, part, depot, 5)
    services.reserve(part, actor=world.engineer, at=NOON, depot=depot, ticket=make_ticket(world), quantity=2)
    facts = {"actor": world.manager, "at": NOON, "depot": depot}
    assert services.count(part, **facts, counted=5, reason="季度盘点") is None
    line = services.count(part, **facts, counted=3, reason="季度盘点", reference="count-1")
    assert (line.quantity, line.note) == (-2, "季度盘点")
    assert services.count(part, **facts, counted=3, reason="季度盘点", reference="count-1") == line
    with pytest.raises(NotInStock):
        services.count(part, **facts, counted=1, reason="季度盘点")
    with pytest.raises(DomainError):
        services.count(part, **facts, counted=4, reason=" ")
    assert balance(part, depot) == (3, 2, 0, 0)


def test_the_keeper_and_the_managers_are_told_once_for_each_fall_below_the_minimum(world, part, depot):
    stock(world, part, depot, 3)
    services.set_minimum(part, actor=world.manager, at=NOON, depot=depot, minimum=3)
    told = Message.objects.filter(kind="stock_low", channel="inbox")
    ticket = make_ticket(world)
    facts = {"actor": world.engineer, "depot": depot, "ticket": ticket}
    for minute in range(2):
        services.use(part, **facts, at=NOON.replace(minute=minute))
    assert {message.recipient for message in told} == {world.dispatcher, world.manager}
    assert told.all().count() == 2
    stock(world, part, depot, 5)
    assert level(part, depot).low_since is None
    services.use(part, **facts, at=NOON.replace(minute=9), quantity=4)
    assert told.all().count() == 4
    made = services.order_missing(list(StockLevel.objects.all()), actor=world.dispatcher, at=NOON)
    assert [purchase.quantity for purchase in made] == [1]
    assert not services.order_missing(list(StockLevel.objects.all()), actor=world.dispatcher, at=NOON)


@pytest.mark.parametrize(
    ("name", "facts", "who"),
    [
        ("receive", {}, "engineer"),
        ("transfer", {"to_depot": None}, "engineer"),
        ("count", {"counted": 1, "reason": "x"}, "dispatcher"),
        ("set_minimum", {"minimum": 1}, "dispatcher"),
        ("order", {}, "engineer"),
        ("send_for_repair", {}, "engineer"),
        ("use", {"ticket": None}, "customer"),
        ("reserve", {"ticket": None}, "customer"),
    ],
)
def test_each_step_is_for_its_role(world, part, depot, name, facts, who):
    with pytest.raises(NotYourStep):
        getattr(services, name)(part, actor=world.person(who), at=NOON, depot=depot, **facts)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "reserve", "use", "take", "release", "exchange", "repair", "back", "count", "sell"]), st.integers(1, 4)
    ),
    max_size=12,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_happens_the_levels_are_what_the_ledger_comes_to(world, steps):
    with transaction.atomic():
        part, depot = make_part(world), make_depot(world)
        ticket = make_ticket(world)
        stock(world, part, depot, 2)
        for step, quantity in steps:
            try:
                with transaction.atomic():
                    _do(world, part, depot, ticket, step, quantity)
            except DomainError:
                pass
            assert min(balance(part, depot)) >= 0
        lines = StockMovement.objects.filter(part=part).values_list("kind", "condition", "quantity")
        assert tuple(engine.balance(lines)) == balance(part, depot)
        transaction.set_rollback(True)


def _do(world, part, depot, ticket, step, quantity):  # noqa: C901 - a table of steps
    who = {"actor": world.manager, "at": NOON}
    kept = Reservation.objects.filter(part=part, left__gt=0).first()
    if step == "receive":
        services.receive(part, **who, depot=depot, quantity=quantity)
    elif step == "reserve":
        services.reserve(part, **who, depot=depot, ticket=ticket, quantity=quantity)
    elif step == "use":
        services.use(part, **who, depot=depot, ticket=ticket, quantity=quantity)
    elif step == "take" and kept:
        services.use(part, **who, reservation=kept, ticket=ticket, quantity=quantity)
    elif step == "release" and kept:
        services.release(kept, **who)
    elif step == "exchange":
        services.exchange(part, **who, depot=depot, ticket=ticket)
    elif step == "repair":
        services.send_for_repair(part, **who, depot=depot, quantity=quantity)
    elif step == "back" and (away := part.repairs.filter(status="sent").first()):
        services.bring_back(away, **who)
    elif step == "count":
        services.count(part, **who, depot=depot, counted=quantity, reason="盘点")
    elif step == "sell":
        services.sell(part, **who, depot=depot, site=world.site, quantity=quantity)


def test_the_proof_finds_a_level_that_was_tampered_with(world, part, depot, capsys):
    stock(world, part, depot, 5)
    call_command("check_stock")
    StockLevel.objects.update(on_hand=4)
    with pytest.raises(CommandError, match="1"):
        call_command("check_stock")


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_many_who_take_the_last_parts_at_once_get_what_there_is_and_no_more(world):
    part, depot, ticket = make_part(world), make_depot(world), make_ticket(world)
    stock(world, part, depot, 3)
    outcomes = at_once(8, lambda: services.use(part, actor=world.engineer, at=NOON, ticket=ticket, depot=depot))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NotInStock"] * 5 + ["StockMovement"] * 3
    assert balance(part, depot) == (0, 0, 0, 0)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_what_is_missing_is_ordered_once_however_many_press_at_once(world):
    part, depot = make_part(world), make_depot(world)
    services.set_minimum(part, actor=world.manager, at=NOON, depot=depot, minimum=3)
    levels = list(StockLevel.objects.all())
    at_once(4, lambda: services.order_missing(levels, actor=world.dispatcher, at=NOON))
    assert [purchase.quantity for purchase in part.purchases.all()] == [3]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_the_same_reference_sent_many_times_at_once_books_once(world):
    part, depot, ticket = make_part(world), make_depot(world), make_ticket(world)
    stock(world, part, depot, 5)
    facts = {"actor": world.engineer, "at": NOON, "ticket": ticket, "depot": depot, "reference": "phone-1"}
    outcomes = at_once(6, lambda: services.use(part, **facts))
    assert len({outcome.pk for outcome in outcomes}) == 1
    assert StockMovement.objects.filter(kind=Kind.USED).count() == 1
    assert balance(part, depot) == (4, 0, 0, 0)

"""What is free and what is charged, purchases that tickets wait for, emergency supply, figures and the forecast."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from notifications.models import Message
from parts import engine, selectors, services, words
from parts.errors import NotYourStep, OrderNotNow
from parts.models import Purchase, StockMovement
from tests.parts.worlds import balance, level, make_depot, make_part, stock
from tests.worlds import NOON, make_office, make_promising_world, make_ticket
from tickets import services as tickets

if TYPE_CHECKING:
    from parts.models import Depot, PartType
    from tests.worlds import World

HOUR = timedelta(hours=1)


@pytest.fixture
def world(db) -> World:
    return make_promising_world()


@pytest.fixture
def part(world) -> PartType:
    return make_part(world)


@pytest.fixture
def depot(world, part) -> Depot:
    depot = make_depot(world)
    stock(world, part, depot, 5)
    return depot


@pytest.mark.parametrize(
    ("accepted_on", "warranty", "free", "rule", "amount"),
    [
        (date(2026, 6, 1), 12, 0, "warranty", 0),
        (date(2025, 11, 21), 12, 0, "warranty", 0),  # its last day is the day of the ticket
        (date(2025, 11, 20), 12, 0, "ended", 2400),  # it ended the day before
        (date(2025, 6, 1), 6, 24, "free_service", 0),
    ],
)
def test_the_day_of_the_ticket_decides_what_is_free(world, part, depot, accepted_on, warranty, free, rule, amount):
    world.contract.accepted_on, world.contract.warranty_months, world.contract.free_service_months = accepted_on, warranty, free
    world.contract.ends_on = date(2027, 12, 31)
    world.contract.save()
    ticket = make_ticket(world)
    line = services.use(part, actor=world.engineer, at=NOON + 90 * 24 * HOUR, ticket=ticket, depot=depot, quantity=2)
    assert (line.rule, line.amount, line.is_free) == (rule, Decimal(amount), amount == 0)
    assert selectors.terms_of(ticket).sentence


def test_only_a_manager_decides_otherwise_and_says_why(world, part, depot):
    ticket = make_ticket(world)
    charged = {"depot": depot, "ticket": ticket, "at": NOON, "decision": services.Decision(is_free=False, reason="人为损坏")}
    with pytest.raises(NotYourStep):
        services.use(part, actor=world.dispatcher, **charged)
    with pytest.raises(Invalid):
        services.use(part, actor=world.manager, **{**charged, "decision": services.Decision(is_free=False, reason=" ")})
    line = services.use(part, actor=world.manager, **charged)
    assert (line.rule, line.amount, line.override_reason) == ("decided", Decimal(1200), "人为损坏")
    same = services.use(part, actor=world.engineer, **{**charged, "decision": services.Decision(is_free=True, reason="")})
    assert same.rule == "warranty"


def test_a_ticket_waits_for_what_was_ordered_until_it_comes(world, part, depot):
    ticket = tickets.accept(make_ticket(world), actor=world.engineer, at=NOON)
    who = {"actor": world.dispatcher}
    order = services.order(
        part,
        **who,
        at=NOON + HOUR,
        depot=depot,
        ticket=ticket,
        quantity=2,
        pauses=True,
        expected_at=NOON + 48 * HOUR,
    )
    ticket.refresh_from_db()
    assert (ticket.status, ticket.wait_code, ticket.wait_owner, ticket.wait_until) == ("waiting", "part", "logistics", NOON + 48 * HOUR)
    assert order.number in ticket.events.get(type="hold").facts["evidence"]
    later = NOON + 72 * HOUR
    services.track(order, **who, at=NOON + 2 * HOUR, expected_at=later, reason="台风")
    other = services.order(part, **who, at=NOON + 3 * HOUR, depot=depot, ticket=ticket, pauses=True, expected_at=NOON + 24 * HOUR)
    ticket.refresh_from_db()
    assert ticket.wait_until == later  # it waits for the last one
    services.take_in(order, **who, at=NOON + 4 * HOUR, quantity=1)
    services.take_in(order, **who, at=NOON + 5 * HOUR, quantity=1)
    ticket.refresh_from_db()
    assert ticket.wait_until == NOON + 24 * HOUR
    services.take_in(other, **who, at=NOON + 6 * HOUR, quantity=1)
    ticket.refresh_from_db()
    assert ticket.status == "in_progress"
    assert balance(part, depot) == (8, 0, 0, 0)
    arrived = Message.objects.filter(kind="part_arrived", channel="inbox")
    assert {message.recipient for message in arrived} == {world.dispatcher, world.engineer}


def test_a_wait_for_something_else_is_left_alone(world, part, depot):
    ticket = tickets.accept(make_ticket(world), actor=world.engineer, at=NOON)
    ticket = tickets.hold(ticket, actor=world.engineer, at=NOON, code="access")
    facts = {"actor": world.dispatcher, "at": NOON + HOUR, "depot": depot, "ticket": ticket, "expected_at": NOON + 9 * HOUR}
    with pytest.raises(OrderNotNow):
        services.order(part, **facts, pauses=True)
    order = services.order(part, **facts)
    services.call_off(order, actor=world.dispatcher, at=NOON + HOUR, reason="不需要了")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.wait_code) == ("waiting", "access")


def test_a_wait_that_ended_by_itself_begins_again_when_the_arrival_moves(world, part, depot):
    ticket = tickets.accept(make_ticket(world), actor=world.engineer, at=NOON)
    who = {"actor": world.dispatcher}
    order = services.order(part, **who, at=NOON, depot=depot, ticket=ticket, pauses=True, expected_at=NOON + 9 * HOUR)
    tickets.wake_next_batch(NOON + 10 * HOUR)
    services.track(order, **who, at=NOON + 11 * HOUR, expected_at=NOON + 20 * HOUR, reason="延误")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.wait_until) == ("waiting", NOON + 20 * HOUR)
    services.call_off(order, actor=world.dispatcher, at=NOON + 12 * HOUR, reason="换了方案")
    ticket.refresh_from_db()
    assert ticket.status == "in_progress"


def test_an_emergency_is_supplied_from_the_own_region_then_the_head_office_then_elsewhere_then_bought(world, part, depot):
    ticket = make_ticket(world)
    far = make_depot(world, office=make_office(parent=world.office.parent), keeper=None)
    head = make_depot(world, office=world.office.parent, keeper=None)
    stock(world, part, far, 9)
    stock(world, part, head, 6)
    facts = {"actor": world.engineer, "at": NOON, "ticket": ticket, "reason": "核心业务中断"}
    made = [services.supply(part, **facts, quantity=count) for count in (4, 6, 9)]
    assert [line.depot for line in made] == [depot, head, far]
    assert {line.kind for line in made} == {"emergency"}
    assert "head office" not in words.suggestion(part, 1, ticket.office)
    asked = services.supply(part, **facts, quantity=2)
    assert isinstance(asked, Purchase)
    assert (asked.status, asked.is_urgent, asked.depot, asked.quantity) == ("requested", True, depot, 2)
    told = Message.objects.filter(kind="emergency_supply", channel="inbox", recipient=world.dispatcher)
    assert told.count() == 2  # of the own depot, and what has to be bought
    services.place(asked, actor=world.dispatcher, at=NOON, expected_at=NOON + 9 * HOUR, pauses=True)
    ticket.refresh_from_db()
    assert ticket.status == "waiting"


def test_what_is_sold_across_the_counter_is_charged_as_the_site_is_entitled(world, part, depot):
    facts = {"at": NOON, "depot": depot, "quantity": 2}
    with pytest.raises(NotYourStep):
        services.sell(part, actor=world.engineer, site=world.site, **facts)
    stranger = world.stranger.membership.sites.get()
    lines = [services.sell(part, actor=world.dispatcher, site=site, **facts) for site in (world.site, stranger)]
    assert [(line.rule, line.amount) for line in lines] == [("warranty", 0), ("no_contract", 2400)]


def test_figures_say_what_was_used_by_part_model_and_contract(world, part, depot):
    ticket = make_ticket(world)
    services.use(part, actor=world.engineer, at=NOON, ticket=ticket, depot=depot, quantity=2)
    charged = services.Decision(is_free=False, reason="人为损坏")
    services.use(part, actor=world.manager, at=NOON, ticket=ticket, depot=depot, decision=charged)
    services.use(part, actor=world.manager, at=NOON + HOUR, ticket=ticket, depot=depot)
    for by, name in (("part", part.code), ("model", "Inspur"), ("contract", world.contract.number)):
        (row,) = selectors.used(NOON, NOON + HOUR, by)
        assert row.names[0] == name
        assert (row.quantity, row.value, row.charged, row.free, row.tickets) == (3, Decimal(3600), Decimal(1200), 2, 1)


def test_the_forecast_says_what_it_is_reckoned_from(world, part, depot):
    ticket = make_ticket(world)
    services.use(part, actor=world.engineer, at=NOON, ticket=ticket, depot=depot, quantity=5)
    (line,) = selectors.forecast(NOON + HOUR)
    assert (line.part, line.office, line.available) == (part, world.office, 0)
    assert line.need.shares == (engine.Share("K1", 1, 1, 5),)
    assert (line.need.expected, line.short) == (Fraction(5 * 90, 365), 1)
    assert not selectors.forecast(NOON + 366 * 24 * HOUR)


COUNTS = st.dictionaries(st.tuples(st.integers(1, 3), st.sampled_from("abc")), st.integers(0, 9), max_size=8)


@given(COUNTS, COUNTS)
def test_regions_together_need_what_was_used_and_no_machine_needs_nothing(used, installed):
    found = engine.needs(used, installed)
    standing = {model for (_region, model), count in installed.items() if count}
    wanted = sum((Fraction(count * 90, 365) for (_part, model), count in used.items() if model in standing), Fraction())
    assert sum((need.expected for need in found.values()), Fraction()) == wanted
    assert all(abs(need.whole - need.expected) <= Fraction(1, 2) and need.expected > 0 for need in found.values())
    more = engine.needs({key: count + 1 for key, count in used.items()}, installed)
    assert all(more[place].expected >= need.expected for place, need in found.items())


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.booleans())), st.integers(1, 9))
def test_the_nearest_source_has_enough_and_is_our_own_where_that_has(places, quantity):
    sources = [engine.Source(depot, free, own, head) for depot, (free, own, head) in enumerate(places)]
    found = engine.nearest(sources, quantity)
    assert all(source.available >= quantity for source in found)
    if any(source.is_own and source.available >= quantity for source in sources):
        assert found[0].is_own


def test_customers_know_what_was_used_for_them_and_nothing_else(world, part, depot):
    ticket = make_ticket(world)
    line = services.use(part, actor=world.engineer, at=NOON, ticket=ticket, depot=depot)
    services.reserve(part, actor=world.engineer, at=NOON, ticket=ticket, depot=depot)
    assert list(selectors.movements_for(world.customer)) == [line]
    assert not selectors.movements_for(world.stranger).exists()
    assert not selectors.levels_for(world.customer).exists()
    assert StockMovement.objects.count() == 3
    assert level(part, depot).available == 3

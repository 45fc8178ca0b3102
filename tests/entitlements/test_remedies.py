"""Repair, exchange and compensation; and the customer's word before charged work begins."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.errors import Invalid, NotAllowed
from entitlements import services, tasks
from entitlements.errors import ChargeNotNow, NotAcknowledged, NotYourStep, RemedyNotNow
from entitlements.models import Charge
from entitlements.selectors import remedies_by_kind, remedies_for
from notifications.models import Message
from parts import services as parts
from tests.entitlements.worlds import DAY, TODAY, make_term, propose, uncover
from tests.parts.worlds import make_depot, make_part, stock
from tests.visits.worlds import make_visit
from tests.worlds import NOON, make_promising_world, make_ticket
from visits import services as visits

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_promising_world()


@pytest.fixture
def ticket(world):
    return make_ticket(world)


def test_inside_the_term_it_is_free(world, ticket):
    row = propose(world, ticket)
    assert (row.basis, row.rule, row.charged, row.status) == ("free", "acceptance", Decimal(0), "approved")
    assert row.day == TODAY


def test_outside_it_is_at_cost_and_there_is_no_compensation(world, ticket):
    uncover(world)
    row = propose(world, ticket)
    assert (row.basis, row.charged) == ("charged", Decimal("1200.00"))
    with pytest.raises(Invalid) as refused:
        propose(world, ticket, kind="compensation")
    assert refused.value.field == "kind"


def test_compensation_is_paid_at_the_original_price(world, ticket):
    row = propose(world, ticket, kind="compensation", price=Decimal("4800.00"))
    assert (row.paid, row.charged) == (Decimal("4800.00"), Decimal(0))


def test_at_the_maker_it_is_free_to_the_customer(world, ticket):
    uncover(world)
    term = make_term(world, kind="maker", ends_on=TODAY + DAY)
    row = propose(world, ticket, kind="repair")
    assert (row.basis, row.charged, row.term) == ("maker", Decimal(0), term)


def test_above_the_limit_a_manager_approves_first(world, ticket):
    row = propose(world, ticket, kind="compensation", price=Decimal("5000.01"))
    assert row.status == "proposed"
    assert not remedies_for(world.customer).exists()  # not before it is approved
    with pytest.raises(RemedyNotNow):
        services.agree_remedy(row, actor=world.customer, at=NOON)
    with pytest.raises(NotAllowed):
        services.approve_remedy(row, actor=world.dispatcher, at=NOON)
    row = services.approve_remedy(row, actor=world.manager, at=NOON)
    assert (row.status, row.approved_by) == ("approved", world.manager)
    assert Message.objects.filter(kind="remedy_to_agree", recipient=world.customer).exists()


def test_what_the_customer_pays_themselves_needs_no_approval(world, ticket):
    uncover(world)
    assert propose(world, ticket, price=Decimal("90000.00")).status == "approved"


def test_the_customer_agrees_in_the_portal_or_on_the_phone_then_it_is_carried_out(world, ticket):
    row = services.agree_remedy(propose(world, ticket), actor=world.customer, at=NOON)
    assert (row.agreed_name, row.agreed_how) == (world.customer.name, "portal")
    other = propose(world, ticket)
    with pytest.raises(Invalid):
        services.agree_remedy(other, actor=world.engineer, at=NOON)
    assert services.agree_remedy(other, actor=world.engineer, at=NOON, name="赵主任").agreed_how == "phone"
    assert services.carry_out(row, actor=world.engineer, at=NOON).status == "done"
    with pytest.raises(RemedyNotNow):
        services.refuse_remedy(row, actor=world.manager, at=NOON, reason="晚了")


def test_it_is_linked_to_the_exchange_that_was_booked(world, ticket):
    part, depot = make_part(world), make_depot(world)
    stock(world, part, depot, 2)
    parts.exchange(part, actor=world.engineer, at=NOON, ticket=ticket, depot=depot)
    movement = ticket.part_movements.get(kind="exchanged_out")
    assert propose(world, ticket, movement=movement).movement == movement
    with pytest.raises(Invalid):
        propose(world, make_ticket(world), movement=movement)  # of another ticket
    with pytest.raises(Invalid):
        propose(world, ticket, kind="repair", movement=movement)


def test_only_a_manager_decides_against_the_rule_and_says_why(world, ticket):
    uncover(world)
    with pytest.raises(NotYourStep):
        propose(world, ticket, is_free=True, why="客情")
    with pytest.raises(Invalid):
        propose(world, ticket, actor=world.manager, is_free=True)
    row = propose(world, ticket, actor=world.manager, is_free=True, why="客情")
    assert (row.basis, row.charged, row.why) == ("decided", Decimal(0), "客情")


def test_a_refusal_has_its_reason(world, ticket):
    row = propose(world, ticket)
    with pytest.raises(Invalid):
        services.refuse_remedy(row, actor=world.customer, at=NOON, reason="")
    with pytest.raises(NotYourStep):
        services.refuse_remedy(row, actor=world.stranger, at=NOON, reason="x")
    assert services.refuse_remedy(row, actor=world.customer, at=NOON, reason="要求维修").status == "refused"


@pytest.mark.parametrize("facts", [{"kind": "gift"}, {"what": " "}, {"price": Decimal(-1)}, {"kind": "compensation", "price": Decimal(0)}])
def test_what_cannot_be_is_refused(world, ticket, facts):
    with pytest.raises(Invalid):
        propose(world, ticket, **facts)


def test_figures_by_kind_leave_out_what_was_refused(world, ticket):
    propose(world, ticket)
    propose(world, ticket, kind="compensation", price=Decimal("4800.00"))
    services.refuse_remedy(propose(world, ticket), actor=world.customer, at=NOON, reason="不要")
    rows = remedies_by_kind(NOON - DAY, NOON + DAY)
    assert [(row.kind, row.times, row.free, row.paid) for row in rows] == [
        ("exchange", 1, 1, Decimal(0)),
        ("compensation", 1, 1, Decimal("4800.00")),
    ]


# --- Before a visit -------------------------------------------------------------------------------


@pytest.fixture
def charged(world):
    uncover(world)
    services.set_rate("onsite", hourly=Decimal("300.00"), flat=Decimal("200.00"), valid_from=TODAY, actor=world.manager, at=NOON)
    return make_visit(world)


def depart(world, visit):
    return visits.depart(visit, actor=world.engineer, at=NOON)


def test_a_free_visit_sets_off(world):
    visit = depart(world, make_visit(world))
    assert Charge.objects.get(visit=visit).state == "free"


def test_a_charged_visit_waits_for_the_customers_word(world, charged, monkeypatch):
    monkeypatch.setattr(tasks, "now", lambda: NOON)
    tasks.decide_charges()
    tasks.decide_charges()
    row = Charge.objects.get()
    assert (row.state, row.about) == ("asked", Decimal("800.00"))  # the journey and two hours
    assert Message.objects.filter(kind="charge_asked", recipient=world.customer, channel="inbox").count() == 1
    with pytest.raises(NotAcknowledged):
        depart(world, charged)
    with pytest.raises(NotAcknowledged):
        visits.check_in(charged, actor=world.engineer, at=NOON)
    row = services.acknowledge(charged, actor=world.customer, at=NOON)
    assert (row.state, row.name, row.how) == ("acknowledged", world.customer.name, "portal")
    assert depart(world, charged).status == "departed"


def test_the_word_may_be_taken_down_on_the_phone(world, charged):
    with pytest.raises(Invalid):
        services.acknowledge(charged, actor=world.engineer, at=NOON)
    row = services.acknowledge(charged, actor=world.engineer, at=NOON, name="赵主任")
    assert (row.name, row.how, row.answered_by) == ("赵主任", "phone", world.engineer)


def test_approving_the_plan_of_work_is_as_good(world, charged):
    visits.propose_plan(charged, actor=world.engineer, at=NOON, text="更换电源")
    visits.approve_plan(charged, actor=world.customer, at=NOON, proposal=charged.events.get(type="plan_proposed").seq)
    depart(world, charged)
    row = Charge.objects.get()
    assert (row.state, row.how, row.name) == ("acknowledged", "plan", world.customer.name)


def test_a_refusal_holds_until_it_is_overridden_with_a_reason(world, charged):
    services.refuse_charge(charged, actor=world.customer, at=NOON, reason="不应收费")
    with pytest.raises(NotAcknowledged):
        depart(world, charged)
    with pytest.raises(Invalid):
        services.override(charged, actor=world.engineer, at=NOON, reason=" ")
    with pytest.raises(NotAllowed):
        services.override(charged, actor=world.customer, at=NOON, reason="自行决定")
    services.override(charged, actor=world.engineer, at=NOON, reason="机房冒烟")
    assert depart(world, charged).status == "departed"


def test_strangers_say_nothing_and_nobody_is_asked_of_what_is_free(world, charged):
    with pytest.raises(NotYourStep):
        services.acknowledge(charged, actor=world.stranger, at=NOON)
    make_term(world)
    free = make_visit(world)
    with pytest.raises(ChargeNotNow):
        services.acknowledge(free, actor=world.customer, at=NOON)


def test_rates_are_the_managers_and_the_same_day_replaces(world):
    for hourly in ("300.00", "350.00"):
        row = services.set_rate("onsite", hourly=Decimal(hourly), flat=Decimal(0), valid_from=TODAY, actor=world.manager, at=NOON)
    assert type(row).objects.get().hourly == Decimal("350.00")
    with pytest.raises(NotAllowed):
        services.set_rate("onsite", hourly=Decimal(1), flat=Decimal(0), valid_from=TODAY, actor=world.dispatcher, at=NOON)


def test_what_was_proposed_on_a_complaint_in_confidence_is_kept_from_whom_it_is_about(world):
    about = make_ticket(world, kind="complaint", concerned=(world.engineer,), is_confidential=True)
    row = propose(world, about, actor=world.dispatcher, kind="repair")
    assert not remedies_for(world.engineer).exists()
    assert list(remedies_for(world.manager)) == [row]

"""A ticket is handed to an expert or the vendor with what was tried, and taken over within the plan's time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Role
from core.errors import Invalid
from notifications.models import Message
from sla.models import Clock
from tests.worlds import NOON, make_promising_world, make_ticket, make_user
from tickets import services
from tickets.errors import MoveNotAllowed, NotYours
from tickets.models import Event, Tier

pytestmark = pytest.mark.django_db
TRIED = "已换电源和内存，仍重启；请看核心转储"
LATER = NOON + timedelta(minutes=20)


@pytest.fixture
def world():
    return make_promising_world("p3")


@pytest.fixture
def ticket(world):
    return services.assign(make_ticket(world), actor=world.dispatcher, at=NOON, assignee=world.engineer)


@pytest.fixture
def expert(world):
    return make_user(role=Role.ENGINEER, office=world.office, name="专家")


def raised(ticket, tier=Tier.EXPERT, at=NOON, **facts):
    return services.raise_tier(ticket, actor=facts.pop("actor", ticket.assignee), at=at, tier=tier, text=facts.pop("text", TRIED), **facts)


def clock(ticket, promise):
    return Clock.objects.get(commitment=ticket.commitment, promise=promise)


def test_an_expert_takes_it_over_and_the_clock_between_says_how_long_it_lay(ticket, expert):
    row = raised(ticket, person=expert)
    assert (row.tier, row.raised_at, row.assignee) == (Tier.EXPERT, NOON, ticket.assignee)
    assert clock(row, "expert-takeover").due_at == NOON + timedelta(hours=1)
    row = services.take_over(row, actor=expert, at=LATER)
    assert (row.tier, row.raised_at, row.assignee) == (Tier.EXPERT, None, expert)
    assert (clock(row, "expert-takeover").state, clock(row, "expert-takeover").stopped_at) == ("met", LATER)
    assert clock(row, "vendor-takeover").started_at is None


def test_the_vendor_has_a_clock_of_its_own_and_a_number(ticket):
    row = raised(ticket, Tier.VENDOR)
    assert clock(row, "vendor-takeover").due_at == NOON + timedelta(hours=4)
    with pytest.raises(Invalid) as refused:
        services.take_over(row, actor=ticket.assignee, at=LATER)
    assert refused.value.field == "reference"
    row = services.take_over(row, actor=ticket.assignee, at=LATER, reference="HW-77120")
    assert row.assignee == ticket.assignee
    assert "HW-77120" in row.events.get(type=Event.Type.TIER_TAKEN).text
    assert clock(row, "vendor-takeover").state == "met"


def test_an_expert_hands_on_to_the_vendor_and_the_first_clock_ends(ticket, expert):
    row = raised(raised(ticket, person=expert), Tier.VENDOR, at=LATER)
    assert (clock(row, "expert-takeover").state, row.tier) == ("void", Tier.VENDOR)


@pytest.mark.parametrize(
    ("tier", "text", "wrong"),
    [(Tier.EXPERT, "  ", "text"), (Tier.ENGINEER, TRIED, "tier"), ("boss", TRIED, "tier")],
    ids=["nothing said", "not above", "no tier"],
)
def test_a_hand_over_says_to_whom_and_what_was_tried(ticket, tier, text, wrong):
    with pytest.raises(Invalid) as refused:
        raised(ticket, tier, text=text)
    assert refused.value.field == wrong


def test_nothing_goes_back_down_or_twice_to_the_same_tier(ticket):
    row = raised(ticket, Tier.VENDOR)
    for tier in (Tier.EXPERT, Tier.VENDOR):
        with pytest.raises(MoveNotAllowed):
            raised(row, tier)


def test_what_was_not_handed_over_is_not_taken_over(ticket, expert):
    with pytest.raises(MoveNotAllowed):
        services.take_over(ticket, actor=expert, at=NOON)


def test_a_customer_hands_nothing_over_and_does_not_read_it(world, ticket):
    with pytest.raises(NotYours):
        raised(ticket, actor=world.customer)
    assert not raised(ticket).events.get(type=Event.Type.TIER_RAISED).is_public


def test_who_is_named_is_told_what_was_tried_else_the_leads(world, ticket, expert):
    raised(ticket, person=expert)
    told = Message.objects.filter(kind="ticket_raised")
    assert set(told.values_list("recipient", flat=True)) == {expert.pk}
    assert all(TRIED in message.context["text"] for message in told)
    world.office.lead = world.manager
    world.office.save()
    raised(services.assign(make_ticket(world), actor=world.dispatcher, at=NOON, assignee=world.engineer))
    assert set(Message.objects.filter(kind="ticket_raised").values_list("recipient", flat=True)) == {expert.pk, world.manager.pk}


@pytest.mark.once
def test_it_is_handed_over_and_taken_over_on_the_page_and_over_rest(client, world, ticket, expert):
    client.force_login(world.engineer)
    address = f"/tickets/{ticket.number}/"
    page = client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert "Hand to the next tier" in page
    answer = client.post(f"/api/v1/tickets/{ticket.number}/raise-tier/", {"tier": "expert", "text": TRIED}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    shown = client.get(ticket.get_absolute_url(), headers={"Accept-Language": "en"}).content.decode()
    assert "technical expert" in shown
    assert "not taken over yet" in shown
    client.force_login(expert)
    answer = client.post(f"/api/v1/tickets/{ticket.number}/take-over/", {}, content_type="application/json")
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["assignee"] == expert.pk
    client.force_login(world.customer)
    refused = client.post(f"/api/v1/tickets/{ticket.number}/raise-tier/", {"tier": "expert", "text": "x"}, content_type="application/json")
    assert refused.status_code == 403


def test_who_hands_it_up_does_not_take_it_over_themselves(client, world, ticket, expert):
    row = raised(ticket)
    with pytest.raises(MoveNotAllowed) as refused:
        services.take_over(row, actor=ticket.assignee, at=LATER)
    assert refused.value.stable_code == "same_person"
    client.force_login(ticket.assignee)
    assert "do=take-over" not in client.get(f"/tickets/{ticket.number}/").content.decode()
    client.force_login(expert)
    assert "do=take-over" in client.get(f"/tickets/{ticket.number}/").content.decode()
    row = services.assign(row, actor=world.dispatcher, at=LATER, assignee=expert)
    assert services.take_over(row, actor=expert, at=LATER).assignee == expert


def test_what_was_solved_before_anybody_took_it_over_waits_no_more(ticket):
    raised(ticket)
    row = services.resolve(ticket, actor=ticket.assignee, at=LATER, cause="电源", solution="更换")
    assert (row.raised_at, clock(row, "expert-takeover").state) == (None, "void")

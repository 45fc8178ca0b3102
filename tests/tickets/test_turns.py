"""Who had the ball, on the pages and over REST."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.time import now
from tests.worlds import World, make_promising_world, make_ticket
from tickets import services
from tickets.turns import turns_of

if TYPE_CHECKING:
    from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db) -> World:
    return make_promising_world()


@pytest.fixture
def ticket(world: World) -> Ticket:
    """Ten hours old: an hour nobody's, an hour the engineer's, three for a part, two for the customer, the rest confirmed."""
    began = now() - timedelta(hours=10)

    def at(hours: float):
        return began + timedelta(hours=hours)

    ticket = make_ticket(world, at=began)
    services.contact(ticket, actor=world.engineer, at=at(1), text="您好")
    services.hold(ticket, actor=world.engineer, at=at(2), code="part", evidence="SF1", expected_at=at(5))
    services.resolve(ticket, actor=world.engineer, at=at(6), cause="c", solution="s")
    return services.confirm(ticket, actor=world.customer, at=at(8))


def read(client, person, ticket, path: str = "") -> str:
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return " ".join(client.get(f"/tickets/{ticket.number}/{path}").content.decode().split())


def test_the_record_says_whose_turn_it_was(world, ticket):
    found = turns_of(ticket.events.select_related("actor").order_by("seq"), now())
    assert [(turn.party, turn.who, (turn.to - turn.start) / 3600) for turn in found] == [
        ("ours", "", 1),
        ("ours", world.engineer.name, 1),
        ("logistics", "", 3),
        ("ours", world.engineer.name, 1),
        ("customer", "", 2),
    ]


def test_the_desk_names_our_people_and_the_portal_parties_only(client, world, ticket):
    desk, portal = read(client, world.manager, ticket), read(client, world.customer, ticket)
    for page in (desk, portal):
        table = page.split('class="ball-table"')[1].split("</table>")[0]
        assert "Service provider" in table
        assert "37.5%" in table, "three of eight hours for the part"
        assert "8 hours" in table
        assert (world.engineer.name in table) is (page is desk)
    assert "nobody yet" in desk


def test_programs_read_the_same(client, world, ticket):
    client.force_login(world.engineer)
    told = client.get(f"/api/v1/tickets/{ticket.pk}/turns/").json()
    assert told["totals"] == {"ours": 10800, "customer": 7200, "third_party": 0, "logistics": 10800, "vendor": 0}
    assert told["seconds"] == sum(turn["seconds"] for turn in told["turns"]) == 8 * 3600
    assert told["turns"][1]["who"] == world.engineer.name
    client.force_login(world.customer)
    theirs = client.get(f"/api/v1/tickets/{ticket.pk}/turns/").json()
    assert {turn["who"] for turn in theirs["turns"]} == {""}
    assert theirs["totals"] == told["totals"]


def test_who_had_the_ball_costs_no_query_on_a_page(client, world, ticket):
    read(client, world.manager, ticket)
    with CaptureQueriesContext(connection) as seen:
        read(client, world.manager, ticket)
    few = len(seen)
    services.reopen(ticket, actor=world.customer, at=now(), reason="r")
    for _again in range(3):
        services.hold(ticket, actor=world.engineer, at=now(), code="access")
        services.resume(ticket, actor=world.engineer, at=now())
    read(client, world.manager, ticket)
    with CaptureQueriesContext(connection) as seen:
        read(client, world.manager, ticket)
    assert len(seen) <= few + 1

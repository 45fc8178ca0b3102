"""Who handles a ticket, what it waits for and how it was solved: REST tells each side what its page shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Team
from core.time import now
from tests.tickets.rest import Program, report
from tests.worlds import World, make_promising_world, make_ticket
from tickets import services
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
HANDLING = ("office", "office_name", "team", "team_name", "tier", "wait_owner", "wait_cause", "wait_until", "resolution")


@pytest.fixture
def world() -> World:
    return make_promising_world("p1")


@pytest.fixture
def team(world: World) -> Team:
    return Team.objects.create(code="net", name="网络组", office=world.office)


def said(answer: Any) -> dict[str, Any]:
    assert answer.status_code in (200, 201), answer.content
    return {name: answer.json()[name] for name in HANDLING}


def test_each_side_reads_what_its_page_shows(world: World, team: Team) -> None:
    ticket = make_ticket(world, at=now(), team=team)
    services.contact(ticket, actor=world.engineer, at=now(), text="We look.")
    until = now() + timedelta(days=1)
    services.hold(ticket, actor=world.engineer, at=now(), owner="third_party", cause="部件在途")
    Ticket.objects.filter(pk=ticket.pk).update(wait_until=until)
    both: dict[str, Any] = {
        "office": world.office.pk,
        "office_name": world.office.name,
        "wait_owner": "third_party",
        "wait_cause": "部件在途",
        "resolution": "",
    }
    ours = said(Program(world, "engineer").get(f"tickets/{ticket.number}/"))
    theirs = said(Program(world, "customer").get(f"tickets/{ticket.number}/"))
    assert ours.pop("wait_until") == theirs.pop("wait_until") == until.isoformat().replace("+00:00", "Z")
    assert ours == {**both, "team": team.pk, "team_name": "网络组", "tier": "engineer"}
    assert theirs == {**both, "team": None, "team_name": None, "tier": None}
    services.resume(ticket, actor=world.engineer, at=now())
    services.resolve(ticket, actor=world.engineer, at=now(), cause="x", solution="换了电源")
    rows = Program(world, "customer").get("tickets/").json()["results"]
    assert [(row["resolution"], row["wait_owner"], row["wait_until"]) for row in rows] == [("换了电源", "", None)]


def test_a_report_is_answered_as_it_is_read(world: World) -> None:
    for role in ("customer", "engineer"):
        program = Program(world, role)
        made = program.post("tickets/", report(world))
        assert said(made) == said(program.get(f"tickets/{made.json()['number']}/"))
        assert made.json()["office_name"] == world.office.name


def test_lists_are_narrowed_by_who_handles_them(world: World, team: Team) -> None:
    mine, other = make_ticket(world, at=now(), team=team), make_ticket(world, at=now())
    Ticket.objects.filter(pk=other.pk).update(team=None)
    services.tag(mine, ["网络"], actor=world.engineer, at=now())
    services.contact(mine, actor=world.engineer, at=now(), text="We look.")
    services.hold(mine, actor=world.engineer, at=now(), owner="customer", cause="which room?")
    ours, theirs = Program(world, "engineer"), Program(world, "customer")

    def found(program: Program, **query: Any) -> set[int]:
        answer = program.get("tickets/", **query)
        assert answer.status_code == 200, answer.content
        return {row["id"] for row in answer.json()["results"]}

    for program in (ours, theirs):
        assert found(program, office=world.office.pk) == {mine.pk, other.pk}
        assert found(program, wait_owner="customer") == {mine.pk}
    assert found(ours, team=team.pk) == found(ours, tag="网络") == {mine.pk}
    assert found(theirs, team=team.pk) == found(theirs, tag="网络") == set()
    assert ours.get("tickets/", order="nearest").status_code == 400


def test_the_queue_is_read_in_its_order_page_by_page(world: World, django_assert_num_queries: Any) -> None:
    late = make_ticket(world, at=now() - timedelta(hours=3), severity=3)
    soon = make_ticket(world, at=now(), severity=1)
    gone = make_ticket(world, at=now())
    services.cancel(gone, actor=world.engineer, at=now(), reason="twice")
    program = Program(world, "engineer")
    wanted = list(Ticket.objects.filter(pk__in=[late.pk, soon.pk]).order_by("queue_at", "pk").values_list("pk", flat=True))
    with django_assert_num_queries(5):  # the token's use is noted
        first = program.get("tickets/", order="slack", page_size=1).json()
    second = program.client.get(first["next"]).json()
    assert [row["id"] for row in first["results"] + second["results"]] == wanted
    assert second["next"] is None
    assert program.get("tickets/", order="slack", q="挂号").status_code == 200

"""Periods of heightened service over REST, and how much a list of what managers keep costs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from core.time import now
from customers import services
from notifications.models import Message
from tests.customers.test_api import ask, patch, refused
from tests.tickets.rest import Program
from tests.worlds import World, make_customer, make_promising_world, make_ticket

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db
PATH = "heightened-periods/"


@pytest.fixture
def world() -> World:
    return make_promising_world()


def written(world: World, **more: Any) -> dict[str, Any]:
    begins, ends = now() - timedelta(hours=1), now() + timedelta(days=3)
    times = {"starts_at": begins.isoformat(), "ends_at": ends.isoformat()}
    return {"name": "国庆重保", "organizations": [world.organization.pk], "targets": {"response": "9min"}, **times, **more}


def test_a_period_is_written_changed_announced_and_holds(world: World) -> None:
    ours, theirs = Program(world, "manager"), Program(world, "customer")
    made = ask(ours, "post", PATH, written(world))
    assert (made.status_code, made.json()["state"]) == (201, "draft"), made.content
    path = f"{PATH}{made.json()['id']}/"
    assert ask(theirs, "get", path).status_code == 404, "a draft is ours"
    changed = patch(ours, path, {"targets": {"response": "7min", "restore": "2h"}, "note": "备件已到位"}).json()
    assert (changed["targets"], changed["note"], changed["name"]) == ({"response": "7min", "restore": "2h"}, "备件已到位", "国庆重保")
    duty = {"person": world.engineer.pk, "starts_at": changed["starts_at"], "ends_at": changed["ends_at"], "phone": "138"}
    assert [row["name"] for row in ask(ours, "post", f"{path}duty/", duty).json()["duties"]] == [world.engineer.name]
    assert ask(ours, "post", f"{path}announce/").json()["state"] == "now"
    refused(ask(ours, "post", f"{path}announce/"), 409, "announced_already")
    assert Message.objects.filter(kind="heightened_period", recipient=world.customer).exists()
    seen = ask(theirs, "get", path).json()
    assert (seen["organizations"], seen["duties"][0]["phone"]) == ([world.organization.pk], "138")
    ticket = make_ticket(world, at=now())
    assert ticket.commitment is not None
    assert {row["target"] for row in ticket.commitment.situation["agreed"]} == {"7min", "2h"}
    assert ask(ours, "post", f"{path}relieve/", {"duty": seen["duties"][0]["id"]}).json()["duties"] == []
    refused(ask(ours, "post", f"{path}relieve/", {"duty": seen["duties"][0]["id"]}), 400, "does_not_exist", "/duty")


def test_a_customer_reads_no_other_customer_in_it(world: World) -> None:
    stranger = world.stranger.membership.organization
    row = ask(Program(world, "manager"), "post", PATH, written(world, organizations=[world.organization.pk, stranger.pk])).json()
    ask(Program(world, "manager"), "post", f"{PATH}{row['id']}/announce/")
    assert len(row["organizations"]) == 2
    for role, own in (("supervisor", world.organization.pk), ("stranger", stranger.pk)):
        assert ask(Program(world, role), "get", f"{PATH}{row['id']}/").json()["organizations"] == [own]


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"targets": {}}, "/targets/response"),
        ({"targets": {"response": "soon"}}, "/targets/response"),
        ({"targets": {"joy": "9min"}}, "/targets/joy"),
        ({"organizations": []}, "/organizations"),
        ({"organizations": [999999]}, "/organizations"),
        ({"ends_at": "2020-01-01T00:00:00Z"}, "/ends_at"),
    ],
)
def test_what_cannot_be_is_refused(world: World, facts: dict[str, Any], pointer: str) -> None:
    refused(ask(Program(world, "manager"), "post", PATH, written(world, **facts)), 400, "invalid", pointer)


def test_what_is_over_stays(world: World) -> None:
    facts = {"name": "x", "organizations": [world.organization], "targets": {"response": "9min"}, "actor": None}
    at = now() - timedelta(days=9)
    row = services.save_period(None, **facts, starts_at=at, ends_at=at + timedelta(days=1), at=at)
    services.announce_period(row, actor=None, at=at)
    ours = Program(world, "manager")
    refused(patch(ours, f"{PATH}{row.pk}/", {"note": "x"}), 409, "not_now")
    assert ask(ours, "get", PATH, {"ends_after": now().isoformat()}).json()["results"] == []
    assert [found["id"] for found in ask(ours, "get", PATH, {"announced": "true"}).json()["results"]] == [row.pk]


@pytest.mark.parametrize("path", ["people/", PATH])
def test_a_list_costs_the_same_however_long(world: World, path: str, django_assert_max_num_queries: Callable[[int], Any]) -> None:
    facts = {"name": "x", "organizations": [world.organization], "targets": {"response": "9min"}, "actor": None, "at": now()}
    for _each in range(8):
        make_customer(world.organization, sites=[world.site])
        row = services.save_period(None, **facts, starts_at=now(), ends_at=now() + timedelta(days=1))
        services.put_on_duty(
            row, person=world.engineer, starts_at=row.starts_at, ends_at=row.ends_at, phone="1", actor=None, at=now()
        )  # fmt: skip
    ours = Program(world, "manager")
    ask(ours, "get", path)
    with django_assert_max_num_queries(7):  # token, its use, rows, and what hangs on them in one query each
        assert len(ask(ours, "get", path).json()["results"]) >= 8

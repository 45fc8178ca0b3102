"""What is read as part of a thing, and has no address of its own, moves the thing: in the feed, and in `updated_since`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from accounts.models import User
from core.queue import drain
from core.time import now
from customers import services as customers
from integrations import feed, services
from integrations.models import Change
from integrations.resources import OURS
from knowledge.models import Article
from obligations.models import Obligation
from tests.inspections.test_api_life import under_way
from tests.tickets.rest import Program
from tests.worlds import make_promising_world

if TYPE_CHECKING:
    from tests.worlds import World

MOMENTS = ("created_at", "updated_at", "published_at")
WRITTEN = ("title", "title_en", "problem", "problem_en", "cause", "cause_en", "solution", "solution_en")

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_promising_world("p1")


def newest() -> int:
    drain(services.number_next_changes, at=now())
    return feed.Feed.objects.get().newest


def told(user: User, after: int) -> list[tuple[str, str, int]]:
    newest()
    return [(row.type, row.resource, row.thing) for row in feed.read(User.objects.get(pk=user.pk), after, 500).changes]


def since(world: World, path: str, at: Any) -> list[int]:
    answer = Program(world, "manager").get(path, updated_since=at.isoformat())
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_a_time_that_is_agreed_or_taken_back_changes_its_contract(world: World) -> None:
    before, later = newest(), now() + timedelta(hours=1)
    said: dict[str, Any] = {"measure": "response", "severity": 1, "actor": world.manager}
    customers.agree_target(world.contract, **said, target="5min", clause="", at=later)
    assert told(world.supervisor, before) == [("contract.changed", "contracts", world.contract.pk)]
    assert told(world.stranger, before) == []
    assert since(world, "contracts/", later) == [world.contract.pk]
    before, last = newest(), later + timedelta(hours=1)
    customers.drop_agreed(world.contract, **said, at=last)
    assert told(world.manager, before) == [("contract.changed", "contracts", world.contract.pk)]
    assert since(world, "contracts/", last) == [world.contract.pk]
    assert since(world, "contracts/", last + timedelta(seconds=1)) == []


def test_a_period_is_told_to_ours_with_its_times(world: World) -> None:
    before, at = newest(), now()
    facts: dict[str, Any] = {"name": "世博会", "starts_at": at + timedelta(days=1), "ends_at": at + timedelta(days=2)}
    facts |= {"organizations": [world.organization], "actor": world.manager}
    row = customers.save_period(None, **facts, targets={"response": "10min"}, at=at)
    customers.announce_period(row, actor=world.manager, at=at)
    assert {("heightened-period.created", "heightened-periods", row.pk)} <= set(told(world.engineer, before))
    assert told(world.supervisor, before) == told(world.stranger, before) == []
    before, later = newest(), at + timedelta(hours=1)
    customers.save_period(row, **facts, targets={"response": "5min"}, at=later)
    assert set(told(world.engineer, before)) == {("heightened-period.changed", "heightened-periods", row.pk)}
    assert since(world, "heightened-periods/", later) == [row.pk]


def test_what_is_found_at_an_inspection_changes_it_once_a_request(world: World) -> None:
    visit = under_way(world)
    ours = Program(world, "engineer")
    before, at = newest(), now()
    path = f"inspections/{visit.pk}/"
    results = {"results": [{"position": 1, "outcome": "ok"}, {"position": 2, "outcome": "ok"}]}
    assert ours.post(f"{path}results/", results).status_code == 200
    assert [line for line in told(world.supervisor, before) if line[1] == "inspections"] == [
        ("inspection.changed", "inspections", visit.pk)
    ]
    assert since(world, "inspections/", at) == [visit.pk]
    before = newest()
    assert ours.post(f"{path}results/", results).status_code == 200
    assert told(world.manager, before) == [], "nothing new was said"


def test_a_change_of_configuration_is_told_of_its_equipment(world: World) -> None:
    before = newest()
    customers.record_configuration(world.equipment, what="内存", after="128 GB", actor=world.engineer, at=now())
    line = ("equipment.configuration", "equipment", world.equipment.pk)
    assert told(world.customer, before) == told(world.engineer, before) == [line]
    assert told(world.stranger, before) == []


def test_what_only_supervisors_see_is_not_even_told_to_others_as_gone(world: World) -> None:
    facts = {"organization": world.organization, "title": "t", "opens_at": now(), "due_at": now(), "created_at": now()}
    row = Obligation.objects.create(key="k", kind="care", **facts)
    before, pk = newest(), row.pk
    row.title = "u"
    row.save()
    assert told(world.supervisor, before) == told(world.engineer, before) == [("obligation.changed", "obligations", pk)]
    before = newest()
    row.delete()
    assert told(world.supervisor, before) == told(world.engineer, before) == [("obligation.removed", "obligations", pk)]
    assert told(world.customer, before) == told(world.stranger, before) == []


def test_what_is_no_ones_alone_is_told_to_ours_alone(world: World) -> None:
    before = newest()
    row = Article.objects.create(
        **dict.fromkeys(WRITTEN, "t"),
        author=world.engineer,
        created_at=now(),
        updated_at=now(),
        published_at=now(),
        state="published",
        audience="public",
    )
    assert told(world.engineer, before) == [("article.created", "articles", row.pk)]
    assert told(world.supervisor, before) == []
    assert not Change.objects.filter(resource__in=OURS, is_public=True).exists()
    row.delete()
    newest()
    assert told(world.customer, before) == []

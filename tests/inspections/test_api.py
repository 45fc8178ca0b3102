"""Visits over REST: read what one may see."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from core.time import now
from tests.inspections.worlds import make_checklist, make_done_visit, make_visit
from tests.worlds import NOON, make_promising_world
from tickets.models import Ticket

if TYPE_CHECKING:
    from django.test import Client

    from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_promising_world()


def read(client: Client, person: Any, path: str = "", **query: Any) -> Any:
    client.force_login(person)
    answer = client.get(f"/api/v1/inspections/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_visit_reads_with_its_report(client: Client, world: World):
    visit = make_done_visit(world, failed=(2,))
    body = read(client, world.supervisor, f"{visit.pk}/")
    ticket = Ticket.objects.get()
    wanted = {
        "id": visit.pk,
        "number": visit.number,
        "period": "2026Q4",
        "status": "done",
        "planned_on": "2026-12-04",
        "organization": world.organization.pk,
        "site": world.site.pk,
        "site_name": "门诊楼机房",
        "contract": world.contract.number,
        "engineer": world.engineer.pk,
        "findings": 1,
        "started_at": "2026-11-20T04:00:00Z",
        "signed_at": None,
        "summary": "运行平稳",
    }
    assert {name: body[name] for name in wanted} == wanted
    assert [row["outcome"] for row in body["results"]] == ["ok", "failed", "ok", "ok"]
    assert body["results"][1]["ticket"] == ticket.number
    assert body["results"][0]["ticket"] is None


def test_the_list_leaves_the_report_out_and_is_narrowed(client: Client, world: World):
    visit = make_done_visit(world)
    other = make_visit(world, site=world.other_site)
    rows = read(client, world.manager)["results"]
    assert {row["id"] for row in rows} == {visit.pk, other.pk}
    assert "results" not in rows[0]
    for query, wanted in (
        ({"status": "done"}, [visit.pk]),
        ({"site": world.other_site.pk}, [other.pk]),
        ({"organization": world.organization.pk + 1000}, []),
        ({"planned_from": "2027-01-01"}, []),
        ({"period": "2026Q4", "status": "planned"}, [other.pk]),
    ):
        assert [row["id"] for row in read(client, world.manager, **query)["results"]] == wanted, query


def test_pages_follow_by_key(client: Client, world: World):
    for place in range(5):
        make_visit(world, NOON, template=make_checklist(code=f"list-{place}"))
    first = read(client, world.manager, page_size=3)
    client.force_login(world.manager)
    second = client.get(first["next"]).json()
    assert len({row["id"] for row in first["results"] + second["results"]}) == 5
    assert second["next"] is None


def test_a_wrong_filter_is_a_problem(client: Client, world: World):
    client.force_login(world.manager)
    answer = client.get("/api/v1/inspections/", {"planned_from": "tomorrow"})
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_nothing_is_written_over_rest(client: Client, world: World):
    visit = make_visit(world, now(), starts_on=(now() + timedelta(days=9)).date())
    client.force_login(world.admin)
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(f"/api/v1/inspections/{visit.pk}/").status_code == 405

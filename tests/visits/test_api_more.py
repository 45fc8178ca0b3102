"""Visits over REST beyond their steps: made once under an id, given to somebody, their papers and pictures."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from core.time import now
from tests.interface.changing import refused, told
from tests.tickets.rest import Program
from tests.visits.worlds import make_done, make_on_site, make_visit, photo
from tests.worlds import make_promising_world, make_ticket
from visits import services
from visits.models import Visit

if TYPE_CHECKING:
    from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_promising_world("p3")


def test_a_visit_is_planned_once_under_its_external_id(world: World):
    ours = Program(world, "engineer")
    sent = {"ticket": make_ticket(world).pk, "reason": "远程无效", "external_id": "FSM-1"}
    body = told(ours.post("visits/", sent), 201)
    assert told(ours.post("visits/", sent))["id"] == body["id"]
    assert Visit.objects.count() == 1
    assert [row["external_id"] for row in told(ours.get("visits/", external_id="FSM-1"))["results"]] == ["FSM-1"]
    told(ours.post("visits/", {**sent, "external_id": ""}), 201)
    assert Visit.objects.count() == 2


def test_what_speaks_against_a_plan_is_told_and_decided(world: World):
    at = now()
    visit, ours = make_visit(world, at=at, lead=None, starts_at=None, ends_at=None), Program(world, "dispatcher")
    night = (at + timedelta(days=2)).replace(hour=18, minute=0)  # two at night in Shanghai
    slot: dict[str, Any] = {"lead": world.engineer.pk, "starts_at": night.isoformat(), "ends_at": (night + timedelta(hours=1)).isoformat()}
    path = f"visits/{visit.pk}/arrange/"
    body = refused(ours.post(path, slot), 409, "visit_disputed")
    assert {row["pointer"] for row in body["errors"]} == {"/agreed"}
    codes = [row["code"] for row in body["errors"]]
    assert "closed" in codes
    done = told(ours.post(path, {**slot, "agreed": codes}))
    (scheduled,) = [line for line in done["events"] if line["type"] == "scheduled"]
    assert (done["lead"], scheduled["facts"]["overridden"]) == (world.engineer.pk, codes)
    refused(Program(world, "engineer").post(path, slot), 403)
    refused(ours.post(path, {**slot, "ends_at": slot["starts_at"]}), 400)


def test_a_confirmation_is_issued_signed_and_corrected(world: World):
    visit, ours = make_done(world, at=now(), starts_at=None, ends_at=None), Program(world, "engineer")
    path = f"visits/{visit.pk}/"
    correction = {"work": "更换了电源和电池", "reason": "漏写电池"}
    refused(ours.post(f"{path}correct-confirmation/", correction), 409, "visit_not_now")
    paper = told(ours.post(f"{path}issue-paper/", {"kind": "service_confirmation"}))["papers"][0]
    told(Program(world, "customer").post(f"documents/{paper['id']}/sign/", {"name": "王敏", "seen": paper["hash"]}))
    refused(ours.post(f"{path}correct-confirmation/", {**correction, "reason": ""}), 400)
    newer = told(ours.post(f"{path}correct-confirmation/", correction))["papers"][0]
    assert (newer["version"], newer["status"]) == (2, "awaiting")
    refused(Program(world, "customer").post(f"{path}correct-confirmation/", correction), 403)
    assert told(ours.get(f"documents/{paper['id']}/"))["replaced_by"] == newer["id"]


def test_a_picture_is_fetched_by_who_may_know_of_the_visit(world: World):
    visit = make_on_site(world)
    services.add_photo(visit, photo(), actor=world.engineer, at=now())
    path = f"visits/{visit.pk}/photos/{visit.photos.get().pk}/"
    answer = Program(world, "customer").get(path)
    assert (answer.status_code, b"".join(answer.streaming_content)[:4]) == (200, b"\x89PNG")
    refused(Program(world, "stranger").get(path), 404)
    refused(Program(world, "engineer").get(f"visits/{visit.pk}/photos/999999/"), 404)

"""Visits over REST: planned, made, read; a sending that is repeated is taken once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.tickets.rest import Program
from tests.visits.worlds import TOMORROW, make_done, make_on_site, make_visit, photo
from tests.worlds import make_promising_world, make_ticket, make_user
from visits.models import Visit

if TYPE_CHECKING:
    from tests.worlds import World


@pytest.fixture
def world(db: None) -> World:
    return make_promising_world("p3")


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["number"] for row in answer.json()["results"]]


def test_a_visit_is_made_by_a_program(world: World):
    ours, theirs = Program(world, "engineer"), Program(world, "customer")
    ticket = make_ticket(world)
    made = Program(world, "dispatcher").post("visits/", {"ticket": ticket.pk, "reason": "远程无效", "lead": world.engineer.pk})
    assert made.status_code == 201, made.content
    path = f"visits/{made.json()['id']}"
    assert made["Location"].endswith(f"/api/v1/{path}/")
    key = str(uuid4())
    way = [
        (ours, "propose-plan", {"text": "更换电源", "risk": "断电", "minutes": 30}, "planned"),
        (theirs, "approve-plan", {"proposal": 2}, "planned"),
        (ours, "depart", {"key": key, "on_device_at": "2026-11-20T03:00:00Z"}, "departed"),
        (ours, "depart", {"key": key, "on_device_at": "2026-11-20T03:00:00Z"}, "departed"),
        (ours, "check-in", {"latitude": 31.2, "longitude": 121.4, "accuracy": 9}, "on_site"),
        (ours, "issue-paper", {"kind": "service_request"}, "on_site"),
        (ours, "note", {"text": "已更换"}, "on_site"),
        (ours, "check-out", {"result": "solved", "parts": "电源"}, "done"),
    ]
    for program, step, words, status in way:
        answer = program.post(f"{path}/{step}/", words)
        assert (answer.status_code, answer.json().get("status")) == (200, status), (step, answer.content)
    told = theirs.get(f"{path}/").json()
    assert (told["work"], told["ticket_number"], told["lead_name"]) == ("已更换", ticket.number, world.engineer.name)
    assert [event["type"] for event in told["events"]].count("departed") == 1
    assert [event["seq"] for event in told["events"]] == list(range(1, len(told["events"]) + 1))


def test_a_picture_is_sent_as_a_form(world: World):
    visit = make_on_site(world)
    client = Program(world, "engineer").client
    answer = client.post(f"/api/v1/visits/{visit.pk}/photo/", {"file": photo(), "caption": "铭牌"})
    assert (answer.status_code, answer.json()["photos"][0]["caption"]) == (200, "铭牌")
    refused = client.post(f"/api/v1/visits/{visit.pk}/photo/", {"file": SimpleUploadedFile("a.txt", b"words")})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_type")


@pytest.mark.parametrize(
    ("step", "sent", "status", "code"),
    [
        ("check-out", {"result": "perhaps"}, 400, "invalid"),
        ("check-out", {"result": "solved"}, 409, "visit_not_now"),
        ("check-in", {"latitude": 91, "longitude": 0}, 400, "invalid"),
        ("depart", {"colour": "red"}, 400, "invalid"),
        ("fail", {"failure": "other"}, 400, "required"),
        ("schedule", {"lead": None, "starts_at": TOMORROW.isoformat(), "ends_at": None}, 400, "required"),
        ("approve-plan", {"proposal": 1, "name": "赵主任"}, 409, "nothing_proposed"),
    ],
)
def test_what_is_refused_says_why(world: World, step, sent, status, code):
    answer = Program(world, "dispatcher").post(f"visits/{make_visit(world).pk}/{step}/", sent)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content


def test_visits_are_found_by_what_they_are_about(world: World):
    first, second = make_visit(world), make_done(world)
    elsewhere = make_visit(world, lead=make_user(), starts_at=None, ends_at=None)
    ours = Program(world, "engineer")
    for query, wanted in [
        ({}, [elsewhere, second, first]),
        ({"ticket": first.ticket.number}, [first]),
        ({"ticket": first.ticket_id}, [first]),
        ({"status": ["done", "failed"]}, [second]),
        ({"engineer": world.engineer.pk}, [second, first]),
        ({"starts_from": TOMORROW.isoformat(), "status": "planned"}, [first]),
        ({"starts_to": TOMORROW.isoformat()}, []),
    ]:
        assert numbers(ours.get("visits/", **query)) == [visit.number for visit in wanted], query
    assert numbers(Program(world, "stranger").get("visits/")) == []
    assert ours.get("visits/", engineer="x").status_code == 400


def test_a_list_costs_the_same_however_long_it_is(world: World, django_assert_num_queries):
    ours = Program(world, "engineer")
    for _each in range(4):
        make_visit(world)
    ours.get("visits/")
    with django_assert_num_queries(3):  # the person by token, the visits, their helpers
        assert len(numbers(ours.get("visits/"))) == 4


def test_a_customer_plans_no_visits(world: World):
    answer = Program(world, "customer").post("visits/", {"ticket": make_ticket(world).pk, "reason": "请来"})
    assert answer.status_code == 403
    assert not Visit.objects.exists()

"""Calls over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from core.time import now
from tests.care.worlds import DAY, GOOD, HOUR, answer, consider, make_callback, make_calling_world, plan_inquiries, solve
from tests.worlds import make_user

if TYPE_CHECKING:
    from care.models import Call

pytestmark = [pytest.mark.once, pytest.mark.django_db]
LIST = "/api/v1/calls/"


@pytest.fixture
def world():
    return make_calling_world()


@pytest.fixture
def call(world):
    return make_callback(world, at=now() - 2 * HOUR)


def api(user: Any) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def do(user: Any, call: Call, step: str, **fields: Any) -> Any:
    return api(user).post(f"{LIST}{call.pk}/{step}/", fields, format="json")


def test_a_call_is_taken_tried_and_made(world, call):
    assert do(world.dispatcher, call, "claim").json()["claimed_by"] == world.dispatcher.pk
    tried = do(world.dispatcher, call, "attempt", result="busy").json()
    assert [row["result"] for row in tried["attempts"]] == ["busy"]
    assert do(world.dispatcher, call, "outcome", answers=GOOD).json()["code"] == "call_not_claimed"
    do(world.dispatcher, call, "claim")
    made = do(world.dispatcher, call, "outcome", answers=GOOD, words="好", minutes=2).json()
    assert (made["status"], made["outcome"], made["answers"]["satisfied"]) == ("done", "fine", "5")


def test_refusals_have_stable_codes(world, call):
    assert do(world.engineer, call, "claim").json()["code"] == "call_served"
    do(world.dispatcher, call, "claim")
    refused = do(world.manager, call, "claim")
    assert (refused.status_code, refused.json()["code"]) == (409, "call_claimed")
    assert do(world.dispatcher, call, "outcome", answers={}).status_code == 400
    assert do(world.dispatcher, call, "attempt", result="reached").status_code == 400
    assert do(world.dispatcher, call, "drop", reason="忙").status_code == 403
    assert do(world.dispatcher, call, "hand-over", person=make_user().pk).status_code == 200


def test_the_list_is_narrowed_and_refuses_what_it_does_not_know(world, call):
    client = api(world.dispatcher)
    assert [row["id"] for row in client.get(f"{LIST}?status=waiting&kind=callback&ticket={call.ticket.number}").json()["results"]] == [
        call.pk
    ]
    assert client.get(f"{LIST}?status=done").json()["results"] == []
    assert client.get(f"{LIST}?colour=red").status_code == 400


def test_the_list_takes_a_constant_number_of_queries(world, call, django_assert_max_num_queries):
    for number in range(5):
        solve(world, at=now() - DAY + number * HOUR / 6)
    consider(now())
    client = api(world.dispatcher)
    with django_assert_max_num_queries(4):
        assert len(client.get(LIST).json()["results"]) == 6


def test_an_inquiry_names_its_equipment_and_takes_what_was_said():
    world = make_calling_world("p2")
    call = plan_inquiries(now())[0]
    do(world.dispatcher, call, "claim")
    item = api(world.dispatcher).get(f"{LIST}{call.pk}/").json()["items"][0]
    said = {"item": item["id"], "state": "feedback", "level": "urgent", "words": "异响"}
    made = do(world.dispatcher, call, "outcome", items=[said]).json()
    assert made["items"][0]["loop"]


def test_customers_see_what_was_made_and_strangers_nothing(world, call):
    assert api(world.customer).get(f"{LIST}{call.pk}/").status_code == 404
    answer(call, world.dispatcher, at=now())
    told = api(world.customer).get(f"{LIST}{call.pk}/").json()
    assert (told["outcome"], told["attempts"]) == ("fine", [])  # what we noted about our tries stays among us
    assert len(api(world.dispatcher).get(f"{LIST}{call.pk}/").json()["attempts"]) == 1
    assert do(world.customer, call, "claim").status_code == 403
    assert api(world.stranger).get(f"{LIST}{call.pk}/").status_code == 404
    assert api(world.stranger).get(LIST).json()["results"] == []


def test_who_served_cannot_say_over_rest_that_they_asked(world):
    ticket = solve(world, at=now() - 2 * HOUR)
    address = f"/api/v1/tickets/{ticket.pk}/follow-up/"
    refused = api(world.engineer).post(address, {"outcome": "fine"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (403, "call_served")
    assert world.dispatcher.name in refused.json()["detail"]
    assert api(world.dispatcher).post(address, {"outcome": "fine"}, format="json").status_code == 200

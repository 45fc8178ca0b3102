"""How often a program may ask, and how it is told."""

from __future__ import annotations

import re

import pytest
from django.core.cache import caches
from django.test import Client

from servicedesk import throttles
from tests.clients.programs import shows
from tests.test_openapi import check_problem, program
from tests.worlds import make_ticket

pytestmark = pytest.mark.django_db
TICKETS = "/api/v1/tickets/"


@pytest.fixture(autouse=True)
def _a_minute(monkeypatch):
    monkeypatch.setattr(throttles, "clock", lambda: 1_000_000_030.5)  # 49.5 seconds before the minute ends


def told(answer):
    """What the headers say: whose window, how many it has, how long it is, how many are left, for how long."""
    policy = re.fullmatch(r'"(\w+)";q=(\d+);w=(\d+)', answer.headers["RateLimit-Policy"]).groups()
    limit = re.fullmatch(r'"(\w+)";r=(\d+);t=(\d+)', answer.headers["RateLimit"]).groups()
    assert policy[0] == limit[0]
    return (policy[0], *map(int, policy[1:] + limit[1:]))


def test_a_client_has_a_count_of_its_own(make, monkeypatch):
    few, many = make(rate=3), make(rate=50)
    client, other = few.logged_in(), many.logged_in()
    assert [told(client.get(TICKETS)) for _each in range(3)] == [("client", 3, 60, left, 50) for left in (2, 1, 0)]
    refused = client.get(TICKETS)
    check_problem(refused, 429, "throttled")
    assert (told(refused), refused.headers["Retry-After"]) == (("client", 3, 60, 0, 50), "50")
    assert few.logged_in().get(TICKETS).status_code == 429, "another token is the same client"
    assert told(other.get(TICKETS)) == ("client", 50, 60, 49, 50)
    monkeypatch.setattr(throttles, "clock", lambda: 1_000_000_080.0)
    assert told(client.get(TICKETS))[3] == 2, "the next minute is a new one"


def test_a_person_has_one_count_for_all_tokens_and_the_browser(world, settings):
    settings.API_RATE = "3/min"
    one, other, browser = program(world), program(world), Client()
    browser.force_login(world.engineer)
    assert [told(each.get(TICKETS))[3] for each in (one, other, browser)] == [2, 1, 0]
    assert other.get(TICKETS).status_code == 429
    assert program(world, "manager").get(TICKETS).status_code == 200


def test_who_is_not_known_is_counted_by_address(db, settings):
    settings.API_ANONYMOUS_RATE = "2/min"
    wrong = Client(headers=shows("sda_guess"))
    assert [told(wrong.get(TICKETS))[0], wrong.get(TICKETS).status_code] == ["address", 401]
    check_problem(wrong.get(TICKETS), 429, "throttled")
    assert Client().get(TICKETS).status_code == 429
    assert Client(REMOTE_ADDR="10.1.2.3").get(TICKETS).status_code == 401


def test_secrets_are_not_tried_out_at_leisure(make, settings):
    settings.API_ANONYMOUS_RATE = "2/min"
    program = make()
    assert [program.ask_for_token(secret=f"guess {each}").status_code for each in range(3)] == [401, 401, 429]
    assert told(program.ask_for_token())[0] == "address"


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", TICKETS, 200),
        ("get", f"{TICKETS}999999/", 404),
        ("get", f"{TICKETS}?severity=high", 400),
        ("post", TICKETS, 400),
        ("delete", TICKETS, 405),
        ("options", TICKETS, 200),
        ("get", "/api/v1/nothing/", 404),
        ("get", "/api/v1/sites/", 403),
        ("get", "/api/schema/", 200),
    ],
)
def test_every_answer_tells(make, method, address, status):
    client = make(scopes=["tickets:read", "tickets:write"]).logged_in()
    answer = getattr(client, method)(address, content_type="application/json")
    assert answer.status_code == status
    assert told(answer)[:2] == ("client", 600)


def test_what_is_answered_again_tells_too(make, world):
    ticket = make_ticket(world)
    client = make().logged_in()
    sent = (f"{TICKETS}{ticket.number}/comment/", {"text": "收到"})
    left = [told(client.post(*sent, content_type="application/json", headers={"Idempotency-Key": "a"}))[3] for _each in range(2)]
    assert left == [599, 598]


def test_pages_count_nothing(world):
    browser = Client()
    browser.force_login(world.engineer)
    assert "RateLimit" not in browser.get("/profile/").headers


def test_a_token_is_looked_up_once_a_request(make, world, django_assert_max_num_queries):
    client = make().logged_in()
    client.get("/api/v1/nothing/")
    caches["rate"].clear()
    with django_assert_max_num_queries(1):
        client.get("/api/v1/nothing/")

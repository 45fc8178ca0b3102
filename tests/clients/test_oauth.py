"""Fetching tokens, using them, giving them back: client credentials, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from oauth2_provider.models import get_access_token_model

from clients import services, tokens
from core.time import now
from tests.clients.programs import shows
from tests.worlds import make_ticket

pytestmark = pytest.mark.django_db
TICKETS = "/api/v1/tickets/"
AccessToken = get_access_token_model()


def test_a_client_fetches_a_token_and_sees_what_its_person_sees(make, world):
    ticket = make_ticket(world)
    answer = make(scopes=["tickets:read"]).ask_for_token()
    body = answer.json()
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 3600, "tickets:read")
    assert "refresh_token" not in body
    assert answer.headers["Cache-Control"] == "no-store"
    seen = Client().get(TICKETS, headers=shows(body["access_token"])).json()
    assert [row["number"] for row in seen["results"]] == [ticket.number]
    stranger = make(user=world.stranger, scopes=["tickets:read"]).logged_in()
    assert stranger.get(TICKETS).json()["results"] == []


def test_the_secret_may_stand_in_the_body(make):
    program = make()
    given = {"grant_type": "client_credentials", "client_id": program.client.client_id, "client_secret": program.secret}
    assert Client().post("/oauth/token/", given).status_code == 200


def test_neither_secret_nor_token_is_kept(make):
    program = make()
    token = program.token()
    for model in (type(program.client), type(program.client).history.model, AccessToken):
        kept = str(list(model.objects.values_list()))
        assert program.secret not in kept
        assert token not in kept


@pytest.mark.parametrize(
    ("given", "status", "error"),
    [
        ({"secret": "sdk_wrong"}, 401, "invalid_client"),
        ({"grant_type": "password", "username": "a", "password": "b"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"scope": "visits:read"}, 400, "invalid_scope"),
        ({"scope": "tickets:read admin"}, 400, "invalid_scope"),
        ({"scope": "\x00"}, 400, "invalid_scope"),
    ],
)
def test_what_is_refused_is_told_as_the_standard_says(make, given, status, error):
    answer = make(scopes=["tickets:read", "tickets:write"]).ask_for_token(**given)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !!!", "Basic bm90aGluZw==", "Basic AAA6AAA=", "Basic /////w==", "Bearer x", "Basic 5Zyo57q/OuWcqOe6vw=="]
)
def test_whoever_is_unknown_is_refused(db, header):
    answer = Client().post("/oauth/token/", {"grant_type": "client_credentials"}, headers={"Authorization": header})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_body_that_is_no_form_is_refused(make):
    program = make()
    answer = Client().post("/oauth/token/", b'{"grant_type": "client_credentials"}', content_type="application/json")
    assert answer.status_code in {400, 401}
    assert Client().get("/oauth/token/").status_code == 405
    assert program.client.last_used_at is None


def test_a_token_may_have_fewer_scopes_than_its_client(make, world):
    make_ticket(world)
    client = make().logged_in(scope="visits:read tickets:read")
    assert client.get(TICKETS).status_code == 200
    refused = client.get("/api/v1/sites/")
    assert (refused.status_code, refused.json()["scope"]) == (403, "customers:read")


def test_a_scope_that_is_taken_away_is_gone_at_once(make, world):
    program = make(scopes=["tickets:read", "visits:read"])
    client = program.logged_in()
    facts = {"name": "x", "scopes": ["visits:read"], "rate": 10}
    services.change_client(program.client, **facts, actor=world.manager, at=now())
    assert client.get(TICKETS).status_code == 403
    assert client.get("/api/v1/visits/").status_code == 200


def test_a_token_ends_after_an_hour(make):
    token = make().token()
    assert tokens.find(token, now() + timedelta(minutes=59))
    assert tokens.find(token, now() + timedelta(minutes=61)) is None


def test_a_token_is_given_back(make):
    program, other = make(), make()
    token = program.token()
    other.post("/oauth/revoke/", token=token)
    assert Client().get(TICKETS, headers=shows(token)).status_code == 200, "only whose it is gives it back"
    assert program.post("/oauth/revoke/", token=token).status_code == 200
    assert Client().get(TICKETS, headers=shows(token)).status_code == 401
    assert program.post("/oauth/revoke/", token="nothing").status_code == 200
    assert program.post("/oauth/revoke/", secret="wrong", token=token).status_code == 401


def test_one_query_finds_token_client_person_and_organization(make, world, django_assert_num_queries):
    program = make(user=world.supervisor)
    token = program.token()
    with django_assert_num_queries(1):
        access = tokens.find(token, now())
        assert access.user.membership.organization == world.organization


def test_the_last_use_is_noted_once_an_hour(make):
    program = make()
    program.logged_in().get(TICKETS)
    program.client.refresh_from_db()
    used = program.client.last_used_at
    assert used is not None
    tokens.note_use(program.client, used + timedelta(minutes=59))
    program.client.refresh_from_db()
    assert program.client.last_used_at == used
    tokens.note_use(program.client, used + timedelta(hours=1))
    program.client.refresh_from_db()
    assert program.client.last_used_at == used + timedelta(hours=1)
    assert program.client.history.count() == 1


def test_a_key_of_one_client_is_not_answered_to_another(make, world):
    ticket = make_ticket(world)
    one, other = make().logged_in(), make().logged_in()
    sent = (f"{TICKETS}{ticket.number}/comment/", {"text": "收到"})
    given = {"content_type": "application/json", "headers": {"Idempotency-Key": "a"}}
    assert one.post(*sent, **given).status_code == 201
    again = one.post(*sent, **given)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert other.post(*sent, **given).json()["code"] == "idempotency_key_reused"


def test_expired_tokens_are_forgotten(make):
    program = make()
    program.token()
    program.token()
    AccessToken.objects.filter(pk=AccessToken.objects.first().pk).update(expires=now() - timedelta(days=2))
    assert services.forget_next_tokens(now()) == 1
    assert services.forget_next_tokens(now()) == 0
    assert AccessToken.objects.count() == 1

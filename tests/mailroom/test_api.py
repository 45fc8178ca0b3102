"""Received mail over REST."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from core.time import now
from mailroom.models import IncomingMail
from tests.mailroom.conftest import came, written
from tests.worlds import make_ticket
from tickets.models import Ticket

MAILS = "/api/v1/mails/"


@pytest.fixture
def as_dispatcher(world):
    client = Client(raise_request_exception=False)
    client.force_login(world.dispatcher)
    return client


def hand_in(client, raw, kind="message/rfc822", address=MAILS):
    return client.post(address, raw, content_type=kind)


def post(client, address, body):
    return client.post(address, json.dumps(body), content_type="application/json")


def test_a_mail_is_handed_in_once(as_dispatcher, world, settings):
    raw = written(world.customer.email)
    first = hand_in(as_dispatcher, raw, address=f"{MAILS}?envelope_to=desk@desk.example")
    again = hand_in(as_dispatcher, raw)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    row = IncomingMail.objects.get()
    assert (row.way, row.envelope_to) == ("api", "desk@desk.example")
    settings.MAIL_MAX_BYTES = 50
    for body, kind, code in ((b"", "message/rfc822", 400), (b"x" * 60, "message/rfc822", 413), (b"{}", "application/json", 415)):
        assert hand_in(as_dispatcher, body, kind).status_code == code
    assert hand_in(as_dispatcher, bytes(range(256))[:40]).status_code == 201


def test_mails_are_listed_filtered_and_decided_about(as_dispatcher, world):
    row = came(written("wang@elsewhere.example", "打不开"))
    came(written(world.customer.email))
    listed = as_dispatcher.get(f"{MAILS}?state=review").json()["results"]
    assert [(each["id"], each["reason"], "whole" in each) for each in listed] == [(row.pk, "stranger", False)]
    assert as_dispatcher.get(f"{MAILS}{row.pk}/").json()["text"] == "打不开"
    assert as_dispatcher.get(f"{MAILS}?colour=red").status_code == 400
    assert as_dispatcher.get(f"{MAILS}?state=red").status_code == 400
    for body, code in (
        ({}, 400),
        ({"customer": "x"}, 400),
        ({"customer": 5}, 400),
        ({"customer": world.customer.email, "site": 10**30}, 400),
        ([], 400),
    ):
        assert post(as_dispatcher, f"{MAILS}{row.pk}/accept/", body).status_code == code
    foreign = post(as_dispatcher, f"{MAILS}{row.pk}/accept/", {"customer": world.stranger.email, "site": world.site.pk})
    assert (foreign.status_code, foreign.json()["code"]) == (400, "not_theirs")
    done = post(as_dispatcher, f"{MAILS}{row.pk}/accept/", {"customer": world.customer.email})
    assert done.status_code == 200
    assert Ticket.objects.filter(number=done.json()["ticket"], reporter=world.customer).exists()
    late = post(as_dispatcher, f"{MAILS}{row.pk}/discard/", {})
    assert (late.status_code, late.json()["code"]) == (409, "mail_decided")


def test_a_mail_is_attached_discarded_and_brought_back(as_dispatcher, world):
    ticket, row = make_ticket(world, at=now()), came(written("wang@elsewhere.example"))
    address = f"{MAILS}{row.pk}/"
    assert post(as_dispatcher, f"{address}discard/", {}).json()["state"] == "discarded"
    assert post(as_dispatcher, f"{address}return/", {}).json()["state"] == "review"
    assert post(as_dispatcher, f"{address}attach/", {"ticket": "nothing"}).status_code == 400
    assert post(as_dispatcher, f"{address}attach/", {"ticket": ticket.number}).json() == {"ticket": ticket.number}
    assert as_dispatcher.get(f"{MAILS}?ticket={ticket.number}").json()["results"][0]["id"] == row.pk


@pytest.mark.parametrize("role", ["customer", "supervisor"])
def test_customers_have_no_business_there(world, role):
    row, client = came(written("wang@elsewhere.example")), Client()
    client.force_login(world.person(role))
    for address in (MAILS, f"{MAILS}{row.pk}/"):
        assert client.get(address).status_code == 403
    assert hand_in(client, written("a@b.example")).status_code == 403


def test_engineers_read_the_mails_of_tickets_and_decide_nothing(world):
    waiting, taken, client = came(written("wang@elsewhere.example")), came(written(world.customer.email)), Client()
    client.force_login(world.engineer)
    assert [each["id"] for each in client.get(MAILS).json()["results"]] == [taken.pk]
    assert client.get(f"{MAILS}{waiting.pk}/").status_code == 404
    assert post(client, f"{MAILS}{taken.pk}/return/", {}).status_code == 403
    assert hand_in(client, written("a@b.example")).status_code == 403

"""Whose an external id is: every client of the interface numbers its tickets as it likes, and meets nobody else's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from clients import services as clients
from core.time import now
from tests.clients.programs import Program
from tests.tmf.programs import Helpdesk
from tests.worlds import make_ticket
from tickets.models import Channel, Ticket
from tmf.services.making import EXTERNAL

if TYPE_CHECKING:
    from django.test import Client

WORDS = {"description": "挂号系统打不开", "severity": "High", "ticketType": "incident"}
SAID = {**WORDS, "externalId": "4711"}
NATIVE = {"kind": "fault", "severity": 2, "subject": "x", "external_id": "4711"}
ADDRESS = "/tmf-api/troubleTicket/v4/troubleTicket"


@pytest.fixture
def client_of(world):
    """Make a client that acts as somebody, and answer what it sends with."""

    def make(role: str = "supervisor") -> Client:
        given = {"name": role, "user": world.person(role), "scopes": ["tmf:read", "tmf:write", "tickets:read", "tickets:write"]}
        return Program(*clients.create_client(**given, rate=600, actor=world.manager, at=now())).logged_in()

    return make


def posted(client, **more):
    return client.post(ADDRESS, json.dumps({**SAID, **more}), content_type="application/json")


def test_two_helpdesks_that_number_alike_make_two_tickets(client_of):
    one, other = client_of(), client_of()
    first, second = posted(one), posted(other, description="another fault")
    assert (first.status_code, second.status_code) == (201, 201), second.content
    assert first.json()["id"] != second.json()["id"]
    assert posted(one).json()["id"] == first.json()["id"]
    assert posted(other, description="another fault").json()["id"] == second.json()["id"]
    assert posted(one, description="another fault").status_code == 409
    assert Ticket.objects.filter(external_id="4711").count() == 2


def test_a_client_and_a_person_number_apart_and_rest_knows_the_same_ids(client_of, world):
    made = posted(client_of("engineer"), relatedEntity=[{"id": "SN-0001", "role": "affected", "@referredType": "Asset"}]).json()["id"]
    assert posted(client_of()).json()["id"] != made
    mine = client_of("customer")
    told = posted(mine).json()["id"]
    assert mine.get("/api/v1/tickets/?external_id=4711").json()["results"][0]["number"] == told
    answer = mine.post("/api/v1/tickets/", json.dumps({**NATIVE, "site": world.site.pk}), content_type="application/json")
    assert (answer.status_code, answer.headers["Location"].endswith(f"/{told}/")) == (409, True), "one client, one numbering"


def test_an_id_from_before_ids_had_sources_is_still_its_clients_own(client_of, world):
    before = posted(Helpdesk(world, "supervisor").http).json()["id"]
    assert Ticket.objects.get(number=before).external_source == ""
    again = posted(client_of("supervisor"))
    assert (again.status_code, again.json()["id"]) == (201, before)
    assert posted(client_of("customer")).json()["id"] != before, "another account's is another's"


@pytest.mark.parametrize("version", ["v4", "v5"])
def test_an_external_id_that_cannot_be_kept_is_refused(client_of, version):
    long = "x" * (EXTERNAL + 1)
    given = {"externalId": long} if version == "v4" else {"externalIdentifier": [{"@type": "ExternalIdentifier", "id": long}]}
    body = json.dumps({"@type": "TroubleTicket", **WORDS, **given})
    answer = client_of().post(ADDRESS.replace("v4", version), body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_document"), answer.content
    assert str(EXTERNAL) in answer.json()["message"]
    assert not Ticket.objects.exists()


def test_the_same_document_does_not_open_a_ticket_out_of_sight(client_of, world):
    someone = client_of("customer")
    mine = posted(someone).json()["id"]
    Ticket.objects.filter(number=mine).update(organization=world.stranger.membership.organization, site=world.other_site)
    refused = posted(someone)
    assert (refused.status_code, refused.json()["code"]) == (409, "duplicate")
    assert mine not in refused.content.decode()


def test_a_report_over_rest_finds_what_its_own_account_named_without_a_source(client_of, world):
    said = {**NATIVE, "site": world.site.pk}
    old = make_ticket(world, at=now(), actor=world.customer, **{**NATIVE, "site": world.site, "equipment": None, "channel": Channel.API})
    for role, is_same in (("customer", True), ("supervisor", False)):
        answer = client_of(role).post("/api/v1/tickets/", json.dumps(said), content_type="application/json")
        assert (answer.json()["number"] == old.number) is is_same, answer.content

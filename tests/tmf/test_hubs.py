"""Subscriptions are told what happens, as they asked for it; nobody hears what they may not see or have done themselves."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from standardwebhooks import Webhook

from core.time import now
from integrations import services as webhooks
from integrations import targets
from integrations.models import WebhookDelivery, WebhookEndpoint
from tests.integrations import receivers
from tests.tmf.programs import Helpdesk
from tests.worlds import make_ticket
from tickets import services as tickets
from tickets.models import Ticket
from tmf import selectors, services
from tmf.models import Hub, ReceivedEvent
from tmf.services import inbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integrations.receivers import Receiver


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    yield from receivers.running()


def subscribed(helpdesk, receiver, query="", path="/hook"):
    sent = {"callback": receiver.url(path), **({"query": query} if query else {})}
    answer = helpdesk.post({"@type": "Hub", **sent} if helpdesk.version == "v5" else sent, "hub")
    assert answer.status_code == 201, answer.content
    return answer


def told(receiver, path="/hook"):
    while webhooks.deliver(now()):
        pass
    return [json.loads(body) for where, _headers, body in receiver.got if where == path]


def test_every_type_of_event_comes_with_the_whole_ticket_signed(theirs, ours, world, receiver):
    secret = subscribed(theirs, receiver).headers["Webhook-Secret"]
    ticket = make_ticket(world, at=now())
    key = ticket.number
    ours.patch(key, {"status": "inProgress"})
    ours.patch(key, {"status": "pending", "statusChangeReason": "which room?"})
    ours.patch(key, {"status": "inProgress"})
    ours.patch(key, {"name": "another"})
    ours.patch(key, {"status": "resolved"})
    Helpdesk(world, "admin", theirs.version).delete(key)
    events = told(receiver)
    short = [event["eventType"].removeprefix("TroubleTicket").removesuffix("Event") for event in events]
    waited = ["Create", "StatusChange", "StatusChange", "InformationRequired", "StatusChange"]
    assert short == [*waited, "AttributeValueChange", "StatusChange", "Resolved", "Delete"]
    for event, (_path, headers, body) in zip(events, receiver.got, strict=True):
        assert event["event"]["troubleTicket"]["id"] == key
        assert event["eventId"] == headers["webhook-id"]
        Webhook(secret).verify(body, headers)
        assert event["eventTime"] == event["timeOccurred" if theirs.version == "v5" else "timeOcurred"]
    assert len({event["eventId"] for event in events}) == len(events)
    assert events[3]["description"] == "which room?"
    assert events[5]["fieldPath"] == "troubleTicket.name"
    if theirs.version == "v5":
        assert events[3]["event"]["informationRequired"]["op"] == "add"
        assert events[0]["@type"] == "TroubleTicketCreateEvent"


def test_nobody_is_told_what_they_did_themselves(theirs, world, receiver):
    subscribed(theirs, receiver)
    made = theirs.made()
    theirs.patch(made["id"], {"name": "x"})
    assert told(receiver) == []
    tickets.contact(_ticket(made), actor=world.engineer, at=now(), text="hello")
    assert [event["event"]["troubleTicket"]["note"][0]["text"] for event in told(receiver)] == ["hello"]


def _ticket(made):
    from tickets.models import Ticket

    return Ticket.objects.get(number=made["id"])


def test_a_query_says_which_events_of_which_tickets_and_how_much(theirs, world, receiver):
    word = "Critical"
    query = (
        f"eventType=TroubleTicketStatusChangeEvent;eventType=TroubleTicketCreateEvent&event.troubleTicket.severity={word}"
        "&fields=event.troubleTicket.id,event.troubleTicket.status"
    )
    subscribed(theirs, receiver, query)
    bad, mild = make_ticket(world, at=now(), severity=1), make_ticket(world, at=now(), severity=4)
    for ticket in (bad, mild):
        tickets.contact(ticket, actor=world.engineer, at=now(), text="hello")
    events = told(receiver)
    assert [(event["eventType"], event["event"]["troubleTicket"]["id"]) for event in events] == [
        ("TroubleTicketCreateEvent", bad.number), ("TroubleTicketStatusChangeEvent", bad.number)]  # fmt: skip
    assert set(events[0]["event"]["troubleTicket"]) - {"@type"} == {"id", "status"}
    assert not WebhookDelivery.objects.exclude(state=WebhookDelivery.State.DELIVERED).exists()


def test_only_what_may_be_seen_is_told(theirs, ours, world, receiver):
    subscribed(Helpdesk(world, "stranger", theirs.version), receiver, path="/stranger")
    subscribed(theirs, receiver, path="/theirs")
    subscribed(Helpdesk(world, "customer", theirs.version), receiver, path="/site")
    ticket = make_ticket(world, at=now(), site=world.other_site, equipment=None, actor=world.engineer)
    tickets.note(ticket, actor=world.engineer, at=now(), text="among us")
    assert told(receiver, "/stranger") == []
    assert told(receiver, "/site") == []
    events = told(receiver, "/theirs")
    assert [event["eventType"] for event in events] == ["TroubleTicketCreateEvent"]
    assert "among us" not in json.dumps(events)


def test_each_event_may_go_to_an_address_of_its_own(theirs, world, receiver):
    subscribed(theirs, receiver, path="/listener/{eventPath}")
    make_ticket(world, at=now())
    assert len(told(receiver, "/listener/troubleTicketCreateEvent")) == 1


def test_a_subscription_is_there_once_is_its_accounts_own_and_ends(theirs, ours, world, receiver):
    made = subscribed(theirs, receiver)
    body = made.json()
    assert isinstance(body["id"], str)
    assert made.headers["Location"].endswith(f"/{theirs.version}/hub/{body['id']}")
    again = theirs.post({"@type": "Hub", "callback": receiver.url()}, "hub")
    assert (again.status_code, again.json()["code"]) == (409, "duplicate")
    shown = theirs.get(f"hub/{body['id']}")
    if theirs.version == "v5":
        assert shown.json() == body
    else:
        assert shown.status_code == 405
    assert ours.delete(body["id"], "hub").status_code == 404
    assert theirs.delete("nonsense", "hub").status_code == 404
    assert theirs.delete(body["id"], "hub").status_code == 204
    assert theirs.delete(body["id"], "hub").status_code == 404
    make_ticket(world, at=now())
    assert told(receiver) == []


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({}, "bad_document"),
        ({"callback": 1}, "bad_document"),
        ({"callback": "ftp://example.com"}, "bad_address"),
        ({"callback": "https://10.0.0.1/x"}, "bad_address"),
        ({"callback": "https://example.com/x", "query": "nonsense"}, "bad_query"),
        ({"callback": "https://example.com/x", "query": "x" * 2000}, "bad_document"),
    ],
)
def test_a_subscription_that_cannot_be_is_refused(theirs, sent, code):
    answer = theirs.post({"@type": "Hub", **sent}, "hub")
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not Hub.objects.exists()


def test_one_that_was_given_up_is_made_anew(theirs, receiver):
    subscribed(theirs, receiver)
    WebhookEndpoint.objects.update(state="disabled", reason="gone")
    targets.targets.forget()
    subscribed(theirs, receiver)
    assert WebhookEndpoint.objects.get().is_active


def test_managers_see_it_among_the_webhooks_and_do_not_change_it(theirs, world, receiver, client):
    subscribed(theirs, receiver, "eventType=TroubleTicketCreateEvent")
    endpoint = WebhookEndpoint.objects.get()
    client.force_login(world.manager)
    page = client.get(endpoint.get_absolute_url()).content.decode()
    assert "eventType=TroubleTicketCreateEvent" in page
    assert f"/webhooks/{endpoint.pk}/edit/" not in page
    given = {"name": "x", "url": "https://example.com/", "payload": "thin", "types": ["reported"]}
    assert client.post(f"/webhooks/{endpoint.pk}/edit/", given).status_code == 422
    assert WebhookEndpoint.objects.get().types == []
    assert endpoint.url in client.get("/tmf/").content.decode()


def test_what_a_peers_hub_pushes_is_kept_once(theirs, world, monkeypatch):
    heard = []
    monkeypatch.setattr(inbox, "LISTENERS", [heard.append])
    event = {"eventId": "e-1", "eventType": "TroubleTicketCreateEvent", "event": {"troubleTicket": {"id": "T-1", "name": "\u0000名"}}}
    event |= {"@type": "TroubleTicketCreateEvent"} if theirs.version == "v5" else {}
    for _ in range(2):
        answer = theirs.post(event, "listener/troubleTicketCreateEvent")
        assert answer.status_code == (204 if theirs.version == "v5" else 201), answer.content
    row = ReceivedEvent.objects.get()
    assert (row.account, row.event_id, row.type, row.version) == (world.supervisor, "e-1", "TroubleTicketCreateEvent", theirs.version)
    assert row.document == event
    assert heard == [row]
    assert list(selectors.waiting_events(world.supervisor)) == [row]
    Helpdesk(world, "manager", theirs.version).post(event, "listener/troubleTicketCreateEvent")
    assert ReceivedEvent.objects.count() == 2
    services.done(row, at=now())
    services.failed(ReceivedEvent.objects.latest("id"), at=now(), error="x" * 400)
    assert not selectors.waiting_events().exists()
    assert theirs.post(event, "listener/nonsense").status_code == 404
    assert theirs.post({**event, "eventTime": "soon"}, "listener/troubleTicketDeleteEvent").status_code == 400
    assert theirs.post({**event, "eventId": ""}, "listener/troubleTicketDeleteEvent").status_code < 300


def test_events_that_were_worked_on_are_forgotten_after_a_month(world):
    from datetime import timedelta

    for number in range(2):
        services.receive({"eventId": str(number)}, "x", "v4", account=world.manager, at=now())
    services.done(ReceivedEvent.objects.first(), at=now())
    assert services.forget_next_events(now()) == 0
    assert services.forget_next_events(now() + timedelta(days=31)) == 1
    assert ReceivedEvent.objects.get().state == "waiting"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_subscription_that_ends_while_a_ticket_is_reported_makes_nothing_fail(world, receiver):
    theirs = Helpdesk(world, "supervisor", "v5")
    subscribed(theirs, receiver)
    hub = Hub.objects.get()

    def end() -> None:
        services.unsubscribe(hub, actor=world.supervisor, at=now())
        connection.close()

    with transaction.atomic():
        make_ticket(world, at=now())
        assert WebhookDelivery.objects.count() == 1
        ending = threading.Thread(target=end)
        ending.start()
        ending.join(timeout=30)
        assert not ending.is_alive(), "it waits for nobody"
    assert Ticket.objects.count() == 1
    assert not WebhookEndpoint.objects.exists()
    assert webhooks.deliver(now()) == 0

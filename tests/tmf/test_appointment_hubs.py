"""Subscriptions of TMF646 are told what happens to visits, as far as their accounts may know."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from core.time import now
from integrations import services as webhooks
from integrations.models import WebhookDelivery
from tests.integrations import receivers
from tests.tmf.programs import MONDAY, Helpdesk, Planner, engineer
from tests.visits import worlds as visits_made
from tests.worlds import make_ticket
from tmf.models import Hub, ReceivedEvent
from tmf.services import inbox
from visits import services as visits
from visits.models import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integrations.receivers import Receiver


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    yield from receivers.running()


def told(receiver, path="/hook"):
    while webhooks.deliver(now()):
        pass
    return [json.loads(body) for where, _headers, body in receiver.got if where == path]


def subscribed(helpdesk, receiver, query="", path="/hook"):
    answer = helpdesk.post({"callback": receiver.url(path), **({"query": query} if query else {})}, "hub")
    assert answer.status_code == 201, answer.content
    return answer


def test_a_visits_life_is_told_with_the_whole_appointment(world, receiver):
    subscribed(Planner(world, "supervisor"), receiver)
    planner = Planner(world, "dispatcher")
    made = planner.booked(make_ticket(world, at=now()), description="one")
    visit = Visit.objects.get()
    decided = {"Prefer": "handling=lenient"}
    planner.patch(made["id"], {"relatedParty": [engineer(world.engineer)]}, **decided)
    planner.patch(made["id"], {"description": "two", "note": [{"text": "gate 4"}]})
    visits_made.approve(visit, world, now())
    visits.depart(visit, actor=world.engineer, at=now())
    visits.fail(visit, actor=world.engineer, at=now(), failure="nobody_there")
    Planner(world, "admin").delete(made["id"])
    events = told(receiver)
    short = [event["eventType"].removeprefix("Appointment").removesuffix("Event") for event in events]
    value = "AttributeValueChange"
    assert short == ["Create", "StateChange", value, value, value, value, "StateChange", "Delete"]
    assert [event.get("fieldPath", "") for event in events][2:6] == [
        "appointment.validFor", "appointment.note", "appointment.description", "appointment.lastUpdate"]  # fmt: skip
    assert len({event["eventId"] for event in events}) == len(events)
    for event, (_path, headers, _body) in zip(events, receiver.got, strict=True):
        assert event["event"]["appointment"]["id"] == made["id"]
        assert (event["eventId"], event["domain"]) == (headers["webhook-id"], "Appointment")
        assert event["event"]["appointment"]["href"].endswith(f"/tmf-api/appointment/v4/appointment/{made['id']}")


def test_nobody_is_told_what_they_did_or_may_not_see_and_tickets_go_elsewhere(world, receiver):
    planner = Planner(world, "dispatcher")
    subscribed(planner, receiver, path="/own")
    subscribed(Planner(world, "stranger"), receiver, path="/stranger")
    subscribed(Helpdesk(world, "manager"), receiver, path="/tickets")
    subscribed(Planner(world, "manager"), receiver, "eventType=AppointmentCreateEvent&fields=event.appointment.status", "/created")
    made = planner.booked(make_ticket(world, at=now()))
    planner.patch(made["id"], {"status": "cancelled"})
    (event,) = told(receiver, "/created")
    assert event["event"] == {"appointment": {"status": "cancelled"}}, "it is as it stands at the first try"
    assert told(receiver, "/own") == told(receiver, "/stranger") == []
    assert {event["eventType"] for event in told(receiver, "/tickets")} >= {"TroubleTicketCreateEvent"}
    assert all("appointment" not in event["event"] for event in told(receiver, "/tickets"))


def test_an_inspections_visit_is_told_as_well(world, receiver):
    subscribed(Planner(world, "supervisor"), receiver)
    draft = visits.VisitDraft(site=world.site, subject="巡检", lead=world.engineer, starts_at=MONDAY, ends_at=MONDAY + visits_made.HOUR)
    visits.plan(draft, actor=world.dispatcher, at=now())
    (event,) = told(receiver)
    assert (event["event"]["appointment"]["category"], event["event"]["appointment"]["status"]) == ("inspection", "confirmed")
    assert Planner(world, "supervisor").patch("VIS-000001", {"note": [{"text": "x"}]}).status_code in {403, 404}


def test_each_interface_keeps_its_own_subscriptions(world, receiver):
    planner, helpdesk = Planner(world, "manager"), Helpdesk(world, "manager")
    made, other = subscribed(planner, receiver), subscribed(helpdesk, receiver)
    assert planner.post({"callback": receiver.url()}, "hub").json()["code"] == "duplicate"
    assert helpdesk.delete(made.json()["id"], "hub").status_code == 404
    assert planner.delete(other.json()["id"], "hub").status_code == 404
    assert planner.get(f"hub/{made.json()['id']}").status_code == 405
    assert planner.delete(made.json()["id"], "hub").status_code == 204
    assert Hub.objects.get().standard == "troubleTicket"
    strict = planner.post({"callback": receiver.url("/x"), "colour": 1}, "hub", Prefer="handling=strict")
    assert (strict.status_code, strict.json()["code"]) == (400, "bad_document")
    assert planner.post({"callback": receiver.url("/x")}, "hub", Prefer="handling=strict").status_code == 201
    assert not WebhookDelivery.objects.exists()


def test_what_a_peers_hub_pushes_is_kept_to_be_read_and_nothing_follows(world, monkeypatch):
    heard = []
    monkeypatch.setattr(inbox, "LISTENERS", [heard.append])
    planner = Planner(world, "supervisor")
    event = {"eventId": "e-1", "eventType": "AppointmentCreateEvent", "event": {"appointment": {"id": "T-1"}}}
    for path in ("appointmentCreateEvent", "appointmentCreateEvent", "searchTimeSlotStateChangeEvent"):
        assert planner.post({**event, "eventId": path}, f"listener/{path}").status_code == 201
    assert list(ReceivedEvent.objects.order_by("id").values_list("type", "state")) == [
        ("AppointmentCreateEvent", "done"), ("SearchTimeSlotStateChangeEvent", "done")]  # fmt: skip
    assert planner.post(event, "listener/troubleTicketCreateEvent").status_code == 404
    assert heard == []
    admin = world.manager
    planner.http.force_login(admin)
    assert "AppointmentCreateEvent" in planner.http.get("/tmf/").content.decode()

"""What is written into a record reaches who listens: signed, in order, again until it is taken, and nobody waits for anybody."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from core.errors import Invalid
from core.time import now
from integrations import payloads, sending, services
from integrations.models import WebhookDelivery, WebhookEndpoint
from integrations.services import delivery, endpoints, outcomes
from notifications.models import Message
from tests.worlds import make_ticket
from tickets import services as tickets
from tickets.models import Event

State = WebhookDelivery.State


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def told(endpoint):
    return list(endpoint.deliveries.order_by("id").values_list("type", "state"))


def test_a_message_is_signed_named_by_its_line_and_says_which_ticket(world, receiver, make):
    endpoint = make()
    ticket = make_ticket(world, at=now())
    assert services.deliver(now()) == 1
    message = receiver.read(endpoint)
    assert message["type"] == "ticket.reported"
    assert message["timestamp"] == ticket.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    data = message["data"]
    assert (data["number"], data["seq"], data["organization"]) == (ticket.number, 1, world.organization.pk)
    assert data["url"].endswith(f"/api/v1/tickets/{ticket.number}/")
    assert set(data) == {"id", "number", "seq", "organization", "external_id", "url", "page"}
    assert receiver.ids() == [f"evt_{ticket.events.get().hash[:40]}"]
    row = endpoint.deliveries.get()
    assert (row.state, row.attempts, row.status, row.answer[:6]) == (State.DELIVERED, 1, 200, "thanks")
    assert len(row.answer) == sending.ANSWER_SHOWN
    assert services.deliver(now()) == 0


def test_every_line_of_a_life_is_told_to_us_and_only_public_ones_to_the_customer(world, receiver, make):
    ours, theirs = make("/ours", payload="full"), make("/theirs", actor=world.supervisor, payload="full")
    strangers = make("/strangers", actor=world.stranger)
    at = now() - timedelta(hours=30)
    ticket = make_ticket(world, at=at)
    ticket = tickets.accept(ticket, actor=world.engineer, at=at + timedelta(minutes=1))
    tickets.note(ticket, actor=world.engineer, at=at + timedelta(minutes=2), text="客户脾气不好")
    tickets.escalate_due(at + timedelta(hours=20))
    while services.deliver(now()):
        pass
    lines = Event.objects.filter(ticket=ticket)
    assert lines.filter(type="escalated").exists()
    assert ours.deliveries.filter(state=State.DELIVERED).count() == lines.count()
    assert theirs.deliveries.filter(state=State.DELIVERED).count() == lines.filter(is_public=True).count() < lines.count()
    assert not strangers.deliveries.exists()
    said = "".join(body for path, _headers, body in receiver.got if path == "/theirs")
    assert "挂号系统打不开" in said
    assert "脾气" not in said
    assert "escalated" not in said
    full = json.loads(next(body for path, _headers, body in receiver.got if path == "/ours"))["data"]
    assert full["ticket"]["clocks"]
    assert full["event"]["type"] == "reported"


def test_a_full_message_is_the_ticket_as_the_interface_shows_it(world, receiver, make, client):
    endpoint = make(payload="full", actor=world.supervisor)
    ticket = make_ticket(world, at=now())
    services.deliver(now())
    data = receiver.read(endpoint)["data"]
    client.force_login(world.supervisor)
    shown = client.get(f"/api/v1/tickets/{ticket.number}/").json()
    volatile = {"remaining_seconds", "gross_seconds", "net_seconds"}
    assert {name: value for name, value in data["ticket"].items() if name != "clocks"} == {k: v for k, v in shown.items() if k != "clocks"}
    for mine, rest in zip(data["ticket"]["clocks"], shown["clocks"], strict=True):
        assert {k: v for k, v in mine.items() if k not in volatile} == {k: v for k, v in rest.items() if k not in volatile}
    assert data["event"] == client.get(f"/api/v1/tickets/{ticket.number}/events/").json()[0]


def test_what_is_taken_back_was_never_told(world, make):
    from django.db import transaction

    endpoint = make()
    with transaction.atomic():
        make_ticket(world, at=now())
        assert endpoint.deliveries.exists()
        transaction.set_rollback(True)
    assert not endpoint.deliveries.exists()


def test_nobody_listening_costs_no_query_and_somebody_one(world, make, django_assert_num_queries):
    from integrations.services.writing import heard

    lines = [make_ticket(world, at=now()).events.select_related("ticket").get() for _each in range(3)]
    with django_assert_num_queries(0):
        heard(lines)
    make(types=["noted"])
    heard(lines)  # asks who listens
    with django_assert_num_queries(0):
        heard(lines)
    make("/all")
    heard([])
    with django_assert_num_queries(1):
        heard(lines)


def test_a_worker_needs_as_many_queries_for_ten_messages_as_for_two_but_their_marks(world, make, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def counted(number):
        for _each in range(number):
            make_ticket(world, at=now())
        with CaptureQueriesContext(connection) as seen:
            assert services.deliver(now()) == number
        return len(seen) - 4 * number  # savepoint, mark, judge, release

    make(payload="full")
    assert counted(10) <= counted(2)


def test_canaries_stay_in_the_house(world, make):
    endpoint = make()
    ticket = make_ticket(world, at=now())
    line = ticket.events.get()
    line.ticket.is_canary = True
    WebhookDelivery.objects.all().delete()
    from integrations.services.writing import heard

    heard([line])
    assert not endpoint.deliveries.exists()


# --- failures


@pytest.mark.parametrize("status", [500, 302, 404, 429])
def test_what_is_not_taken_comes_again_by_the_ladder_until_it_is_given_up(world, receiver, make, status):
    endpoint, at = make(), now()
    receiver.says["/hook"] = status
    make_ticket(world, at=at)
    for place, step in enumerate(outcomes.LADDER, start=1):
        assert services.deliver(at) == 1
        row = endpoint.deliveries.get()
        assert (row.state, row.attempts, row.status) == (State.WAITING, place, status)
        assert step * 0.9 - timedelta(seconds=2) <= row.next_at - at <= step * 1.1 + timedelta(seconds=3)
        assert services.deliver(row.next_at - timedelta(seconds=1)) == 0
        at = row.next_at
    assert services.deliver(at) == 1
    assert endpoint.deliveries.get().state == State.FAILED
    assert len(set(receiver.ids())) == 1
    assert len({body for _path, _headers, body in receiver.got}) == 1
    assert {path for path, _headers, _body in receiver.got} == {"/hook"}  # no redirection was followed
    assert fresh(endpoint).reason == WebhookEndpoint.Reason.FAILING  # three days of nothing


def test_the_ladder_lasts_three_days_and_neighbours_do_not_come_back_together():
    assert timedelta(days=3) < sum(outcomes.LADDER, timedelta()) < timedelta(days=3, hours=6)
    assert len({outcomes.wait(f"evt_{number}", 3) for number in range(50)}) > 30


def test_one_that_is_gone_is_disabled_and_its_maker_told(world, receiver, make):
    endpoint = make(actor=world.supervisor)
    receiver.says["/hook"] = 410
    for _each in range(3):
        make_ticket(world, at=now())
    assert services.deliver(now()) == 1
    row = fresh(endpoint)
    assert (row.state, row.reason) == (WebhookEndpoint.State.DISABLED, WebhookEndpoint.Reason.GONE)
    assert {state for _type, state in told(endpoint)} == {State.DROPPED}
    assert set(Message.objects.filter(kind="webhook_disabled").values_list("recipient", flat=True)) == {world.supervisor.pk}
    make_ticket(world, at=now())
    assert len(told(endpoint)) == 3
    services.resume(endpoint, actor=world.supervisor, at=now())
    receiver.says.clear()
    assert services.replay_lost(endpoint, since=now() - timedelta(days=1), actor=world.supervisor, at=now()) == 3
    assert services.deliver(now()) == 3
    assert {state for _type, state in told(endpoint)} == {State.DELIVERED}


def test_what_cannot_be_written_for_one_endpoint_keeps_no_other_waiting(world, receiver, make, monkeypatch):
    broken, whole, fill = make("/broken"), make("/whole"), payloads.fill

    def filled(endpoint, rows, at):
        if endpoint == broken:
            raise UnicodeEncodeError("utf-8", "\ud83d", 0, 1, "surrogates not allowed")
        return fill(endpoint, rows, at)

    monkeypatch.setattr(payloads, "fill", filled)
    make_ticket(world, at=now())
    at = now()
    assert services.deliver(at) == 1
    assert told(whole) == [("ticket.reported", State.DELIVERED)]
    assert told(broken) == [("ticket.reported", State.WAITING)]
    monkeypatch.undo()
    assert services.deliver(at + timedelta(seconds=29)) == 0
    assert services.deliver(at + timedelta(seconds=31)) == 1
    assert told(broken) == [("ticket.reported", State.DELIVERED)]


def test_who_was_just_served_is_behind_who_waits(world, make):
    """However much waits for the first ones, and however slowly they take it."""
    for path in ("/1", "/2", "/3"):
        make(path)
    make_ticket(world, at=now())
    served = []
    for second in range(6):
        at = now() + timedelta(seconds=second)
        [batch] = delivery._claim(at, 1)
        served.append(batch.endpoint.name)
        delivery._release(batch, at)
    assert served == ["/1", "/2", "/3", "/1", "/2", "/3"]


def test_a_customer_has_only_so_many_endpoints(world, make, monkeypatch):
    monkeypatch.setattr(endpoints, "MOST", 2)
    for path in ("/1", "/2"):
        make(path, actor=world.supervisor)
    with pytest.raises(Invalid):
        make("/3", actor=world.supervisor)
    make("/ours")
    make("/strangers", actor=world.stranger)


def test_lines_of_a_ticket_keep_their_order_and_other_tickets_go_on(world, receiver, make):
    endpoint, at = make(), now()
    first, second = make_ticket(world, at=at), make_ticket(world, at=at)
    tickets.accept(first, actor=world.engineer, at=at)
    refused = receiver.says["/hook"] = Refusing(first.number)
    assert services.deliver(at) == 2  # the second line of the first ticket is not tried
    assert told(endpoint) == [("ticket.reported", State.WAITING), ("ticket.reported", State.DELIVERED), ("ticket.accepted", State.WAITING)]
    assert services.deliver(at) == 0
    refused.number = ""
    assert services.deliver(endpoint.deliveries.earliest("id").next_at) == 2
    numbers = [(json.loads(body)["data"]["number"], json.loads(body)["data"]["seq"]) for _path, _headers, body in receiver.got]
    assert numbers == [(first.number, 1), (second.number, 1), (first.number, 1), (first.number, 2)]


class Refusing:
    """Answers 500 to what is about one ticket."""

    def __init__(self, number):
        self.number = number

    def __call__(self, handler):
        body = handler.server.got[-1][2]
        handler.send_response(500 if self.number and self.number in body else 204)
        handler.end_headers()


def test_a_dead_endpoint_keeps_nine_others_from_nothing(world, receiver, make, monkeypatch):
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 3.0)
    dead, good = make("/dead"), [make(f"/good-{place}") for place in range(9)]
    receiver.says["/dead"] = drip
    for _each in range(4):
        make_ticket(world, at=now())
    arrived = {}

    def note(handler):
        arrived[handler.path] = time.monotonic()
        handler.send_response(200)
        handler.end_headers()

    receiver.says |= {f"/good-{place}": note for place in range(9)}
    started = time.monotonic()
    services.deliver(now())
    assert max(arrived.values()) - started < 2  # long before the dead one's time was over
    assert all({state for _type, state in told(each)} == {State.DELIVERED} for each in good)
    rows = dead.deliveries.order_by("id")
    assert [(row.state, row.attempts) for row in rows] == [(State.WAITING, 1)] + [(State.WAITING, 0)] * 3
    assert "3 s" in rows[0].error
    assert time.monotonic() - started < 5
    assert fresh(dead).rests_until > now()  # the others behind it do not wait as long one after another


def drip(handler):
    """A header now and then, for ever."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    try:
        for place in range(100):
            handler.wfile.write(f"X-{place}: slow\r\n".encode())
            time.sleep(0.2)
    except OSError:
        pass
    handler.close_connection = True


def test_a_lease_is_respected_and_ends(world, make):
    endpoint, at = make(), now()
    make_ticket(world, at=at)
    [batch] = delivery._claim(at, 10)  # a worker that dies now
    assert delivery._claim(at, 10) == []
    assert services.deliver(at + delivery.LEASE - timedelta(seconds=30)) == 0
    assert services.deliver(at + delivery.LEASE) == 1
    assert fresh(endpoint).leased_until is None
    outcomes.mark(endpoint, batch.rows[0], sending.Answer(1, 500), at=at)  # it was not dead after all: too late
    assert [row.state for row in endpoint.deliveries.all()] == [State.DELIVERED]


# --- what people do


def test_while_both_secrets_hold_either_verifies_and_then_only_the_new_one(world, receiver, make):
    old, at = make(), now()
    new = services.rotate(old, overlap_hours=24, actor=world.manager, at=at - timedelta(hours=23))
    make_ticket(world, at=at)
    services.deliver(at)
    _path, headers, body = receiver.got[-1]
    for secret in (old.secret, new.secret):
        Webhook(secret).verify(body, headers)
    WebhookEndpoint.objects.update(old_secret_until=at)
    make_ticket(world, at=at)
    services.deliver(at)
    _path, headers, body = receiver.got[-1]
    Webhook(new.secret).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old.secret).verify(body, headers)


def test_a_paused_endpoint_keeps_what_happens_and_sends_it_afterwards(world, receiver, make):
    endpoint = make()
    services.pause(endpoint, actor=world.manager, at=now())
    make_ticket(world, at=now())
    assert services.deliver(now()) == 0
    services.resume(endpoint, actor=world.manager, at=now())
    assert services.deliver(now()) == 1


def test_one_is_sent_again_under_its_id(world, receiver, make):
    endpoint = make()
    make_ticket(world, at=now())
    services.deliver(now())
    services.replay(endpoint.deliveries.get(), actor=world.manager, at=now())
    services.deliver(now())
    assert len(receiver.ids()) == 2
    assert len(set(receiver.ids())) == 1


def test_a_test_speaks_of_no_ticket(world, receiver, make):
    endpoint = make()
    services.send_test(endpoint, actor=world.manager, at=now())
    services.deliver(now())
    assert receiver.read(endpoint)["type"] == "desk.test"


def test_what_is_a_month_old_is_forgotten(world, make):
    endpoint, at = make(), now()
    make_ticket(world, at=at - timedelta(days=31))
    make_ticket(world, at=at - timedelta(days=29))
    assert services.forget_next_deliveries(at) == 1
    assert endpoint.deliveries.count() == 1
    assert services.forget_next_deliveries(at) == 0


def test_only_the_record_itself_writes_lines():
    """Lines that are written elsewhere would be heard by nobody."""
    from pathlib import Path

    import tickets as app

    folder = Path(app.__file__).parent
    writing = [path.name for path in folder.rglob("services/*.py") if "event.save(" in path.read_text() or " Event(" in path.read_text()]
    assert writing == ["log.py"]


# --- Confidential complaints ---------------------------------------------------------------------------

SAID = {"kind": "complaint", "subject": "工程师态度差", "is_confidential": True}


@pytest.mark.parametrize(("path", "is_told"), [("/ours", False), ("/theirs", True)])
def test_of_a_confidential_complaint_ours_is_told_the_number_only_and_the_customers_what_they_may_read(
    world, receiver, make, path, is_told
):
    ours, theirs = make("/ours", payload="full"), make("/theirs", actor=world.supervisor, payload="full")
    fault = make_ticket(world, at=now())
    complaint = make_ticket(world, at=now(), concerned=[world.engineer], **SAID)
    while services.deliver(now()):
        pass
    read = {"/ours": ours, "/theirs": theirs}[path].deliveries
    assert all("ticket" in json.loads(row.body)["data"] for row in read.filter(ticket=fault))
    data = [json.loads(row.body)["data"] for row in read.filter(ticket=complaint)]
    assert data
    assert all(row["number"] == complaint.number for row in data)
    assert any(SAID["subject"] in json.dumps(row, ensure_ascii=False) for row in data) is is_told
    assert all(("ticket" in row) is is_told for row in data)

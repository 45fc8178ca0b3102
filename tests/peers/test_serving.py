"""Who serves a linked ticket: one worker at a time, several tickets side by side, what hangs or fails by itself alone."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from standardwebhooks import Webhook

from core.time import now
from integrations import sending
from peers import sealing, services
from peers.adaptors import calling
from peers.errors import Unreachable
from peers.models import Link, Outgoing
from peers.services import serving
from tests.peers.conftest import exchange
from tests.peers.test_exchange import link_of, said
from tests.races import at_once
from tests.worlds import make_ticket
from tickets import services as tickets

pytestmark = pytest.mark.django_db
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_who_lost_the_lease_writes_nothing(there, world, connected, partner, monkeypatch):
    call, lost = sending.call, []

    def taken_over(request):
        reply = call(request)
        if request.url.endswith("/comment/") and not lost:  # while it was said there, another worker took the ticket over
            lost.append(Link.objects.update(lease=uuid4()))
        return reply

    monkeypatch.setattr(sending, "call", taken_over)
    tickets.contact(there, text="hello", actor=world.engineer, at=now())
    exchange(connected)
    assert lost == [1]
    assert (link_of(connected, there).outgoing.order_by("-id").first().state, link_of(connected, there).is_due) == ("waiting", True)
    exchange(connected)
    assert link_of(connected, there).outgoing.order_by("-id").first().state == "sent"
    assert [line["text"] for line in partner.lines["TT-0001"]].count("hello") == 1


def test_who_is_killed_leaves_one_ticket_to_the_end_of_its_lease(there, world, connected, partner):
    other = make_ticket(world, at=now(), subject="another")
    tickets.contact(there, text="hello", actor=world.engineer, at=now())
    Link.objects.filter(ticket=there).update(lease=uuid4(), leased_until=now() + timedelta(seconds=60))  # another worker's, now dead
    services.exchange(now())
    assert (link_of(connected, other).key, partner.lines["TT-0001"][-1]["type"]) == ("TT-0002", "accepted")
    services.exchange(now() + timedelta(seconds=61))
    assert partner.lines["TT-0001"][-1]["text"] == "hello"


def test_what_we_sent_is_read_in_one_request_when_it_comes_back(there, world, connected, partner):
    tickets.contact(there, text="hello", actor=world.engineer, at=now())
    exchange(connected)
    partner.asked.clear()
    exchange(connected)
    assert [path for _method, path, *_rest in partner.asked] == ["/api/v1/changes/", "/api/v1/tickets/TT-0001/events/"]
    assert link_of(connected, there).seq == len(partner.lines["TT-0001"])


def test_what_they_wrote_besides_what_we_sent_is_taken(there, world, connected, partner):
    tickets.contact(there, text="hello", actor=world.engineer, at=now())
    exchange(connected)
    partner.line("TT-0001", "contacted", "hello yourself")
    exchange(connected)
    assert said(there)[-1] == ("contacted", "hello yourself", "Wang Wu")


def test_a_line_that_breaks_is_tried_again_at_once(there, world, connected, partner):
    tickets.contact(there, text="hello", actor=world.engineer, at=now())
    partner.says["comment"] = [0, 0]
    exchange(connected)
    assert (partner.lines["TT-0001"][-1]["text"], connected.failures) == ("hello", 0)


def test_what_another_kind_of_system_might_do_twice_is_not_sent_again_at_once(there, world, connected, partner):
    type(connected).objects.update(adaptor="other")
    connected.refresh_from_db()
    tickets.contact(there, text="hello", actor=world.engineer, at=now())
    partner.says["comment"] = [0]
    caller = calling.Caller(connected)
    with pytest.raises(Unreachable):
        caller.post("/api/v1/tickets/TT-0001/comment/", {"text": "hello"})
    assert len(partner.posts("comment")) == 1
    partner.says["TT-0001"] = [0]
    assert caller.get("/api/v1/tickets/TT-0001/").status == 200


def test_of_failures_side_by_side_one_counts(connected):
    shift = serving.Shift(now())
    for _each in range(4):
        serving._rests(shift, connected, Unreachable("away"))
    connected.refresh_from_db()
    assert (connected.failures, connected.rests_until) == (1, shift.at + timedelta(seconds=1))


def test_what_we_said_has_no_move_behind_it_refused(there, world, connected, partner):
    who = {"actor": world.engineer, "at": now()}
    tickets.contact(there, text="we have it", **who)
    tickets.resolve(there, cause="c", solution="s", **who)
    partner.asked.clear()
    exchange(connected)
    posts = [path.rsplit("/", 2)[1] for method, path, *_rest in partner.asked if method == "POST"]
    assert posts == ["comment", "resolve"]


def test_what_they_did_after_what_we_said_is_read_before_the_next_move(there, world, connected, partner):
    who = {"actor": world.engineer, "at": now()}
    tickets.contact(there, text="we have it", **who)
    tickets.resolve(there, cause="c", solution="s", **who)
    partner.says["resolve"] = [lambda: partner.line("TT-0001", "contacted", "in between")]
    exchange(connected)
    assert said(there)[-1] == ("contacted", "in between", "Wang Wu")
    assert [line["type"] for line in partner.lines["TT-0001"]].count("resolved") == 1


def test_a_ticket_with_much_to_send_goes_on_with_the_next_task(there, world, connected, partner, monkeypatch):
    for text in ("one", "two", "three"):
        tickets.contact(there, text=text, actor=world.engineer, at=now())
    monkeypatch.setattr(serving, "WORK_SECONDS", 0.3)
    partner.says["comment"] = [lambda: time.sleep(0.4)]
    exchange(connected)
    link = link_of(connected, there)
    assert (partner.lines["TT-0001"][-1]["text"], link.is_due, link.lease) == ("one", True, None)
    monkeypatch.undo()
    exchange(connected)
    assert [line["text"] for line in partner.lines["TT-0001"]][-3:] == ["one", "two", "three"]


def test_a_webhook_ends_a_rest(connected):
    later = now() + timedelta(seconds=50)
    type(connected).objects.update(rests_until=later, pull_at=later, failures=7, hook_secret=sealing.seal(SECRET))
    at = now()
    body = "{}"
    signed = {"webhook-id": "1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": Webhook(SECRET).sign("1", at, body)}
    connected.refresh_from_db()
    services.nudged(connected, body, signed, at=at)
    services.exchange(at)
    connected.refresh_from_db()
    assert (connected.failures, connected.error, connected.failing_since) == (0, "", None)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_each_message_once_and_in_order(world, connected, partner, settings):
    settings.PEERS_AT_ONCE = 3
    made = [make_ticket(world, at=now(), subject=f"ticket {number}") for number in range(8)]
    for text in ("one", "two", "three"):
        for ticket in made:
            tickets.contact(ticket, text=text, actor=world.engineer, at=now())
    type(connected).objects.update(pull_at=now() + timedelta(days=1))
    outcomes = at_once(3, lambda: services.exchange(now()))
    assert not [each for each in outcomes if isinstance(each, Exception)]
    told = {row["subject"]: [line["text"] for line in partner.lines[number] if line["text"]] for number, row in partner.tickets.items()}
    assert told == {ticket.subject: ["one", "two", "three"] for ticket in made}
    assert not Outgoing.objects.exclude(state="sent").exists()
    assert not Link.objects.exclude(lease=None).exists()

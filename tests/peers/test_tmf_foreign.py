"""Exchange with somebody else's poor TMF621: once, in order, nothing echoed, although hardly anything is promised over there."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.time import now
from peers import services
from peers.models import Conflict, Difference, Link, Outgoing, Subscription
from tests.peers.conftest import exchange
from tests.peers.foreign import running
from tests.worlds import make_ticket
from tickets import services as tickets
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def foreign(settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    yield from running()


@pytest.fixture
def connected(make, foreign, world):
    """A connection that has asked once: what was there before is not exchanged."""
    old = foreign.report(description="before")
    foreign.tickets[old]["lastUpdate"] = foreign.tickets[old]["creationDate"] = "2026-11-01T00:00:00Z"
    row = make(foreign.url, adaptor="tmf621v4", shares_notes=False, auth="basic", username="desk")
    for way in ("out", "in"):
        pairs = [(str(world.site.pk), "7"), *([(str(world.site.pk), "-")] if way == "in" else [])]
        services.map_values(row, what="site", way=way, pairs=pairs, actor=world.manager, at=now())
    type(row).objects.update(created_at=now() - timedelta(hours=1))  # their clock runs faster than ours here
    return exchange(row)


@pytest.fixture
def there(world, connected, foreign):
    """A ticket of ours that is there too, accepted on both sides; answered with its id over there."""
    ticket = make_ticket(world, at=now(), description="Since 9:10")
    tickets.accept(ticket, actor=world.engineer, at=now())
    exchange(connected)
    ticket.refresh_from_db()
    return ticket


def key_of(ticket):
    return Link.objects.get(ticket=ticket).key


def said(ticket):
    return list(ticket.events.filter(type__in=["contacted", "replied"]).order_by("seq").values_list("text", flat=True))


def test_a_ticket_arrives_once_although_the_answer_is_lost(world, connected, foreign):
    foreign.says["POST"] = ["lost"]
    ticket = make_ticket(world, at=now())
    exchange(connected)
    assert connected.failures == 1
    for _each in range(5):
        foreign.report()  # the one that was made stands on a later page
    exchange(connected)
    made = [row for row in foreign.tickets.values() if row.get("externalId") == ticket.number]
    assert [row["name"] for row in made] == [ticket.subject]
    assert (made[0]["severity"], made[0]["ticketType"], made[0]["relatedEntity"][0]["id"]) == ("Major", "incident", "7")
    assert key_of(ticket) == made[0]["id"]
    shown = [headers["Authorization"][:6] for method, _path, headers, _body in foreign.asked if method == "POST"]
    assert shown == ["Basic "]


def test_what_is_done_here_is_done_there_in_order_and_does_not_come_back(there, world, connected, foreign):
    who, key = {"actor": world.engineer, "at": now()}, key_of(there)
    foreign.note(key, "theirs")
    tickets.contact(there, text="one", **who)
    tickets.note(there, text="between us", **who)
    tickets.attach(there, upload=SimpleUploadedFile("log.txt", b"error 42"), **who)
    tickets.set_severity(there, severity=1, reason="worse", **who)
    tickets.hold(there, owner="vendor", cause="disk", **who)
    tickets.resume(there, **who)
    tickets.contact(there, text="two", **who)
    tickets.resolve(there, cause="disk", solution="replaced", **who)
    for _each in range(3):
        exchange(connected)
    row = foreign.tickets[key]
    assert [text.strip() for text in foreign.texts(key)] == ["theirs", "one", "two"]
    assert [(file["name"], base64.b64decode(file["content"])) for file in row["attachment"]] == [("log.txt", b"error 42")]
    assert (row["status"], row["severity"]) == ("resolved", "Critical")
    assert "replaced" in row["statusChangeReason"]
    asked = [body["status"] for method, _path, _headers, body in foreign.asked if method == "PATCH" and "status" in body]
    assert asked == ["inProgress", "pending", "inProgress", "resolved"]
    there.refresh_from_db()
    assert (said(there), there.status, there.attachments.count()) == (["one", "two", "theirs"], "resolved", 1)
    assert not Outgoing.objects.exclude(state="sent").exists()
    assert not Link.objects.exclude(problem="").exists()


@pytest.mark.parametrize("trouble", ["lost", 0, 503])
def test_a_note_is_said_once_whatever_became_of_the_answer(there, world, connected, foreign, trouble):
    key = key_of(there)
    foreign.says["PATCH"] = [trouble]
    tickets.contact(there, text="once", actor=world.engineer, at=now())
    tickets.attach(there, upload=SimpleUploadedFile("log.txt", b"error 42"), actor=world.engineer, at=now())
    for _each in range(3):
        exchange(connected)
    assert [text.strip() for text in foreign.texts(key)] == ["once"]
    assert [file["name"] for file in foreign.tickets[key]["attachment"]] == ["log.txt"]
    assert (said(there), there.attachments.count()) == (["once"], 1)


def test_half_a_character_and_a_nul_hold_nothing_up(there, world, connected, foreign):
    """They cut a note in the middle of an emoji; it cannot be stored, and they cannot be asked again."""
    foreign.note(key_of(there), "broken \ud83d\0 note")
    exchange(connected)
    foreign.note(key_of(there), "whole")
    tickets.contact(there, text="ours", actor=world.engineer, at=now())
    exchange(connected)
    exchange(connected)
    assert sorted(said(there)) == ["broken ? note", "ours", "whole"]
    assert "ours" in [text.strip() for text in foreign.texts(key_of(there))]
    assert not Link.objects.exclude(problem="").exists()


def test_a_state_whose_answer_was_lost_is_ours_and_no_conflict(there, world, connected, foreign):
    foreign.says["PATCH"] = ["lost"]
    tickets.resolve(there, cause="c", solution="s", actor=world.engineer, at=now())
    exchange(connected)
    tickets.reopen(there, reason="again", actor=world.engineer, at=now())
    exchange(connected)
    exchange(connected)
    there.refresh_from_db()
    assert (foreign.tickets[key_of(there)]["status"], there.status) == ("inProgress", "reopened")
    assert not Conflict.objects.exists()


def test_their_tickets_become_ours_with_all_that_stands_in_them(world, connected, foreign):
    file = {"id": "f", "name": "a.txt", "mimeType": "text/plain", "content": base64.b64encode(b"plain words").decode()}
    foreign.files["/files/b.txt"] = b"fetched"
    by_address = {"id": "g", "name": "b.txt", "mimeType": "text/plain", "url": "files/b.txt"}
    elsewhere = {"id": "h", "name": "c.pdf", "mimeType": "application/pdf", "url": "https://elsewhere.example.com/c.pdf"}
    party = {"id": "li@example.com", "name": "Li Na", "role": "contact", "@referredType": "Individual"}
    key = foreign.report(name="Scanner", severity="High", attachment=[file, by_address, elsewhere], relatedParty=[party])
    foreign.note(key, "We look at it")
    foreign.touch(key, status="inProgress")
    for _each in range(2):
        exchange(connected)
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.description, ticket.severity, ticket.kind) == ("Scanner", "Printer is out", 2, "fault")
    assert (ticket.external_id, ticket.site, ticket.status) == (key, world.site, "accepted")
    assert (ticket.contact_name, ticket.contact_email) == ("Li Na", "li@example.com")
    assert {name: bytes_of(ticket, name) for name in ("a.txt", "b.txt")} == {"a.txt": b"plain words", "b.txt": b"fetched"}
    told, words = said(ticket)
    assert ("https://elsewhere.example.com/c.pdf" in told, words) == (True, "We look at it")
    foreign.note(key, "again")
    exchange(connected)
    assert (said(ticket)[-1], ticket.attachments.count(), len(said(ticket))) == ("again", 2, 3)
    assert not Outgoing.objects.exists()


def bytes_of(ticket, name):
    with ticket.attachments.get(name=name).file.open("rb") as content:
        return content.read()


def test_a_file_that_is_not_there_holds_nothing_up(there, world, connected, foreign):
    key = key_of(there)
    foreign.touch(
        key, attachment=[{"id": "f", "name": "gone.txt", "content": "never base64"}, {"id": "g", "name": "a.txt", "url": "files/a.txt"}]
    )
    foreign.note(key, "words")
    exchange(connected)
    assert (said(there), there.attachments.count()) == (["words"], 0)
    assert connected.entries.filter(way="in").exclude(error="").count() == 2


def test_lists_that_answer_all_are_read_to_the_end_and_read_tickets_are_not_read_again(world, connected, foreign):
    keys = [foreign.report(name=f"n{number}") for number in range(8)]
    exchange(connected)
    assert (Ticket.objects.count(), connected.cursor) == (8, 0)
    foreign.now += timedelta(minutes=1)
    exchange(connected)
    foreign.asked.clear()
    foreign.note(keys[5], "news")
    foreign.now += timedelta(minutes=1)
    exchange(connected)
    assert [path.rpartition("/")[2] for _method, path, _headers, _body in foreign.asked if not path.endswith("/troubleTicket")] == [keys[5]]


@pytest.mark.parametrize(("rule", "counts"), [("ours", 1), ("theirs", 4), ("latest", 1)])
def test_both_changed_the_severity(there, world, connected, foreign, rule, counts):
    type(connected).objects.update(severity_rule=rule)
    key = key_of(there)
    exchange(connected)
    foreign.touch(key, severity="Low")  # long ago, by their clock
    tickets.set_severity(there, severity=1, reason="worse", actor=world.engineer, at=now())
    exchange(connected)
    there.refresh_from_db()
    assert (there.severity, foreign.tickets[key]["severity"]) == (counts, {1: "Critical", 4: "Low"}[counts])
    assert (Conflict.objects.get().before, Conflict.objects.get().winner) == ("Major", "theirs" if counts == 4 else "ours")


def test_what_happens_in_an_outage_arrives_after_it(there, world, connected, foreign):
    foreign.says["ANY"] = [0, 503] * 5
    for number in range(4):
        tickets.contact(there, text=f"message {number}", actor=world.engineer, at=now())
    foreign.note(key_of(there), "meanwhile")
    exchange(connected)
    assert connected.failing_since is not None
    foreign.says.clear()
    exchange(connected)
    assert [text.strip() for text in foreign.texts(key_of(there))] == ["meanwhile", *(f"message {number}" for number in range(4))]
    assert (said(there)[-1], connected.failing_since) == ("meanwhile", None)


def test_who_adds_by_itself_is_sent_the_new_one_only(there, world, connected, foreign):
    foreign.appends = foreign.is_plain = foreign.is_weak = True
    type(connected).objects.update(adds="new", sends_addresses=True)
    for text in ("one", "two"):
        tickets.contact(there, text=text, actor=world.engineer, at=now())
    file = tickets.attach(there, upload=SimpleUploadedFile("log.txt", b"error 42"), actor=world.engineer, at=now())
    exchange(connected)
    assert [text.strip() for text in foreign.texts(key_of(there))] == ["one", "two"]
    assert foreign.tickets[key_of(there)]["attachment"][0]["url"].endswith(f"/v4/troubleTicket/{there.number}/attachment/{file.pk}")


def test_what_they_refuse_is_a_problem_and_holds_what_is_behind_it(there, world, connected, foreign):
    foreign.says["PATCH"] = [400]
    for text in ("refused", "behind"):
        tickets.contact(there, text=text, actor=world.engineer, at=now())
    exchange(connected)
    link = Link.objects.get(ticket=there)
    assert ("because" in link.problem, foreign.texts(link.key)) == (True, [])
    services.skip(link, actor=world.manager, at=now())
    exchange(connected)
    assert [text.strip() for text in foreign.texts(link.key)] == ["behind"]


def test_a_state_that_is_not_taken_is_said(there, world, connected, foreign):
    exchange(connected)
    foreign.touch(key_of(there), status="closed")
    type(connected).objects.update(status_rule="ours")
    tickets.hold(there, owner="vendor", cause="part", actor=world.engineer, at=now())
    exchange(connected)
    there.refresh_from_db()
    assert (there.status, Conflict.objects.get().is_final) == ("closed", True)


def test_the_night_finds_what_differs(there, world, connected, foreign):
    tickets.contact(there, text="lost", actor=world.engineer, at=now())
    exchange(connected)
    exchange(connected)
    services.compare_now(connected, actor=world.manager, at=now())
    exchange(connected)
    assert not Difference.objects.exists()
    foreign.tickets[key_of(there)].update(note=[], severity="Low", name="renamed")
    services.compare_now(connected, actor=world.manager, at=now())
    type(connected).objects.update(direction="send")
    exchange(connected)
    assert set(Difference.objects.values_list("what", flat=True)) == {"severity", "subject", "missing_there"}


def test_they_are_asked_to_tell_us_and_what_they_tell_wakes_us(world, connected, foreign, client):
    assert services.subscribe_next(now()) == 1
    ((key, address),) = foreign.hubs.items()
    row = Subscription.objects.get()
    assert (row.key, row.token in address, row.error) == (key, True, "")
    type(connected).objects.update(pull_at=now().replace(year=2099))
    path = reverse("peers:told", args=[connected.hook, row.token])
    assert client.post(path + "listener/troubleTicketCreateEvent", "{}", content_type="application/json").status_code == 204
    connected.refresh_from_db()
    assert connected.pull_at <= now()
    assert client.post(reverse("peers:told", args=[connected.hook, "guessed"]), "{}", content_type="application/json").status_code == 404
    services.pause(connected, actor=world.manager, at=now())
    assert (services.subscribe_next(now()), foreign.hubs) == (1, {})
    assert client.post(path, "{}", content_type="application/json").status_code == 404
    services.resume(connected, actor=world.manager, at=now())
    foreign.says["POST"] = [503]
    services.subscribe_next(now())
    row.refresh_from_db()
    assert (foreign.hubs, row.failures, row.error != "") == ({}, 1, True)
    assert services.subscribe_next(now()) == 0
    Subscription.objects.update(next_at=now())
    services.subscribe_next(now())
    assert len(foreign.hubs) == 1


def test_a_dry_run_reads_their_document(there, connected):
    document = {"name": "x", "status": "held", "severity": "High", "ticketType": "nonsense", "relatedEntity": [
        {"id": "7", "role": "affected", "@referredType": "Site"}]}  # fmt: skip
    taken = {row.name: row for row in services.received(connected, json.dumps(document))}
    assert (taken["status"].ours, taken["severity"].ours, taken["kind"].ours) == ("waiting", "2", "fault")
    assert (taken["kind"].path, taken["site"].ours, taken["subject"].theirs) == ("ticketType", str(there.site_id), "x")

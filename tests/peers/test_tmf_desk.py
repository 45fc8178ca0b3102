"""The client speaks with the product's own TMF621, in either version, without a line between them: tags, ids, files, the hub."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts import services as accounts
from core.time import now
from integrations import sending
from peers import adaptors, services
from peers.adaptors.peer import Words
from peers.errors import Refused, Stale
from peers.models import Connection, Link, Piece, Subscription
from tests import worlds
from tests.worlds import NOON, make_ticket
from tickets import services as tickets
from tickets.models import Ticket
from tmf import services as tmf
from tmf.models import Hub, ReceivedEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def far(world, monkeypatch):
    """Who we are over there, and what is asked of it: requests go to the tests' own client."""
    person = worlds.make_user(role="manager", office=world.office, name="partner")
    token = accounts.issue_token(person, name="t", scope="write", actor=person, at=NOON)[1]
    asked = []

    def call(request):
        parts = urlsplit(request.url)
        given = {name: value for name, value in request.headers.items() if name != "Content-Type"}
        kind = request.headers.get("Content-Type", "application/json")
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        said = Client().generic(request.method, path, request.body, content_type=kind, headers={**given, "Host": "testserver"})
        asked.append((request.method, request.url, request.body))
        content = b"".join(said.streaming_content) if said.streaming else said.content
        return sending.Reply(said.status_code, {name.lower(): value for name, value in said.headers.items()}, content)

    monkeypatch.setattr(sending, "call", call)
    return person, token, asked


@pytest.fixture(params=["v4", "v5"])
def row(request, make, far, world):
    given = {"adaptor": f"tmf621{request.param}", "shares_notes": False, "secret": far[1], "sends": "chosen", "takes_new": False}
    return make("https://testserver", **given)


@pytest.fixture
def peer(row, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    return adaptors.of(row)


def draft(world):
    return {
        "name": "Printer",
        "severity": "Major",
        "kind": "incident",
        "site": str(world.site.pk),
        "contact": {"name": "Li", "email": "li@x.cn"},
    }


def words(text, key, author="Wang"):
    return Words(text, author, is_public=True, external_id=key)


def test_a_ticket_is_made_once_and_read_as_it_stands(world, peer, row, far):
    made = peer.make(draft(world), "SD-1")
    assert (made.values, made.external_id, made.place["site"]) == (
        {"status": "acknowledged", "severity": "Major", "kind": "incident"}, "SD-1", str(world.site.pk))  # fmt: skip
    assert (made.raw["description"], made.raw["contact"]) == ("", {"name": "Li", "email": "li@x.cn"})
    assert adaptors.of(row).make({**draft(world), "severity": "Critical"}, "SD-1").key == made.key  # another time, another severity
    ticket = Ticket.objects.get(number=made.key)
    assert (ticket.severity, ticket.site, Ticket.objects.count()) == (2, world.site, 1)
    assert row.pieces.get(key="").external_id == "SD-1"


def test_notes_and_files_are_added_once_and_known_for_ours(world, peer, row, far):
    key = peer.make(draft(world), "SD-1").key
    theirs, ours = Ticket.objects.get(number=key), make_ticket(world)
    Ticket.objects.filter(pk=ours.pk).update(number="SD-1")
    tickets.contact(theirs, text="theirs", actor=world.engineer, at=now())
    tickets.attach(theirs, upload=SimpleUploadedFile("their.txt", b"plain words"), actor=world.engineer, at=now())
    for _each in range(2):
        peer.say(key, words("one", "SD-1#3"), name="n")
        peer.attach(key, ("our.txt", b"error 42", "text/plain"), words("", "SD-1/7"), name="f")
        Piece.objects.filter(key=key).delete()  # whoever lost all that it knew still knows what is its own
        Link.objects.get_or_create(connection=row, key=key, defaults={"created_at": now(), "ticket": ours})
    read = peer.read(key, 0)
    said = [(line.text, line.is_mine, line.external_id) for line in read.lines if line.type == "contacted"]
    assert said == [("theirs", False, ""), ("one", True, "SD-1#3")]
    files = {line.external_id: line.files[0] for line in read.lines if line.files}
    assert {key: (file.name, file.size) for key, file in files.items()} == {"": ("their.txt", 11), "SD-1/7": ("our.txt", 8)}
    assert peer.fetch(key, files[""]) == b"plain words"
    assert [line.seq for line in read.lines] == list(range(1, len(read.lines) + 1))
    assert peer.read(key, read.lines[-1].seq).lines == ()


def test_states_are_walked_to_and_a_tag_that_is_old_is_refused(world, peer):
    made = peer.make(draft(world), "SD-1")
    peer.say(made.key, words("words of ours", "SD-1#2"), name="n")  # our own change is no surprise to who still holds the tag before
    after = peer.move(made, "resolved", {"reason": "why", "cause": "disk", "solution": "replaced"}, name="m")
    assert after.values["status"] == "resolved"
    ticket = Ticket.objects.get(number=made.key)
    assert (ticket.status, "replaced" in ticket.resolution, "disk" in ticket.resolution) == ("resolved", True, True)
    assert [(line.status, line.is_mine) for line in peer.read(made.key, 0).lines if line.status][1:] == [
        ("inProgress", True), ("resolved", True)]  # fmt: skip
    tickets.reopen(ticket, reason="again", actor=world.engineer, at=now())
    with pytest.raises(Stale):
        peer.move(after, "closed", {"reason": "r"}, name="m")
    fresh = peer.read(made.key, 0)
    assert (fresh.values["status"], peer.reaches(fresh, "cancelled"), peer.reaches(fresh, "acknowledged")) == ("inProgress", True, False)
    assert peer.move(fresh, "acknowledged", {"reason": "r"}, name="m") is None
    with pytest.raises(Refused):
        peer.read("SD-0", 0)


def test_severity_goes_both_ways(world, peer):
    made = peer.make(draft(world), "SD-1")
    after = peer.change(made, "severity", "Critical", {"reason": "worse"}, name="s")
    ticket = Ticket.objects.get(number=made.key)
    assert (after.values["severity"], ticket.severity) == ("Critical", 1)
    tickets.set_severity(ticket, severity=4, reason="not so bad", actor=world.engineer, at=now())
    read = peer.read(made.key, 0)
    touched = [(line.touches, line.is_mine) for line in read.lines if line.touches == ("severity",)]
    assert (read.values["severity"], touched) == ("Low", [(("severity",), True), (("severity",), False)])


def test_lists_are_asked_by_the_last_update_and_read_in_parts(world, peer, row, monkeypatch):
    from peers.adaptors.tmf import listing

    monkeypatch.setattr(listing, "PAGE", 4)
    monkeypatch.setattr(listing, "AGAIN", 1)
    begin = peer.newest()
    made = {make_ticket(world, at=now()).number for _each in range(9)}
    found, last, more, parts = set(), begin, True, 0
    while more:
        news = peer.news(last)
        found, last, more, parts = found | set(news.keys) - news.old, news.last, news.more, parts + 1
    assert (made <= found, parts > 2, last >= begin) == (True, True, True)
    again = peer.news(last)
    assert (again.more, set(peer.since(now())) <= found) == (True, True)


def test_what_the_hub_pushes_wakes_the_connection(world, peer, row, client, settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    settings.PUBLIC_URL = "http://127.0.0.1:1"
    assert services.subscribe_next(now()) == 1
    hub, kept = Hub.objects.get(), Subscription.objects.get()
    assert (str(hub.pk), hub.version, hub.account.name) == (kept.key, peer.spoken, "partner")
    Connection.objects.update(pull_at=now().replace(year=2099))
    assert client.post(urlsplit(hub.callback).path, b"{}", content_type="application/json").status_code == 204
    assert Connection.objects.get().pull_at <= now()
    services.pause(row, actor=world.manager, at=now())
    services.subscribe_next(now())
    assert not Hub.objects.exists()


def test_what_is_pushed_to_our_listener_wakes_the_connection_of_that_account(row, world):
    Connection.objects.update(pull_at=now().replace(year=2099))
    tmf.receive({"eventId": "1"}, "TroubleTicketCreateEvent", "v4", account=world.manager, at=now())
    assert (Connection.objects.get().pull_at.year, ReceivedEvent.objects.get().state) == (2099, "waiting")
    tmf.receive({"eventId": "1"}, "TroubleTicketCreateEvent", "v4", account=row.account, at=now())
    assert (Connection.objects.get().pull_at <= now(), ReceivedEvent.objects.get(account=row.account).state) == (True, "done")


def test_the_pages_say_what_is_spoken_and_how_we_are_told(client, row, world):
    client.force_login(world.manager)
    page = client.get(row.get_absolute_url()).content.decode()
    assert row.get_adaptor_display() in page
    assert reverse("peers:hook", args=[row.pk]) not in page
    Subscription.objects.update(key="4", since=now(), error="")
    subscribed = client.get(row.get_absolute_url()).content.decode()
    Subscription.objects.update(key="", error="they said no")
    assert ("they said no" in page, "they said no" in client.get(row.get_absolute_url()).content.decode(), subscribed != page) == (
        False, True, True)  # fmt: skip
    given = {"name": row.name, "url": row.url, "account": row.account.email, "auth": "bearer", "direction": "both", "sends": "all"}
    given |= {"kinds": ["fault"], "status_rule": "latest", "severity_rule": "ours", "kind_rule": "ours", "every_seconds": 30}
    edit = reverse("peers:edit", args=[row.pk])
    for more, field in (({"shares_notes": "on"}, "shares_notes"), ({"token_url": "https://other.example.com/t"}, "secret")):
        refused = client.post(edit, {**given, **more})
        assert (refused.status_code, field in refused.context["form"].errors) == (422, True)
    assert client.post(edit, {**given, "adaptor": "desk", "listens": "on", "file_hosts": "cdn.example.com"}).status_code == 302
    row.refresh_from_db()
    assert (row.speaks_tmf, row.adds, row.file_hosts) == (True, "whole", "cdn.example.com")
    document = {"status": "pending", "severity": "Low", "ticketType": "request"}
    assert "ticketType" in client.post(reverse("peers:try", args=[row.pk]), {"document": json.dumps(document)}).content.decode()

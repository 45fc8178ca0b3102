"""A mapping makes a ticket of any program's message; a rehearsal shows what it would do."""

from __future__ import annotations

import json

import pytest

from core.errors import Invalid
from inbound import services
from inbound.engine import mapping
from inbound.errors import NotWaiting
from inbound.models import Arrival, Case, Name
from tests.inbound.conftest import GIVEN
from tests.worlds import NOON
from tickets.models import Ticket

EVENT = {
    "id": 4711, "state": "bad", "level": "High", "text": "磁盘将满", "details": {"disk": "/dev/sda", "free": "2%"},
    "host": {"name": "his-db", "serial": "SN-0001"},
}  # fmt: skip


def lines(answer, status=200):
    assert answer.status_code == status, answer.content.decode()
    return [line["what"] for line in answer.json()["outcomes"]]


@pytest.mark.parametrize(
    ("template", "result"),
    [
        ("{host.name}: {text}", "his-db: 磁盘将满"),
        ("{nothing|text}", "磁盘将满"),
        ("{nothing}", ""),
        ("{$.id}", "4711"),
        ("{details}", "disk=/dev/sda, free=2%"),
        ("{list[1].a}", "two"),
        ('{odd["a.b/c"]}', "odd"),
        ("{{literal}} {list[9]|yes}", "{literal} true"),
        ("{host.name.more}", ""),
    ],
)
def test_places_are_filled(template, result):
    mapping.check(template)
    data = {**EVENT, "list": [{"a": "one"}, {"a": "two"}], "odd": {"a.b/c": "odd"}, "yes": True}
    assert mapping.filled(template, data) == result


@pytest.mark.parametrize(
    "template", ["{", "}", "{a", "{}", "{a|}", "{a..b}", "{a[x]}", "{a b}", "{" + "a." * 5 + "}", "x" * 1001, "{a}" * 31]
)
def test_what_cannot_be_read_is_refused_when_it_is_saved(template):
    with pytest.raises(Invalid):
        mapping.check(template)


def test_open_comment_resolve(world, make):
    sender = make("webhook", when_over="resolve")
    assert lines(sender.send(EVENT)) == ["opened"]
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.severity, ticket.equipment) == ("his-db: 磁盘将满", 2, world.equipment)
    assert ticket.external_id.endswith(":4711")
    assert lines(sender.send(EVENT)) == ["known"]
    assert lines(sender.send({**EVENT, "state": "said", "note": "已扩容"})) == ["told"]
    assert "已扩容" in ticket.events.get(type="noted").text
    assert lines(sender.send({**EVENT, "state": "good"})) == ["resolved"]
    assert lines(sender.send(EVENT)) == ["reopened"]


def test_a_list_is_several_things(make):
    mapping = {**GIVEN["webhook"]["mapping"], "each": "events"}
    sender = make("webhook", mapping=mapping)
    answer = sender.send({"events": [EVENT, {**EVENT, "id": 4712}, {**EVENT, "state": "good"}]})
    assert lines(answer) == ["opened", "opened", "told"]


def test_what_has_no_id_is_always_another_thing_but_not_when_it_is_the_same_message(make):
    sender = make("webhook")
    event = {**EVENT, "id": ""}
    assert lines(sender.send(event)) == ["opened"]
    assert lines(sender.send(event)) == ["repeated"]
    assert lines(sender.send({**event, "text": "别的"})) == ["opened"]
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({**EVENT, "state": "strange"}, "bad_action"),
        ({**EVENT, "text": "", "host": {}, "id": ""}, None),
        ({**EVENT, "id": "", "state": "good"}, "no_external_id"),
        ([], "no_title"),
        ("text", "no_title"),
    ],
)
def test_what_means_nothing_is_refused_and_kept(make, event, code):
    mapping = {
        "templates": {**GIVEN["webhook"]["mapping"]["templates"], "title": "{text}"},
        "actions": GIVEN["webhook"]["mapping"]["actions"],
    }
    sender = make("webhook", mapping=mapping)
    answer = sender.send(json.dumps(event))
    assert answer.status_code == 400
    assert answer.json()["code"] == (code or "no_title")
    kept = Arrival.objects.get()
    assert (kept.state, kept.code) == ("refused", code or "no_title")
    sender.source.refresh_from_db()
    assert (sender.source.received, sender.source.refused) == (1, 1)


def test_a_rehearsal_says_what_would_happen_and_does_nothing(world, make):
    sender = make("webhook")
    body = json.dumps(EVENT).encode()
    tried = services.rehearse(sender.source, body, at=NOON)
    assert [(line["what"], line["ticket"]) for line in tried.lines] == [("opened", "")]
    assert services.rehearse(sender.source, b"{", at=NOON).refusal.stable_code == "bad_json"
    assert not Ticket.objects.exists()
    assert not Case.objects.exists()
    assert not Arrival.objects.exists()


def test_what_cannot_be_placed_waits_and_its_name_is_learned(world, make):
    sender = make("webhook", site=None, when_over="resolve")
    event = {**EVENT, "host": {"name": "pacs", "serial": "node-17"}}
    assert lines(sender.send(event)) == ["waits"]
    assert lines(sender.send(event)) == ["waits"]
    assert lines(sender.send({**event, "state": "good"})) == ["waits"]
    case = Case.objects.get()
    ticket = services.place(case, equipment=world.other_equipment, remember=True, actor=world.manager, at=NOON)
    assert (ticket.equipment, ticket.status) == (world.other_equipment, "resolved"), "it was over meanwhile"
    assert Name.objects.get().name == "node-17"
    assert lines(sender.send({**event, "id": 1})) == ["opened"]
    assert Ticket.objects.order_by("-pk").first().equipment == world.other_equipment
    with pytest.raises(NotWaiting):
        services.place(case, site=world.site, actor=world.manager, at=NOON)


def test_what_is_dismissed_is_asked_about_again_when_it_comes_back(world, make):
    sender = make("webhook", site=None)
    event = {**EVENT, "host": {"name": "x"}}
    sender.send(event)
    services.dismiss(Case.objects.get(), actor=world.manager, at=NOON)
    assert lines(sender.send(event)) == ["known"]
    sender.send({**event, "state": "good"})
    assert lines(sender.send(event)) == ["waits"]


def test_a_name_that_means_two_things_means_none(world, make):
    from tests.worlds import make_equipment

    make_equipment(world.site, serial_number="SN-0001")
    sender = make("webhook")
    sender.send(EVENT)
    ticket = Ticket.objects.get()
    assert (ticket.equipment, ticket.site) == (None, world.site)
    assert "SN-0001" in ticket.description


def test_a_comment_that_is_sent_again_is_one_line(world, make):
    sender = make("webhook")
    sender.send(EVENT)
    said = {**EVENT, "state": "said", "note": "重启了一次"}
    assert lines(sender.send(said)) == ["told"]
    assert lines(sender.send(said)) == ["repeated"]
    assert lines(sender.send({**said, "note": "又一次"})) == ["told"]
    assert Ticket.objects.get().events.filter(text__contains="重启了一次").count() == 1

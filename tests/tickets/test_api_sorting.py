"""Programs put tickets in order and answer for escalations as people do on the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.time import now
from tests.test_openapi import make_escalation
from tests.tickets.rest import Program
from tests.worlds import World, make_promising_world, make_ticket
from tickets import services
from tickets.models import Event, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_promising_world()


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_dispatcher_assigns_and_an_engineer_only_takes(world: World) -> None:
    ticket, other = make_ticket(world), make_ticket(world)
    ours, sends = Program(world, "engineer"), Program(world, "dispatcher")
    given = sends.post(f"tickets/{ticket.pk}/assign/", {"assignee": world.engineer.pk})
    assert (given.status_code, given.json()["assignee"]) == (200, world.engineer.pk)
    assert code(ours.post(f"tickets/{other.pk}/assign/", {"assignee": world.manager.pk}))[0] == 403
    assert ours.post(f"tickets/{other.pk}/assign/", {"assignee": world.engineer.pk}).json()["assignee"] == world.engineer.pk
    office = sends.post(f"tickets/{ticket.pk}/assign/", {"office": world.office.code})
    assert (office.status_code, office.json()["assignee"]) == (200, None)


@pytest.mark.parametrize(
    ("words", "pointer"),
    [({}, "/assignee"), ({"office": "nowhere"}, "/office"), ({"team": ["x"]}, "/team"), ({"assignee": 999999}, "/assignee")],
)
def test_nobody_is_no_assignee(world: World, words: dict[str, Any], pointer: str) -> None:
    answer = Program(world, "dispatcher").post(f"tickets/{make_ticket(world).pk}/assign/", words)
    assert code(answer) == (400, "invalid")
    assert [row["pointer"] for row in answer.json()["errors"]] == [pointer]


def test_a_customer_is_no_assignee(world: World) -> None:
    answer = Program(world, "dispatcher").post(f"tickets/{make_ticket(world).pk}/assign/", {"assignee": world.customer.pk})
    assert answer.status_code == 400


def test_links_and_tags_are_told_from_both_sides_and_not_to_customers(world: World) -> None:
    ticket, other = make_ticket(world), make_ticket(world)
    ours, theirs = Program(world, "engineer"), Program(world, "customer")
    path = f"tickets/{ticket.number}/"
    for _time in range(2):
        linked = ours.post(path + "link/", {"ticket": other.pk, "kind": "duplicate"})
        assert [(row["number"], row["kind"], row["is_from_here"]) for row in linked.json()["links"]] == [(other.number, "duplicate", True)]
    assert ours.get(f"tickets/{other.pk}/sorted/").json()["links"][0]["is_from_here"] is False
    assert ours.post(path + "tag/", {"tags": ["网络", "二楼"]}).json()["tags"] == ["二楼", "网络"]
    assert ours.post(path + "tag/", {"tags": []}).json()["tags"] == []
    assert theirs.get(path + "sorted/").json() == {"tags": [], "links": [], "is_watched": False}
    assert code(ours.post(path + "link/", {"ticket": ticket.pk, "kind": "related"})) == (400, "itself")
    assert theirs.post(path + "tag/", {"tags": ["x"]}).status_code == 403
    assert Event.objects.filter(ticket=other, type=Event.Type.LINKED).count() == 1


def test_a_customer_watches_and_stops(world: World) -> None:
    path, theirs = f"tickets/{make_ticket(world).pk}/", Program(world, "customer")
    assert theirs.post(path + "watch/").json()["is_watched"] is True
    assert theirs.get(path + "sorted/").json()["is_watched"] is True
    assert theirs.post(path + "unwatch/").json()["is_watched"] is False


def test_files_are_those_that_may_be_fetched(world: World) -> None:
    ticket = make_ticket(world)
    for public in (True, False):
        upload = SimpleUploadedFile("log.txt", b"error 42")
        services.attach(ticket, actor=world.engineer, at=now(), upload=upload, is_public=public)
    shown = {role: Program(world, role).get(f"tickets/{ticket.pk}/files/").json() for role in ("engineer", "customer")}
    assert {role: len(rows) for role, rows in shown.items()} == {"engineer": 2, "customer": 1}
    assert Program(world, "customer").client.get(shown["customer"][0]["url"]).status_code == 200


def test_the_next_one_is_taken_once(world: World) -> None:
    ticket, ours = make_ticket(world), Program(world, "engineer")
    taken = ours.post("tickets/take-next/")
    assert (taken.json()["number"], taken.json()["status"]) == (ticket.number, "accepted")
    assert code(ours.post("tickets/take-next/")) == (404, "nothing_to_take")
    assert Program(world, "customer").post("tickets/take-next/").status_code == 403


def test_an_escalation_is_found_and_carries_a_name(world: World) -> None:
    row = make_escalation(make_ticket(world))
    ours = Program(world, "engineer")
    [found] = ours.get("escalations/", waiting="true").json()["results"]
    assert (found["id"], found["promise"], found["acknowledged_at"]) == (row.pk, row.clock.promise, None)
    assert ours.get("escalations/", waiting="true", ticket=999_999).json()["results"] == []
    answer = ours.post(f"escalations/{row.pk}/acknowledge/", {"text": "我来处理"})
    assert (answer.status_code, answer.json()["acknowledged_by"]) == (200, world.engineer.pk)
    assert code(ours.post(f"escalations/{row.pk}/acknowledge/")) == (409, "already_acknowledged")
    assert ours.get("escalations/", waiting="true").json()["results"] == []
    line = Event.objects.get(type=Event.Type.ACKNOWLEDGED)
    assert (line.text, line.is_public) == ("我来处理", False)


def test_an_escalation_is_only_acknowledged_as_it_was_read(world: World) -> None:
    row, ours = make_escalation(make_ticket(world)), Program(world, "engineer")
    path = f"/api/v1/escalations/{row.pk}/"
    tag = ours.client.get(path).headers["ETag"]
    services.acknowledge(row, actor=world.manager, at=now())
    assert ours.client.post(path + "acknowledge/", headers={"If-Match": tag}).status_code == 412


def test_escalations_of_a_confidential_complaint_are_kept_from_whom_it_is_about(world: World) -> None:
    ticket = make_ticket(world)
    row = make_escalation(ticket)
    Ticket.objects.filter(pk=ticket.pk).update(kind="complaint")
    ticket.refresh_from_db()
    services.concern(ticket, [world.engineer], actor=world.manager, at=now(), confidential=True)
    assert Program(world, "engineer").get(f"escalations/{row.pk}/").status_code == 404
    assert Program(world, "engineer").get("escalations/").json()["results"] == []
    assert Program(world, "manager").get(f"escalations/{row.pk}/").status_code == 200


def test_a_list_of_escalations_costs_the_same_however_long(world: World) -> None:
    ours, counts = Program(world, "manager"), []
    for _round in range(2):
        for _each in range(3):
            make_escalation(make_ticket(world))
        ours.get("escalations/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            ours.get("escalations/")
        counts.append(len(asked))
    assert counts[0] == counts[1]

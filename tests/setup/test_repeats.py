"""What a program sends again with the same key is answered as the first time and done once, whatever died in between."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts import services as accounts
from accounts.models import KeyedRequest
from core.time import now
from servicedesk import repeats
from tests.tickets.rest import Program, report
from tests.worlds import make_promising_world, make_ticket
from tickets.models import Event, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_promising_world()


@pytest.fixture
def program(world):
    return Program(world, "customer")


def send(program: Program, path: str, body: Any, key: str = "k-1") -> Any:
    program.client.defaults["HTTP_IDEMPOTENCY_KEY"] = key
    try:
        return program.post(path, body)
    finally:
        del program.client.defaults["HTTP_IDEMPOTENCY_KEY"]


def said(ticket: Ticket) -> int:
    return Event.objects.filter(ticket=ticket, type=Event.Type.REPLIED).count()


def test_what_is_sent_again_is_answered_again_and_done_once(world, program):
    first = send(program, "tickets/", report(world))
    again = send(program, "tickets/", report(world))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Ticket.objects.count() == 1
    assert send(program, "tickets/", report(world), "k-2").json()["number"] != first.json()["number"]


def test_a_refusal_is_answered_again_too(world, program):
    wrong = report(world, severity=9)
    answers = [send(program, "tickets/", wrong) for _each in range(2)]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].content == answers[1].content
    assert not Ticket.objects.exists()


CASES = [
    ("another body", {"text": "其他"}, 422, "idempotency_key_reused"),
    ("the same", {"text": "补充"}, 201, ""),
]


@pytest.mark.parametrize(("_why", "body", "status", "code"), CASES, ids=[case[0] for case in CASES])
def test_a_key_means_one_request(world, program, _why, body, status, code):
    ticket = make_ticket(world, at=now())
    assert send(program, f"tickets/{ticket.number}/comment/", {"text": "补充"}).status_code == 201
    answer = send(program, f"tickets/{ticket.number}/comment/", body)
    assert answer.status_code == status
    assert answer.json().get("code", "") == code
    assert said(ticket) == 1


@pytest.mark.parametrize("key", ["x" * 256, "键", "a\tb"])
def test_a_key_that_cannot_be_kept_is_refused(world, program, key):
    answer = send(program, "tickets/", report(world), key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_unreadable")


def test_keys_of_two_people_are_two_keys(world, program):
    other = Program(world, "supervisor")
    numbers = {send(each, "tickets/", report(world)).json()["number"] for each in (program, other)}
    assert len(numbers) == 2
    assert send(Program(world, "anonymous"), "tickets/", report(world)).status_code == 401


def test_a_failure_of_ours_is_not_kept_and_leaves_nothing(world, program, monkeypatch):
    def fail(*_given, **_more):
        raise RuntimeError

    monkeypatch.setattr("tickets.services.reporting.telling.reported", fail)
    assert send(program, "tickets/", report(world)).status_code == 500
    assert (Ticket.objects.count(), KeyedRequest.objects.count()) == (0, 0)
    monkeypatch.undo()
    assert send(program, "tickets/", report(world)).status_code == 201


def test_while_it_is_worked_on_another_sending_waits_and_what_a_dead_process_left_is_done(world, program):
    assert send(program, "tickets/", report(world)).status_code == 201
    row = KeyedRequest.objects.get()
    row.status = None
    row.save()
    Ticket.objects.update(subject="此前的进程没有提交")
    busy = send(program, "tickets/", report(world))
    assert (busy.status_code, busy.json()["code"]) == (409, "idempotency_in_flight")
    KeyedRequest.objects.update(claimed_at=now() - repeats.CLAIM)
    assert send(program, "tickets/", report(world)).status_code == 201
    assert Ticket.objects.count() == 2


def test_files_are_sent_again_with_another_boundary(world, program):
    ticket = make_ticket(world, at=now())
    for _each in range(2):
        file = SimpleUploadedFile("a.txt", b"hello")
        headers = {"Idempotency-Key": "f-1"}
        answer = program.client.post(f"/api/v1/tickets/{ticket.number}/attach/", {"file": file}, headers=headers)
        assert answer.status_code == 201, answer.content
    assert ticket.attachments.count() == 1


FORMS = [
    ("another file of the same length", {"file": b"hullo"}, "a.txt"),
    ("another name of the same length", {"file": b"hello"}, "b.txt"),
    ("another field", {"file": b"hello", "text": "x"}, "a.txt"),
]


@pytest.mark.parametrize(("_why", "fields", "name"), FORMS, ids=[row[0] for row in FORMS])
def test_a_key_means_one_form(world, program, _why, fields, name):
    ticket = make_ticket(world, at=now())

    def attach(fields: dict[str, Any], name: str) -> Any:
        form = {**fields, "file": SimpleUploadedFile(name, fields["file"])}
        return program.client.post(f"/api/v1/tickets/{ticket.number}/attach/", form, headers={"Idempotency-Key": "f-1"})

    assert attach({"file": b"hello"}, "a.txt").status_code == 201
    refused = attach(fields, name)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    assert [each.name for each in ticket.attachments.all()] == ["a.txt"]


def test_a_form_that_cannot_be_read_is_refused_with_a_key_as_well(world, program):
    ticket = make_ticket(world, at=now())
    for kind in ("multipart/form-data", "multipart/form-data; boundary=b; charset=idna"):
        headers = {"Idempotency-Key": f"b-{len(kind)}"}
        answer = program.client.generic("POST", f"/api/v1/tickets/{ticket.number}/attach/", b"--b\r\nbroken", kind, headers=headers)
        assert answer.status_code == 400, answer.content
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_key_that_was_just_given_back_can_be_taken(world, program, monkeypatch):
    """Who had it is refused with a tag of yesterday, and gives it back, between our try and our look."""
    row = KeyedRequest.objects.create(user=world.supervisor, key="k-1", asked="x", claimed_at=now())
    monkeypatch.setattr(KeyedRequest.objects, "filter", lambda **_given: row.delete() and KeyedRequest.objects.none())
    found, is_new = repeats._claimed(world.supervisor.pk, "k-1", "y", now())
    assert (found.asked, is_new) == ("y", True)


def test_old_answers_are_forgotten(world, program):
    send(program, "tickets/", report(world))
    assert accounts.forget_keyed_requests(now() + timedelta(days=6)) == 0
    assert accounts.forget_keyed_requests(now() + timedelta(days=8)) == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_ticket(world):
    answers: list[tuple[int, str]] = []

    def ask() -> None:
        answer = send(Program(world, "customer"), "tickets/", report(world), "race")
        answers.append((answer.status_code, answer.json().get("number", "")))
        connection.close()

    threads = [threading.Thread(target=ask) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Ticket.objects.count() == 1
    assert {status for status, _number in answers} <= {201, 409}
    assert len({number for status, number in answers if status == 201}) == 1

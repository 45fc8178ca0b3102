"""Tags of things, and changes that are made only while a thing is as it was read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from core.time import now
from servicedesk.conditional import tag_of
from tests.care.worlds import make_callback, make_calling_world
from tests.knowledge.worlds import make_article, publish
from tests.parts.worlds import make_orders
from tests.races import at_once
from tests.tickets.rest import Program, report
from tests.visits.worlds import make_visit
from tests.worlds import NOON, World, make_promising_world, make_ticket
from tickets import services as tickets
from tickets.models import Event, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_promising_world()


def ask(program: Program, method: str, path: str, body: Any = None, **headers: str) -> Any:
    call = getattr(program.client, method)
    given = {"headers": {name.replace("_", "-"): value for name, value in headers.items()}}
    if method == "get":
        return call(f"/api/v1/{path}", **given)
    return call(f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json", **given)


def tag(program: Program, path: str) -> str:
    return ask(program, "get", path).headers["ETag"]


# --- Reading ------------------------------------------------------------------------------------


def test_a_tag_holds_while_only_time_passes_and_changes_with_the_thing(world: World) -> None:
    program = Program(world, "engineer")
    ticket = make_ticket(world, at=now())
    path = f"tickets/{ticket.number}/"
    first = ask(program, "get", path)
    assert first.headers["ETag"].startswith('"')
    assert tag(program, path) == first.headers["ETag"]
    assert tag(program, f"tickets/{ticket.pk}/") == first.headers["ETag"], "by its id it is the same thing"
    tickets.accept(ticket, actor=world.engineer, at=now())
    assert tag(program, path) != first.headers["ETag"]


@pytest.mark.once
def test_seconds_that_tick_are_no_change():
    running = {"number": "1", "clocks": [{"promise": "response", "remaining_seconds": 60, "due_at": "x"}]}
    later = {"number": "1", "clocks": [{"promise": "response", "remaining_seconds": 59, "due_at": "x"}]}
    moved = {"number": "1", "clocks": [{"promise": "response", "remaining_seconds": 59, "due_at": "y"}]}
    assert tag_of(running) == tag_of(later) != tag_of(moved)


def test_what_one_has_is_not_sent_again(world: World) -> None:
    program = Program(world, "engineer")
    path = f"tickets/{make_ticket(world).number}/"
    known = tag(program, path)
    for named in (known, f'"other", {known}', f"W/{known}", "*"):
        answer = ask(program, "get", path, If_None_Match=named)
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", known), named
    for named in ('"other"', known.strip('"'), ""):
        assert ask(program, "get", path, If_None_Match=named).status_code == 200, named


def test_a_file_is_not_fetched_twice(world: World) -> None:
    program = Program(world, "customer")
    ticket = make_ticket(world)
    file = tickets.attach(ticket, actor=world.customer, at=NOON, upload=SimpleUploadedFile("log.txt", b"error 42"))
    path = f"tickets/{ticket.number}/files/{file.pk}/"
    first = ask(program, "get", path)
    assert (b"".join(first.streaming_content), first.headers["ETag"]) == (b"error 42", f'"{file.sha256}"')
    again = ask(program, "get", path, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_lists_and_refusals_have_no_tag(world: World) -> None:
    program = Program(world, "engineer")
    make_ticket(world)
    for path in ("tickets/", "tickets/999999/", "equipment/"):
        assert "ETag" not in ask(program, "get", path).headers, path
    assert "ETag" not in program.client.options(f"/api/v1/tickets/{Ticket.objects.get().pk}/").headers


# --- Changing -----------------------------------------------------------------------------------


def test_a_change_is_made_while_the_thing_is_as_it_was_read_and_answers_the_next_tag(world: World) -> None:
    program = Program(world, "engineer")
    path = f"tickets/{make_ticket(world, at=now()).number}/"
    known = tag(program, path)
    made = ask(program, "post", f"{path}accept/", If_Match=known)
    assert made.status_code == 200, made.content
    assert made.headers["ETag"] == tag(program, path) != known
    refused = ask(program, "post", f"{path}contact/", {"text": "我们来了"}, If_Match=known)
    assert (refused.status_code, refused.json()["code"]) == (412, "stale")
    assert refused.headers["ETag"] == made.headers["ETag"]
    assert not Event.objects.filter(type=Event.Type.CONTACTED).exists()
    said = ask(program, "post", f"{path}comment/", {"text": "没有条件"})
    assert (said.status_code, "ETag" in said.headers) == (201, False), "what is only added needs no condition, and is not the whole"
    assert ask(program, "post", f"{path}contact/", {"text": "x"}, If_Match=f"W/{tag(program, path)}").status_code == 412
    assert ask(program, "post", f"{path}contact/", {"text": "x"}, If_Match="*").status_code == 200


def test_what_a_change_fails_of_is_told_after_the_condition_and_undone(world: World) -> None:
    program = Program(world, "engineer")
    ticket = make_ticket(world)
    path = f"tickets/{ticket.number}/"
    assert ask(program, "post", f"{path}reopen/", {"reason": "x"}, If_Match=tag(program, path)).status_code == 409
    assert ask(program, "post", f"{path}hold/", {"colour": "red"}, If_Match=tag(program, path)).status_code == 400
    assert ask(program, "post", "tickets/SD-20260101-0001/accept/", If_Match='"x"').status_code == 404
    assert ask(Program(world, "stranger"), "post", f"{path}confirm/", If_Match='"x"').status_code == 404
    assert Ticket.objects.get().event_count == ticket.event_count


def test_fields_are_not_written_over_by_who_does_not_say_what_they_read(world: World) -> None:
    program = Program(world, "manager")
    path = f"articles/{publish(world, make_article(world)).pk}/"
    refused = ask(program, "patch", path, {"model": "K2"})
    assert (refused.status_code, refused.json()["code"]) == (428, "precondition_required")
    made = ask(program, "patch", path, {"model": "K2"}, If_Match=tag(program, path))
    assert (made.status_code, made.json()["model"], made.headers["ETag"]) == (200, "K2", tag(program, path))
    assert ask(program, "patch", "articles/999999/", {"model": "K2"}).status_code == 404
    assert ask(Program(world, "customer"), "patch", path, {"model": "K2"}).status_code == 403


def test_what_is_sent_again_with_a_key_has_the_same_tag_and_a_stale_one_may_be_read_anew(world: World) -> None:
    program = Program(world, "engineer")
    path = f"tickets/{make_ticket(world).number}/"
    known = tag(program, path)
    stale = ask(program, "post", f"{path}accept/", If_Match='"other"', Idempotency_Key="k")
    assert stale.status_code == 412
    first = ask(program, "post", f"{path}accept/", If_Match=known, Idempotency_Key="k")
    again = ask(program, "post", f"{path}accept/", If_Match=known, Idempotency_Key="k")
    assert (first.status_code, again.status_code, again.headers["Idempotency-Replayed"]) == (200, 200, "true")
    assert first.headers["ETag"] == again.headers["ETag"]


def test_steps_and_new_things_answer_the_tag_that_reading_answers(world: World) -> None:
    ours, theirs = Program(world, "manager"), Program(world, "customer")
    made = ask(theirs, "post", "tickets/", report(world))
    assert made.headers["ETag"] == tag(theirs, f"tickets/{made.json()['number']}/")
    ticket = Ticket.objects.get()
    visit = make_visit(world, ticket)
    purchase, _repair = make_orders(world, ticket)
    said = {"site": world.site.pk, "subject": "没人接电话", "words": "打了三次", "key": "c-1"}
    loop = ask(theirs, "post", "loops/", said)
    assert loop.headers["ETag"] == tag(theirs, f"loops/{loop.json()['number']}/")
    steps = [
        (ours, f"visits/{visit.pk}/", "cancel", {"reason": "不用去了"}),
        (ours, f"purchases/{purchase.pk}/", "track", {"expected_at": None, "tracking_number": "SF1"}),
        (ours, f"tickets/{ticket.number}/", "set-severity", {"severity": 1, "reason": "全院停机"}),
        (theirs, f"loops/{loop.json()['number']}/", "withdraw", {"words": "算了"}),
    ]
    for program, path, step, words in steps:
        answer = ask(program, "post", f"{path}{step}/", words, If_Match=tag(program, path))
        assert answer.status_code == 200, (path, answer.content)
        assert answer.headers["ETag"] == tag(program, path), path
        assert ask(program, "post", f"{path}{step}/", words, If_Match='"other"').status_code == 412, path


def test_taking_a_call_holds_the_calls_of_its_customer_in_one_order() -> None:
    world = make_calling_world()
    call = make_callback(world)
    program = Program(world, "dispatcher")
    path = f"calls/{call.pk}/"
    answer = ask(program, "post", f"{path}claim/", If_Match=tag(program, path))
    assert answer.status_code == 200, answer.content
    assert answer.headers["ETag"] == tag(program, path)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_changes_that_race_with_the_same_tag_one_is_made(transactional_db: None) -> None:
    world = make_promising_world()
    ticket = make_ticket(world, at=NOON)
    path = f"tickets/{ticket.number}/"
    known = tag(Program(world, "engineer"), path)
    programs = [Program(world, "engineer") for _each in range(6)]

    def act() -> int:
        try:
            return ask(programs.pop(), "post", f"{path}contact/", {"text": "我是第一个"}, If_Match=known).status_code
        finally:
            connection.close()

    assert sorted(at_once(6, act)) == [200, 412, 412, 412, 412, 412]
    assert Event.objects.filter(type=Event.Type.CONTACTED).count() == 1

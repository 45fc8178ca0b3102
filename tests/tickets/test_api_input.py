"""What programs may call things, what is refused, and what they are told of it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from tests.tickets.rest import Program, report
from tests.worlds import World, make_promising_world, make_ticket
from tickets.models import Event, Ticket

pytestmark = pytest.mark.django_db

HELD = {"owner": "customer", "cause": "等停机窗口", "note": "电话确认"}
SOLVED = {"cause": "磁盘满", "solution": "已清理"}


@pytest.fixture
def world() -> World:
    return make_promising_world()


def codes(answer: Any) -> set[tuple[str, str]]:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return {(row["pointer"], row["code"]) for row in answer.json()["errors"]}


# --- names --------------------------------------------------------------------------------------

SAID = [
    ("contact", {"message": "已收到"}, {"text": "已收到"}),
    ("contact", {"note": "已收到", "via": "phone"}, {"text": "已收到", "facts": {"via": "call"}}),
    ("comment", {"body": "请看附件"}, {"text": "请看附件"}),
    ("diagnose", {"cause": "c", "plan": "p", "risk": "r"}, {"facts": {"cause": "c", "plan": "p", "risk": "r"}}),
    ("request-onsite", {}, {"text": ""}),
    ("request-onsite", {"note": "远程无效"}, {"text": "远程无效"}),
    ("hold", HELD, {"facts": {"owner": "customer", "cause": "等停机窗口", "evidence": "电话确认"}}),
    ("hold", {"cause": "等备件", "owner": "third-party"}, {"facts": {"owner": "third_party", "cause": "等备件", "evidence": ""}}),
    ("hold", {"reason": "等备件"}, {"facts": {"owner": "customer", "cause": "等备件", "evidence": ""}}),
    ("resolve", {**SOLVED, "prevention": None}, {"facts": {**SOLVED, "prevention": "", "remote": True}}),
    ("cancel", {}, {"text": ""}),
    ("cancel", {"comment": "误报"}, {"text": "误报"}),
]


@pytest.mark.parametrize(("move", "sent", "kept"), SAID, ids=[f"{row[0]} {sorted(row[1])}" for row in SAID])
def test_the_words_of_a_move_are_kept_whatever_they_are_called(world: World, move: str, sent: Any, kept: Any) -> None:
    ticket = make_ticket(world)
    answer = Program(world, "engineer").post(f"tickets/{ticket.number}/{move}/", sent)
    assert answer.status_code in (200, 201), answer.content
    event = Event.objects.get(ticket=ticket, seq=2)
    assert {name: getattr(event, name) for name in kept} == kept


WORDS = [
    ({"kind": "service_request"}, {"kind": "request"}, "as the plans write it"),
    ({"channel": "e-mail"}, {"channel": "email"}, "as people write it"),
    ({"channel": "on-site"}, {"channel": "onsite"}, "as people write it"),
    ({"contact": "王工"}, {"contact": {"name": "王工", "phone": "", "email": ""}}, "a bare name"),
    ({"contact": {"name": "王工", "phone": 13800000000}}, {"contact": {"name": "王工", "phone": "13800000000", "email": ""}}, "a number"),
    ({"external_id": 42}, {"external_id": "42"}, "ids of systems that count"),
    ({"external_id": None, "description": None, "contact": None}, {"external_id": "", "description": ""}, "null for nothing"),
    ({"equipment": None, "site": "{site}"}, {"equipment": None}, "an id in digits"),
]


@pytest.mark.parametrize(("sent", "told", "why"), WORDS, ids=[f"{row[0]}" for row in WORDS])
def test_a_report_is_read_in_good_faith(world: World, sent: Any, told: Any, why: str) -> None:
    sent = {name: str(world.site.pk) if value == "{site}" else value for name, value in sent.items()}
    answer = Program(world, "dispatcher").post("tickets/", report(world, **sent))
    assert answer.status_code == 201, answer.content
    assert {name: answer.json()[name] for name in told} == told, why


def test_a_comment_is_answered_with_itself_even_if_something_is_escalated_with_it(world: World) -> None:
    answer = Program(world, "engineer").post(f"tickets/{make_ticket(world).pk}/comment/", {"text": "在看"})  # reported long ago
    assert (answer.json()["type"], answer.json()["text"]) == ("contacted", "在看")
    assert Event.objects.filter(type="escalated").exists()


REFUSED = [
    ("contact", {"text": "x", "message": "y"}, ("/message", "twice"), "the same thing under two names"),
    ("contact", {"txt": "x"}, ("/txt", "unknown"), "a misspelt name"),
    ("contact", {}, ("/text", "required"), "nothing said"),
    ("contact", {"text": "   "}, ("/text", "blank"), "only blanks"),
    ("contact", {"text": "x", "via": "fax"}, ("/via", "invalid_choice"), "no such way"),
    ("comment", {"text": "x", "internal": "perhaps"}, ("/internal", "invalid"), "neither true nor false"),
    ("hold", {"owner": "customer", "note": "x"}, ("/cause", "required"), "a wait without a cause"),
    ("hold", {**HELD, "owner": "us"}, ("/owner", "invalid_choice"), "a wait for ourselves"),
    ("hold", {**HELD, "until": "tomorrow"}, ("/until", "unknown"), "what a pause has not"),
    ("diagnose", {"cause": "c"}, ("/plan", "required"), "a report without a plan"),
    ("resolve", {"solution": "s"}, ("/cause", "required"), "a solution without a cause"),
    ("set-severity", {"severity": 0, "reason": "r"}, ("/severity", "min_value"), "better than best"),
    ("accept", {"a/b~c": 1}, ("/a~1b~0c", "unknown"), "a pointer is written as RFC 6901 says"),
    ("stopgap", {"measure": 1.5}, ("/measure", "invalid"), "a fraction is no word"),
]


@pytest.mark.parametrize(("move", "sent", "wrong", "why"), REFUSED, ids=[f"{row[0]}: {row[3]}" for row in REFUSED])
def test_what_is_not_understood_is_refused_by_name_and_nothing_is_done(world: World, move: str, sent: Any, wrong: Any, why: str) -> None:
    ticket = make_ticket(world)
    answer = Program(world, "engineer").post(f"tickets/{ticket.number}/{move}/", sent)
    assert (answer.status_code, codes(answer)) == (400, {wrong}), why
    assert Event.objects.filter(ticket=ticket).count() == 1


def test_an_unknown_name_is_answered_with_those_that_are_known(world: World) -> None:
    answer = Program(world, "engineer").post(f"tickets/{make_ticket(world).pk}/hold/", {"couse": "x"})
    assert "cause, owner, note" in answer.json()["detail"]


PLACES = [
    ({"equipment": 1.5}, "incorrect_type", "a fraction"),
    ({"equipment": True}, "incorrect_type", "a truth"),
    ({"equipment": 10**30}, "does_not_exist", "beyond 64 bit"),
    ({"equipment": "9" * 19}, "does_not_exist", "beyond 64 bit, in digits"),
    ({"equipment": "٣"}, "incorrect_type", "digits of another script"),
    ({"equipment": -1}, "does_not_exist", "negative"),
    ({"equipment": {"id": 1}}, "incorrect_type", "an object"),
]


@pytest.mark.parametrize(("sent", "code", "why"), PLACES, ids=[row[2] for row in PLACES])
def test_an_id_is_a_whole_number_of_something_there(world: World, sent: Any, code: str, why: str) -> None:
    assert codes(Program(world, "engineer").post("tickets/", report(world, **sent))) == {("/equipment", code)}, why


def test_what_is_not_served_any_more_cannot_be_reported(world: World) -> None:
    world.equipment.is_active = False
    world.equipment.save()
    assert codes(Program(world, "customer").post("tickets/", report(world))) == {("/equipment", "does_not_exist")}


def test_a_refused_file_is_pointed_at_by_the_name_it_was_sent_under(world: World) -> None:
    program, ticket = Program(world, "customer"), make_ticket(world)
    empty = program.client.post(f"/api/v1/tickets/{ticket.pk}/attach/", {"file": SimpleUploadedFile("a.bin", b"\x00\x01")})
    assert codes(empty) == {("/file", "bad_type")}
    both = [SimpleUploadedFile(f"{name}.txt", b"x") for name in "ab"]
    assert codes(program.client.post(f"/api/v1/tickets/{ticket.pk}/attach/", {"file": both})) == {("/file", "twice")}
    assert codes(program.client.post(f"/api/v1/tickets/{ticket.pk}/attach/", {"x": "y"})) >= {("/x", "unknown")}
    assert program.post(f"tickets/{ticket.pk}/attach/", {"file": "x"}).status_code == 415


def test_a_file_is_fetched_whatever_type_the_program_asks_for(world: World) -> None:
    program, ticket = Program(world, "customer"), make_ticket(world)
    made = program.client.post(f"/api/v1/tickets/{ticket.pk}/attach/", {"attachment": SimpleUploadedFile("a.txt", b"error 42")})
    assert made["Location"] == made.json()["url"]
    assert made.json()["uploaded_at"].endswith("Z")
    fetched = program.client.get(made.json()["url"], headers={"Accept": "text/plain"})
    assert b"".join(fetched.streaming_content) == b"error 42"
    for file in ticket.attachments.all():
        file.file.delete(save=False)
    assert program.client.get(made.json()["url"]).status_code == 404, "gone from the disk"


# --- verdicts -----------------------------------------------------------------------------------


def test_reject_is_about_the_report_until_there_is_a_solution(world: World) -> None:
    ours, theirs, ticket = Program(world, "engineer"), Program(world, "customer"), make_ticket(world)

    def reject() -> int:
        return theirs.post(f"tickets/{ticket.pk}/reject/", {"reason": "不对"}).status_code

    assert reject() == 409, "nothing to reject yet"
    ours.post(f"tickets/{ticket.pk}/diagnose/", {"cause": "c", "plan": "p"})
    assert reject() == 200
    assert reject() == 409, "once"
    ours.post(f"tickets/{ticket.pk}/diagnose/", {"cause": "c", "plan": "p"})
    ours.post(f"tickets/{ticket.pk}/resolve/", SOLVED)
    assert reject() == 200
    assert reject() == 409, "a repeated request does not hit the report behind the solution"
    record = [event["type"] for event in theirs.get(f"tickets/{ticket.pk}/events/").json()]
    assert record.count("diagnosis_rejected") == record.count("rejected") == 1


def test_whose_move_it_is_comes_before_its_words(world: World) -> None:
    ticket = make_ticket(world)
    for role, move in (("customer", "resolve"), ("supervisor", "hold"), ("engineer", "object")):
        answer = Program(world, role).post(f"tickets/{ticket.pk}/{move}/", {})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_yours"), move


# --- external_id --------------------------------------------------------------------------------


def test_the_same_external_id_is_another_ticket_of_another_organization(world: World) -> None:
    first = Program(world, "customer").post("tickets/", report(world, external_id="A-1"))
    place = {"equipment": None, "site": world.stranger.membership.organization.sites.get().pk}
    other = Program(world, "stranger").post("tickets/", report(world, external_id="A-1", **place))
    assert (first.status_code, other.status_code) == (201, 201)


def test_an_external_id_of_a_ticket_out_of_sight_is_taken(world: World) -> None:
    place = {"equipment": world.other_equipment.pk}
    assert Program(world, "supervisor").post("tickets/", report(world, external_id="A-1", **place)).status_code == 201
    answer = Program(world, "customer").post("tickets/", report(world, external_id="A-1"))
    assert (answer.status_code, answer.json()["code"]) == (409, "external_id_taken")
    assert codes(answer) == {("/external_id", "external_id_taken")}
    assert Ticket.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_programs_at_once_with_one_external_id_make_one_ticket(on_postgres) -> None:
    world = make_promising_world()
    programs = [Program(world, "customer") for _each in range(4 if on_postgres else 1)]
    start, answers = threading.Barrier(len(programs)), []

    def send(program: Program) -> None:
        start.wait()
        answers.append(program.post("tickets/", report(world, external_id="A-1")))
        connection.close()

    if not on_postgres:  # an in-memory database has one connection; the embedded default lets one writer in at a time
        send(programs[0])
        programs[0].post("tickets/", report(world, external_id="A-1"))
    else:
        threads = [threading.Thread(target=send, args=[program]) for program in programs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] * (len(programs) - 1) + [201]
    assert len({answer.json()["id"] for answer in answers}) == Ticket.objects.count() == 1


# --- lists --------------------------------------------------------------------------------------

NARROWED = [
    ("status=new,waiting", 1, "states with commas"),
    ("status=new&status=waiting", 1, "states one by one"),
    ("kind=service_request", 0, "a kind as plans write it"),
    ("kind=service_request,fault", 1, "both"),
    ("created_since=2026-11-20T12:00:00%2B08:00", 1, "a moment in another zone"),
    ("created_before=2026-11-20T04:00:00Z", 0, "before that moment"),
    ("limit=1", 1, "a size by its other name"),
    ("page_size=100000", 1, "a size beyond what is given at once"),
    ("format=json", 1, "the form there is"),
]


@pytest.mark.parametrize(("query", "count", "why"), NARROWED, ids=[row[2] for row in NARROWED])
def test_lists_are_narrowed_as_is_written(world: World, query: str, count: int, why: str) -> None:
    make_ticket(world)
    answer = Program(world, "engineer").client.get(f"/api/v1/tickets/?{query}")
    assert len(answer.json()["results"]) == count, why


WRONG = [
    ("tickets", "sevrity=1", "/sevrity", "a misspelt filter would answer all"),
    ("tickets", "q=", "/q", "no words: a program whose variable is empty would be told of everything"),
    ("tickets", "severity=1.5", "/severity", "no whole number"),
    ("tickets", "severity=5", "/severity", "no severity"),
    ("tickets", "status=open", "/status", "no state"),
    ("tickets", "organization=99999999999999999999", "/organization", "beyond 64 bit"),
    ("tickets", "site=%00", "/site", "no id"),
    ("tickets", "assignee=1e400", "/assignee", "beyond every number"),
    ("tickets", "created_since=0001-01-01T00:00:00%2B23:59", "/created_since", "before the calendar"),
    ("tickets", "updated_since=9999-12-31T23:59:59-23:59", "/updated_since", "after the calendar"),
    ("tickets", "number=%00", "/number", "a NUL"),
    ("tickets", "page_size=0", "/page_size", "no rows"),
    ("tickets", "limit=ten", "/limit", "a word"),
    ("tickets", "cursor=%00", "/cursor", "no place"),
    ("organizations", "is_active=maybe", "/is_active", "neither true nor false"),
    ("organizations", "page_size=x", "/page_size", "no number"),
    ("equipment", "site=1.5", "/site", "no whole number"),
    ("contracts", "organisation=1", "/organisation", "a misspelt filter"),
    ("inspections", "engineer=99999999999999999999", "/engineer", "beyond 64 bit"),
    ("surveys", "answered=perhaps", "/answered", "neither true nor false"),
]


@pytest.mark.parametrize(("name", "query", "pointer", "why"), WRONG, ids=[f"{row[0]} {row[1]}" for row in WRONG])
def test_what_a_list_cannot_be_narrowed_by_is_refused(world: World, name: str, query: str, pointer: str, why: str) -> None:
    answer = Program(world, "engineer").client.get(f"/api/v1/{name}/?{query}")
    assert answer.status_code == 400, why
    assert {row[0] for row in codes(answer)} == {pointer}

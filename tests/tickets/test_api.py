"""The REST life of a ticket: shapes, scopes, problems, tenants."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import ApiToken
from tests.tickets.rest import Program, report
from tests.worlds import World, make_promising_world, make_ticket
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

KEYS = {
    "id", "number", "kind", "severity", "status", "subject", "description", "organization", "site", "equipment", "assignee", "channel",
    "created_at", "updated_at", "clocks",
}  # fmt: skip
CLOCK_KEYS = {"promise", "state", "started_at", "due_at", "target_seconds", "remaining_seconds", "met_at"}


@pytest.fixture
def world() -> World:
    return make_promising_world()


def test_a_report_answers_the_ticket_with_its_clocks(world: World) -> None:
    answer = Program(world, "customer").post("tickets/", report(world, contact={"name": "王工", "phone": "13800000000"}, external_id="A-1"))
    assert answer.status_code == 201, answer.content
    ticket = answer.json()
    assert set(ticket) >= KEYS
    clocks = {clock["promise"]: clock for clock in ticket["clocks"]}
    assert set(clocks) == {"response", "diagnosis", "onsite"}
    assert set(clocks["response"]) >= CLOCK_KEYS
    assert (clocks["response"]["state"], clocks["response"]["target_seconds"]) == ("running", 3600)
    assert (clocks["onsite"]["state"], clocks["onsite"]["due_at"]) == ("pending", None)
    assert (ticket["channel"], ticket["contact"]["name"], ticket["site"]) == ("api", "王工", world.site.pk)


def test_asking_again_after_a_timeout_makes_no_second_ticket(world: World) -> None:
    program = Program(world, "customer")
    first, again = (program.post("tickets/", report(world, external_id="A-1")) for _time in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]


def test_the_whole_life(world: World) -> None:
    ours, theirs = Program(world, "engineer"), Program(world, "customer")
    number = theirs.post("tickets/", report(world)).json()["number"]
    way = [
        (ours, "accept", {}, "accepted"),
        (ours, "contact", {"text": "已收到", "via": "call"}, "accepted"),
        (ours, "hold", {"owner": "customer", "cause": "等授权"}, "waiting"),
        (theirs, "object", {"reason": "早已授权"}, "waiting"),
        (ours, "resume", {}, "in_progress"),
        (ours, "diagnose", {"cause": "磁盘满", "plan": "清理"}, "in_progress"),
        (theirs, "request-onsite", {"reason": "请到场"}, "in_progress"),
        (ours, "resolve", {"cause": "磁盘满", "solution": "已清理"}, "resolved"),
        (theirs, "reject", {"reason": "仍然慢"}, "reopened"),
        (ours, "resolve", {"cause": "磁盘满", "solution": "已扩容"}, "resolved"),
        (theirs, "confirm", {}, "closed"),
        (theirs, "reopen", {"reason": "又满了"}, "reopened"),
        (theirs, "cancel", {"reason": "我们自己解决了"}, "cancelled"),
    ]
    for program, move, words, status in way:
        answer = program.post(f"tickets/{number}/{move}/", words)
        assert (answer.status_code, answer.json().get("status")) == (200, status), (move, answer.content)
    record = [event["type"] for event in theirs.get(f"tickets/{number}/events/").json()]
    assert record[0] == "reported"
    assert record[-1] == "cancelled"
    assert "escalated" not in record


def test_a_move_that_is_not_allowed_answers_with_a_sentence(world: World) -> None:
    ticket = make_ticket(world)
    answer = Program(world, "engineer").post(f"tickets/{ticket.pk}/resume/")
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    problem = answer.json()
    assert problem["code"] == "move_not_allowed"
    assert ticket.number in problem["detail"]


BAD = [
    ({"subject": ""}, "/subject", "blank", "an empty subject"),
    ({"subject": "x" * 201}, "/subject", "max_length", "a subject too long"),
    ({"severity": 5}, "/severity", "max_value", "a severity beyond 4"),
    ({"severity": "high"}, "/severity", "invalid", "a severity that is no number"),
    ({"kind": "wish"}, "/kind", "invalid_choice", "an unknown kind"),
    ({"equipment": 10**9}, "/equipment", "does_not_exist", "equipment that is not there"),
    ({"equipment": "x"}, "/equipment", "incorrect_type", "equipment that is no id"),
    ({"equipment": None}, "/equipment", "required", "neither equipment nor site"),
    ({"priority": 1}, "/priority", "unknown", "a field that is not known"),
    ({"contact": {"email": "nobody"}}, "/contact/email", "invalid", "an address that is none"),
    ({"subject": "a\u0000b"}, "/subject", "null_characters_not_allowed", "a NUL character"),
    ({"contact": {"name": ["x", {"a": "\ud83d"}]}}, "/contact/name/1/a", "surrogate_characters_not_allowed", "half of a character"),
]


@pytest.mark.parametrize(("change", "pointer", "code", "why"), BAD, ids=[row[3] for row in BAD])
def test_bad_input_is_pointed_at(world: World, change: dict[str, Any], pointer: str, code: str, why: str) -> None:
    answer = Program(world, "customer").post("tickets/", {**report(world), **change})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), answer.content
    assert {"pointer": pointer, "code": code} in [{key: row[key] for key in ("pointer", "code")} for row in answer.json()["errors"]], why
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("raw", [b"{", b"[1]", b'"x"', b"\xff\xfe", b"null"], ids=["cut off", "a list", "a word", "not UTF-8", "null"])
def test_a_body_that_is_no_object_is_a_problem(world: World, raw: bytes) -> None:
    answer = Program(world, "customer").client.post("/api/v1/tickets/", raw, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_other_tenants_equipment_is_as_if_not_there(world: World) -> None:
    answer = Program(world, "stranger").post("tickets/", report(world))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "does_not_exist"


SCOPES = [
    ("anonymous", ApiToken.Scope.WRITE, 401, "no token"),
    ("customer", ApiToken.Scope.READ, 403, "a token that may only read"),
    ("stranger", ApiToken.Scope.WRITE, 404, "another tenant"),
    ("customer", ApiToken.Scope.WRITE, 200, "the customer"),
]


@pytest.mark.parametrize(("role", "scope", "status", "why"), SCOPES, ids=[row[3] for row in SCOPES])
@pytest.mark.parametrize("move", ["request-onsite", "comment", "cancel"])
def test_who_may_write(world: World, role: str, scope: str, status: int, why: str, move: str) -> None:
    ticket = make_ticket(world)
    words = {"request-onsite": {}, "comment": {"text": "hi"}, "cancel": {"reason": "r"}}[move]
    answer = Program(world, role, scope).post(f"tickets/{ticket.pk}/{move}/", words)
    assert answer.status_code == (201 if status == 200 and move == "comment" else status), why
    if status >= 400:
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["tickets/1/", "tickets/SD-20261120-0001/events/", "tickets/1/files/1/", "nothing/", "tickets/1/dance/"])
def test_what_is_not_there_is_a_problem_too(world: World, path: str) -> None:
    make_ticket(world)
    answer = Program(world, "stranger").get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_list_is_newest_first_by_key_with_constant_queries(world: World, django_assert_num_queries: Any) -> None:
    made = [make_ticket(world).pk for _place in range(5)]
    program = Program(world, "engineer")
    program.get("tickets/")
    with django_assert_num_queries(4):
        first = program.get("tickets/", page_size=2).json()
    with django_assert_num_queries(4):
        program.get("tickets/", page_size=5)
    second = program.client.get(first["next"]).json()
    assert [row["id"] for row in first["results"] + second["results"]] == made[::-1][:4]


FILTERS = [
    ({"status": "new"}, 1, "a state"),
    ({"status": "closed"}, 0, "another state"),
    ({"kind": "fault"}, 1, "a kind"),
    ({"severity": 2}, 1, "a severity"),
    ({"q": "挂号"}, 1, "Chinese words"),
    ({"q": "食堂"}, 0, "words that are not there"),
    ({"external_id": "X-1"}, 1, "an external id"),
    ({"created_since": "2026-11-20T05:00:00Z"}, 0, "a time"),
]


@pytest.mark.parametrize(("query", "count", "why"), FILTERS, ids=[row[2] for row in FILTERS])
def test_lists_are_narrowed(world: World, query: dict[str, Any], count: int, why: str) -> None:
    make_ticket(world, external_id="X-1")
    assert len(Program(world, "engineer").get("tickets/", **query).json()["results"]) == count, why


@pytest.mark.parametrize("query", [{"severity": "x"}, {"kind": "wish"}, {"cursor": "zzz"}, {"created_since": "soon"}], ids=str)
def test_a_bad_filter_is_a_problem(world: World, query: dict[str, str]) -> None:
    answer = Program(world, "engineer").get("tickets/", **query)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_file_goes_up_and_comes_down_as_a_download(world: World) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    ticket = make_ticket(world)
    program = Program(world, "customer")
    upload = SimpleUploadedFile("屏幕.png", picture.getvalue(), "text/html")
    answer = program.client.post(f"/api/v1/tickets/{ticket.pk}/attach/", {"file": upload})
    assert answer.status_code == 201, answer.content
    assert (answer.json()["name"], answer.json()["content_type"]) == ("屏幕.png", "image/png")
    fetched = program.client.get(answer.json()["url"])
    assert fetched["Content-Disposition"].startswith("attachment")
    assert b"".join(fetched.streaming_content) == picture.getvalue()
    assert Program(world, "stranger").client.get(answer.json()["url"]).status_code == 404


def test_a_page_dressed_as_a_picture_is_refused_by_name(world: World) -> None:
    ticket = make_ticket(world)
    upload = SimpleUploadedFile("screen.png", b"<html><script>alert(1)</script></html>", "image/png")
    answer = Program(world, "customer").client.post(f"/api/v1/tickets/{ticket.pk}/attach/", {"file": upload})
    assert answer.status_code == 400
    assert "screen.png" in answer.json()["detail"]

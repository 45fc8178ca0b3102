"""The interface keeps to its description: the file is current, answers have the shapes it says, and every refusal is a problem."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

from accounts import services as accounts
from accounts.models import ApiToken
from servicedesk.throttles import UserThrottle
from surveys import services as surveys
from tests.inspections.worlds import make_done_visit
from tests.parts.worlds import make_orders
from tests.surveys.worlds import CROSS, make_survey
from tests.worlds import NOON, World, make_promising_world, make_ticket
from tickets import services as tickets
from tickets.api.views import TicketViewSet

FILE = Path(__file__).resolve().parent.parent / "docs" / "openapi.yaml"
DESCRIBED: dict[str, Any] = yaml.safe_load(FILE.read_text())
OPERATIONS = [(method, path) for path, operations in DESCRIBED["paths"].items() for method in operations]
READING = [path for method, path in OPERATIONS if method == "get"]


def check(answer: Any, schema: dict[str, Any]) -> Any:
    """Hold an answer's body to a schema of the file."""
    body = answer.json()
    Draft202012Validator({**schema, "components": DESCRIBED["components"]}, format_checker=FormatChecker()).validate(body)
    return body


def check_success(answer: Any, method: str, path: str) -> Any:
    """Hold an answer to what the file says of this operation and status."""
    said = DESCRIBED["paths"][path][method]["responses"][str(answer.status_code)]
    return check(answer, said["content"]["application/json"]["schema"])


def check_problem(answer: Any, status: int, code: str = "") -> Any:
    """Hold a refusal to the one shape that all have."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json"), answer.content
    body = check(answer, {"$ref": "#/components/schemas/Problem"})
    assert body["status"] == status
    assert code in ("", body["code"])
    return body


@pytest.fixture
def world() -> World:
    return make_promising_world()


def program(world: World, role: str = "engineer", scope: str = ApiToken.Scope.WRITE) -> Client:
    """A client that shows a person's token."""
    person = world.person(role)
    _token, secret = accounts.issue_token(person, name="t", scope=scope, actor=person, at=NOON)
    return Client(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)


def ask(client: Client, method: str, path: str, body: Any = None, **names: Any) -> Any:
    """Call an operation of the file; what its address leaves open is nothing that exists, unless named."""
    address = path.replace("{id}", str(names.get("id", 999_999)))
    for name in ("file", "clock"):
        address = address.replace(f"{{{name}}}", str(names.get(name, 1)))
    if method == "get":
        return client.get(address)
    return client.post(address, json.dumps(body if body is not None else {}), content_type="application/json")


# --- The file -----------------------------------------------------------------------------------


@pytest.mark.once
def test_the_file_is_what_the_code_says():
    written = io.StringIO()
    call_command("spectacular", lang="en", validate=True, fail_on_warn=True, stdout=written)
    assert yaml.safe_load(written.getvalue()) == DESCRIBED, "run `make openapi` and commit docs/openapi.yaml"


@pytest.mark.once
def test_every_operation_says_how_it_refuses():
    assert DESCRIBED["openapi"].startswith("3.1.")
    for method, path in OPERATIONS:
        assert DESCRIBED["paths"][path][method]["responses"]["default"] == {"$ref": "#/components/responses/Problem"}, path
    assert list(DESCRIBED["components"]["responses"]["Problem"]["content"]) == ["application/problem+json"]


@pytest.mark.django_db
def test_the_schema_is_served_and_has_pages_of_its_own():
    served = Client().get("/api/schema/", headers={"Accept-Language": "en"})
    assert yaml.safe_load(served.content) == DESCRIBED
    page = Client().get("/api/docs/").content.decode()
    assert "swagger-ui" in page
    assert "://" not in page.replace("http://testserver", ""), "the documentation pages fetch nothing from elsewhere"


# --- Answers ------------------------------------------------------------------------------------


@pytest.fixture
def things(world) -> dict[str, int]:
    """One of each thing that is read, by the last word of its address."""
    ticket = make_ticket(world)
    file = tickets.attach(ticket, actor=world.customer, at=NOON, upload=SimpleUploadedFile("log.txt", b"error 42"), is_public=True)
    survey = make_survey(world)
    surveys.answer(survey, CROSS, actor=None, at=NOON)
    purchase, repair = make_orders(world, ticket)
    visit = make_done_visit(world, failed=(1,))
    return {
        "contracts": world.contract.pk,
        "equipment": world.equipment.pk,
        "file": file.pk,
        "clock": ticket.commitment.clocks.first().pk,
        "findings": visit.found.get().pk,
        "inspections": visit.pk,
        "organizations": world.organization.pk,
        "parts": purchase.part_id,
        "purchases": purchase.pk,
        "repairs": repair.pk,
        "sites": world.site.pk,
        "stock": world.site.pk,
        "surveys": survey.pk,
        "visits": visit.visit_id,
        "tickets": ticket.pk,
    }


@pytest.mark.django_db
def test_what_is_read_has_the_shape_it_is_said_to_have(world, things):
    client = program(world, "manager")
    for path in READING:
        answer = ask(client, "get", path, id=things[path.split("/")[3]], file=things["file"], clock=things["clock"])
        assert answer.status_code == 200, (path, answer.content)
        if path.endswith("/files/{file}/"):
            assert b"".join(answer.streaming_content) == b"error 42"
            continue
        body = check_success(answer, "get", path)
        assert "{id}" in path or body["results"], f"{path} has nothing to check"


@pytest.mark.django_db
def test_what_is_written_answers_in_the_shape_it_is_said_to(world):
    ours, theirs = program(world), program(world, "customer")
    report = {"severity": 2, "subject": "挂号系统打不开", "equipment": world.equipment.pk, "external_id": "A-1"}
    number = check_success(ask(theirs, "post", "/api/v1/tickets/", report), "post", "/api/v1/tickets/")["number"]
    check_success(ask(theirs, "post", "/api/v1/tickets/", report), "post", "/api/v1/tickets/")  # 200, the same ticket
    for name, words in (
        ("accept", {}),
        ("contact", {"text": "收到"}),
        ("hold", {"cause": "等授权"}),
        ("comment", {"text": "内部", "internal": True}),
    ):
        path = f"/api/v1/tickets/{{id}}/{name}/"
        check_success(ask(ours, "post", path, words, id=number), "post", path)
    path = "/api/v1/tickets/{id}/attach/"
    sent = theirs.post(path.replace("{id}", number), {"file": SimpleUploadedFile("log.txt", b"error 42")})
    check_success(sent, "post", path)


# --- Refusals -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_without_a_token_every_operation_says_so(method, path):
    answer = ask(Client(), method, path)
    check_problem(answer, 401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), [operation for operation in OPERATIONS if "{id}" in operation[1]])
def test_what_is_not_there_is_not_found_whatever_is_said_about_it(world, method, path):
    check_problem(ask(program(world), method, path), 404, "not_found")


@pytest.mark.django_db
@pytest.mark.parametrize("path", [path for method, path in OPERATIONS if method == "post"])
def test_a_token_that_only_reads_changes_nothing(world, path):
    check_problem(ask(program(world, scope=ApiToken.Scope.READ), "post", path), 403, "token_reads_only")


TICKETS = "/api/v1/tickets/"
JSON = "application/json"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "address", "given", "status", "code"),
    [
        ("post", TICKETS, ("{not json", JSON), 400, "parse_error"),
        ("post", TICKETS, ("[1]", JSON), 400, "invalid"),
        ("post", TICKETS, ("severity: 1", "text/yaml"), 415, "unsupported_media_type"),
        ("delete", TICKETS, ("", JSON), 405, "method_not_allowed"),
        ("put", "/api/v1/contracts/", ("{}", JSON), 405, "method_not_allowed"),
        ("get", "/api/v1/nothing/", None, 404, "not_found"),
        ("get", f"{TICKETS}?cursor=nonsense", None, 400, ""),
        ("get", f"{TICKETS}?severity=high", None, 400, "invalid"),
        ("get", f"{TICKETS}999999999999999999999999/", None, 404, "not_found"),
    ],
)
def test_whatever_is_wrong_with_a_request_is_a_problem(world, method, address, given, status, code):
    client = program(world)
    call = getattr(client, method)
    check_problem(call(address) if given is None else call(address, given[0], content_type=given[1]), status, code)


@pytest.mark.django_db
def test_wrong_fields_are_pointed_at(world):
    answer = ask(program(world), "post", TICKETS, {"severity": 9, "subject": "", "colour": "red"})
    body = check_problem(answer, 400, "invalid")
    assert {row["pointer"] for row in body["errors"]} == {"/colour"}, "a name that is not known is told first"
    body = check_problem(ask(program(world), "post", TICKETS, {"severity": 9, "subject": ""}), 400, "invalid")
    assert {row["pointer"] for row in body["errors"]} == {"/severity", "/subject"}


@pytest.mark.django_db
def test_a_move_that_is_not_allowed_now_is_a_conflict_with_a_sentence(world):
    ticket = make_ticket(world)
    check_problem(ask(program(world), "post", "/api/v1/tickets/{id}/reopen/", {"reason": "again"}, id=ticket.number), 409)


@pytest.mark.django_db
def test_too_many_requests_are_told_when_to_come_back(world, monkeypatch):
    caches["rate"].clear()
    monkeypatch.setattr(UserThrottle, "THROTTLE_RATES", {"user": "1/min"})
    client = program(world)
    answers = [client.get(TICKETS) for _time in range(2)]
    check_problem(answers[-1], 429, "throttled")
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 61
    caches["rate"].clear()


@pytest.mark.django_db
def test_what_nobody_expected_is_a_problem_that_tells_nothing(world, monkeypatch):
    def fail(*_args: Any) -> None:
        raise RuntimeError("the password is in this message")

    monkeypatch.setattr(TicketViewSet, "get_queryset", fail)
    body = check_problem(program(world).get(TICKETS), 500, "internal_error")
    assert "password" not in str(body)

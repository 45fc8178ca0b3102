"""The interface keeps to its description: the file is current, answers have the shapes it says, and every refusal is a problem."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

from accounts import services as accounts
from accounts.models import ApiToken
from care import services as calls
from integrations import services as webhooks
from mailroom import services as mails
from sla.models import Escalation
from surveys import services as surveys
from tests.access import catalogue, obligations, scoresheets, training
from tests.archive.worlds import make_export
from tests.care.worlds import solve
from tests.customers.worlds import make_period
from tests.entitlements.worlds import propose, quoted
from tests.inbound.worlds import make_source
from tests.inspections.worlds import make_done_visit
from tests.interface.things import FILES, make_asking_things, make_on_site_things
from tests.knowledge.worlds import make_article, publish
from tests.parts.worlds import make_orders
from tests.surveys.worlds import CROSS, make_survey
from tests.visits.worlds import photo
from tests.worlds import NOON, World, make_promising_world, make_ticket
from tickets import services as tickets
from tickets.api.views import TicketViewSet
from transfer import services as transfer

if TYPE_CHECKING:
    from tickets.models import Ticket

FILE = Path(__file__).resolve().parent.parent / "docs" / "openapi.yaml"


def parsed(text: str | bytes) -> Any:
    """Read a description; in Python alone it would take ten times as long."""
    return yaml.load(text, Loader=yaml.CSafeLoader)


DESCRIBED: dict[str, Any] = parsed(FILE.read_text())
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


SEARCHED = {"/api/v1/articles/suggestions/": {"q": "电池"}}
"""What has to be asked of an address for an answer."""


def ask(client: Client, method: str, path: str, body: Any = None, **names: Any) -> Any:
    """Call an operation of the file; what its address leaves open is nothing that exists, unless named."""
    address = path.replace("{id}", str(names.get("id", 999_999)))
    address = address.replace("{code}", str(names.get("code", "nothing")))
    for name in ("file", "clock"):
        address = address.replace(f"{{{name}}}", str(names.get(name, 1)))
    if method == "get":
        return client.get(address, SEARCHED.get(path))
    return getattr(client, method)(address, json.dumps(body if body is not None else {}), content_type="application/json")


# --- The file -----------------------------------------------------------------------------------


@pytest.mark.once
def test_the_file_is_what_the_code_says():
    written = io.StringIO()
    call_command("spectacular", lang="en", validate=True, fail_on_warn=True, stdout=written)
    assert parsed(written.getvalue()) == DESCRIBED, "run `make openapi` and commit docs/openapi.yaml"


@pytest.mark.once
def test_every_operation_says_how_it_refuses():
    assert DESCRIBED["openapi"].startswith("3.1.")
    for method, path in OPERATIONS:
        told = DESCRIBED["paths"][path][method]["responses"]
        refusals = {status for status in told if status >= "4"}
        assert refusals >= {"401", "403", "404", "406", "429", "500"}, path
        assert method == "get" or refusals >= {"400", "409", "411", "413", "415"}, path
        for status in refusals:
            answer = DESCRIBED["components"]["responses"][told[status]["$ref"].rpartition("/")[2]]
            [(kind, content)] = answer["content"].items()
            assert (kind, content["schema"]) == ("application/problem+json", {"$ref": "#/components/schemas/Problem"}), path
            assert [row["value"]["status"] for row in content["examples"].values()] == [int(status)], path


@pytest.mark.django_db
def test_the_schema_is_served_and_has_pages_of_its_own():
    served = Client().get("/api/schema/", headers={"Accept-Language": "en"})
    assert parsed(served.content) == DESCRIBED
    page = Client().get("/api/docs/").content.decode()
    assert "swagger-ui" in page
    assert "://" not in page.replace("http://testserver", ""), "the documentation pages fetch nothing from elsewhere"


# --- Answers ------------------------------------------------------------------------------------


def make_escalation(ticket: Ticket) -> Escalation:
    """Let a level of a ticket's first clock be reached; nobody has put a name to it."""
    clock = ticket.commitment.clocks.first()
    fired = {"due_at": clock.due_at, "planned_at": clock.due_at, "fired_at": clock.due_at, "told": [1]}
    return Escalation.objects.create(clock=clock, level="late", rank=1, **fired)


def make_transfers(world: World) -> dict[str, int | str]:
    """Bring a file in as far as it goes by itself, and let an export be ready; both are the manager's."""
    file = SimpleUploadedFile("t.csv", "工单号,标题,创建时间\n1,x,2025-01-01\n".encode())
    brought = transfer.upload(file, source="old", actor=world.manager, at=NOON)
    asked = transfer.ask(world.organization, language="en", actor=world.manager, at=NOON)
    transfer.make_next(lambda: NOON)
    return {"imports": brought.pk, "exports": asked.pk}


def make_things(world: World) -> dict[str, int | str]:
    """Make one of each thing that is read, by its address."""
    ticket = make_ticket(world)
    file = tickets.attach(ticket, actor=world.customer, at=NOON, upload=SimpleUploadedFile("log.txt", b"error 42"), is_public=True)
    survey = make_survey(world)
    wrote = {"wrote_name": "王敏", "wrote_on": NOON.date(), "scan": photo()}
    said = surveys.enter_letter(survey, CROSS.given(), actor=world.dispatcher, at=NOON, **wrote)
    purchase, repair = make_orders(world, ticket)
    visit = make_done_visit(world, failed=(1,), with_photo=True)
    quotation = quoted(world)
    more = {**obligations.prepare(world), **training.prepare(world), **scoresheets.prepare(world), **catalogue.prepare(world)}
    call = calls.call_about(solve(world), actor=world.dispatcher, at=NOON + timedelta(hours=2))
    return {
        "articles": publish(world, make_article(world)).pk,
        "archive-exports": make_export(world, visit.finished_at).pk,
        "calls": call.pk,
        "campaigns": more["campaign"].pk,
        "catalogue": more["item"].code,
        "contracts": world.contract.pk,
        "equipment": world.equipment.pk,
        "file": file.pk,
        "clock": ticket.commitment.clocks.first().pk,
        "findings": visit.found.get().pk,
        "heightened-periods": make_period(world),
        "inbound-sources": make_source(world),
        "inspections": visit.pk,
        **make_transfers(world),
        **make_on_site_things(world),
        **make_asking_things(world),
        "inspection-plans": visit.plan_id,
        "inspections/file": visit.results.get(photos__isnull=False).photos.get().pk,
        "checklists": "short",
        "mails": mails.receive(b"From: a@b.example\nSubject: x\n\nx\n", way="api", at=NOON)[0].pk,
        "escalations": make_escalation(ticket).pk,
        "named-engineers": more["named"].pk,
        "obligations": more["owed"].pk,
        "organizations": world.organization.pk,
        "parts": purchase.part_id,
        "people": world.customer.membership.pk,
        "purchases": purchase.pk,
        "repairs": repair.pk,
        "sites": world.site.pk,
        "stock": world.site.pk,
        "scoresheets": more["scored"].pk,
        "service-requests": more["asked_for"].pk,
        "staff-certificates": more["paper"].pk,
        "surveys": survey.pk,
        "survey-answers": said.pk,
        "survey-results": said.pk,
        "survey-templates": survey.version.template_id,
        "entitlements": world.equipment.pk,
        "quotation-requests": quotation.pk,
        "remedies": propose(world, ticket).pk,
        "terms": quotation.term_id,
        "training/certificates": more["certificate"].pk,
        "training/courses": more["course"].pk,
        "training/sessions": more["training"].pk,
        "changes": webhooks.number_next_changes(NOON),
        "tickets": ticket.pk,
        "loops": make_ticket(world, kind="complaint").number,
    }


@pytest.fixture
def things(world) -> dict[str, int | str]:
    return make_things(world)


@pytest.mark.django_db
def test_what_is_read_has_the_shape_it_is_said_to_have(world, things):
    client = program(world, "manager")
    for path in READING:
        of = path.removeprefix("/api/v1/").split("/{")[0].rstrip("/")
        file = things.get(f"{of}/file", things["file"])
        answer = ask(client, "get", path, id=things.get(of), code=things.get(of), file=file, clock=things["clock"])
        assert answer.status_code == 200, (path, getattr(answer, "content", "a file"))
        if path in FILES:
            assert (answer.headers["Content-Type"], b"".join(answer.streaming_content)[:4]) == FILES[path], path
            continue
        if path.endswith("/files/{file}/"):
            assert b"".join(answer.streaming_content) == b"error 42"
            continue
        if path.endswith("exports/{id}/file/"):
            assert b"".join(answer.streaming_content).startswith(b"PK")
            continue
        if path.endswith("/refused/"):
            assert answer.headers["Content-Type"].startswith("text/csv")
            continue
        body = check_success(answer, "get", path)
        assert "{" in path or isinstance(body, list) or body["results"], f"{path} has nothing to check"


@pytest.mark.django_db
def test_what_is_written_answers_in_the_shape_it_is_said_to(world):
    ours, theirs = program(world), program(world, "customer")
    report = {"severity": 2, "subject": "挂号系统打不开", "equipment": world.equipment.pk, "external_id": "A-1"}
    number = check_success(ask(theirs, "post", "/api/v1/tickets/", report), "post", "/api/v1/tickets/")["number"]
    check_success(ask(theirs, "post", "/api/v1/tickets/", report), "post", "/api/v1/tickets/")  # 200, the same ticket
    said = {"accept": {}, "contact": {"text": "收到"}, "hold": {"cause": "等授权"}, "comment": {"text": "内部", "internal": True}}
    for name, words in said.items():
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
def test_too_many_requests_are_told_when_to_come_back(world, settings):
    caches["rate"].clear()
    settings.API_RATE = "1/min"
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

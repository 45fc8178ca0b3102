"""Whatever is sent, the interface answers it: a refusal is a problem, never a page, never a failure of ours."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from customers.models import HeightenedPeriod
from inbound.models import Source
from tests.customers.worlds import make_period
from tests.documents.worlds import make_document
from tests.inbound.worlds import make_source
from tests.inspections.worlds import make_plan
from tests.inspections.worlds import make_visit as make_inspection
from tests.parts.worlds import make_orders
from tests.processes import ROOT
from tests.surveys.worlds import make_template
from tests.tickets.rest import Program, report
from tests.visits.worlds import make_visit
from tests.worlds import World, make_promising_world, make_ticket
from tickets.models import Ticket

if TYPE_CHECKING:
    from pathlib import Path

DESCRIBED: dict[str, Any] = yaml.load((ROOT / "docs" / "openapi.yaml").read_text(), Loader=yaml.CSafeLoader)
PROBLEM = Draft202012Validator(DESCRIBED["components"]["schemas"]["Problem"])
TICKETS = "/api/v1/tickets/"
JSON = "application/json"


@pytest.fixture
def world(db) -> World:
    return make_promising_world()


def check_problem(answer: Any, *statuses: int) -> dict[str, Any]:
    assert answer.status_code in statuses, (answer.status_code, answer.content[:300])
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    PROBLEM.validate(body)
    return body


# --- what is no JSON, no form, no method --------------------------------------------------------

BODIES = [
    (b"[" * 100_000 + b"]" * 100_000, JSON, 400, "nested too deeply"),
    (b'{"contact":' * 5000 + b"1" + b"}" * 5000, JSON, 400, "objects nested too deeply"),
    (b'{"severity":' + b"9" * 5000 + b"}", JSON, 400, "a number of 5000 digits"),
    (b'{"severity":NaN}', JSON, 400, "no number"),
    (b'{"subject":"\\ud800"}', JSON, 400, "half a character"),
    (b'{"kind":"\\ud800"}', JSON, 400, "half a character that the answer would quote"),
    (b'{"\\ud800":1}', JSON, 400, "half a character for a name"),
    (b'{"\\u0000":1}', JSON, 400, "a NUL for a name"),
    (b'{"equipment":1e400,"severity":1,"subject":"s"}', JSON, 400, "an infinite id"),
    (b'{"contact":{"\\ud83d":[{"a":1}]}}', JSON, 400, "half a character within"),
    (b'{"contact":{"name":["x\\u0000"]}}', JSON, 400, "a NUL within"),
    (b'{"contact":{"name":[-1e999]}}', JSON, 400, "a number without end within"),
    (b"\xff\xfe{}", JSON, 400, "not UTF-8"),
    (b"", JSON, 400, "nothing"),
    (b"null", JSON, 400, "null"),
    (b'{"severity":1}', "text/yaml", 415, "another form"),
    (b"severity=1", "application/x-www-form-urlencoded", 415, "a form of a page"),
    (b"{}", "rubbish", 415, "no type at all"),
    (b"{}", "application/json; charset=hex", 400, "a charset that decodes no text"),
    (b"xx", "multipart/form-data", 400, "a form without a boundary"),
    (b"--b\r\nbroken", "multipart/form-data; boundary=b", 400, "a form cut off"),
    (b"--b\r\nbroken", "multipart/form-data; boundary=b; charset=idna", 400, "a form in a charset for names"),
    (b'{"subject":"' + b"x" * 6_000_000 + b'"}', JSON, 413, "far too much"),
]


@pytest.mark.parametrize(("raw", "kind", "status", "why"), BODIES, ids=[row[3] for row in BODIES])
def test_a_body_that_cannot_be_read_is_refused(world: World, raw: bytes, kind: str, status: int, why: str) -> None:
    body = check_problem(Program(world, "customer").client.generic("POST", TICKETS, raw, kind), status)
    assert len(json.dumps(body)) < 5000, "it quotes only so much"
    assert not Ticket.objects.exists()


def test_a_form_that_is_far_too_large_is_not_even_read(world: World, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 10
    form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + b"x" * 50 + b"\r\n--b--\r\n"
    address = f"{TICKETS}{make_ticket(world).pk}/attach/"
    answer = Program(world, "customer").client.post(address, form, content_type="multipart/form-data; boundary=b")
    assert check_problem(answer, 413)["code"] == "too_large"


def test_a_body_of_unknown_length_is_asked_for_its_length(world: World) -> None:
    client = Program(world, "customer").client
    answer = client.generic("POST", TICKETS, b"", content_type=JSON, headers={"Transfer-Encoding": "chunked"})
    assert check_problem(answer, 411)["code"] == "length_required"


METHODS = [
    ("PUT", TICKETS, 405), ("DELETE", f"{TICKETS}1/", 405), ("PATCH", f"{TICKETS}1/", 405), ("FOO", TICKETS, 405),
    ("POST", "/api/schema/", 405), ("POST", "/api/docs/", 405), ("GET", f"{TICKETS}1/hold/", 405), ("FOO", "/api/nothing/", 404),
    ("POST", "/api/v1/nothing", 404), ("POST", "/api", 404), ("GET", "/api", 404), ("DELETE", "/api/v1/", 404),
]  # fmt: skip


@pytest.mark.parametrize(("method", "address", "status"), METHODS)
def test_a_method_that_is_not_there_is_refused(world: World, method: str, address: str, status: int) -> None:
    client = Program(world, "customer").client
    client.handler.enforce_csrf_checks = True
    check_problem(client.generic(method, address), status)


ADDRESSES = [
    "%00/", "%ED%A0%80/", "%F0%9F/", "a%2Fb/", "..%2f/", "9" * 18 + "/", "9" * 19 + "/", "9" * 400 + "/", "%D9%A1/", "-1/", "1.json/",
    "x" * 3000 + "/", "/", "1/files/x/", "1/files/" + "9" * 18 + "/", "SD-20261120-9999/events/",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address[:20])
def test_an_address_of_nothing_is_not_found(world: World, address: str) -> None:
    make_ticket(world)
    check_problem(Program(world, "engineer").client.get(TICKETS + address), 404)


@pytest.mark.parametrize("name", ["organizations", "sites", "equipment", "contracts", "inspections", "surveys"])
def test_an_id_beyond_64_bit_is_not_found(world: World, name: str) -> None:
    check_problem(Program(world, "engineer").get(f"{name}/{'9' * 30}/"), 404)


ACCEPTED = [("text/html", 406), ("application/xml", 406), ("rubbish", 406), (",;,", 406), ("*/*;q=0", 200), ("application/json;v=2", 200)]


@pytest.mark.parametrize(("accept", "status"), ACCEPTED)
def test_a_form_that_there_is_not_is_refused(world: World, accept: str, status: int) -> None:
    answer = Program(world, "customer").client.get(TICKETS, headers={"Accept": accept})
    if status == 200:
        assert answer.headers["Content-Type"] == JSON
    else:
        check_problem(answer, status)


@pytest.mark.parametrize("shown", ["Bearer", "Bearer x y", "Bearer " + "x" * 5000, "bearer é", "Basic eDp5", "Token x", "rubbish"])
def test_a_token_that_is_none_is_refused(db, shown: str) -> None:
    answer = Client(headers={"Authorization": shown}).get(TICKETS)
    check_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_browser_without_the_forms_token_is_refused_as_a_program(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.customer)
    check_problem(client.post(TICKETS, json.dumps(report(world)), content_type=JSON), 403)


def test_another_host_is_refused(db) -> None:
    check_problem(Client().get(TICKETS, headers={"Host": "evil.example"}), 400)


# --- manners ------------------------------------------------------------------------------------


def test_an_address_without_its_last_slash_is_the_same(world: World) -> None:
    program = Program(world, "customer")
    made = program.client.post("/api/v1/tickets", json.dumps(report(world)), content_type=JSON)
    assert made.status_code == 201
    number = made.json()["number"]
    assert program.get(f"tickets/{number}").json()["id"] == made.json()["id"]
    assert program.post(f"tickets/{number}/cancel").status_code == 200
    assert Client().get("/api/schema").status_code == 200


def test_what_was_made_says_where_it_stands(world: World) -> None:
    program = Program(world, "customer")
    made = program.post("tickets/", report(world, external_id="A-1"))
    assert program.client.get(made.headers["Location"]).json()["id"] == made.json()["id"]
    assert "Location" not in program.post("tickets/", report(world, external_id="A-1")).headers
    said = program.post(f"tickets/{made.json()['id']}/comment/", {"text": "请尽快"})
    assert program.client.get(said.headers["Location"]).json()[-1]["text"] == "请尽快"


@pytest.mark.parametrize("address", [TICKETS, f"{TICKETS}1/", "/api/v1/nothing/", "/api/v1/surveys/"])
@pytest.mark.parametrize("role", ["customer", "anonymous"])
def test_an_answer_is_kept_by_nobody_on_its_way(world: World, role: str, address: str) -> None:
    answer = Program(world, role).client.get(address)
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"Authorization", "Cookie"} <= {name.strip() for name in answer.headers["Vary"].split(",")}


def test_head_and_options_tell_no_more_than_get(world: World) -> None:
    client = Program(world, "customer").client
    head, options = client.head(TICKETS), client.options(TICKETS)
    assert (head.status_code, head.content) == (200, b"")
    assert set(options.json()) == {"name", "description", "renders", "parses"}
    assert options.headers["Allow"] == "GET, POST, HEAD, OPTIONS"
    check_problem(Client().options(TICKETS), 401)


# --- no HTTP at all -----------------------------------------------------------------------------

UNREADABLE = [
    (b"GET /api/v1/tickets/" + b"x" * 9000 + b"/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 414, "an address without end"),
    (b"GET /api/v1/tickets/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: abc\r\n\r\n", 400, "a length that is none"),
    (b"GET /api/v1/tickets/ HTTP/1.1\r\nHost: localhost\r\nAccept: \x01\r\n\r\n", 400, "a header that is none"),
]


@pytest.mark.once
def test_what_gunicorn_cannot_read_is_a_problem_as_well(tmp_path: Path) -> None:
    path = tmp_path / "web"
    command = [sys.executable, "-m", "gunicorn", "servicedesk.wsgi", "--bind", f"unix:{path}", "--no-control-socket"]
    web = subprocess.Popen(command, env={**os.environ, "DATA_DIR": str(tmp_path)}, cwd=ROOT)
    try:
        for sent, status, why in UNREADABLE:
            head, _empty, body = _exchange(path, sent).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 %d " % status), why
            assert b"application/problem+json" in head
            PROBLEM.validate(json.loads(body))
    finally:
        web.terminate()
        web.wait(30)


def _exchange(path: Path, sent: bytes) -> bytes:
    end = time.monotonic() + 30
    while True:
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(str(path))
            except OSError:
                assert time.monotonic() < end, "gunicorn does not start"
                time.sleep(0.1)
                continue
            line.sendall(sent)
            return b"".join(iter(lambda: line.recv(65536), b""))


# --- anything -----------------------------------------------------------------------------------

FILES = {"attach", "photos"}
"""Addresses that take a file and no JSON."""
POSTS = sorted(path for path, operations in DESCRIBED["paths"].items() if "post" in operations and path.split("/")[-2] not in FILES)
LISTS = sorted(path for path, operations in DESCRIBED["paths"].items() if "get" in operations and "{id}" not in path)
FOR_MANAGERS = {"imports", "inbound-sources", "survey-campaigns", "survey-posters", "survey-results"}
ODD = st.sampled_from(["\0", "\ud800", "\u202e", "1e400", "null", "' OR 1=1 --", "{{7*7}}", "<b>", "9" * 40, "٣", "x" * 25_000])
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(2**62, 2**70) | st.floats() | st.text(max_size=20) | ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | ODD, inner, max_size=3),
    max_leaves=6,
)
FUZZ = settings(
    max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


THINGS: dict[str, Any] = {
    "contracts": lambda world: world.contract,
    "equipment": lambda world: world.equipment,
    "heightened-periods": lambda world: HeightenedPeriod(pk=make_period(world)),
    "inbound-sources": lambda world: Source(pk=make_source(world)),
    "organizations": lambda world: world.organization,
    "people": lambda world: world.customer.membership,
    "sites": lambda world: world.site,
    "visits": make_visit,
    "inspections": make_inspection,
    "documents": make_document,
    "inspection-plans": make_plan,
    "survey-templates": make_template,
    "purchases": lambda world: make_orders(world, make_ticket(world))[0],
    "repairs": lambda world: make_orders(world, make_ticket(world))[1],
}
"""What is moved at an address that begins so; anywhere else it is a ticket."""
BY_MANAGERS = {
    *("contracts", "equipment", "heightened-periods", "organizations", "people", "sites"),
    "inbound-sources",
}
"""What an engineer may not write."""


def fields_of(path: str) -> dict[str, Any]:
    """The fields that the file says a POST takes."""
    sent = DESCRIBED["paths"][path]["post"].get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema", {})
    name = sent.get("$ref", "").rpartition("/")[2]
    return DESCRIBED["components"]["schemas"][name].get("properties", {}) if name else {}


def sane(fields: dict[str, Any]) -> st.SearchStrategy[Any]:
    """A value that the file allows for a field, so that what is odd about the others is reached."""
    kind = str(fields.get("type", ""))
    return st.integers(1, 4) if "integer" in kind else st.sampled_from(["x", "fault", "customer", "fine", "message"])


@pytest.mark.parametrize("path", POSTS)
@FUZZ
@given(data=st.data())
def test_whatever_is_posted_is_answered(world: World, path: str, data: st.DataObject) -> None:
    fields = fields_of(path)
    known = st.fixed_dictionaries({}, optional={name: sane(field) | VALUE for name, field in fields.items()})
    body = data.draw(known | known | st.dictionaries(st.text(max_size=8) | ODD, VALUE, max_size=2) | VALUE)
    with transaction.atomic():
        thing = THINGS.get(path.split("/")[3], make_ticket)(world)
        address = path.replace("{id}", str(thing.pk))
        ours = "manager" if path.split("/")[3] in BY_MANAGERS else "engineer"
        answer = Program(world, data.draw(st.sampled_from(["customer", ours]))).client.post(address, json.dumps(body), content_type=JSON)
        if answer.status_code not in (200, 201):
            check_problem(answer, 400, 403, 404, 409)  # a customer does not learn of our purchases and repairs
        transaction.set_rollback(True)


@pytest.mark.parametrize("path", LISTS)
@FUZZ
@given(data=st.data())
def test_whatever_is_asked_of_a_list_is_answered(world: World, path: str, data: st.DataObject) -> None:
    names = [row["name"] for row in DESCRIBED["paths"][path]["get"].get("parameters", []) if "name" in row]
    value = (
        st.text(max_size=12) | ODD.map(lambda odd: odd[:500]) | st.integers().map(str) | st.sampled_from(["true", "2026-11-20", "fault"])
    )
    value = value.filter(lambda text: text.isascii() or text.encode("utf-8", "ignore").decode() == text)
    query = data.draw(st.dictionaries(st.sampled_from(names), value, min_size=1, max_size=3))
    answer = Program(world, "manager" if path.split("/")[3] in FOR_MANAGERS else "engineer").client.get(path, query)
    if answer.status_code != 200:
        check_problem(answer, 400, 404, 410)

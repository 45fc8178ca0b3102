"""Bad input sent to every operation that takes a body and to every list: a problem that says so, and nothing is done.

What cannot be read at all (size, nesting, encoding) is refused before any operation: ``tests/tickets/test_api_refusals.py``.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts import services as accounts
from accounts.models import ApiToken
from clients import services as clients
from core.time import now
from tests.clients.programs import Program as OAuthProgram
from tests.interface.fuzzing import places
from tests.test_openapi import DESCRIBED, OPERATIONS, check_problem, program
from tests.worlds import NOON, World, make_promising_world

pytestmark = [pytest.mark.once, pytest.mark.django_db]

JSON = "application/json"
WITH_BODY = [(method, path) for method, path in OPERATIONS if "requestBody" in DESCRIBED["paths"][path][method]]
NARROWED = [
    path
    for method, path in OPERATIONS
    if method == "get" and any(row.get("name") == "cursor" for row in DESCRIBED["paths"][path][method].get("parameters", ()))
]
BODIES: list[tuple[str, bytes, str, set[int]]] = [
    ("an unknown field", b'{"colour": "red"}', JSON, {400}),
    ("a list", b"[{}]", JSON, {400}),
    ("another form", b"<a/>", "application/xml", {415}),
]
WRONG: list[Any] = [{}, [], "", -1, 10**30, "x\0y", "\ud800", None, True, 1.5, "2026-02-30", {"a": {"a": {}}}]
"""What is put into each field that is known, all at once: another one for each operation."""


@pytest.fixture
def world(settings: Any) -> World:
    settings.API_RATE = settings.API_ANONYMOUS_RATE = "1000000/min"
    return make_promising_world()


def address(path: str, known: dict[str, dict[str, Any]]) -> str:
    """The address of something that is there."""
    of = path.removeprefix("/api/v1/").split("/{")[0].rstrip("/")
    return path.format(**known[of]) if "{" in path else path


def send(client: Client, method: str, where: str, body: bytes, kind: str) -> Any:
    """Send a body, and let nothing stay of it."""
    with transaction.atomic():
        answer = client.generic(method.upper(), where, body, kind, headers={"If-Match": "*"})
        transaction.set_rollback(True)
    return answer


def test_no_operation_takes_a_body_that_is_none(world: World) -> None:
    known, client = places(world), program(world, "manager")
    wrong = []
    for method, path in WITH_BODY:
        is_form = JSON not in DESCRIBED["paths"][path][method]["requestBody"]["content"]
        where = address(path, known)
        for why, body, kind, statuses in BODIES if not is_form else BODIES[-1:]:
            answer = send(client, method, where, body, kind)
            if answer.status_code not in statuses | {403, 409}:  # who may not, or not now, is told so first
                wrong.append((method, path, why, answer.status_code, answer.content[:200]))
            elif answer.headers["Content-Type"] != "application/problem+json" or not json.loads(answer.content)["code"]:
                wrong.append((method, path, why, answer.headers["Content-Type"]))
    assert not wrong, "\n".join(map(str, wrong))


def test_nothing_put_into_a_field_makes_an_operation_fail(world: World) -> None:
    known, client = places(world), program(world, "manager")
    wrong = []
    for place, (method, path) in enumerate(WITH_BODY):
        content = DESCRIBED["paths"][path][method]["requestBody"]["content"]
        if JSON not in content:
            continue
        schema = DESCRIBED["components"]["schemas"][content[JSON]["schema"]["$ref"].rpartition("/")[2]]
        value = WRONG[place % len(WRONG)]
        body = json.dumps(dict.fromkeys(schema.get("properties", {}), value)).encode()
        answer = send(client, method, address(path, known), body, JSON)
        if answer.status_code >= 500 or (answer.status_code >= 400 and answer.headers["Content-Type"] != "application/problem+json"):
            wrong.append((method, path, value, answer.status_code, answer.content[:200]))
    assert not wrong, "\n".join(map(str, wrong))


def test_no_list_takes_a_filter_that_is_unknown_or_says_nothing(world: World) -> None:
    known, client = places(world), program(world, "manager")
    for path in NARROWED:
        where = address(path, known)
        names = [row["name"] for row in DESCRIBED["paths"][path]["get"]["parameters"] if row.get("in") == "query"]
        for query in (
            *(() if "{" in path else ("colour=red",)),
            "cursor=nonsense",
            "page_size=0",
            "limit=x&page_size=5",
            "page_size=-1&limit=5",
        ):
            answer = client.get(f"{where}?{query}")
            assert answer.status_code == 400, f"{where}?{query}"
            check_problem(answer, 400)
        if "archive" not in path:  # its fields say themselves what may be left open
            for name in sorted(set(names) - {"cursor", "limit", "page_size"}):
                answer = client.get(where, {name: ""})
                assert answer.status_code == 400, (where, name)
                check_problem(answer, 400, "invalid")


# --- Tokens ---------------------------------------------------------------------------------------


def test_a_token_that_does_not_open_any_more_opens_nothing(world: World) -> None:
    """Expired, revoked, of a client that was switched off, of a secret that was changed: for every family."""
    person = world.engineer
    row, revoked = accounts.issue_token(person, name="t", scope=ApiToken.Scope.WRITE, actor=person, at=NOON)
    accounts.revoke_token(row, actor=person, at=NOON)
    scopes = ["tickets:read"]
    made = [
        clients.create_client(name=name, user=person, scopes=scopes, rate=600, actor=world.manager, at=now()) for name in ("one", "two")
    ]
    (first, secret), (second, other) = made
    expired, ended = OAuthProgram(first, secret).token(), OAuthProgram(second, other).token()
    first.accesstoken_set.update(expires=now() - timedelta(seconds=1))  # type: ignore[attr-defined]
    clients.switch(second, on=False, actor=world.manager, at=now())
    for token in (revoked, expired, ended, revoked + "x", secret):
        client = Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)
        for method, path in OPERATIONS[::9]:
            answer = client.generic(method.upper(), re.sub(r"{\w+}", "1", path), b"{}", JSON)
            check_problem(answer, 401)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer"), path


def test_an_empty_key_is_no_key(world: World) -> None:
    client = program(world, "engineer")
    answer = client.post("/api/v1/tickets/", b"{}", content_type=JSON, headers={"Idempotency-Key": ""})
    check_problem(answer, 400, "idempotency_key_unreadable")


def test_what_a_form_does_not_say_is_not_said(world: World) -> None:
    article = places(world)["articles"]["id"]
    answer = program(world, "customer").post(f"/api/v1/articles/{article}/vote/", {"words": "?"})
    body = check_problem(answer, 400, "invalid")
    assert [row["pointer"] for row in body["errors"]] == ["/helped"]


def test_a_table_of_nothing_is_no_table(world: World) -> None:
    inspection = places(world)["inspections"]["id"]
    answer = program(world, "engineer").post(f"/api/v1/inspections/{inspection}/readings/", b"", content_type="text/csv")
    check_problem(answer, 400, "invalid")

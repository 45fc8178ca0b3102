"""Every operation of the interface has a scope, and refuses a client without it."""

from __future__ import annotations

import pytest
from rest_framework.permissions import SAFE_METHODS

from clients import scopes
from tests.test_openapi import DESCRIBED, FILE, OPERATIONS, ask, check_problem, program

pytestmark = pytest.mark.django_db


def needed(method: str, path: str) -> str:
    """The scope that the file says an operation needs."""
    said = DESCRIBED["paths"][path][method]["security"]
    [[scope]] = [each["oauth2"] for each in said if "oauth2" in each]
    return scope


NEEDED = [(method, path, needed(method, path)) for method, path in OPERATIONS]


def test_every_operation_reads_or_writes_one_family():
    for method, path, scope in NEEDED:
        family, deed = scope.split(":")
        assert family in scopes.FAMILIES, path
        assert deed == ("read" if method.upper() in SAFE_METHODS else "write"), path
        assert {"token": [deed]} in DESCRIBED["paths"][path][method]["security"], path


def test_the_file_offers_the_scopes_that_there_are():
    flow = DESCRIBED["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    assert flow["tokenUrl"] == "/oauth/token/"
    assert list(flow["scopes"]) == [code for code, _label in scopes.choices()]
    beside = {"tmf:read", "tmf:write"}  # what they open is described by its own standard's files
    assert {scope for _method, _path, scope in NEEDED} == scopes.ALL - beside, "none is offered that opens nothing"


@pytest.mark.parametrize(("method", "path", "scope"), NEEDED)
def test_without_its_scope_an_operation_is_refused_and_names_it(make, method, path, scope):
    client = make(scopes=sorted(scopes.ALL - {scope})).logged_in()
    answer = ask(client, method, path)
    body = check_problem(answer, 403, "scope_missing")
    assert body["scope"] == scope
    assert scope in body["detail"]
    assert answer.headers["WWW-Authenticate"] == f'Bearer realm="api", error="insufficient_scope", scope="{scope}"'


@pytest.mark.parametrize(("method", "path", "scope"), [(*each,) for each in NEEDED if "{id}" in each[1]])
def test_with_its_scope_alone_it_is_let_in(make, method, path, scope):
    check_problem(ask(make(scopes=[scope]).logged_in(), method, path), 404, "not_found")


@pytest.mark.parametrize(("kind", "status"), [("read", 403), ("write", 404)])
def test_a_persons_token_reads_all_or_writes_all(world, kind, status):
    for path in ("/api/v1/tickets/{id}/accept/", "/api/v1/visits/{id}/depart/"):
        client = program(world, scope=kind)
        body = check_problem(ask(client, "post", path), status)
        if status == 403:
            assert (body["code"], body["scope"]) == ("token_reads_only", path.split("/")[3] + ":write")
        assert ask(client, "get", path.partition("{")[0]).status_code == 200


@pytest.mark.once
def test_the_guide_names_every_scope():
    text = (FILE.parent / "api.md").read_text()
    assert not [scope for scope in scopes.ALL if f"`{scope}`" not in text]

"""Every URL of the product as every role, as nobody, and as a stranger from another customer."""

from __future__ import annotations

import copy
import importlib
import pkgutil
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import access, worlds
from tests.access import ROLES, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

TABLES = [importlib.import_module(f"tests.access.{module.name}") for module in pkgutil.iter_modules(access.__path__)]
ROWS: list[Row] = [row for table in TABLES for row in table.ROWS]
SAFE = {"head", "options"}


def route_of(pattern: Any) -> str:
    """The route as written in urls.py; a regular expression without its anchors."""
    return str(pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z").replace("\\.", ".").removesuffix("\\")


def urls(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address the product answers, without the administration, which has a rule of its own."""
    for entry in patterns:
        route = prefix + route_of(entry.pattern)
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from urls(entry.url_patterns, route)
        else:
            yield route, entry


def methods(pattern: URLPattern) -> set[str]:
    """The methods a REST view has; of a page, which decides for itself, one is enough."""
    actions = getattr(pattern.callback, "actions", None)
    return set(actions) - SAFE if actions else {""}


def test_every_url_has_a_row():
    spoken_of = {(row.route, row.method) for row in ROWS} | {(row.route, "") for row in ROWS}
    wanted = {(route, method) for route, pattern in urls(get_resolver().url_patterns) for method in methods(pattern)}
    missing = sorted(wanted - spoken_of)
    assert not missing, "say in tests/access/ who may open these"


def test_every_row_is_about_a_url():
    routes = {route for route, _pattern in urls(get_resolver().url_patterns)}
    assert not {row.route for row in ROWS} - routes


@pytest.fixture
def world(db):
    """The world, and what the apps' tables need beside it."""
    world = worlds.make_world()
    names: dict[str, Any] = dict(vars(world))
    for table in TABLES:
        if hasattr(table, "prepare"):
            names |= table.prepare(world)
    return world, names


def verdict(answer: HttpResponse) -> str:
    """What an answer means to the one who asked."""
    to_login = answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/?next=")
    if to_login or answer.status_code == 401:
        return "login"
    return {403: "forbidden", 404: "missing", 500: "error"}.get(answer.status_code, "in")


def entered(person: Any) -> Client:
    """A person who has logged in, or a stranger."""
    client = Client()
    if person:
        client.force_login(person)
    return client


def ask(cookies: SimpleCookie, row: Row, names: dict[str, Any]) -> HttpResponse:
    """Try the address as whoever has these cookies, and undo what it did, so that each row finds the same world."""
    client = Client(raise_request_exception=False)
    client.cookies = copy.copy(cookies)
    address = row.address.format(**names)
    kind = {"content_type": "application/json"} if address.startswith(("/api/", "/tmf-api/")) and row.method != "get" else {}
    with transaction.atomic():
        answer = getattr(client, row.method)(address, row.data, **kind)
        if answer.streaming:
            b"".join(answer)  # a file is closed when it has been read
        transaction.set_rollback(True)
    return answer


@pytest.mark.once
@pytest.mark.parametrize("roles", [ROLES[:3], ROLES[3:5], ROLES[5:]], ids="-".join)
def test_each_role_is_let_in_where_it_belongs_and_nowhere_else(world, roles, monkeypatch):
    """What the pages show is tested with them: here it is not even written."""
    world, names = world
    monkeypatch.setattr(Template, "render", lambda *_given, **_named: "")
    wrong = []
    for role in roles:
        cookies = entered(world.person(role)).cookies
        for row in ROWS:
            cache.clear()  # throttles are tested elsewhere
            answer = ask(cookies, row, names)
            if verdict(answer) != row.verdicts[role]:
                wrong.append(f"{role}: {row.method} {row.address}: {answer.status_code}, expected {row.verdicts[role]}")
    assert not wrong, "\n".join(wrong)


def test_the_administration_is_for_its_staff(db):
    world = worlds.make_world()
    for role in ROLES:
        client = entered(world.person(role))
        for address in ("/admin/", "/admin/accounts/user/", f"/admin/customers/organization/{world.organization.pk}/change/"):
            assert client.get(address).status_code == (200 if role == "admin" else 302), (role, address)


@pytest.mark.once
def test_no_answer_of_the_api_is_html(world):
    _world, names = world
    for row in ROWS:
        if row.address.startswith("/api/v1/"):
            answer = ask(SimpleCookie(), row, names)
            assert "json" in answer.headers["Content-Type"], row.address

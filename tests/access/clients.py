"""API clients: managers look after those that act as no administrator; programs fetch tokens without a login."""

from __future__ import annotations

from typing import Any

from clients import services
from tests.access import EVERYBODY, MANAGERS, row
from tests.worlds import NOON

GIVEN = {"name": "other helpdesk", "account": "nobody@example.com", "rate": 600, "scopes": ["tickets:read"]}


def prepare(world: Any) -> dict[str, Any]:
    """A client that acts as the customer's supervisor, and one that acts as the administrator."""
    facts: dict[str, Any] = {"name": "other helpdesk", "scopes": ["tickets:read"], "rate": 600, "at": NOON}
    ours, _secret = services.create_client(user=world.supervisor, actor=world.manager, **facts)
    high, _secret = services.create_client(user=world.admin, actor=world.admin, **facts)
    return {"api_client": ours, "high_client": high}


def both(route: str, **more: Any) -> list[Any]:
    """A page of a client, and that of one which acts as an administrator."""
    here, high = ("/" + route.replace("<int:pk>", name) for name in ("{api_client.pk}", "{high_client.pk}"))
    return [
        row(route, here, let_in=MANAGERS, **more),
        row(route, high, let_in=frozenset({"admin"}), manager="missing", **more),
    ]


ROWS = [
    row("clients/", let_in=MANAGERS),
    row("clients/new/", let_in=MANAGERS),
    row("clients/new/", let_in=MANAGERS, method="post", data=GIVEN),
    *both("clients/<int:pk>/"),
    *both("clients/<int:pk>/edit/"),
    *both("clients/<int:pk>/edit/", method="post", data=GIVEN),
    *both("clients/<int:pk>/off/", method="post"),
    *both("clients/<int:pk>/on/", method="post"),
    *both("clients/<int:pk>/rotate/", method="post", data={"overlap_hours": 24}),
    *both("clients/<int:pk>/revoke/", method="post"),
    row("oauth/token/", let_in=EVERYBODY),  # a GET is answered 405
    row("oauth/token/", let_in=frozenset(), method="post", others="login", data={"grant_type": "client_credentials"}),
    row("oauth/revoke/", let_in=EVERYBODY),
]

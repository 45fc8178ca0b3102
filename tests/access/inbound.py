"""Sources: managers look after those that act as no administrator; programs send without a login, with a secret."""

from __future__ import annotations

from typing import Any

from inbound import services
from inbound.models import Arrival, Case
from tests.access import EVERYBODY, MANAGERS, row
from tests.worlds import NOON

GIVEN = {"name": "Prometheus", "kind": "alertmanager", "at": NOON, "labels": ["instance"]}


def prepare(world: Any) -> dict[str, Any]:
    """A source that acts as a dispatcher with a message and a case in the tray, and one that acts as the administrator."""
    ours, _secret = services.create_source(account=world.dispatcher, actor=world.manager, **GIVEN)
    high, _secret = services.create_source(account=world.admin, actor=world.admin, **GIVEN)
    names = {}
    for name, source in (("ours", ours), ("high", high)):
        names[f"{name}_source"] = source
        names[f"{name}_arrival"] = Arrival.objects.create(source=source, at=NOON, size=2, body=b"{}", digest=name)
        draft = {"subject": "x", "names": []}
        names[f"{name}_case"] = Case.objects.create(source=source, digest=name, waits=True, draft=draft, first_at=NOON, last_at=NOON)
    return names


def both(route: str, **more: Any) -> list[Any]:
    """A page of a source, and that of one which acts as an administrator."""
    here, high = (_address(route, whose) for whose in ("ours", "high"))
    return [
        row(route, here, let_in=MANAGERS, **more),
        row(route, high, let_in=frozenset({"admin"}), manager="missing", **more),
    ]


def _address(route: str, whose: str) -> str:
    thing = "case" if "/tray/" in route else "source"
    return "/" + route.replace("<int:pk>", f"{{{whose}_{thing}.pk}}").replace("<int:row>", f"{{{whose}_arrival.pk}}")


def rest(step: str = "", **more: Any) -> list[Any]:
    """A source over REST: to whoever does not look after it it is not there."""
    route = f"api/v1/inbound-sources/(?P<pk>[0-9]+)/{step}"
    here, high = (f"/api/v1/inbound-sources/{{{whose}_source.pk}}/{step}" for whose in ("ours", "high"))
    return [
        row(route, here, let_in=MANAGERS, others="missing", **more),
        row(route, high, let_in=frozenset({"admin"}), others="missing", **more),
    ]


REST = [
    row("api/v1/inbound-sources/", let_in=MANAGERS),
    row("api/v1/inbound-sources/", let_in=MANAGERS, method="post"),
    *rest(),
    *rest(method="patch"),
    *rest("pause/", method="post"),
    *rest("resume/", method="post"),
    *rest("rotate/", method="post"),
    *rest("how/"),
    *rest("messages/"),
]
ROWS = [
    row("inbound/", let_in=MANAGERS),
    row("inbound/new/<slug:kind>/", "/inbound/new/webhook/", let_in=MANAGERS),
    row("inbound/new/<slug:kind>/", "/inbound/new/webhook/", let_in=MANAGERS, method="post", data={"name": ""}),
    row("inbound/tray/", let_in=MANAGERS),
    *both("inbound/tray/<int:pk>/"),
    *both("inbound/tray/<int:pk>/", method="post", data={"place": "e0"}),
    *both("inbound/tray/<int:pk>/dismiss/", method="post"),
    *both("inbound/<int:pk>/"),
    *both("inbound/<int:pk>/edit/"),
    *both("inbound/<int:pk>/edit/", method="post", data={"name": ""}),
    *both("inbound/<int:pk>/pause/", method="post"),
    *both("inbound/<int:pk>/resume/", method="post"),
    *both("inbound/<int:pk>/rotate/", method="post", data={"overlap_hours": 24}),
    *both("inbound/<int:pk>/try/"),
    *both("inbound/<int:pk>/try/", method="post", data={"payload": "{}"}),
    *both("inbound/<int:pk>/messages/<int:row>/"),
    *both("inbound/<int:pk>/messages/<int:row>/again/", method="post"),
    *REST,
    row("api/inbound/<slug:key>/", "/api/inbound/{ours_source.key}/", let_in=frozenset(), method="post", others="login"),
    row("api/inbound/<slug:key>/", "/api/inbound/{ours_source.key}/", let_in=EVERYBODY),  # a GET is answered 405
    row("api/tickets.json/", let_in=frozenset(), method="post", others="login"),
    row("api/tickets.xml/", let_in=frozenset(), method="post", others="login"),
]

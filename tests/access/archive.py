"""Service archive: a customer's for staff and its supervisors, a site's or equipment's for whoever sees it; exports are their asker's."""

from __future__ import annotations

from typing import Any

from archive import services
from archive.scope import Scope
from archive.services.making import make_next
from tests.access import PEOPLE, STAFF, Row, own, row
from tests.worlds import NOON

HEADS = STAFF | {"supervisor"}


def prepare(world: Any) -> dict[str, Any]:
    """The supervisor's export, ready."""
    days = {"first": NOON.date(), "last": NOON.date()}
    asked = services.ask(Scope.of(world.organization), **days, form="zip", language="en", actor=world.supervisor, at=NOON)
    make_next(lambda: NOON)
    return {"archive_export": asked, "archive_days": days}


def of(kind: str, path: str = "", **more: Any) -> Row:
    """A page of the archive of the world's organization, site or equipment."""
    given = {"let_in": HEADS, "customer": "missing"} if kind == "organization" else {}
    return own(f"archive/<slug:of>/<int:pk>/{path}", f"/archive/{kind}/{{{kind}.pk}}/{path}", **given, **more)


def mine(path: str = "", prefix: str = "archive/exports/<int:pk>/", address: str = "/archive/exports/") -> Row:
    """An export: nobody's but its asker's."""
    return row(f"{prefix}{path}", f"{address}{{archive_export.pk}}/{path}", let_in=frozenset({"supervisor"}), others="missing")


def rest(kind: str, word: str) -> Row:
    """A timeline over REST."""
    given = {"let_in": HEADS, "customer": "missing"} if kind == "organization" else {}
    return own(f"api/v1/{word}/(?P<id>[0-9]+)/archive/", f"/api/v1/{word}/{{{kind}.pk}}/archive/", **given)


KEY = "(?P<pk>[0-9]+)/"
DAYS = {"first": "2026-11-01", "last": "2026-11-20", "form": "zip", "language": "en"}
ROWS = [
    row("archive/", let_in=PEOPLE),
    row("archive/exports/", let_in=PEOPLE),
    mine(),
    mine("progress/"),
    mine("file/"),
    *(of(kind) for kind in ("organization", "site", "equipment")),
    *(of(kind, "latest/") for kind in ("organization", "site", "equipment")),
    *(of(kind, "export/") for kind in ("organization", "site", "equipment")),
    *(of(kind, "export/", method="post", data=DAYS) for kind in ("organization", "site", "equipment")),
    row("archive/<slug:of>/<int:pk>/", "/archive/nonsense/1/", let_in=frozenset(), others="missing"),
    rest("organization", "organizations"),
    rest("site", "sites"),
    rest("equipment", "equipment"),
    row("api/v1/archive-exports/", let_in=PEOPLE),
    row("api/v1/archive-exports/", let_in=PEOPLE, method="post", data={"of": "site", "id": 1}),
    mine("", f"api/v1/archive-exports/{KEY}", "/api/v1/archive-exports/"),
    mine("file/", f"api/v1/archive-exports/{KEY}", "/api/v1/archive-exports/"),
]

"""Imports are for managers; exports of everything for managers and the organization's own supervisors, each their own."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access import MANAGERS, PEOPLE, Row, row
from tests.worlds import NOON
from transfer import services

ASKERS = MANAGERS | {"supervisor", "stranger"}
KEY = "(?P<pk>[0-9]+)/"


def prepare(world: Any) -> dict[str, Any]:
    """An import that waits, and the supervisor's export, ready."""
    file = SimpleUploadedFile("t.csv", "工单号,标题,创建时间\n1,x,2025-01-01\n".encode())
    brought = services.upload(file, source="old", actor=world.manager, at=NOON)
    asked = services.ask(world.organization, language="en", actor=world.supervisor, at=NOON)
    services.make_next(lambda: NOON)
    return {"data_import": brought, "data_export": asked}


def one(path: str = "", *, api: bool = False, **more: Any) -> Row:
    """A page of an import."""
    prefix, key = ("api/v1/imports/", KEY) if api else ("imports/", "<int:pk>/")
    others: Any = "missing" if api else "forbidden"
    return row(f"{prefix}{key}{path}", f"/{prefix}{{data_import.pk}}/{path}", let_in=MANAGERS, others=others, **more)


def mine(path: str = "", *, api: bool = False) -> Row:
    """An export: nobody's but its asker's."""
    prefix, key = ("api/v1/exports/", KEY) if api else ("exports/", "<int:pk>/")
    given: Any = {"manager": "missing", "admin": "missing", "stranger": "missing"}
    others: Any = "missing" if api else "forbidden"
    return row(f"{prefix}{key}{path}", f"/{prefix}{{data_export.pk}}/{path}", let_in=frozenset({"supervisor"}), others=others, **given)


ROWS = [
    row("imports/", let_in=MANAGERS),
    row("imports/new/", let_in=MANAGERS),
    row("imports/new/", let_in=MANAGERS, method="post", data={"source": "x"}),
    *(one(path) for path in ("", "progress/", "mapping/", "refused/")),
    *(one(path, method="post") for path in ("mapping/", "check/", "run/", "cancel/")),
    row("exports/", let_in=ASKERS),
    row("exports/", let_in=ASKERS, method="post", data={"language": "en"}),
    *(mine(path) for path in ("", "progress/", "file/")),
    row("api/v1/imports/", let_in=MANAGERS),
    row("api/v1/imports/", let_in=MANAGERS, method="post", data={"source": "x"}),
    *(one(path, api=True) for path in ("", "problems/", "refused/")),
    *(one(path, api=True, method="post") for path in ("mapping/", "check/", "run/", "cancel/")),
    row("api/v1/exports/", let_in=PEOPLE),
    row("api/v1/exports/", let_in=PEOPLE, method="post", data={"organization": 1}),
    mine(api=True),
    mine("file/", api=True),
]

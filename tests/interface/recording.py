"""Examples of answers: what the interface answers in a filled world, cut to a size that is read (`make examples`)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from servicedesk.described.examples import HERE
from tests.test_openapi import DESCRIBED, READING, ask, make_things, program

if TYPE_CHECKING:
    from tests.worlds import World

DESK = "https://desk.example.com"
ENOUGH = 1
"""Rows of a list that an example shows."""


def recorded(world: World) -> dict[str, Any]:
    """Answer what is read: by the name of its schema where it has one, else by the operation."""
    things, client = make_things(world), program(world, "manager")
    found: dict[str, Any] = {}
    for path in READING:
        operation = DESCRIBED["paths"][path]["get"]
        content = operation["responses"]["200"]["content"]
        if "application/json" not in content or content["application/json"]["schema"].get("format") == "binary":
            continue
        of = path.removeprefix("/api/v1/").split("/{")[0].rstrip("/")
        answer = ask(client, "get", path, id=things.get(of), code=things.get(of), file=things["file"], clock=things["clock"])
        assert answer.status_code == 200, (path, answer.content)
        schema = content["application/json"]["schema"]
        name = schema.get("$ref", "").rpartition("/")[2]
        paged = name.startswith("Paginated")
        found[operation["operationId"] if paged or not name else name] = shortened(answer.json())
    return found


def shortened(said: Any) -> Any:
    """Answer the same with the first rows of each list, and the addresses of a desk."""
    if isinstance(said, dict):
        return {name: shortened(value) for name, value in said.items()}
    if isinstance(said, list):
        return [shortened(row) for row in said[:ENOUGH]]
    return said.replace("http://testserver", DESK).replace("http://localhost:8000", DESK) if isinstance(said, str) else said


def write(found: dict[str, Any]) -> None:
    """Keep them."""
    told = "# Recorded by `make examples`; not written by hand.\n"
    plain = json.loads(json.dumps(found))
    (HERE / "answered.yaml").write_text(told + yaml.safe_dump(plain, allow_unicode=True, width=140))

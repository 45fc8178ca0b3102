"""Changing one thing over REST as a program does: it reads first, and names what it has read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.tickets.rest import Program

JSON = "application/json"


def patch(program: Program, path: str, body: Any, tag: str = "") -> Any:
    """Change fields; with no tag, what was read is not named."""
    headers = {"If-Match": tag} if tag else {}
    return program.client.patch(f"/api/v1/{path}", json.dumps(body), content_type=JSON, headers=headers)


def change(program: Program, path: str, body: Any, of: str = "") -> Any:
    """Read a thing and change it; ``of``: the thing, where the address is of a part of it."""
    return patch(program, path, body, program.get(of or path).headers["ETag"])


def refused(answer: Any, status: int, code: str = "") -> dict[str, Any]:
    """Hold an answer to a refusal with this status and code."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json"), answer.content
    body: dict[str, Any] = answer.json()
    assert code in ("", body["code"]), body
    return body


def told(answer: Any, status: int = 200) -> Any:
    """Answer what was answered to something that was done."""
    assert answer.status_code == status, answer.content
    return answer.json()

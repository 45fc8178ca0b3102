"""Programs that talk to the REST interface in tests, at a time of their choosing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.test import Client

from accounts import services as accounts
from accounts.models import ApiToken
from tests.worlds import NOON

if TYPE_CHECKING:
    from tests.worlds import World


class Program:
    """A client with a person's token."""

    def __init__(self, world: World, role: str, scope: str = ApiToken.Scope.WRITE) -> None:
        person = world.person(role)
        secret = accounts.issue_token(person, name="t", scope=scope, actor=person, at=NOON)[1] if person else ""
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self.client = Client(headers=headers, raise_request_exception=False)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(f"/api/v1/{path}", json.dumps({} if body is None else body), content_type="application/json")


def report(world: World, **more: Any) -> dict[str, Any]:
    """What a program sends to report a fault."""
    return {"kind": "fault", "severity": 2, "subject": "挂号系统打不开", "equipment": world.equipment.pk, **more}

"""Other helpdesks that speak TMF621 in tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.test import Client

from accounts import services as accounts
from accounts.models import ApiToken
from tests.worlds import NOON

if TYPE_CHECKING:
    from tests.worlds import World

ROOT = "/tmf-api/troubleTicket"
TYPES = {"note": "Note", "attachment": "Attachment", "relatedEntity": "RelatedEntity", "entity": "EntityRef"}


class Helpdesk:
    """A program with a person's token, speaking one version."""

    def __init__(self, world: World, role: str, version: str = "v4", scope: str = ApiToken.Scope.WRITE) -> None:
        self.person = world.person(role)
        secret = accounts.issue_token(self.person, name="t", scope=scope, actor=self.person, at=NOON)[1] if self.person else ""
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self.http = Client(headers=headers, raise_request_exception=True)
        self.version = version

    def url(self, path: str = "troubleTicket") -> str:
        return f"{ROOT}/{self.version}/{path}"

    def get(self, path: str = "troubleTicket", query: str = "", **headers: str) -> Any:
        return self.http.get(self.url(path) + (f"?{query}" if query else ""), headers=headers)

    def post(self, body: Any, path: str = "troubleTicket", **headers: str) -> Any:
        return self.http.post(self.url(path), json.dumps(body), content_type="application/json", headers=headers)

    def patch(self, key: str, body: Any, kind: str = "application/merge-patch+json", **headers: str) -> Any:
        return self.http.patch(self.url(f"troubleTicket/{key}"), json.dumps(body), content_type=kind, headers=headers)

    def delete(self, key: str, path: str = "troubleTicket", **headers: str) -> Any:
        return self.http.delete(self.url(f"{path}/{key}"), headers=headers)

    def ticket(self, **more: Any) -> dict[str, Any]:
        """What is sent to make a ticket, with all that is mandatory."""
        said = {"description": "挂号系统打不开", "severity": "High", "ticketType": "incident", **more}
        return {"@type": "TroubleTicket", **said} if self.version == "v5" else said

    def made(self, **more: Any) -> dict[str, Any]:
        """Make a ticket and answer it."""
        answer = self.post(self.ticket(**more))
        assert answer.status_code == 201, answer.content
        return answer.json()

"""Other helpdesks that speak TMF621 or TMF646 in tests."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.test import Client

from accounts import services as accounts
from accounts.models import ApiToken
from core.time import now
from tests.worlds import NOON

if TYPE_CHECKING:
    from accounts.models import User
    from tests.worlds import World
    from tickets.models import Ticket

MONDAY = (now() + timedelta(days=7 - now().weekday())).replace(hour=2, minute=0, second=0)
"""Ten in the morning in Shanghai, the next Monday."""
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


class Planner(Helpdesk):
    """A program that speaks TMF646."""

    def url(self, path: str = "appointment") -> str:
        return f"/tmf-api/appointment/v4/{path}"

    def get(self, path: str = "appointment", query: str = "", **headers: str) -> Any:
        return super().get(path, query, **headers)

    def post(self, body: Any, path: str = "appointment", **headers: str) -> Any:
        return super().post(body, path, **headers)

    def patch(self, key: str, body: Any, kind: str = "application/merge-patch+json", **headers: str) -> Any:
        return self.http.patch(self.url(f"appointment/{key}"), json.dumps(body), content_type=kind, headers=headers)

    def delete(self, key: str, path: str = "appointment", **headers: str) -> Any:
        return super().delete(key, path, **headers)

    def asked(self, ticket: Ticket, **more: Any) -> dict[str, Any]:
        """What is sent for an appointment on Monday morning."""
        return {"validFor": window(MONDAY, 2), "relatedEntity": [names(ticket)], **more}

    def booked(self, ticket: Ticket, **more: Any) -> dict[str, Any]:
        """Make an appointment and answer it."""
        answer = self.post(self.asked(ticket, **more))
        assert answer.status_code == 201, answer.content
        return answer.json()


def names(ticket: Ticket) -> dict[str, str]:
    """A ticket as a related entity."""
    return {"id": ticket.number, "role": "ticket", "@referredType": "TroubleTicket"}


def engineer(person: User) -> dict[str, str]:
    """Somebody who is to come."""
    return {"id": str(person.pk), "role": "engineer", "@referredType": "Individual"}


def window(start: datetime, hours: float) -> dict[str, str]:
    """From when until when."""
    return {"startDateTime": start.isoformat(), "endDateTime": (start + timedelta(hours=hours)).isoformat()}

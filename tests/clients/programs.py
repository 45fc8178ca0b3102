"""A program of somebody else's: it knows its client's ID and secret, fetches tokens and shows them."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.test import Client

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.models import ApiClient


@dataclass
class Program:
    """What it was told when its client was made."""

    client: ApiClient
    secret: str
    http: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def post(self, address: str, *, secret: str = "", **given: str) -> HttpResponse:
        """Send a form with the client's ID and secret, as RFC 6749 prefers it."""
        words = base64.b64encode(f"{self.client.client_id}:{secret or self.secret}".encode()).decode()
        return self.http.post(address, given, headers={"Authorization": f"Basic {words}"})

    def ask_for_token(self, **given: str) -> HttpResponse:
        """Ask for a token."""
        return self.post("/oauth/token/", **{"grant_type": "client_credentials", **given})

    def token(self, **given: str) -> str:
        """Fetch a token."""
        answer = self.ask_for_token(**given)
        assert answer.status_code == 200, answer.content
        return answer.json()["access_token"]

    def logged_in(self, **given: str) -> Client:
        """Fetch a token and show it from now on."""
        return Client(headers={"Authorization": f"Bearer {self.token(**given)}"}, raise_request_exception=False)


def shows(token: str) -> dict[str, Any]:
    """The header that shows a token."""
    return {"Authorization": f"Bearer {token}"}

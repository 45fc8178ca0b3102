"""How the description of the interface speaks of tokens and scopes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from accounts.tokens import scope_of
from clients import scopes


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Two schemes of one header: a person's token, and a client's."""

    target_class = "clients.tokens.BearerAuthentication"
    name = ["oauth2", "token"]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        """Answer what an operation needs: the scope of its family, or a person's token that reads or writes."""
        scope = scope_of(auto_schema.view, auto_schema.method)
        return [{"oauth2": [scope]}, {"token": [scope.rpartition(":")[2]]}]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        """Answer the schemes."""
        flow = {"tokenUrl": "/oauth/token/", "scopes": dict(scopes.choices())}
        words = "Client credentials: a client of its own fetches a token that lives for an hour."
        return [
            {"type": "oauth2", "description": words, "flows": {"clientCredentials": flow}},
            {"type": "http", "scheme": "bearer", "description": "A person's token, made on the page Profile."},
        ]

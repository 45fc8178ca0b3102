"""Fetching and returning tokens as OAuth 2.0 says, by the library: client credentials and nothing else."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from oauth2_provider.oauth2_validators import OAuth2Validator

from accounts.secrets import digest_of
from core.time import now

if TYPE_CHECKING:
    from clients.models import ApiClient

PREFIX = "sda_"


def new_access_token(request: Any, *, refresh_token: bool = False) -> str:
    """Make a token of 256 random bits; its prefix lets a scanner of leaked keys know what it is."""
    return PREFIX + secrets.token_urlsafe(32)


class ClientValidator(OAuth2Validator):
    """What is ours: secrets are compared by their hash, and two hold while one is being changed."""

    def _check_secret(self, provided_secret: str, stored_secret: ApiClient) -> bool:
        return stored_secret.is_opened_by(digest_of(provided_secret), now())

    def _check_and_set_request_resource(self, request: Any) -> None:
        """Every token is for this interface: what it is to be for (RFC 8707) is not asked."""
        request.resource = []

"""How a program shows who it acts for: `Authorization: Bearer <token>`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission

from accounts.models import ApiToken, User
from accounts.secrets import digest_of
from core.time import now

if TYPE_CHECKING:
    from datetime import datetime

    from rest_framework.request import Request

USED_EVERY = timedelta(hours=1)
"""How exactly the last use is noted: not every request writes."""


class TokenAuthentication(BaseAuthentication):
    """Find the token, its person and their organization in one query."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Answer who acts, or nothing when no token is shown."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:  # noqa: PLR2004 - the word Bearer and the token
            raise AuthenticationFailed(_("Send “Authorization: Bearer”, a space, and the token."))
        token = find(words[1].decode("latin-1"))
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, revoked, or its account is switched off."))
        note_use(token, now())
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Answer what a refused client should send."""
        return 'Bearer realm="api"'


def find(secret: str) -> ApiToken | None:
    """Answer the living token with this secret, its person and organization with it."""
    related = ("user__office", "user__membership__organization")
    living = ApiToken.objects.filter(revoked_at=None, user__is_active=True).select_related(*related)
    return living.filter(digest=digest_of(secret)).first()


def note_use(token: ApiToken, at: datetime) -> None:
    """Write down that the token is in use, at most once an hour and outside its history."""
    if token.last_used_at is None or at - token.last_used_at >= USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)


class ScopePermission(BasePermission):
    """A token that may only read changes nothing; a person in the browser is judged by the views."""

    message = _("This token may only read. Ask for one with the scope “write”.")
    code = "token_reads_only"

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the token's scope covers the method."""
        token = request.auth
        return request.method in SAFE_METHODS or not isinstance(token, ApiToken) or token.scope == ApiToken.Scope.WRITE


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes the token."""

    target_class = "accounts.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Answer the security scheme."""
        return {"type": "http", "scheme": "bearer"}

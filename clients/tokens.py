"""How a program shows who it acts for: `Authorization: Bearer <token>`, a person's own or one that a client fetched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import get_access_token_model
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from accounts import tokens as personal
from accounts.secrets import digest_of
from clients.models import ApiClient
from clients.oauth import PREFIX
from core.time import now

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest
    from rest_framework.request import Request

    from accounts.models import ApiToken, User


@dataclass(frozen=True, slots=True)
class Access:
    """A client's token: whose it is, and what it may do now."""

    client: ApiClient
    scopes: frozenset[str]

    @property
    def user(self) -> User:
        """Answer as whom it acts."""
        return self.client.user

    @property
    def source(self) -> str:
        """Answer whose the external ids are that it brings."""
        return f"client-{self.client.pk}"

    def covers(self, scope: str) -> bool:
        """Whether it may do what needs this scope."""
        return scope in self.scopes


def find(secret: str, at: datetime) -> Access | None:
    """Answer what a token opens, its person and organization with it; a scope the client has lost since is gone at once."""
    rows = get_access_token_model().objects.filter(token_checksum=digest_of(secret), expires__gt=at)
    rows = rows.filter(application__is_enabled=True, application__revoked_at=None, application__user__is_active=True)
    row = rows.select_related("application__user__office", "application__user__membership__organization").first()
    return Access(row.application, frozenset(row.scope.split()) & frozenset(row.application.scopes)) if row else None


def note_use(client: ApiClient, at: datetime) -> None:
    """Write down that a client is in use, at most once an hour and outside its history."""
    if client.last_used_at is None or at - client.last_used_at >= personal.USED_EVERY:
        ApiClient.objects.filter(pk=client.pk).update(last_used_at=at)


def shown(request: HttpRequest) -> Access | ApiToken | None:
    """Answer what the token of a request opens; looked up once, however many ask."""
    if not hasattr(request, "_shown"):
        words = get_authorization_header(request).split()  # type: ignore[arg-type]
        is_bearer = len(words) == 2 and words[0].lower() == b"bearer"  # noqa: PLR2004 - the word Bearer and the token
        request._shown = _found(words[1].decode("latin-1"), now()) if is_bearer else None  # type: ignore[attr-defined]  # noqa: SLF001
    return request._shown  # type: ignore[attr-defined]  # noqa: SLF001


def _found(secret: str, at: datetime) -> Access | ApiToken | None:
    return find(secret, at) if secret.startswith(PREFIX) else personal.find(secret, at)


class BearerAuthentication(BaseAuthentication):
    """Find the token, its person and their organization in one query."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        """Answer who acts, or nothing when no token is shown."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:  # noqa: PLR2004 - the word Bearer and the token
            raise AuthenticationFailed(_("Send “Authorization: Bearer”, a space, and the token."))
        credential = shown(request._request)  # noqa: SLF001 - what middleware has seen already
        if credential is None:
            raise AuthenticationFailed(_("This token is unknown, expired or revoked, or its account is switched off."))
        if isinstance(credential, Access):
            note_use(credential.client, now())
        else:
            personal.note_use(credential, now())
        return credential.user, credential

    def authenticate_header(self, request: Request) -> str:
        """Answer what a refused client should send."""
        return 'Bearer realm="api"'

"""A person's own tokens, and what a token of any kind must cover."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, cast

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission

from accounts.models import ApiToken
from accounts.secrets import digest_of

if TYPE_CHECKING:
    from datetime import datetime

    from rest_framework.request import Request

USED_EVERY = timedelta(hours=1)
"""How exactly the last use is noted: not every request writes."""


class Credential(Protocol):
    """What a program shows: a person's token, or one that a client fetched."""

    def covers(self, scope: str) -> bool:
        """Whether it may do what needs this scope."""


def find(secret: str, at: datetime) -> ApiToken | None:
    """Answer the living token with this secret, its person and organization with it; after a change the one before opens for a while."""
    related = ("user__office", "user__membership__organization")
    living = ApiToken.objects.filter(revoked_at=None, user__is_active=True).select_related(*related)
    digest = digest_of(secret)
    return living.filter(digest=digest).first() or living.filter(old_digest=digest, old_until__gt=at).first()


def note_use(token: ApiToken, at: datetime) -> None:
    """Write down that the token is in use, at most once an hour and outside its history."""
    if token.last_used_at is None or at - token.last_used_at >= USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)


def source_of(request: Request) -> str:
    """Answer whose external ids a request brings: a client of the interface has ids of its own, a person those of their organization."""
    return str(getattr(request.auth, "source", ""))


def scope_of(view: Any, method: str | None) -> str:
    """Answer the scope that a method of a view needs: the view's app, and whether it reads or writes."""
    family = type(view).__module__.partition(".")[0]
    return f"{family}:{'read' if method in SAFE_METHODS else 'write'}"


class ScopeMissing(PermissionDenied):
    """The token does not cover this; programs are told the scope that would (RFC 6750)."""

    def __init__(self, scope: str, detail: str, code: str) -> None:
        super().__init__(detail, code)
        self.scope = scope
        self.auth_header = f'Bearer realm="api", error="insufficient_scope", scope="{scope}"'


class ScopePermission(BasePermission):
    """A token does what its scopes cover; a person in the browser is judged by the views."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the token covers the method."""
        credential = cast("Credential | None", request.auth)
        scope = scope_of(view, request.method)
        if credential is None or credential.covers(scope):
            return True
        if isinstance(credential, ApiToken):
            raise ScopeMissing(scope, _("This token may only read. Ask for one with the scope “write”."), "token_reads_only")
        raise ScopeMissing(
            scope, _("This needs the scope “%(scope)s”, which this token does not have.") % {"scope": scope}, "scope_missing"
        )

"""Changes to people and to the keys made for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import ApiToken, User
from accounts.secrets import digest_of, new_secret
from core.errors import Invalid, NotAllowed
from core.record import save_by

if TYPE_CHECKING:
    from datetime import datetime


@transaction.atomic
def choose_language(user: User, language: str) -> None:
    """Speak to the person in this language, in pages and in mail."""
    if user.language != language:
        user.language = language
        save_by(user, user, fields=["language"])


@transaction.atomic
def change_profile(user: User, *, name: str, phone: str, language: str, actor: User) -> User:
    """Let a person correct how they are called, reached and spoken to."""
    user.name, user.phone, user.language = name, phone, language
    save_by(user, actor, fields=["name", "phone", "language"])
    return user


@transaction.atomic
def issue_token(user: User, *, name: str, scope: str, actor: User | None, at: datetime) -> tuple[ApiToken, str]:
    """Make a key for programs that act as this person; its secret is answered this once and kept nowhere."""
    if not user.is_active:
        raise Invalid(_("The account %(email)s is switched off; a token for it would open nothing.") % {"email": user.email}, field="user")
    if scope not in ApiToken.Scope.values:
        raise Invalid(_("A token's scope is “read” or “write”."), field="scope")
    secret = new_secret()
    token = ApiToken(user=user, name=name, scope=scope, created_by=actor, created_at=at)
    token.start, token.digest = secret[:9], digest_of(secret)
    save_by(token, actor)
    return token, secret


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: User | None, at: datetime) -> ApiToken:
    """Make a key useless from now on; its line stays for the record."""
    if actor and actor.pk != token.user_id and not actor.manages:
        raise NotAllowed(_("Only its owner, a manager or an administrator may revoke a token."))
    if token.revoked_at is None:
        token.revoked_at = at
        save_by(token, actor, fields=["revoked_at"])
    return token

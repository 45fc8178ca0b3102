"""What managers do with clients: make, change, switch off and on, give a new secret, revoke."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from oauth2_provider.models import get_access_token_model

from accounts.secrets import digest_of, new_secret
from clients import scopes as known
from clients import selectors
from clients.models import ApiClient
from core.errors import Invalid, NotAllowed, NotNow
from core.record import check, save_by

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User

LONGEST_OVERLAP_HOURS = 7 * 24
KEPT, FORGOTTEN = timedelta(days=1), 1000
"""How long expired tokens are kept, and how many are removed at a time."""


@transaction.atomic
def create_client(*, name: str, user: User, scopes: Sequence[str], rate: int, actor: User, at: datetime) -> tuple[ApiClient, str]:
    """Make a client; its secret is answered this once and kept nowhere."""
    _check_actor(actor)
    if not selectors.people_for(actor).filter(pk=user.pk).exists():
        raise Invalid(_("A client that you make cannot act as this account."), field="account")
    row, secret = ApiClient(user=user, created_by=actor, created_at=at), new_secret()
    row.start, row.digest = secret[:9], digest_of(secret)
    return _save(row, name=name, scopes=scopes, rate=rate, actor=actor, at=at), secret


@transaction.atomic
def change_client(client: ApiClient, *, name: str, scopes: Sequence[str], rate: int, actor: User, at: datetime) -> ApiClient:
    """Change what it is called and what it may; as whom it acts stays. Tokens that are out lose at once what it loses."""
    return _save(_living(client, actor), name=name, scopes=scopes, rate=rate, actor=actor, at=at)


def _save(row: ApiClient, *, name: str, scopes: Sequence[str], rate: int, actor: User, at: datetime) -> ApiClient:
    if not scopes or not known.ALL.issuperset(scopes):
        raise Invalid(_("Choose at least one scope, of those that are offered."), field="scopes")
    row.name, row.scopes, row.rate = name.strip(), known.in_order(scopes), rate
    check(row)
    save_by(row, actor, at=at)
    return row


@transaction.atomic
def switch(client: ApiClient, *, on: bool, actor: User, at: datetime) -> ApiClient:
    """Let it in no more for a while, or again; tokens that are out open nothing meanwhile."""
    row = _living(client, actor)
    if row.is_enabled != on:
        row.is_enabled = on
        save_by(row, actor, at=at, fields=["is_enabled"])
    return row


@transaction.atomic
def rotate(client: ApiClient, *, overlap_hours: int, actor: User, at: datetime) -> tuple[ApiClient, str]:
    """Give it a new secret, answered this once; the one before opens for some hours more, or ends now with all tokens."""
    if not 0 <= overlap_hours <= LONGEST_OVERLAP_HOURS:
        raise Invalid(_("The secret before may go on for up to 168 hours."), field="overlap_hours")
    row, secret = _living(client, actor), new_secret()
    row.old_digest, row.old_until = (row.digest, at + timedelta(hours=overlap_hours)) if overlap_hours else ("", None)
    row.start, row.digest = secret[:9], digest_of(secret)
    save_by(row, actor, at=at, fields=["start", "digest", "old_digest", "old_until"])
    if not overlap_hours:
        _end_tokens(row)
    return row, secret


@transaction.atomic
def revoke(client: ApiClient, *, actor: User, at: datetime) -> ApiClient:
    """End it for good, with every token it has; its line and its record stay."""
    row = _locked(client, actor)
    if row.revoked_at is None:
        row.revoked_at, row.old_digest, row.old_until = at, "", None
        save_by(row, actor, at=at, fields=["revoked_at", "old_digest", "old_until"])
        _end_tokens(row)
    return row


def _end_tokens(client: ApiClient) -> None:
    get_access_token_model().objects.filter(application=client).delete()


def _living(client: ApiClient, actor: User) -> ApiClient:
    row = _locked(client, actor)
    if row.revoked_at is not None:
        raise NotNow(_("“%(name)s” was revoked. Make a new client instead.") % {"name": row.name})
    return row


def _locked(client: ApiClient, actor: User) -> ApiClient:
    _check_actor(actor)
    row = selectors.clients_for(actor).select_for_update(of=("self",)).filter(pk=client.pk).first()
    if row is None:
        raise NotAllowed(_("A client that acts as an administrator is for administrators."))
    return row


def _check_actor(actor: User) -> None:
    if not actor.manages:
        raise NotAllowed(_("API clients are for managers and administrators."))


@transaction.atomic
def forget_next_tokens(at: datetime) -> int:
    """Remove a batch of tokens that expired a day ago."""
    rows = get_access_token_model().objects.filter(expires__lt=at - KEPT)
    return rows.filter(pk__in=list(rows.values_list("pk", flat=True)[:FORGOTTEN])).delete()[0]

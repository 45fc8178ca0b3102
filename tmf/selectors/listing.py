"""Which tickets, subscriptions and received events there are for whom, and how many."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.core.cache import cache

from tickets import selectors as tickets
from tmf.models import Hub, Profile, ReceivedEvent, TroubleTicket

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from tickets.models import Ticket

MANY, REMEMBERED = 5_000, 60
"""From so many on a count is remembered, for so many seconds: who turns the pages of a long list has it counted once."""


def visible(user: User) -> QuerySet[Ticket]:
    """Answer the tickets a person may know of, without those that were deleted here."""
    gone = TroubleTicket.objects.filter(deleted_at__isnull=False)
    return tickets.tickets_for(user).exclude(pk__in=gone.values("ticket"))


def counted(found: QuerySet[Any], user: User, query: str) -> int:
    """Answer how many things a list has: exactly for the moment, or where they are thousands as of a minute ago at most."""
    key = "tmf-count:" + hashlib.sha256(f"{user.pk}\n{query}".encode()).hexdigest()
    known: int | None = cache.get(key)
    if known is not None:
        return known
    count = found.order_by().count()
    if count >= MANY:
        cache.set(key, count, REMEMBERED)
    return count


def profile_of(user: User) -> Profile | None:
    """Answer how an account speaks; None where nothing was said about it."""
    return Profile.objects.select_related("site__organization", "site__region__office").filter(account=user).first()


def hubs_of(user: User, standard: str) -> QuerySet[Hub]:
    """Answer the subscriptions of an interface that an account made."""
    return Hub.objects.filter(account=user, standard=standard).select_related("endpoint")


def profiles_for(user: User) -> QuerySet[Profile]:
    """Answer how accounts speak, for managers."""
    rows = Profile.objects.select_related("account", "site__organization")
    return rows if user.manages else rows.none()


def hubs_for(user: User) -> QuerySet[Hub]:
    """Answer everybody's subscriptions, for managers."""
    rows = Hub.objects.select_related("endpoint", "account")
    return rows if user.manages else rows.none()


def received_for(user: User) -> QuerySet[ReceivedEvent]:
    """Answer what was pushed to us, for managers."""
    rows = ReceivedEvent.objects.select_related("account")
    return rows if user.manages else rows.none()


def waiting_events(account: User | None = None) -> QuerySet[ReceivedEvent]:
    """Answer what was pushed to us and nobody has worked on, oldest first; of one account, or of all."""
    rows = ReceivedEvent.objects.filter(state=ReceivedEvent.State.WAITING).order_by("id")
    return rows.filter(account=account) if account is not None else rows

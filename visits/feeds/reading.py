"""Whose feeds somebody may make, what a feed holds, and the feed behind a secret."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q, Sum

from accounts.models import Office, Role
from accounts.secrets import digest_of
from visits.models import CalendarFeed, Visit

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User

PAST, FUTURE = timedelta(days=30), timedelta(days=180)
MOST = 2000
"""Visits in one file; an office with more in seven months is told its newest."""
SECRET_LENGTH = 47
"""Of our own secrets; longer words are not looked up."""


def feeds_for(user: User) -> QuerySet[CalendarFeed]:
    """Answer the living feeds a person may end: their own and those of the offices they may make one for."""
    mine = Q(owner=user) | Q(office__in=offices_for(user).values("pk"))
    return CalendarFeed.objects.filter(mine, revoked_at=None).select_related("owner", "office", "created_by")


def offices_for(user: User) -> QuerySet[Office]:
    """Answer the offices whose calendar a person may subscribe to: their own; an administrator's, and a head manager's, all."""
    if not user.is_provider:
        return Office.objects.none()
    if user.role == Role.ADMIN or (user.manages and user.office_id is None):
        return Office.objects.all()
    return Office.objects.filter(pk=user.office_id or 0)


def living(secret: str) -> CalendarFeed | None:
    """Answer the feed with this secret, if nobody has revoked it and who it is for still works here."""
    if len(secret) > 2 * SECRET_LENGTH:
        return None
    found = CalendarFeed.objects.filter(digest=digest_of(secret), revoked_at=None).select_related("owner", "office", "created_by").first()
    return found if found is not None and _is_entitled(found) else None


def _is_entitled(feed: CalendarFeed) -> bool:
    """Whether who made it could still make it: an account that is switched off, or a change of office, ends it."""
    person = feed.owner or feed.created_by
    if person is None or not person.is_active or not person.is_provider:
        return False
    return feed.office_id is None or offices_for(person).filter(pk=feed.office_id).exists()


def state_of(feed: CalendarFeed, at: datetime) -> tuple[str, datetime]:
    """Answer a word that changes with every visit of a feed, and when one of them changed last."""
    facts = {"count": Count("pk"), "revisions": Sum("sequence"), "events": Sum("event_count"), "changed": Max("updated_at")}
    found = _of(feed, at).order_by().aggregate(**facts)
    return f"{found['count']}-{found['revisions']}-{found['events']}", found["changed"] or feed.created_at


def visits_of(feed: CalendarFeed, at: datetime) -> QuerySet[Visit]:
    """Answer the visits of a feed with all that is told of them, the newest first, in two queries."""
    found = _of(feed, at).select_related("organization", "site", "ticket", "lead").prefetch_related("helpers")
    return found.order_by("-starts_at", "-id")[:MOST]


def _of(feed: CalendarFeed, at: datetime) -> QuerySet[Visit]:
    """Answer the visits that have a time, of the last 30 days and the next 180, cancelled ones too."""
    theirs = Q(office=feed.office_id) & ~Q(ticket__is_confidential=True)  # nobody knows who reads along
    if feed.owner_id is not None:
        theirs = Q(lead=feed.owner_id) | Q(pk__in=Visit.helpers.through.objects.filter(user=feed.owner_id).values("visit"))
    return Visit.objects.filter(theirs, starts_at__gte=at - PAST, starts_at__lt=at + FUTURE, ends_at__isnull=False)

"""Making and ending the secret addresses of calendars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role
from accounts.secrets import digest_of, new_secret
from core.errors import NotAllowed
from core.record import save_by
from visits.feeds import reading
from visits.models import CalendarFeed

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from accounts.models import Office, User


@transaction.atomic
def make_feed(*, actor: User, at: datetime, office: Office | None = None) -> tuple[CalendarFeed, str]:
    """Make the address of one's own visits, or of an office's; its secret is answered this once and kept nowhere."""
    if not actor.is_provider or (office is not None and not reading.offices_for(actor).filter(pk=office.pk).exists()):
        raise NotAllowed(_("The calendar of an office is for its own staff."))
    secret = new_secret()
    feed = CalendarFeed(owner=None if office else actor, office=office, created_by=actor, created_at=at)
    feed.start, feed.digest = secret[:9], digest_of(secret)
    save_by(feed, actor, at=at)
    return feed, secret


@transaction.atomic
def revoke_feed(feed: CalendarFeed, *, actor: User, at: datetime) -> CalendarFeed:
    """Make an address useless from now on; its line stays for the record."""
    if actor.role != Role.ADMIN and not reading.feeds_for(actor).filter(pk=feed.pk).exists():
        raise NotAllowed(_("This calendar is not yours to end."))
    if feed.revoked_at is None:
        feed.revoked_at = at
        save_by(feed, actor, at=at, fields=["revoked_at"])
    return feed


def note_use(feed: CalendarFeed, at: datetime, *, every: timedelta) -> None:
    """Write down that a feed is read, no more often than ``every`` and outside its history."""
    if feed.last_used_at is None or at - feed.last_used_at >= every:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_used_at=at)

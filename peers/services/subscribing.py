"""The other side's hub tells us of changes, so that we ask at once. What it says is not read: the lists are the truth, asked now and then.

Our address in a subscription has a part that nobody else knows, made anew for each try: who calls it was told it by us. A subscription
that was made without our hearing so calls an address that is none any more, and is given up over there.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from core.queue import claim
from peers import adaptors
from peers.errors import Refused, Trouble
from peers.models import AT_ONCE, Connection, Subscription
from peers.services.waking import wake_after_commit
from tmf import services as tmf

if TYPE_CHECKING:
    from datetime import datetime

    from tmf.models import ReceivedEvent

CLAIMED = timedelta(minutes=2)
"""How long one try may take before another one begins."""
RENEWED = timedelta(hours=24)
"""How old a subscription gets: one that was given up over there meanwhile is made again."""
REFUSED = timedelta(hours=6)
SHORTEST, LONGEST = 10, 3600
"""Seconds until the next try after the first and after many failures."""
SHOWN = 300
TMF = (Connection.Adaptor.TMF_V4, Connection.Adaptor.TMF_V5)


def look_again(connection: Connection) -> None:
    """Have a connection's subscription be made or ended, whichever it now needs."""
    if connection.speaks_tmf:
        Subscription.objects.get_or_create(connection=connection)
        Subscription.objects.filter(connection=connection).update(next_at=AT_ONCE, failures=0)


def subscribe_next(at: datetime) -> int:
    """Make, renew or end one subscription that is due; answer how many that was."""
    with transaction.atomic():
        due = Subscription.objects.filter(next_at__lte=at).order_by("next_at")
        rows = claim(due, 1)
        for row in rows:
            Subscription.objects.filter(pk=row.pk).update(next_at=at + CLAIMED)
    for row in rows:
        _settle(Subscription.objects.select_related("connection").get(pk=row.pk), at)
    return len(rows)


def _settle(row: Subscription, at: datetime) -> None:
    connection = row.connection
    peer = adaptors.teller(connection)
    wanted = peer is not None and connection.is_active and connection.receives and connection.listens
    try:
        if peer is not None and row.key:
            peer.unsubscribe(row.key)
            _keep(row, at, key="", token="", since=None)
        if peer is not None and wanted:
            token = secrets.token_urlsafe(24)
            _keep(row, at, token=token)
            key = peer.subscribe(settings.PUBLIC_URL + reverse("peers:told", args=[connection.hook, token]))
            _keep(row, at, key=key, since=at, next_at=at + RENEWED, failures=0, error="")
        else:
            _keep(row, at, next_at=None, failures=0, error="")
    except Trouble as trouble:
        wait = REFUSED if isinstance(trouble, Refused) else timedelta(seconds=min(SHORTEST * 2 ** min(row.failures, 12), LONGEST))
        _keep(row, at, next_at=at + wait, failures=row.failures + 1, error=trouble.text[:SHOWN])


def _keep(row: Subscription, at: datetime, **facts: object) -> None:
    """Write down how it stands; a try that somebody asked for meanwhile is not put off."""
    later = facts.pop("next_at", row)
    Subscription.objects.filter(pk=row.pk).update(**facts)
    if later is not row:
        Subscription.objects.filter(pk=row.pk, next_at=at + CLAIMED).update(next_at=later)


@transaction.atomic
def told(connection: Connection, token: str, *, at: datetime) -> None:
    """Ask for news now, since a hub says that there are some; raises Http404 for an address that we gave nobody."""
    row = Subscription.objects.filter(connection=connection).first()
    if row is None or not row.token or not constant_time_compare(row.token, token):
        raise Http404
    Subscription.objects.filter(pk=row.pk).update(told_at=at)
    _ask_now(connection.pk, at=at)


def pushed(event: ReceivedEvent) -> None:
    """What a hub pushes to our TMF621 listener under a connection's account has that connection ask at once as well."""
    keys = Connection.objects.filter(account=event.account_id, adaptor__in=TMF, state=Connection.State.ACTIVE).values_list("pk", flat=True)
    for key in keys:
        _ask_now(key, at=event.received_at)
    if keys:
        tmf.done(event, at=event.received_at)


def _ask_now(key: int, *, at: datetime) -> None:
    Connection.objects.filter(pk=key, pull_at__gt=at).update(pull_at=at)
    wake_after_commit()

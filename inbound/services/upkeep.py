"""What is done from time to time: senders that have fallen silent, messages that were left behind, what is long over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from accounts import selectors as people
from core.errors import DomainError
from inbound import selectors
from inbound.models import Arrival, Case, Source
from inbound.services.receiving import work_on
from notifications.services import Draft, post

if TYPE_CHECKING:
    from accounts.models import User

LEFT = timedelta(minutes=2)
"""Longer than a web process works on any message."""
UNDONE = (Arrival.State.RECEIVED, Arrival.State.FAILED)
TRIES, BATCH = 10, 20
KEPT, KEPT_CASES, FORGOTTEN = timedelta(days=30), timedelta(days=90), 1000
"""How long messages and cases that are over are kept, and how many are removed at a time."""


def listen(at: datetime) -> int:
    """Tell of the sources that have been silent for too long, once for each silence; answer how many."""
    return sum(_tell_of_silence(pk, at) for pk in selectors.silent(at))


@transaction.atomic
def _tell_of_silence(pk: int, at: datetime) -> int:
    row = Source.objects.select_for_update(of=("self",)).select_related("created_by").get(pk=pk)
    if pk not in selectors.silent(at):
        return 0
    Source.objects.filter(pk=pk).update(silent_since=at)
    context = {"source": row.name, "minutes": row.heartbeat_minutes, "last_at": row.beat_at}
    key = f"{pk}/{at.isoformat()}"
    told = [
        Draft(kind="heartbeat_missed", context=context, key=key, recipient=one, link=row.get_absolute_url(), urgent=True)
        for one in _told(row)
    ]
    post(told, at=at)
    return 1


def _told(source: Source) -> list[User]:
    """Answer whoever made it; where that person has left, the managers."""
    maker = source.created_by
    return [maker] if maker.is_active else people.managers(people.head_office())


def take_next_left(at: datetime) -> int:
    """Work on messages that were kept and not worked on, because a process died or something failed; answer how many.

    Each is tried a few times; then it stands in the log, from which a person can try again.
    """
    rows = Arrival.objects.filter(state__in=UNDONE, at__lt=at - LEFT, attempts__lt=TRIES)
    found = list(rows.order_by("at", "pk")[:BATCH])
    for row in found:
        Arrival.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)  # one that kills its worker is not tried for ever
        try:
            work_on(row, at=at)
        except DomainError:
            continue  # the log says why
    return len(found)


@transaction.atomic
def forget_next_arrivals(at: datetime) -> int:
    """Remove a batch of messages of a month ago, but none whose files wait for a place."""
    waiting = Case.objects.filter(waits=True, arrival__isnull=False)
    old = Arrival.objects.filter(at__lt=at - KEPT).exclude(pk__in=waiting.values("arrival"))
    return Arrival.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:FORGOTTEN])).delete()[0]


@transaction.atomic
def forget_next_cases(at: datetime) -> int:
    """Remove a batch of cases that have long been over."""
    old = Case.objects.filter(is_on=False, waits=False, last_at__lt=at - KEPT_CASES)
    return Case.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:FORGOTTEN])).delete()[0]

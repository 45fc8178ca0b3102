"""What was exchanged long ago is forgotten: the log and what was sent; links, conflicts and what waits stay."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from peers.models import Entry, Outgoing

if TYPE_CHECKING:
    from datetime import datetime

KEPT, FORGOTTEN = timedelta(days=30), 1000
"""How long lines are kept, and how many are removed at a time."""


@transaction.atomic
def forget_next(at: datetime) -> int:
    """Remove a batch of lines of the log and of messages that were sent; that a ticket was made there is not forgotten."""
    old = list(Entry.objects.filter(at__lt=at - KEPT).order_by("at").values_list("pk", flat=True)[:FORGOTTEN])
    Entry.objects.filter(pk__in=old).delete()
    over = (Outgoing.State.SENT, Outgoing.State.SKIPPED)
    rows = Outgoing.objects.filter(made_at__lt=at - KEPT, state__in=over, is_creation=False).order_by("made_at")
    sent = list(rows.values_list("pk", flat=True)[:FORGOTTEN])
    Outgoing.objects.filter(pk__in=sent).delete()
    return len(old) + len(sent)

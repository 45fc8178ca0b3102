"""The day before a session everybody who is expected is reminded, once for each time it was put to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from core.queue import claim
from core.record import save_by
from training.models import Session, Status
from training.services import telling

if TYPE_CHECKING:
    from datetime import datetime

BATCH = 50


@transaction.atomic
def remind_of_sessions(at: datetime, limit: int = BATCH) -> int:
    """Remind of sessions that begin within a day; answer how many were looked at, 0 when none is left.

    After an outage a session that has begun is not reminded of any more.
    """
    waiting = Session.objects.filter(remind_at__lte=at).order_by("remind_at", "pk")
    rows = claim(waiting.select_related("course", "organization", "site"), limit, of=("self",))
    for row in rows:
        if row.status == Status.ANNOUNCED and not row.has_begun(at):
            telling.reminded(row, at=at)
        row.remind_at = None
        save_by(row, None, at=at, fields=["remind_at"])
    return len(rows)

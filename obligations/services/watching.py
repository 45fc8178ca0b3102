"""What nobody did in time turns late in view, and is told once to who answers for the office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from core.queue import claim
from core.record import save_by
from obligations.models import Obligation, Status
from obligations.services import telling

if TYPE_CHECKING:
    from datetime import datetime

BATCH = 200


@transaction.atomic
def watch_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Mark and tell what turned late by now; answer how many were marked, 0 when none is left."""
    waiting = Obligation.objects.filter(status=Status.OWED, late_at=None, due_at__lt=at).order_by("due_at", "pk")
    rows = claim(waiting.select_related("organization", "contract", "office__lead"), limit, of=("self",))
    for row in rows:
        row.late_at = at
        save_by(row, None, at=at, fields=["late_at"])
    telling.late(rows, at=at)
    return len(rows)

"""A customer whose word is awaited is reminded once a day, a few times; late by days, it is one reminder and not several."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from core.queue import claim
from core.record import save_by
from loops import workflow
from loops.models import Round
from loops.services import telling

if TYPE_CHECKING:
    from datetime import datetime

BATCH = 200
EVERY, TIMES = timedelta(days=1), 3
ASKS = {workflow.TOLD: "agree", workflow.VERIFYING: "verdict"}
"""At which stages the customer is asked, and what."""


def await_word(this: Round, at: datetime) -> None:
    """Note that the customer was just asked; the caller saves the round."""
    this.remind_at, this.reminded = at + EVERY, 0


@transaction.atomic
def remind_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Remind a batch of customers who have not answered; answer how many, 0 when none is left."""
    waiting = Round.objects.filter(remind_at__lte=at, loop__stage__in=sorted(ASKS), number=F("loop__rounds"))
    related = waiting.select_related("loop__complainant", "loop__ticket__organization")
    rows = claim(related.order_by("remind_at", "pk"), limit, of=("self",))
    for row in rows:
        row.reminded += 1
        row.remind_at = at + EVERY if row.reminded < TIMES else None
        save_by(row, None, at=at, fields=["remind_at", "reminded"])
        telling.turn(row.loop, row, ASKS[row.loop.stage], at=at)
    return len(rows)

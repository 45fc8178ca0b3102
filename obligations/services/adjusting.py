"""What is owed grows and shrinks with what it is about: equipment comes and goes, a job is added, a solved fault is opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from core.record import save_by
from obligations.models import Obligation, Status

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


@transaction.atomic
def set_wanted(key: str, wanted: int, *, at: datetime, reason: str = "", spared: int = 0) -> Obligation | None:
    """Say how often it is owed by now; met before, it is owed again where that grew; where nothing is left, it is not owed (``reason``).

    ``spared`` of these times are not done since somebody who may has decided so: it stays in view how many and why (``reason``), and
    what was done but for them is let go, not kept.
    """
    row = Obligation.objects.select_for_update(of=("self",)).filter(key=key).first()
    if row is None or (row.wanted, row.spared) == (wanted, spared) or (row.status == Status.WAIVED and not row.reason.startswith(NOTHING)):
        return row
    row.wanted, row.spared = max(wanted, 0), spared
    row.reason = f"{NOTHING} {reason}".strip()[:300] if spared else ""
    if row.got >= row.wanted and row.got:
        row.status, row.ended_at = Status.DONE, row.ended_at or at
    elif row.got + spared >= row.wanted:
        row.status, row.ended_at, row.ended_by, row.reason = Status.WAIVED, at, None, f"{NOTHING} {reason}".strip()[:300]
    else:
        row.status, row.ended_at, row.ended_by = Status.OWED, None, None
    save_by(row, None, at=at)
    return row


NOTHING = "—"
"""Begins the reason of what was let go since nothing is left of it to do; a manager's word about all of it is never taken back."""


@transaction.atomic
def let_go(key: str, *, actor: User | None, at: datetime, reason: str) -> Obligation | None:
    """Say that what it was about is gone, or that whoever may has decided so: it is not owed any more, and why stays in view."""
    row = Obligation.objects.select_for_update(of=("self",)).filter(key=key).first()
    if row is None or row.status != Status.OWED:
        return row
    row.status, row.ended_at, row.ended_by, row.reason = Status.WAIVED, at, actor, reason[:300]
    save_by(row, actor, at=at)
    return row

"""Reminders that are not needed any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from obligations import services as obligations
from obligations.models import Obligation, Status

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import User
    from customers.models import Term


def settle_reminders(term: Term, why: str, *, actor: User | None, at: datetime, but: date | None = None) -> None:
    """End the reminders that are not needed any more: the term was renewed or withdrawn, or its end has moved (``but``: the new one)."""
    owed = Obligation.objects.filter(key__startswith=f"reminder:term:{term.pk}:", status=Status.OWED)
    if but is not None:
        owed = owed.exclude(key__startswith=f"reminder:term:{term.pk}:{but}:")
    for key in owed.values_list("key", flat=True):
        obligations.meet(key, actor=actor, at=at, proof=why)

"""The end of a canary's ticket: nothing of it is left, as nobody reported it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from notifications.services import forget
from tickets.models import Ticket
from tickets.services.ladder import canary_draft
from tickets.services.record import locked

if TYPE_CHECKING:
    from sla.models import Commitment


@transaction.atomic
def forget_canary(ticket: Ticket) -> None:
    """Remove a canary's ticket with its clocks, its record and its message; refuses any other ticket.

    Under the ticket's lock, so that no sweep is writing to its clocks meanwhile.
    """
    row = locked(ticket)
    if not row.is_canary:
        raise ValueError(f"{row} is no canary.")
    commitment: Commitment | None = row.commitment
    forget(canary_draft(row))
    row.delete()
    Ticket.history.filter(id=ticket.pk).delete()
    if commitment is not None:
        commitment.delete()

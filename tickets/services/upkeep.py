"""What runs by itself: closing what stays silent, going on when a wait is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.queue import claim
from tickets import workflow
from tickets.models import Status, Ticket
from tickets.services import moves, telling
from tickets.services.record import locked, save, settle
from tickets.services.waking import wake

if TYPE_CHECKING:
    from datetime import datetime

SILENT_DAYS = 7
"""How long a resolved ticket waits for the customer's word before it is closed (rule 16: wall-clock silence)."""


@transaction.atomic
def close_silent_next_batch(at: datetime, limit: int = 100) -> int:
    """Close resolved tickets about which nothing was said for a week."""
    before = at - timedelta(days=SILENT_DAYS)
    silent = Ticket.objects.filter(status=Status.RESOLVED, resolved_at__lte=before, last_public_at__lte=before)
    silent = silent.exclude(kind__in=sorted(workflow.LOOPED)).order_by("resolved_at")  # silence is no satisfaction
    tickets = claim(silent, limit, of=("self",))
    for ticket in tickets:
        moves.close(ticket, actor=None, at=at, reason=_("No answer for %(days)s days.") % {"days": SILENT_DAYS})
    return len(tickets)


@transaction.atomic
def go_on(ticket: Ticket, *, at: datetime) -> Ticket:
    """A wait that ends by itself is over: the ticket is worked on again, its clocks count on from that very second."""
    row = locked(ticket)
    event = wake(row, at=at)
    if event is not None:
        settle(row, at=at)
        save(row, actor=None, at=at)
        telling.happened(row, event, actor=None, at=at)
    return row


@transaction.atomic
def wake_next_batch(at: datetime, limit: int = 100) -> int:
    """Go on with what has no clock that asks for it: tickets to which nothing was promised."""
    over = Ticket.objects.filter(status=Status.WAITING, wait_until__lte=at, commitment__clocks=None).order_by("wait_until")
    tickets = claim(over, limit, of=("self",))
    for ticket in tickets:
        go_on(ticket, at=at)
    return len(tickets)

"""Whether the customer lets us in from afar: what the record says of consent and sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.time import epoch
from tickets.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tickets.models import Ticket

NONE, GIVEN, EXPIRED, USED_UP, RUNNING = "no_consent", "given", "consent_expired", "consent_used_up", "session_running"
MARKS = frozenset({Event.Type.REMOTE_AGREED, Event.Type.REMOTE_STARTED, Event.Type.REMOTE_ENDED, Event.Type.CLOSED})


def remote_marks(ticket: Ticket) -> Iterable[Event]:
    """Answer the lines of a ticket's record that consent is read from, in their order."""
    return ticket.events.filter(type__in=MARKS).order_by("seq")


def consent_state(events: Iterable[Event], at: datetime) -> str:
    """Answer how the consent stands: one holds for one session, until its time is over or the ticket is closed."""
    last = None
    for event in events:
        if event.type in MARKS:
            last = event
    if last is None or last.type == Event.Type.CLOSED:
        return NONE
    if last.type == Event.Type.REMOTE_AGREED:
        return EXPIRED if epoch(at) > last.facts.get("until", epoch(at)) else GIVEN
    return RUNNING if last.type == Event.Type.REMOTE_STARTED else USED_UP

"""What others did since a page was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tickets import selectors
from tickets.models import Event

if TYPE_CHECKING:
    from accounts.models import User
    from tickets.models import Ticket

PASSING = (Event.Type.ESCALATED, Event.Type.ACKNOWLEDGED, Event.Type.LINKED, Event.Type.ATTACHED, Event.Type.NOTED)
"""Events that do not change what somebody else is about to do."""


def news_since(ticket: Ticket, user: User, seen: int, *, weighty: bool = False) -> str:
    """Name the lines of the record after the one with the number ``seen`` that others made; only weighty ones if asked."""
    newer = selectors.record(ticket, user).filter(seq__gt=seen).exclude(actor=user)
    if weighty:
        newer = newer.exclude(type__in=PASSING)
    return ", ".join(f"{event.get_type_display()} ({event.actor})" if event.actor else event.get_type_display() for event in newer)

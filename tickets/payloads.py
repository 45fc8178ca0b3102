"""Tickets and lines of their record as the REST interface writes them, for apps that tell others of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tickets.api.output import EventOutput, TicketOutput, moment

if TYPE_CHECKING:
    from tickets.models import Event
    from tickets.selectors import TicketRow

__all__ = ["moment", "of_event", "of_ticket"]


def of_ticket(row: TicketRow, *, for_staff: bool = False) -> dict[str, Any]:
    """Answer a ticket with its clocks; `for_staff` with what only our own people read of it."""
    return dict(TicketOutput(for_staff=for_staff).to_representation(row))


def of_event(event: Event) -> dict[str, Any]:
    """Answer a line of the record with its files."""
    return dict(EventOutput().to_representation(event))

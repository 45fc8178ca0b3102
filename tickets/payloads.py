"""Tickets and lines of their record as the REST interface writes them, for apps that tell others of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tickets.api.output import EventOutput, TicketOutput, moment

if TYPE_CHECKING:
    from tickets.models import Event
    from tickets.selectors import TicketRow

__all__ = ["moment", "of_event", "of_ticket"]


def of_ticket(row: TicketRow) -> dict[str, Any]:
    """Answer a ticket with its clocks."""
    return dict(TicketOutput().to_representation(row))


def of_event(event: Event) -> dict[str, Any]:
    """Answer a line of the record with its files."""
    return dict(EventOutput().to_representation(event))

"""Where a ticket is linked: {% load peers %}."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from peers import selectors

if TYPE_CHECKING:
    from accounts.models import User
    from tickets.models import Ticket

register = template.Library()


@register.simple_tag
def peers_of(ticket: Ticket, user: User) -> dict[str, Any]:
    """Answer where a ticket is linked, and where this person may send it; nothing for customers."""
    if not user.is_provider:
        return {"links": [], "sendable": []}
    return {"links": list(selectors.of_ticket(ticket)), "sendable": selectors.sendable(user, ticket)}

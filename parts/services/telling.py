"""Who is told what about parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from accounts import selectors as accounts
from notifications.services import Draft, post

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User
    from parts.models import Depot, PartType, Purchase, StockLevel, StockMovement
    from tickets.models import Ticket


def low(level: StockLevel, *, at: datetime) -> None:
    """Tell the keeper and the office's managers, once for each time a stock falls below its minimum."""
    facts = {**_part(level.part, level.depot), "available": level.available, "minimum": level.minimum}
    key = f"stock:{level.pk}:{at.isoformat()}"
    _post("stock_low", _concerned(level.depot), facts, key=key, link=reverse("parts:low"), at=at)


def arrived(purchase: Purchase, quantity: int, *, at: datetime) -> None:
    """Tell who asked for a part, and who works on its ticket, that it has come."""
    ticket = purchase.ticket
    people = [purchase.created_by, ticket.assignee if ticket else None]
    facts = {**_part(purchase.part, purchase.depot), "quantity": quantity, "purchase": purchase.number, **_ticket(ticket)}
    link = ticket.get_absolute_url() if ticket else reverse("parts:purchase", args=[purchase.pk])
    _post("part_arrived", people, facts, key=f"purchase:{purchase.pk}:{purchase.received}", link=link, at=at)


def requested(purchase: Purchase, *, at: datetime) -> None:
    """Tell keeper and managers that a part has to be bought in a hurry."""
    facts = {**_part(purchase.part, purchase.depot), "quantity": purchase.quantity, "text": purchase.reason, **_ticket(purchase.ticket)}
    key = f"purchase:{purchase.pk}"
    link = reverse("parts:purchase", args=[purchase.pk])
    _post("emergency_supply", _concerned(purchase.depot), {**facts, "to_buy": True}, key=key, link=link, at=at, urgent=True)


def supplied(movement: StockMovement, *, at: datetime) -> None:
    """Tell the keeper that something of the depot is handed out in a hurry."""
    facts = {**_part(movement.part, movement.depot), "quantity": movement.quantity, "text": movement.note, **_ticket(movement.ticket)}
    link = movement.ticket.get_absolute_url() if movement.ticket else ""
    _post("emergency_supply", _concerned(movement.depot), facts, key=f"movement:{movement.pk}", link=link, at=at, urgent=True)


def _post(kind: str, people: Iterable[User | None], facts: dict[str, Any], *, key: str, link: str, at: datetime, **more: Any) -> None:
    told = {person.pk: person for person in people if person is not None and person.is_provider}
    post([Draft(kind=kind, recipient=person, context=facts, key=key, link=link, **more) for person in told.values()], at=at)


def _concerned(depot: Depot) -> list[User | None]:
    return [depot.keeper, *accounts.managers(depot.office)]


def _part(part: PartType, depot: Depot) -> dict[str, str]:
    return {
        "part": f"{part.code} {part.name}",
        "part_en": f"{part.code} {part.name_en or part.name}",
        "depot": depot.name,
        "depot_en": depot.name_en or depot.name,
    }


def _ticket(ticket: Ticket | None) -> dict[str, str]:
    return {"ticket_number": ticket.number, "subject": ticket.subject} if ticket else {}

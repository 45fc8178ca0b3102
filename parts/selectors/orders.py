"""Purchases and repairs: what is on its way, and what a ticket waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parts.models import Purchase, Repair

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from tickets.models import Ticket


def purchases_for(user: User) -> QuerySet[Purchase]:
    """Answer the purchases: for our own people."""
    return Purchase.objects.all() if user.is_provider else Purchase.objects.none()


def repairs_for(user: User) -> QuerySet[Repair]:
    """Answer the repairs: for our own people."""
    return Repair.objects.all() if user.is_provider else Repair.objects.none()


def with_places(rows: QuerySet[Purchase] | QuerySet[Repair]) -> QuerySet:
    """Add what a line of a list shows, in one query."""
    return rows.select_related("part", "depot", "ticket")


def open_purchases(ticket: Ticket) -> QuerySet[Purchase]:
    """Answer what is on its way for a ticket."""
    return Purchase.objects.filter(ticket=ticket, status__in=["requested", "ordered"]).select_related("part", "depot").order_by("id")


def pausing(ticket: Ticket) -> QuerySet[Purchase]:
    """Answer the ordered parts that a ticket waits for, the latest first."""
    return Purchase.objects.filter(ticket=ticket, status=Purchase.Status.ORDERED, pauses=True).order_by("-expected_at")


def coming(ticket: Ticket) -> Purchase | None:
    """Answer the last part that a ticket waits for."""
    return pausing(ticket).select_related("part").first()

"""Waits that end by themselves: a line of the record stamped with the second they ended, whoever comes by first (rule 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.record import sign
from tickets import workflow
from tickets.models import Event, Status, Ticket
from tickets.services import log

if TYPE_CHECKING:
    from datetime import datetime

AWAKE: dict[str, Any] = {"wait_owner": "", "wait_cause": "", "wait_code": "", "wait_until": None}
"""The columns of a ticket that waits for nothing."""


def is_over(ticket: Ticket, at: datetime) -> bool:
    """Whether the ticket waits for something whose time has come."""
    return ticket.status == Status.WAITING and ticket.wait_until is not None and ticket.wait_until <= at


def wake(ticket: Ticket, *, at: datetime) -> Event | None:
    """Write down that a wait is over whose time has come, and save the ticket; call under its lock, the caller settles its clocks."""
    until = ticket.wait_until
    if until is None or not is_over(ticket, at):
        return None
    said_at = ticket.last_public_at
    event = log.append(ticket, Event.Type.RESUMED, actor=None, at=until, facts={"expected": True})
    ticket.last_public_at = max(until, said_at) if said_at else until
    ticket.status = workflow.IN_PROGRESS
    for column, value in AWAKE.items():
        setattr(ticket, column, value)
    sign(ticket, None, at)
    ticket.updated_at, ticket.is_counted = at, False
    ticket.save()
    return event

"""Steps that some plans promise a time for: remote support, the emergency team, a stop-gap, a department's opinion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tickets.errors import MoveNotAllowed
from tickets.models import Event, Ticket
from tickets.services.moves import said, tell
from tickets.services.record import locked, move

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


@transaction.atomic
def agree_remote(ticket: Ticket, *, actor: User | None, at: datetime, text: str = "") -> Ticket:
    """The customer allows us in: said by themselves, or put down by us with who said it and how."""
    if actor is None or not actor.is_customer:
        text = said(text, "text", _("Write who agreed, and how."))
    return tell(*move(ticket, "agree-remote", actor=actor, at=at, text=text), actor, at)


@transaction.atomic
def start_remote(ticket: Ticket, *, actor: User | None, at: datetime, text: str = "") -> Ticket:
    """An engineer is logged in; never before the customer's consent stands in the record, which ends with the close."""
    row = locked(ticket)
    last = row.events.filter(type__in=[Event.Type.REMOTE_AGREED, Event.Type.CLOSED]).order_by("-seq").first()
    if last is None or last.type != Event.Type.REMOTE_AGREED:
        raise MoveNotAllowed(_("The customer has not agreed to remote support yet."), code="no_consent")
    return move(row, "start-remote", actor=actor, at=at, text=text)[0]


@transaction.atomic
def form_team(ticket: Ticket, *, actor: User | None, at: datetime, members: str) -> Ticket:
    """An emergency team takes it over; the customer is told who is in it."""
    words = said(members, "members", _("Write who is in the team."))
    return tell(*move(ticket, "form-team", actor=actor, at=at, text=words), actor, at)


@transaction.atomic
def stopgap(ticket: Ticket, *, actor: User | None, at: datetime, measure: str) -> Ticket:
    """The customer can work again for the time being; the fault is not solved yet."""
    words = said(measure, "measure", _("Write what keeps the customer working."))
    return tell(*move(ticket, "stopgap", actor=actor, at=at, text=words), actor, at)


@transaction.atomic
def ask_department(ticket: Ticket, *, actor: User | None, at: datetime, department: str, text: str = "") -> Ticket:
    """Send the tracking form (投诉跟踪单) to the department concerned; among us."""
    facts = {"department": said(department, "department", _("Write which department is asked."))}
    return move(ticket, "ask-department", actor=actor, at=at, text=text, facts=facts, public=False)[0]


@transaction.atomic
def give_opinion(ticket: Ticket, *, actor: User | None, at: datetime, department: str, text: str) -> Ticket:
    """Put down what the department intends; the customer is told in words of their own afterwards."""
    facts = {"department": said(department, "department", _("Write which department answers."))}
    words = said(text, "text", _("Write what the department intends."))
    return tell(*move(ticket, "give-opinion", actor=actor, at=at, text=words, facts=facts, public=False), actor, at)

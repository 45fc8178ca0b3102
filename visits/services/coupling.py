"""What a visit means for its ticket: its departure and on-site clocks are moved here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tickets import services as tickets
from tickets.models import Event, Status
from visits.errors import StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from tickets.models import Ticket
    from visits.models import Visit


def planned(ticket: Ticket, *, actor: User | None, at: datetime, reason: str) -> None:
    """Somebody has to come: the promises that begin with that begin now, unless they have (P3 四（一）4)."""
    if not ticket.is_open:
        raise StepNotAllowed(
            _("Ticket %(number)s is “%(status)s”: open it again before a visit is planned.")
            % {"number": ticket.number, "status": ticket.get_status_display()}
        )
    last = ticket.events.filter(type__in=[Event.Type.ONSITE_REQUESTED, Event.Type.CLOSED]).order_by("-seq").first()
    if last is None or last.type != Event.Type.ONSITE_REQUESTED:
        tickets.request_onsite(ticket, actor=actor, at=at, reason=reason)


def departed(visit: Visit, *, actor: User | None, at: datetime) -> None:
    """The engineer is on the way: work goes on, and the departure clock stops."""
    if visit.ticket is not None:
        tickets.depart(_awake(visit.ticket, actor, at), actor=actor, at=at, visit=visit.number)


def arrived(visit: Visit, *, actor: User | None, at: datetime, place: str) -> None:
    """The engineer is on site: the on-site clock stops."""
    if visit.ticket is not None:
        tickets.check_in(_awake(visit.ticket, actor, at), actor=actor, at=at, place=place, visit=visit.number)


def left(visit: Visit, *, actor: User | None, at: datetime, outcome: str) -> None:
    """The engineer has left the site; a ticket that was cancelled meanwhile has ended already."""
    if visit.ticket is not None and visit.ticket.status != Status.CANCELLED:
        tickets.leave(visit.ticket, actor=actor, at=at, outcome=outcome, visit=visit.number)


def _awake(ticket: Ticket, actor: User | None, at: datetime) -> Ticket:
    """Who travels does not wait any more: a ticket on hold goes on."""
    return tickets.resume(ticket, actor=actor, at=at) if ticket.status == Status.WAITING else ticket

"""A ticket that waits for parts: held, moved and resumed through its own services, as its plan allows (rule 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from parts import selectors
from parts.errors import OrderNotNow
from tickets import services as tickets
from tickets.models import Status, Ticket, WaitOwner

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from sla.engine.plan import Cause

HOLDABLE = frozenset({Status.NEW, Status.ACCEPTED, Status.IN_PROGRESS, Status.REOPENED, Status.WAITING})


def cause_of(ticket: Ticket) -> Cause | None:
    """Answer the cause by which a ticket's plan lets it wait for a delivery: one that ends when it is expected to come."""
    able = [cause for cause in tickets.causes_of(ticket) if cause.ends_by_itself]
    return next((cause for cause in able if cause.owner == WaitOwner.LOGISTICS), next(iter(able), None))


def keep_waiting(ticket: Ticket, evidence: str, *, actor: User | None, at: datetime, reason: str = "", must: bool = False) -> None:
    """Bring a ticket's wait into line with the parts it waits for: hold it, move the arrival, or let it go on.

    With several parts on their way it waits for the last. A wait for something else is left alone; ``must`` refuses then.
    """
    row = Ticket.objects.select_for_update(of=("self",)).select_related("commitment").get(pk=ticket.pk)
    cause, last = cause_of(row), selectors.coming(row)
    if must and cause is None:
        raise OrderNotNow(_("The service plan of this ticket does not let it wait for a delivery."), field="pauses")
    if cause is None:
        return
    until = last.expected_at if last else None
    waits = row.status == Status.WAITING and not (row.wait_until and row.wait_until <= at)  # else it is over, written down or not
    if waits and row.wait_code == cause.code:
        _go_on(row, until, reason or evidence, actor=actor, at=at)
    elif until and until > at and not waits and row.status in HOLDABLE:
        tickets.hold(row, actor=actor, at=at, code=cause.code, expected_at=until, evidence=evidence)
    elif must:
        sentence = _("Ticket %(number)s cannot be put on hold while it is “%(status)s”; order the part without pausing it.")
        raise OrderNotNow(sentence % {"number": row.number, "status": row.get_status_display()}, field="pauses")


def _go_on(row: Ticket, until: datetime | None, reason: str, **who: Any) -> None:
    """Move the end of a wait for parts, or end it."""
    at: datetime = who["at"]
    if until is None or until <= at:
        tickets.resume(row, text=_("The part has arrived.") if until is None else reason, **who)
    elif until.replace(microsecond=0) != row.wait_until:
        tickets.move_arrival(row, expected_at=until, reason=reason, **who)

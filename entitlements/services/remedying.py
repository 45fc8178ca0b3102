"""Repair, exchange, compensation: proposed by who works on the ticket, approved above a limit, agreed to by the customer, carried out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from core.record import save_by
from customers import engine
from customers import selectors as customers
from customers.models import Term
from entitlements.errors import NotYourStep, RemedyNotNow
from entitlements.models import Remedy
from entitlements.services import telling
from tickets import selectors as tickets

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User
    from parts.models import Repair, StockMovement
    from tickets.models import Ticket

NOTHING = Decimal("0.00")
EXCHANGED = "exchanged_out"
Status, Kind, Basis = Remedy.Status, Remedy.Kind, Remedy.Basis
CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What is to be done, about what, and its original price (compensation) or cost (repair, exchange).

    ``is_free`` and ``why``: a manager's word against the rule. ``component``: the part a term may name.
    """

    kind: str
    what: str
    price: Decimal
    component: str = ""
    movement: StockMovement | None = None
    repair: Repair | None = None
    is_free: bool | None = None
    why: str = ""


@transaction.atomic
def propose_remedy(ticket: Ticket, proposed: Proposed, *, actor: User, at: datetime) -> Remedy:
    """Put a remedy on a ticket with the rule of the day it was reported.

    Inside a term it is free; outside, repair and exchange are at cost and there is no compensation (P0, P1), unless a manager decides
    with a reason. What costs us more than the limit waits for a manager. Raises Invalid, NotYourStep and RemedyNotNow.
    """
    if not actor.is_provider:
        raise NotYourStep(_("Remedies are proposed by those who work on the ticket."))
    if ticket.status == CANCELLED:
        raise RemedyNotNow(_("The ticket was cancelled; nothing is remedied on it."))
    _check(ticket, proposed)
    facts = _judged(ticket, proposed, actor)
    row = Remedy(
        ticket=ticket,
        kind=proposed.kind,
        equipment=ticket.equipment,
        what=proposed.what.strip()[:200],
        price=proposed.price,
        movement=proposed.movement,
        repair=proposed.repair,
        proposed_at=at,
        proposed_by=actor,
        **facts,
    )
    row.status = Status.PROPOSED
    if not needs_approval(row) or actor.manages:
        row.status, row.approved_at, row.approved_by = Status.APPROVED, at, actor if actor.manages else None
    save_by(row, actor, at=at)
    told = telling.remedy_to_agree if row.status == Status.APPROVED else telling.remedy_to_approve
    told(row, at=at)
    return row


def needs_approval(remedy: Remedy) -> bool:
    """Whether a manager decides: it costs us more than the limit."""
    ours = remedy.paid if remedy.kind == Kind.COMPENSATION else remedy.price - remedy.charged
    return ours > settings.REMEDY_LIMIT


def _check(ticket: Ticket, proposed: Proposed) -> None:
    if proposed.kind not in Kind.values:
        raise Invalid(_("Choose what is done."), field="kind")
    if not proposed.what.strip():
        raise Invalid(_("Say what it is about: the equipment or the part."), field="what")
    if proposed.price < 0:
        raise Invalid(_("An amount is not negative."), field="price")
    if proposed.kind == Kind.COMPENSATION and not proposed.price:
        raise Invalid(_("Compensation is at the original price; enter it."), field="price")
    if proposed.movement is not None and (proposed.movement.ticket_id != ticket.pk or proposed.kind != Kind.EXCHANGE):
        raise Invalid(_("Choose an exchange that was booked on this ticket."), field="movement")
    if proposed.repair is not None and (proposed.repair.ticket_id != ticket.pk or proposed.kind != Kind.REPAIR):
        raise Invalid(_("Choose a repair that belongs to this ticket."), field="repair")


def _judged(ticket: Ticket, proposed: Proposed, actor: User) -> dict[str, Any]:
    """Answer the basis: rule, day, term, and what is charged or paid."""
    found = customers.entitlement(ticket.equipment or ticket.site, ticket.created_at)
    ruling = found.ruling(engine.PARTS, proposed.component)
    is_free, basis = ruling.is_free, Basis(ruling.verdict)
    if proposed.is_free is not None and proposed.is_free != is_free:
        if not actor.manages:
            raise NotYourStep(_("What is free and what is charged says the contract; only a manager decides otherwise."), field="charge")
        if not proposed.why.strip():
            raise Invalid(_("Write why it is decided otherwise than the contract says."), field="why")
        is_free, basis = proposed.is_free, Basis.DECIDED
    if proposed.kind == Kind.COMPENSATION and not is_free:
        raise Invalid(_("Compensation is for what fails inside its term; outside, repair or exchange it at cost."), field="kind")
    pays_out = proposed.kind == Kind.COMPENSATION
    term = ruling.span.term if ruling.span else None
    return {
        "day": ruling.day,
        "basis": basis,
        "rule": ruling.rule,
        "until": ruling.until,
        "term": Term.objects.filter(pk=term).first() if term else None,
        "charged": NOTHING if is_free else proposed.price,
        "paid": proposed.price if pays_out else NOTHING,
        "why": proposed.why.strip()[:300],
    }


@transaction.atomic
def approve_remedy(remedy: Remedy, *, actor: User, at: datetime) -> Remedy:
    """A manager approves what costs more than the limit; then the customer is asked."""
    row = _locked(remedy, {Status.PROPOSED})
    if not actor.manages:
        raise NotAllowed(_("Only a manager approves a remedy above the limit."))
    row.status, row.approved_at, row.approved_by = Status.APPROVED, at, actor
    save_by(row, actor, at=at)
    telling.remedy_to_agree(row, at=at)
    return row


@transaction.atomic
def agree_remedy(remedy: Remedy, *, actor: User, at: datetime, name: str = "") -> Remedy:
    """The customer agrees: by themselves in the portal, or on the phone to one of us (``name``)."""
    row = _locked(remedy, {Status.APPROVED})
    row.agreed_name, row.agreed_how = _who(row, actor, name)
    row.status, row.agreed_at = Status.AGREED, at
    save_by(row, actor, at=at)
    return row


@transaction.atomic
def refuse_remedy(remedy: Remedy, *, actor: User, at: datetime, reason: str) -> Remedy:
    """A manager does not approve it, or the customer does not agree; the reason stays."""
    row = _locked(remedy, {Status.PROPOSED, Status.APPROVED})
    if actor.is_customer:
        _who(row, actor, "")
    elif not actor.dispatches:
        raise NotAllowed(_("A dispatcher or a manager takes a remedy back."))
    if not reason.strip():
        raise Invalid(_("Say why it is refused."), field="reason")
    row.status, row.refused_because = Status.REFUSED, reason.strip()[:300]
    save_by(row, actor, at=at)
    return row


@transaction.atomic
def carry_out(remedy: Remedy, *, actor: User, at: datetime, movement: StockMovement | None = None, repair: Repair | None = None) -> Remedy:
    """It was repaired, exchanged or paid; the movement of the stock or the repair at the maker it was done by may be named now."""
    row = _locked(remedy, {Status.AGREED})
    if not actor.is_provider:
        raise NotYourStep(_("Remedies are carried out by those who work on the ticket."))
    given = Proposed(kind=row.kind, what=row.what, price=row.price, movement=movement, repair=repair)
    _check(row.ticket, given)
    row.movement, row.repair = movement or row.movement, repair or row.repair
    row.status, row.done_at = Status.DONE, at
    save_by(row, actor, at=at)
    return row


def _who(row: Remedy, actor: User, name: str) -> tuple[str, str]:
    if actor.is_customer:
        if not tickets.tickets_for(actor).filter(pk=row.ticket_id).exists():
            raise NotYourStep(_("A remedy is agreed to by the customer of its ticket."))
        return actor.name, "portal"
    if not name.strip():
        raise Invalid(_("Write who said it on the phone."), field="name")
    return name.strip()[:80], "phone"


def _locked(remedy: Remedy, sources: Iterable[str]) -> Remedy:
    rows = Remedy.objects.select_for_update(of=("self",)).select_related("ticket__organization", "ticket__reporter", "ticket__office")
    row = rows.get(pk=remedy.pk)
    if row.status not in sources:
        raise RemedyNotNow(_("This remedy is “%(state)s” now.") % {"state": row.get_status_display()})
    return row

"""Handing parts out for a ticket or a customer: set aside, use, exchange, sell, supply in an emergency."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from customers import services as customers
from parts import selectors
from parts.errors import OrderNotNow
from parts.models import Condition, Kind, Reservation, StockMovement
from parts.services import purchasing, telling
from parts.services.ledger import Entry, book, lock, must_dispatch, must_serve, repeated, said
from parts.services.pricing import Decision, priced

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from customers.models import Equipment, Site
    from parts.models import Depot, PartType, Purchase
    from tickets.models import Ticket
    from visits.models import Visit


@transaction.atomic
def reserve(
    part: PartType,
    *,
    actor: User | None,
    at: datetime,
    depot: Depot,
    ticket: Ticket | None = None,
    visit: Visit | None = None,
    quantity: int = 1,
    note: str = "",
    reference: str = "",
) -> Reservation:
    """Set parts aside for a ticket or a visit: nobody else can take them."""
    must_serve(actor)
    ticket = _whose(ticket, visit)
    about: dict[str, Any] = {"depot": depot, "part": part, "ticket": ticket, "visit": visit}
    entry = Entry(kind=Kind.RESERVED, quantity=quantity, note=note.strip(), reference=reference, **about)
    lock([(depot, part)])
    if (before := repeated(entry)) and before.reservation:
        return before.reservation
    if ticket is not None:
        _must_be_open(ticket)
    row = Reservation(**about, quantity=max(quantity, 1), left=max(quantity, 1), created_at=at, created_by=actor)
    row.save()
    book([replace(entry, reservation=row)], actor=actor, at=at)
    return row


def _whose(ticket: Ticket | None, visit: Visit | None) -> Ticket | None:
    """Answer the ticket that parts are for; a visit brings its own."""
    if ticket is None and visit is None:
        raise Invalid(_("Say for which ticket or visit."), field="ticket")
    if visit is None:
        return ticket
    if ticket is not None and visit.ticket_id != ticket.pk:
        raise Invalid(_("This visit is not of that ticket."), field="visit")
    return visit.ticket


@transaction.atomic
def release(reservation: Reservation, *, actor: User | None, at: datetime, note: str = "") -> Reservation:
    """Give free again what is still set aside."""
    must_serve(actor)
    row = _locked(reservation)
    if not row.left:
        raise OrderNotNow(_("Nothing is set aside any more."))
    book([_released(row, row.left, note)], actor=actor, at=at)
    return _left(row, 0)


def _locked(reservation: Reservation) -> Reservation:
    rows = Reservation.objects.select_for_update(of=("self",)).select_related("part", "depot", "ticket", "visit")
    return rows.get(pk=reservation.pk)


def _released(row: Reservation, quantity: int, note: str = "") -> Entry:
    facts: dict[str, Any] = {
        "kind": Kind.RELEASED,
        "depot": row.depot,
        "part": row.part,
        "ticket": row.ticket,
        "visit": row.visit,
        "reservation": row,
    }
    return Entry(**facts, quantity=quantity, note=note.strip())


def _left(row: Reservation, left: int) -> Reservation:
    row.left = left
    row.save(update_fields=["left"])
    return row


@transaction.atomic
def use(
    part: PartType,
    *,
    actor: User | None,
    at: datetime,
    ticket: Ticket,
    depot: Depot | None = None,
    quantity: int = 1,
    serial_number: str = "",
    reservation: Reservation | None = None,
    decision: Decision | None = None,
    note: str = "",
    reference: str = "",
) -> StockMovement:
    """Use parts on a ticket, from what was set aside or straight from a depot; free or charged as the day of the ticket has it."""
    facts: dict[str, Any] = {"serial_number": serial_number.strip(), "note": note.strip(), "reference": reference}
    return _hand_out(
        Kind.USED,
        part,
        actor=actor,
        at=at,
        ticket=ticket,
        depot=depot,
        quantity=quantity,
        reservation=reservation,
        decision=decision,
        **facts,
    )[0]


@transaction.atomic
def exchange(
    part: PartType,
    *,
    actor: User | None,
    at: datetime,
    ticket: Ticket,
    depot: Depot | None = None,
    serial_number: str = "",
    serial_in: str = "",
    is_device: bool = False,
    equipment: Equipment | None = None,
    reservation: Reservation | None = None,
    decision: Decision | None = None,
    note: str = "",
    reference: str = "",
) -> StockMovement:
    """Give one out of stock and take the customer's defective one in; a whole device takes its place in the customer's records."""
    thing = equipment or ticket.equipment
    if is_device and (thing is None or not serial_number.strip()):
        raise Invalid(_("To replace the device itself, name the equipment and the new serial number."), field="is_device")
    given: dict[str, Any] = {"serial_number": serial_number.strip(), "note": note.strip(), "reference": reference, "equipment": thing}
    back = {"kind": Kind.EXCHANGED_IN, "condition": Condition.DEFECTIVE, "serial_number": serial_in.strip(), "note": note.strip()}
    made = _hand_out(
        Kind.EXCHANGED_OUT,
        part,
        actor=actor,
        at=at,
        ticket=ticket,
        depot=depot,
        reservation=reservation,
        decision=decision,
        back=back,
        **given,
    )
    if is_device and thing is not None and thing.serial_number != serial_number.strip():
        customers.update_equipment(thing, actor=actor, at=at, serial_number=serial_number.strip())
    return made[0]


@transaction.atomic
def sell(
    part: PartType,
    *,
    actor: User | None,
    at: datetime,
    depot: Depot | None = None,
    ticket: Ticket | None = None,
    site: Site | None = None,
    quantity: int = 1,
    serial_number: str = "",
    decision: Decision | None = None,
    note: str = "",
    reference: str = "",
) -> StockMovement:
    """Sell parts, on a ticket or across the counter to a site; at cost outside the warranty (P0, P1)."""
    if ticket is None:
        must_dispatch(actor)
    facts: dict[str, Any] = {"serial_number": serial_number.strip(), "note": note.strip(), "reference": reference, "site": site}
    return _hand_out(Kind.SOLD, part, actor=actor, at=at, ticket=ticket, depot=depot, quantity=quantity, decision=decision, **facts)[0]


def _hand_out(
    kind: str,
    part: PartType,
    *,
    actor: User | None,
    at: datetime,
    ticket: Ticket | None,
    depot: Depot | None,
    reservation: Reservation | None = None,
    decision: Decision | None = None,
    quantity: int = 1,
    site: Site | None = None,
    equipment: Equipment | None = None,
    back: dict[str, Any] | None = None,
    **facts: Any,
) -> list[StockMovement]:
    """Book what leaves for a customer, with its price; what was set aside is given free in the same breath."""
    must_serve(actor)
    row = _locked(reservation) if reservation is not None else None
    place = row.depot if row else depot
    if place is None:
        raise Invalid(_("Say from which depot."), field="depot")
    common: dict[str, Any] = {"depot": place, "part": part, "ticket": ticket, "site": ticket.site if ticket else site}
    common["visit"] = row.visit if row else None
    common["equipment"] = equipment or (ticket.equipment if ticket else None)
    price = priced(part, quantity, ticket or site, decision, actor=actor, at=at)
    out = Entry(kind=kind, quantity=quantity, reservation=row, **common, **price, **facts)
    lock([(place, part)])
    if before := repeated(out):
        return [before]
    if ticket is not None:
        _must_be_open(ticket)
    if row is not None:
        _take_from(row, part, quantity, ticket=ticket, actor=actor, at=at)
    return book([out, *([Entry(**common, **back)] if back else [])], actor=actor, at=at)


def _take_from(row: Reservation, part: PartType, quantity: int, *, ticket: Ticket | None, actor: User | None, at: datetime) -> None:
    """Give free what was set aside, to be handed out at once."""
    if row.part_id != part.pk:
        raise Invalid(_("Another part was set aside."), field="reservation")
    if row.ticket_id is not None and (ticket is None or ticket.pk != row.ticket_id):
        raise Invalid(_("This was set aside for another ticket."), field="reservation")
    if not 0 < quantity <= row.left:
        raise OrderNotNow(_("Only %(left)s are still set aside.") % {"left": row.left}, field="quantity")
    book([_released(row, quantity)], actor=actor, at=at)
    _left(row, row.left - quantity)


def _must_be_open(ticket: Ticket) -> None:
    if ticket.status in {"closed", "cancelled"}:
        raise OrderNotNow(_("Ticket %(number)s is closed; parts are booked before.") % {"number": ticket.number})


@transaction.atomic
def supply(
    part: PartType,
    *,
    actor: User | None,
    at: datetime,
    ticket: Ticket,
    quantity: int = 1,
    serial_number: str = "",
    reason: str,
    reference: str = "",
) -> StockMovement | Purchase:
    """Emergency supply (紧急供货, P2): from the nearest depot that has it, else asked of the maker as urgent."""
    words = said(reason, "reason", _("Write why it is urgent."))
    found = selectors.sources(part, quantity, ticket.office)
    if not found:
        return purchasing.request(part, actor=actor, at=at, ticket=ticket, quantity=quantity, reason=words)
    depot = found[0][1].depot
    serial = serial_number.strip() or _first_serial(part, depot)
    given: dict[str, Any] = {"serial_number": serial, "note": words, "reference": reference}
    made = _hand_out(Kind.EMERGENCY, part, actor=actor, at=at, ticket=ticket, depot=depot, quantity=quantity, **given)[0]
    telling.supplied(made, at=at)
    return made


def _first_serial(part: PartType, depot: Depot) -> str:
    """Answer the item that has been there longest."""
    items = selectors.items_in_stock(part, depot) if part.is_serialised else []
    return items[0].serial_number if items else ""

"""Defective items go back to the maker, and come back or do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.record import save_by
from parts.errors import OrderNotNow, WrongSerial
from parts.models import Condition, Kind, Repair
from parts.selectors import items_in_stock
from parts.services.ledger import Entry, book, lock, must_dispatch, said

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import User
    from parts.models import Depot, PartType
    from tickets.models import Ticket


@transaction.atomic
def send_for_repair(
    part: PartType,
    *,
    actor: User | None,
    at: datetime,
    depot: Depot,
    quantity: int = 1,
    serial_number: str = "",
    ticket: Ticket | None = None,
    carrier: str = "",
    tracking_number: str = "",
    expected_on: date | None = None,
    note: str = "",
) -> Repair:
    """Send defective items to the maker."""
    must_dispatch(actor)
    lock([(depot, part)])
    serial = serial_number.strip()
    if part.is_serialised and serial and serial not in _defective(part, depot):
        raise WrongSerial(_("No defective item with this serial number is in the depot."), field="serial_number")
    row = Repair(part=part, depot=depot, ticket=ticket, quantity=max(quantity, 1), serial_number=serial, sent_at=at)
    row.carrier, row.tracking_number, row.expected_on, row.note = carrier.strip(), tracking_number.strip(), expected_on, note.strip()
    save_by(row, actor, at=at)
    book([_entry(row, Kind.SENT_FOR_REPAIR, Condition.IN_REPAIR, row.note, quantity=quantity)], actor=actor, at=at)
    return row


def _defective(part: PartType, depot: Depot) -> set[str]:
    return {item.serial_number for item in items_in_stock(part, depot, conditions=(Condition.DEFECTIVE,))}


def _entry(row: Repair, kind: str, condition: str, note: str, *, quantity: int = 0, serial_number: str = "") -> Entry:
    facts: dict[str, Any] = {"part": row.part, "depot": row.depot, "ticket": row.ticket, "repair": row, "condition": condition}
    return Entry(kind=kind, quantity=quantity or row.quantity, serial_number=serial_number or row.serial_number, note=note, **facts)


@transaction.atomic
def bring_back(repair: Repair, *, actor: User | None, at: datetime, serial_number: str = "", outcome: str = "") -> Repair:
    """Take repaired items into stock again; the maker may have sent another item instead."""
    row = _away(repair, actor)
    entry = _entry(row, Kind.RETURNED_FROM_REPAIR, Condition.GOOD, outcome.strip(), serial_number=serial_number.strip())
    return _end(row, Repair.Status.RETURNED, entry, outcome.strip(), actor=actor, at=at)


@transaction.atomic
def write_off(repair: Repair, *, actor: User | None, at: datetime, outcome: str) -> Repair:
    """Note that items do not come back."""
    row = _away(repair, actor)
    words = said(outcome, "outcome", _("Write why it does not come back."))
    return _end(row, Repair.Status.WRITTEN_OFF, _entry(row, Kind.WRITTEN_OFF, Condition.IN_REPAIR, words), words, actor=actor, at=at)


def _away(repair: Repair, actor: User | None) -> Repair:
    must_dispatch(actor)
    row = Repair.objects.select_for_update(of=("self",)).select_related("part", "depot", "ticket").get(pk=repair.pk)
    if row.status != Repair.Status.SENT:
        raise OrderNotNow(
            _("This is not possible: repair %(number)s is “%(state)s”.") % {"number": row.number, "state": row.get_status_display()}
        )
    return row


def _end(row: Repair, status: str, entry: Entry, outcome: str, *, actor: User | None, at: datetime) -> Repair:
    book([entry], actor=actor, at=at)
    row.status, row.ended_at, row.outcome = status, at, outcome
    save_by(row, actor, at=at)
    return row

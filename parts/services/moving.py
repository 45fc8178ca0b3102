"""Goods that come, go between depots, and are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from parts.errors import WrongSerial
from parts.models import Condition, Kind, StockMovement
from parts.selectors import items_in_stock
from parts.services.ledger import LARGEST, Entry, book, lock, must_dispatch, must_manage, repeated, said

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User
    from parts.models import Depot, PartType, Purchase


def arrivals(
    part: PartType, depot: Depot, quantity: int, serial_numbers: Sequence[str], purchase: Purchase | None = None, **facts: Any
) -> list[Entry]:
    """Answer the lines of goods that have come: one in all, or one for each serial number."""
    common: dict[str, Any] = {"kind": Kind.RECEIVED, "depot": depot, "part": part, "purchase": purchase, **facts}
    if not part.is_serialised:
        return [Entry(quantity=quantity, **common)]
    serials = [serial.strip() for serial in serial_numbers if serial.strip()]
    if len(serials) != quantity or len(set(serials)) != quantity:
        sentence = _("Give the serial number of each item, one a line: %(quantity)s different ones.")
        raise WrongSerial(sentence % {"quantity": quantity}, field="serial_numbers")
    reference = common.pop("reference", "")
    return [Entry(serial_number=serial, reference=reference if place == 0 else "", **common) for place, serial in enumerate(serials)]


@transaction.atomic
def receive(
    part: PartType,
    *,
    actor: User | None,
    at: datetime,
    depot: Depot,
    quantity: int = 1,
    serial_numbers: Sequence[str] = (),
    note: str = "",
    reference: str = "",
) -> StockMovement:
    """Take goods in that no purchase of ours announced."""
    must_dispatch(actor)
    return book(arrivals(part, depot, quantity, serial_numbers, note=note.strip(), reference=reference), actor=actor, at=at)[0]


@transaction.atomic
def transfer(
    part: PartType,
    *,
    actor: User | None,
    at: datetime,
    depot: Depot,
    to_depot: Depot,
    quantity: int = 1,
    serial_number: str = "",
    condition: str = Condition.GOOD,
    note: str = "",
    reference: str = "",
) -> StockMovement:
    """Send goods from one depot to another."""
    must_dispatch(actor)
    if depot.pk == to_depot.pk:
        raise Invalid(_("Choose another depot than the one it comes from."), field="to_depot")
    facts: dict[str, Any] = {"part": part, "quantity": quantity, "serial_number": serial_number.strip(), "condition": condition}
    gone = Entry(kind=Kind.TRANSFERRED_OUT, depot=depot, reference=reference, note=note.strip(), **facts)
    come = Entry(kind=Kind.TRANSFERRED_IN, depot=to_depot, note=note.strip(), **facts)
    return book([gone, come], actor=actor, at=at)[0]


@transaction.atomic
def count(
    part: PartType,
    *,
    actor: User | None,
    at: datetime,
    depot: Depot,
    counted: int,
    reason: str,
    condition: str = Condition.GOOD,
    serial_number: str = "",
    reference: str = "",
) -> StockMovement | None:
    """Put the stock right after it was counted; None where it was right already.

    Items with serial numbers are put right one by one: the number says which one is there (1) or not (0).
    """
    must_manage(actor)
    words = said(reason, "reason", _("Write why the stock is put right."))
    if not 0 <= counted <= LARGEST:
        raise Invalid(_("Enter a whole number from 0 on."), field="counted")
    entry: dict[str, Any] = {"kind": Kind.COUNTED, "depot": depot, "part": part, "condition": condition, "note": words}
    level = lock([(depot, part)])[depot.pk, part.pk]
    if reference and (before := StockMovement.objects.filter(reference=reference).first()):
        return repeated(Entry(**entry, quantity=before.quantity, serial_number=before.serial_number, reference=reference))
    have = level.on_hand if condition == Condition.GOOD else level.defective
    if part.is_serialised:
        have = _there(part, depot, serial_number.strip(), counted, condition)
    if counted == have:
        return None
    made = book([Entry(**entry, quantity=counted - have, serial_number=serial_number.strip(), reference=reference)], actor=actor, at=at)
    return made[0]


def _there(part: PartType, depot: Depot, serial: str, counted: int, condition: str) -> int:
    """Answer whether the ledger knows an item there (1) or not (0)."""
    if not serial or counted > 1:
        raise WrongSerial(_("Say which item: its serial number, and 1 if it is there or 0 if it is not."), field="serial_number")
    return sum(1 for row in items_in_stock(part, depot, conditions=(condition,)) if row.serial_number == serial)

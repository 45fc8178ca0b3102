"""The ledger: lines are added under the locks of their levels, and the levels are what the lines come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from parts import engine
from parts.errors import NotInStock, NotYourStep, ReferenceTaken, WrongSerial
from parts.models import Condition, Kind, StockLevel, StockMovement
from parts.selectors import items_in_stock
from parts.services import telling

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from accounts.models import User
    from customers.models import Equipment, Site
    from parts.models import Depot, PartType, Purchase, Repair, Reservation
    from tickets.models import Ticket
    from visits.models import Visit

LEAVES = (*engine.CONSUMED, Kind.TRANSFERRED_OUT)
COMES = (Kind.RECEIVED, Kind.EXCHANGED_IN, Kind.RETURNED_FROM_REPAIR)
NO_SERIAL = (Kind.RESERVED, Kind.RELEASED)
LARGEST = 100_000
"""More at once is a slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line to be added; the names are those of the ledger's columns."""

    kind: str
    depot: Depot
    part: PartType
    quantity: int = 1
    condition: str = Condition.GOOD
    serial_number: str = ""
    note: str = ""
    reference: str = ""
    ticket: Ticket | None = None
    visit: Visit | None = None
    site: Site | None = None
    equipment: Equipment | None = None
    reservation: Reservation | None = None
    purchase: Purchase | None = None
    repair: Repair | None = None
    is_free: bool | None = None
    rule: str = ""
    free_until: date | None = None
    unit_price: Decimal | None = None
    amount: Decimal | None = None
    override_reason: str = ""

    @property
    def change(self) -> engine.Balance:
        """Answer what the line does to its level."""
        effect = engine.effect(self.kind, self.condition)
        if effect is None:
            raise Invalid(_("Goods in this condition cannot move like that."), field="condition")
        return engine.Balance().plus(effect, self.quantity)


def book(entries: Sequence[Entry], *, actor: User | None, at: datetime) -> list[StockMovement]:
    """Add lines of one deed to the ledger, all or none; call inside a transaction. The first line carries the reference."""
    for entry in entries:
        _check(entry)
    levels = lock((entry.depot, entry.part) for entry in entries)
    if before := repeated(entries[0]):
        return [before, *before.companions.order_by("id")]
    made: list[StockMovement] = []
    for entry in entries:
        level = levels[entry.depot.pk, entry.part.pk]
        _check_serial(entry)
        _apply(level, entry)
        made.append(_added(entry, made[0] if made else None, actor, at))
    for level in levels.values():
        write(level, at=at)
    return made


def lock(places: Iterable[tuple[Depot, PartType]]) -> dict[tuple[int, int], StockLevel]:
    """Answer the levels, locked in the order of their keys until the transaction ends; one that is not there yet is made."""
    wanted = {(depot.pk, part.pk) for depot, part in places}
    rows = StockLevel.objects.filter(depot__in={depot for depot, _part in wanted}, part__in={part for _depot, part in wanted})
    known = set(rows.values_list("depot_id", "part_id"))
    new = [StockLevel(depot_id=depot, part_id=part) for depot, part in sorted(wanted - known)]
    StockLevel.objects.bulk_create(new, ignore_conflicts=True)
    found = rows.select_for_update(of=("self",)).select_related("depot__office", "depot__keeper", "part").order_by("pk")
    return {(row.depot_id, row.part_id): row for row in found if (row.depot_id, row.part_id) in wanted}


def repeated(entry: Entry) -> StockMovement | None:
    """Answer the line that was added under this reference before; refuse it where it meant something else."""
    before = StockMovement.objects.filter(reference=entry.reference).first() if entry.reference else None
    if before is None:
        return None
    asked = (entry.kind, entry.depot.pk, entry.part.pk, entry.quantity, entry.serial_number, entry.ticket.pk if entry.ticket else None)
    if asked != (before.kind, before.depot_id, before.part_id, before.quantity, before.serial_number, before.ticket_id):
        raise ReferenceTaken(_("This reference already names another movement; choose another."), field="reference")
    return before


def _check(entry: Entry) -> None:
    if entry.kind == Kind.COUNTED:
        return
    if not 0 < entry.quantity <= LARGEST:
        raise Invalid(_("Enter a whole number from 1 on."), field="quantity")
    if entry.part.is_serialised and entry.kind not in NO_SERIAL:
        if not entry.serial_number:
            raise WrongSerial(_("Each item of this part is followed by its serial number; say which one."), field="serial_number")
        if entry.quantity != 1:
            raise Invalid(_("Items with serial numbers move one by one."), field="quantity")


def _check_serial(entry: Entry) -> None:
    """Refuse to hand out an item that is not there, and to take in one that is (under the lock of the level)."""
    if not (entry.part.is_serialised and entry.serial_number):
        return
    known = items_in_stock(entry.part, conditions=(Condition.GOOD, Condition.DEFECTIVE))
    item = next((row for row in known if row.serial_number == entry.serial_number), None)
    facts = {"serial": entry.serial_number, "depot": item.depot if item else entry.depot}
    if entry.kind in LEAVES and (item is None or (item.depot_id, item.condition) != (entry.depot.pk, entry.condition)):
        raise WrongSerial(_("No item with the serial number %(serial)s is in this depot.") % facts, field="serial_number")
    if (entry.kind in COMES or (entry.kind == Kind.COUNTED and entry.quantity > 0)) and item is not None:
        raise WrongSerial(_("The item with the serial number %(serial)s already is in %(depot)s.") % facts, field="serial_number")


def _apply(level: StockLevel, entry: Entry) -> None:
    after = level.balance.plus(entry.change)
    if not after.is_possible:
        raise NotInStock(_shortage(level, entry), field="quantity")
    level.on_hand, level.reserved, level.defective, level.in_repair = after


def _shortage(level: StockLevel, entry: Entry) -> str:
    facts = {"part": level.part, "depot": level.depot, "free": level.available, "defective": level.defective}
    if entry.condition == Condition.GOOD:
        return _("%(depot)s has only %(free)s free of “%(part)s”.") % facts
    return _("%(depot)s has only %(defective)s defective of “%(part)s”.") % facts


def _added(entry: Entry, first: StockMovement | None, actor: User | None, at: datetime) -> StockMovement:
    facts: dict[str, Any] = {name: getattr(entry, name) for name in Entry.__slots__}
    row = StockMovement(**facts, belongs_to=first, actor=actor, at=at)
    if not entry.reference:
        row.save(force_insert=True)
        return row
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:  # the same reference at the same moment, for another stock
        raise ReferenceTaken(_("This reference already names another movement; choose another."), field="reference") from error
    return row


def write(level: StockLevel, *, at: datetime) -> None:
    """Write a locked level; whoever keeps the depot is told once when it falls below its minimum."""
    is_low = level.available < level.minimum
    fell = is_low and level.low_since is None
    level.low_since = (level.low_since or at) if is_low else None
    columns = ("on_hand", "reserved", "defective", "in_repair", "low_since")
    # derived from the ledger, so without a line in the history
    StockLevel.objects.filter(pk=level.pk).update(**{name: getattr(level, name) for name in columns})
    if fell:
        telling.low(level, at=at)


def must_serve(actor: User | None) -> None:
    """Refuse what only our own people do."""
    if actor is not None and not actor.is_provider:
        raise NotYourStep(_("Parts are booked by the service provider's staff."))


def must_dispatch(actor: User | None) -> None:
    """Refuse what only dispatchers and managers do."""
    if actor is not None and not actor.dispatches:
        raise NotYourStep(_("Ordering, receiving and moving goods is up to dispatchers and managers."))


def must_manage(actor: User | None) -> None:
    """Refuse what only managers do."""
    if actor is not None and not actor.manages:
        raise NotYourStep(_("Catalogue, minimum, stock-taking and prices are up to managers."))


def said(text: str, field: str, sentence: str) -> str:
    """Answer the words; refuse where there are none."""
    if not text.strip():
        raise Invalid(sentence, field=field, code="required")
    return text.strip()

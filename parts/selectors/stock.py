"""What is in stock where, what the ledger says, and who may see it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Case, F, IntegerField, Max, Q, QuerySet, Sum, Value, When

from parts import engine
from parts.models import Depot, Fit, Kind, PartType, Purchase, Reservation, StockLevel, StockMovement
from tickets import selectors as tickets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Office, User
    from customers.models import Equipment
    from tickets.models import Ticket

ARRIVALS = (Kind.RECEIVED, Kind.EXCHANGED_IN, Kind.TRANSFERRED_IN, Kind.RETURNED_FROM_REPAIR)
SET_ASIDE = (Kind.RESERVED, Kind.RELEASED)


def parts_for(user: User) -> QuerySet[PartType]:
    """Answer the catalogue: for our own people."""
    return PartType.objects.all() if user.is_provider else PartType.objects.none()


def levels_for(user: User) -> QuerySet[StockLevel]:
    """Answer the stocks: for our own people."""
    return StockLevel.objects.all() if user.is_provider else StockLevel.objects.none()


def movements_for(user: User) -> QuerySet[StockMovement]:
    """Answer the ledger: ours see all, customers what was handed out for their tickets."""
    if user.is_provider:
        return StockMovement.objects.all()
    return StockMovement.objects.filter(kind__in=engine.CONSUMED, ticket__in=tickets.tickets_for(user).values("pk"))


def with_names(movements: QuerySet[StockMovement]) -> QuerySet[StockMovement]:
    """Add what a line of the ledger shows, in a constant number of queries."""
    return movements.select_related("part", "depot", "ticket", "site__organization", "actor", "equipment", "purchase", "repair")


def used_on(ticket: Ticket, user: User) -> QuerySet[StockMovement]:
    """Answer the parts that were handed out for a ticket, as far as this person may know."""
    handed = movements_for(user).filter(ticket=ticket, kind__in=engine.CONSUMED)
    return handed.select_related("part", "depot", "actor", "equipment").order_by("id")


def reservations_of(ticket: Ticket) -> QuerySet[Reservation]:
    """Answer what is set aside for a ticket and still waits."""
    return Reservation.objects.filter(ticket=ticket, left__gt=0).select_related("part", "depot").order_by("id")


def levels_of(part: PartType) -> QuerySet[StockLevel]:
    """Answer a part's stock by depot."""
    return StockLevel.objects.filter(part=part).select_related("depot__office", "part").order_by("depot__code")


def lines_of(part: PartType) -> QuerySet[StockMovement]:
    """Answer a part's ledger."""
    return with_names(StockMovement.objects.filter(part=part))


class Offered(NamedTuple):
    """A part that could serve a ticket, with what stands in the own region and elsewhere."""

    part: PartType
    fits: bool
    here: int
    elsewhere: int


def fitting(equipment: Equipment | None, office: Office, words: str = "", limit: int = 30) -> list[Offered]:
    """Answer parts for an equipment: those that fit its model first; with words, whatever is called so."""
    model = equipment.model if equipment else ""
    fits = Q(pk__in=Fit.objects.filter(model=model).values("part")) if model else Q(pk__in=[])
    named = Q(code__icontains=words) | Q(name__icontains=words) | Q(name_en__icontains=words) | Q(number__icontains=words)
    wanted = PartType.objects.filter(named if words else fits, is_active=True)
    free = F("levels__on_hand") - F("levels__reserved")
    here, in_use = Q(levels__depot__office=office), Q(levels__depot__is_active=True)
    rows = wanted.annotate(
        fits_it=Case(When(fits, then=Value(1)), default=Value(0), output_field=IntegerField()),
        here=Sum(free, filter=in_use & here, default=0),
        elsewhere=Sum(free, filter=in_use & ~here, default=0),
    )
    return [Offered(row, bool(row.fits_it), row.here, row.elsewhere) for row in rows.order_by("-fits_it", "code")[:limit]]


def sources(part: PartType, quantity: int, office: Office) -> list[tuple[engine.Source, StockLevel]]:
    """Answer from where so many of a part could be taken in a hurry, the best place first."""
    levels = {level.depot_id: level for level in levels_of(part).filter(depot__is_active=True)}
    found = (
        engine.Source(depot, level.available, level.depot.office_id == office.pk, level.depot.office.parent_id is None)
        for depot, level in levels.items()
    )
    return [(source, levels[source.depot]) for source in engine.nearest(found, quantity)]


def items_in_stock(part: PartType, *depots: Depot, conditions: Iterable[str] = (engine.GOOD,)) -> list[StockMovement]:
    """Answer the last arrival of each serial number of a part that is still there, the longest there first."""
    moves = StockMovement.objects.filter(part=part).exclude(serial_number="").exclude(kind__in=SET_ASIDE)
    last = moves.values("serial_number").annotate(last=Max("id")).values("last")
    there = moves.filter(Q(kind__in=ARRIVALS) | Q(kind=Kind.COUNTED, quantity__gt=0), pk__in=last, condition__in=conditions)
    if depots:
        there = there.filter(depot__in=depots)
    return list(there.select_related("depot").order_by("id"))


class Missing(NamedTuple):
    """A stock below its minimum: how many free ones there are, how many are on their way, how many to order."""

    level: StockLevel
    on_way: int
    to_order: int


def missing(levels: QuerySet[StockLevel]) -> list[Missing]:
    """Answer the stocks below their minimum with what would bring them back to it; what is on its way counts."""
    low = levels.filter(low_since__isnull=False).select_related("depot__office", "depot__keeper", "part").order_by("low_since", "id")
    rows = list(low)
    on_way: defaultdict[tuple[int, int], int] = defaultdict(int)
    open_ones = Purchase.objects.filter(status__in=["requested", "ordered"], ticket=None, part__in={row.part_id for row in rows})
    for depot, part, left in open_ones.values_list("depot", "part").annotate(left=Sum(F("quantity") - F("received"))):
        on_way[depot, part] += left
    return [_missing(row, on_way[row.depot_id, row.part_id]) for row in rows]


def _missing(level: StockLevel, on_way: int) -> Missing:
    return Missing(level, on_way, max(0, level.minimum - level.available - on_way))


def differing() -> list[tuple[StockLevel, engine.Balance]]:
    """Answer the levels that are not what their ledger, and their reservations, come to; there should be none."""
    lines: defaultdict[tuple[int, int], list[tuple[str, str, int]]] = defaultdict(list)
    summed = StockMovement.objects.order_by().values_list("depot", "part", "kind", "condition").annotate(total=Sum("quantity"))
    for depot, part, kind, condition, total in summed:
        lines[depot, part].append((kind, condition, total))
    open_ones = Reservation.objects.order_by().values_list("depot", "part").annotate(total=Sum("left"))
    set_aside = {(depot, part): total for depot, part, total in open_ones}
    found = []
    for level in StockLevel.objects.select_related("depot", "part").order_by("pk"):
        place = level.depot_id, level.part_id
        told = engine.balance(lines.pop(place, ()))
        if told != level.balance or set_aside.get(place, 0) != level.reserved:
            found.append((level, told))
    assert not lines, "every line of the ledger is written together with its level"
    return found

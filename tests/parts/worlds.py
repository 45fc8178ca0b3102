"""Parts, depots and stock for tests, made through the services."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from parts import selectors, services
from parts.models import Depot, PartType, StockLevel
from tests.worlds import NOON

if TYPE_CHECKING:
    from datetime import datetime

    from parts.models import Purchase, Repair
    from tests.worlds import World
    from tickets.models import Ticket

_numbers = count(1)


def make_part(world: World, *, at: datetime = NOON, **facts: Any) -> PartType:
    """A part for 1,200.00 that fits the world's equipment."""
    given = {
        "code": f"part-{next(_numbers)}",
        "name": "电源模块",
        "name_en": "Power supply",
        "price": Decimal("1200.00"),
        "fits": ["K1"],
        **facts,
    }
    return services.save_part(None, actor=world.manager, at=at, **given)


def make_depot(world: World, *, at: datetime = NOON, **facts: Any) -> Depot:
    """A depot of the world's office, kept by its dispatcher."""
    given = {"code": f"depot-{next(_numbers)}", "name": "华东备件库", "name_en": "East depot", **facts}
    given.setdefault("office", world.office)
    given.setdefault("keeper", world.dispatcher)
    return services.save_depot(None, actor=world.manager, at=at, **given)


def stock(world: World, part: PartType, depot: Depot, quantity: int = 5, *, at: datetime = NOON) -> StockLevel:
    """So many of a part in a depot; with serial numbers S-1, S-2, … where it has them."""
    serials = [f"S-{next(_numbers)}" for _each in range(quantity)] if part.is_serialised else []
    services.receive(part, actor=world.dispatcher, at=at, depot=depot, quantity=quantity, serial_numbers=serials)
    return level(part, depot)


def make_orders(world: World, ticket: Ticket) -> tuple[Purchase, Repair]:
    """A part that was exchanged on a ticket, sent for repair, and ordered anew."""
    part, depot = make_part(world), make_depot(world)
    stock(world, part, depot, 2)
    who: dict[str, Any] = {"actor": world.manager, "at": NOON, "depot": depot}
    services.exchange(part, ticket=ticket, **who)
    return services.order(part, **who), services.send_for_repair(part, **who)


def level(part: PartType, depot: Depot) -> StockLevel:
    """How it stands now."""
    return StockLevel.objects.get(part=part, depot=depot)


def balance(part: PartType, depot: Depot) -> tuple[int, ...]:
    """On hand, reserved, defective, in repair; and the ledger agrees."""
    assert not selectors.differing()
    return tuple(level(part, depot).balance)

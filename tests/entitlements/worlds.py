"""Terms, quotations and remedies for tests, made through the services."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.queue import drain
from customers import services as customers
from entitlements import services
from tests.worlds import NOON

if TYPE_CHECKING:
    from datetime import datetime

    from customers.models import Term
    from entitlements.models import QuotationRequest, Remedy
    from tests.worlds import World
    from tickets.models import Ticket

TODAY = date(2026, 11, 20)
"""The local day of NOON."""
DAY = timedelta(days=1)


def make_term(world: World, *, at: datetime = NOON, **facts: Any) -> Term:
    """An extended warranty of the world's equipment that began today and lasts a year, unless said otherwise."""
    given = {"kind": "extension", "starts_on": TODAY, **facts}
    if "contract" not in given:
        given.setdefault("equipment", world.equipment)
    return customers.enter_term(customers.Stated(**given), actor=world.dispatcher, at=at)


def ending_in(world: World, days: int, *, at: datetime = NOON, **facts: Any) -> Term:
    """A term whose last day is so many days from today."""
    return make_term(world, at=at, starts_on=TODAY - 300 * DAY, ends_on=TODAY + days * DAY, **facts)


def offer(**facts: Any) -> services.Offer:
    """A year of extended warranty for 36,000, valid for thirty days."""
    given = {
        "kind": "extension",
        "scope": "all",
        "starts_on": TODAY + 31 * DAY,
        "ends_on": TODAY + 395 * DAY,
        "lines": (("一年延保", Decimal("30000.00")), ("备件包", Decimal("6000.00"))),
        "valid_until": TODAY + 30 * DAY,
        **facts,
    }
    return services.Offer(**given)


def asked(world: World, term: Term | None = None) -> QuotationRequest:
    """A quotation that the customer's supervisor asked for."""
    return services.ask(term or ending_in(world, 30), actor=world.supervisor, at=NOON)


def quoted(world: World, term: Term | None = None, **facts: Any) -> QuotationRequest:
    """One that was quoted."""
    return services.quote(asked(world, term), offer(**facts), actor=world.dispatcher, at=NOON)


def attend(at: datetime = NOON) -> int:
    """Let the sweep look after what is due."""
    return drain(services.attend_next_batch, at=at)


def propose(world: World, ticket: Ticket, *, actor: Any = None, at: datetime = NOON, **facts: Any) -> Remedy:
    """An exchange of a part for 1,200, proposed by the engineer."""
    given = {"kind": "exchange", "what": "电源模块 S-1", "price": Decimal("1200.00"), **facts}
    return services.propose_remedy(ticket, services.Proposed(**given), actor=actor or world.engineer, at=at)


def uncover(world: World) -> None:
    """Let everything that covers the world's customer be over."""
    customers.update_contract(
        world.contract, accepted_on=date(2024, 1, 1), warranty_months=12, free_service_months=12, ends_on=None, actor=None, at=NOON
    )

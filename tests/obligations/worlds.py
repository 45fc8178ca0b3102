"""Contracts under shipped plans, and what they owe."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from obligations import services
from obligations.models import Obligation
from sla.models import Plan
from tests.worlds import make_contract, make_promising_world

if TYPE_CHECKING:
    from customers.models import Contract
    from tests.worlds import World


def local(month: int, day: int, hour: int = 9, *, year: int = 2026) -> datetime:
    """A moment in Shanghai."""
    return datetime(year, month, day, hour, tzinfo=UTC) - timedelta(hours=8)


def make_owing_world() -> World:
    """The known world with shipped plans; its contract under P0 since June, nothing planned yet."""
    world = make_promising_world("p0")
    world.office.lead = world.manager
    world.office.save()
    return world


def contract_of(world: World, plan: str, **facts: Any) -> Contract:
    """Another contract of the customer under a shipped plan."""
    facts.setdefault("accepted_on", date(2026, 6, 1))
    return make_contract(world.organization, plan=Plan.objects.get(code=plan), **facts)


def owed_of(contract: Contract) -> list[tuple[str, str]]:
    """What a contract owes or owed: code and period."""
    rows = Obligation.objects.filter(contract=contract).order_by("code", "period")
    return list(rows.values_list("code", "period"))


def planned(at: datetime) -> int:
    """What the planner does then."""
    return services.plan(at)


def only(contract: Contract, code: str, period: str = "") -> Obligation:
    """The one obligation of a contract, code and period."""
    rows = Obligation.objects.filter(contract=contract, code=code)
    return rows.get(period=period) if period else rows.get()

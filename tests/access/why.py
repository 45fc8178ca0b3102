"""Why a clock stands as it does: for whoever may see the ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.time import now
from sla.models import Plan
from tests.access import STAFF, own
from tests.plans import load_shipped_plans
from tests.worlds import make_ticket

if TYPE_CHECKING:
    from tests.worlds import World


def prepare(world: World) -> dict[str, Any]:
    """Two tickets with clocks, one at a site that the customer's person is not of."""
    load_shipped_plans()
    world.contract.plan = Plan.objects.get(code="p0")
    world.contract.save()
    ticket = make_ticket(world, at=now())
    elsewhere = make_ticket(world, at=now(), actor=world.supervisor, site=world.other_site, equipment=world.other_equipment)
    return {
        "why_ticket": ticket,
        "why_clock": ticket.commitment.clocks.first(),
        "why_elsewhere": elsewhere,
        "why_clock_elsewhere": elsewhere.commitment.clocks.first(),
    }


PAGE = "tickets/<str:number>/clocks/<int:pk>/"
EXPLAIN = "api/v1/tickets/(?P<id>[^/]+)/clocks/(?P<clock>[0-9]{1,18})/explain/"
HERE, API_HERE = "/tickets/{why_ticket.number}/clocks/", "/api/v1/tickets/{why_ticket.pk}/clocks/"
THERE, API_THERE = "/tickets/{why_elsewhere.number}/clocks/", "/api/v1/tickets/{why_elsewhere.pk}/clocks/"
NOT_THE_CUSTOMER: dict[str, Any] = {"let_in": STAFF | {"supervisor"}, "customer": "missing"}
NOBODY: dict[str, Any] = {"let_in": frozenset(), "others": "missing"}

ROWS = [
    own(PAGE, HERE + "{why_clock.pk}/"),
    own(PAGE, THERE + "{why_clock_elsewhere.pk}/", **NOT_THE_CUSTOMER),
    # a clock of another ticket
    own(PAGE, HERE + "{why_clock_elsewhere.pk}/", **NOBODY),
    own(EXPLAIN, API_HERE + "{why_clock.pk}/explain/"),
    own(EXPLAIN, API_THERE + "{why_clock_elsewhere.pk}/explain/", **NOT_THE_CUSTOMER),
    own(EXPLAIN, API_HERE + "{why_clock_elsewhere.pk}/explain/", **NOBODY),
]

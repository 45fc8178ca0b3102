"""Calls to customers, on pages and over REST."""

from __future__ import annotations

from typing import Any

from care import services
from core.time import now
from sla.models import Plan
from tests.access import MANAGERS, PEOPLE, STAFF, Row, own, row
from tests.care import worlds
from tests.plans import load_shipped_plans


def prepare(world: Any) -> dict[str, Any]:
    """A call that is to be made, one that was made about a ticket, and one that was made to another site."""
    at = now()
    load_shipped_plans()
    world.contract.plan = Plan.objects.get(code="p0")
    world.contract.save()
    made = worlds.solve(world, at=at - worlds.DAY)
    there = worlds.solve(world, at=at - worlds.DAY, actor=world.supervisor, site=world.other_site, equipment=world.other_equipment)
    waiting = worlds.solve(world, at=at - worlds.DAY)
    calls = [services.call_about(ticket, actor=world.dispatcher, at=at) for ticket in (made, there, waiting)]
    for call in calls[:2]:
        worlds.answer(call, world.dispatcher, at=at)
    return {"call": calls[0], "call_elsewhere": calls[1], "call_waiting": calls[2], "call_ticket": waiting}


API = "api/v1/calls/"
ONE = API + "(?P<id>[0-9]{1,18})/"
HERE, THERE, WAITS = (f"/api/v1/calls/{{{name}.pk}}/" for name in ("call", "call_elsewhere", "call_waiting"))
ROWS: list[Row] = [
    row("calls/", let_in=PEOPLE),
    row("calls/figures/", let_in=STAFF),
    row("calls/coverage/", let_in=STAFF),
    row("calls/new/<int:site>/", "/calls/new/{site.pk}/", let_in=STAFF),
    row("calls/scripts/", let_in=STAFF),
    row("calls/scripts/<slug:code>/", "/calls/scripts/callback/", let_in=MANAGERS),
    row("calls/quotas/", let_in=MANAGERS),
    row("calls/quotas/", let_in=MANAGERS, method="post"),
    own("calls/<int:pk>/", "/calls/{call.pk}/"),
    own("calls/<int:pk>/", "/calls/{call_elsewhere.pk}/", let_in=STAFF | {"supervisor"}, customer="missing"),
    row("calls/<int:pk>/", "/calls/{call_waiting.pk}/", let_in=STAFF, others="missing"),
    row("calls/<int:pk>/draft/", "/calls/{call_waiting.pk}/draft/", let_in=STAFF, method="post"),
    row("calls/<int:pk>/do/<slug:step>/", "/calls/{call_waiting.pk}/do/claim/", let_in=STAFF, method="post"),
    row(
        "calls/<int:pk>/do/<slug:step>/",
        "/calls/{call_waiting.pk}/do/wash/",
        let_in=frozenset(),
        method="post",
        **dict.fromkeys(STAFF, "missing"),
    ),
    row("tickets/<str:number>/call/", "/tickets/{call_ticket.number}/call/", let_in=STAFF),
    row("tickets/<str:number>/call/", "/tickets/{call_ticket.number}/call/", let_in=STAFF, method="post"),
    row(API, let_in=PEOPLE),
    own(ONE, HERE),
    own(ONE, THERE, let_in=STAFF | {"supervisor"}, customer="missing"),
    row(ONE, WAITS, let_in=STAFF, others="missing"),
]
for name in ("claim", "release", "attempt", "outcome", "hand-over", "drop"):
    ROWS.append(own(f"{ONE}{name}/", f"{HERE}{name}/", method="post", let_in=STAFF))
    served = {"engineer": "forbidden"} if name == "claim" else {}
    ROWS.append(row(f"{ONE}{name}/", f"{WAITS}{name}/", method="post", let_in=STAFF, others="missing", **served))

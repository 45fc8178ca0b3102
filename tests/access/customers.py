"""Customers, on pages and over REST."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.time import now
from customers import services
from tests.access import CUSTOMERS, MANAGERS, OWN, PEOPLE, STAFF, Row, own, row
from tests.worlds import make_customer


def prepare(world: Any) -> dict[str, Any]:
    """A period that is on, one that is a draft, somebody on duty."""
    at = now()
    facts = {"name": "重保", "starts_at": at - timedelta(hours=1), "ends_at": at + timedelta(days=1), "organizations": [world.organization]}
    period = services.save_period(None, **facts, targets={"response": "15min"}, actor=None, at=at)
    draft = services.save_period(None, **facts, targets={"response": "15min"}, actor=None, at=at)
    duty = services.put_on_duty(period, person=world.engineer, starts_at=at, ends_at=period.ends_at, phone="1", actor=None, at=at)
    return {**kept(world), "period": services.announce_period(period, actor=None, at=at), "draft_period": draft, "duty": duty}


def kept(world: Any) -> dict[str, Any]:
    """A customer's person, and one who is switched off."""
    out = make_customer(world.organization, is_active=False)
    return {"person": world.customer.membership, "switched_off": out.membership}


def writing(name: str, thing: str, *steps: str) -> list[Row]:
    """What managers do with things that customers see, strangers not."""
    one = f"api/v1/{name}/(?P<pk>[0-9]+)/"
    rows = [row(f"api/v1/{name}/", method="post", let_in=MANAGERS)]
    rows.append(own(one, f"/api/v1/{name}/{{{thing}.pk}}/", method="patch", let_in=MANAGERS))
    rows += [own(f"{one}{step}/", f"/api/v1/{name}/{{{thing}.pk}}/{step}/", method="post", let_in=MANAGERS) for step in steps]
    return rows


def hanging(name: str) -> list[Row]:
    """What hangs on equipment: read with it, written by our people."""
    one, address = f"api/v1/equipment/(?P<pk>[0-9]+)/{name}/", f"/api/v1/equipment/{{equipment.pk}}/{name}/"
    return [own(one, address), own(one, address, method="post", let_in=STAFF)]


def of_ours(step: str = "", method: str = "post", let_in: frozenset[str] = MANAGERS, thing: str = "person") -> Row:
    """The customers' people: to customers they are not there."""
    route, address = f"api/v1/people/(?P<pk>[0-9]+)/{step}", f"/api/v1/people/{{{thing}.pk}}/{step}"
    return row(route, address, method=method, let_in=let_in, customer="missing", supervisor="missing", stranger="missing")


def reading(name: str, thing: str) -> list[Row]:
    """A list that holds what the caller may see, and one row of it."""
    one = f"api/v1/{name}/(?P<pk>[0-9]+)/"
    return [row(f"api/v1/{name}/", let_in=PEOPLE), own(one, f"/api/v1/{name}/{{{thing}.pk}}/")]


ROWS = [
    row("equipment/<int:pk>/downtime/", "/equipment/{equipment.pk}/downtime/", let_in=STAFF, method="post"),
    row("portal/contracts/", let_in=CUSTOMERS),
    own("contracts/<int:pk>/", "/contracts/{contract.pk}/"),
    row("contracts/<int:pk>/agreed/", "/contracts/{contract.pk}/agreed/", let_in=MANAGERS),
    row(
        "contracts/<int:pk>/agreed/<int:row>/drop/",
        "/contracts/{contract.pk}/agreed/0/drop/",
        let_in=frozenset(),
        method="post",
        manager="missing",
        admin="missing",
    ),
    row("heightened/", let_in=PEOPLE),
    row("heightened/new/", let_in=MANAGERS),
    own("heightened/<int:pk>/", "/heightened/{period.pk}/"),
    own("heightened/<int:pk>/", "/heightened/{draft_period.pk}/", let_in=STAFF, customer="missing", supervisor="missing"),
    row("heightened/<int:pk>/edit/", "/heightened/{period.pk}/edit/", let_in=MANAGERS),
    row("heightened/<int:pk>/announce/", "/heightened/{draft_period.pk}/announce/", let_in=MANAGERS, method="post"),
    row("heightened/<int:pk>/duty/", "/heightened/{period.pk}/duty/", let_in=MANAGERS),
    row("heightened/<int:pk>/duty/<int:row>/relieve/", "/heightened/{period.pk}/duty/{duty.pk}/relieve/", let_in=MANAGERS, method="post"),
    row("customers/", let_in=STAFF),
    row("customers/<int:pk>/", "/customers/{organization.pk}/", let_in=STAFF),
    own("equipment/<int:pk>/", "/equipment/{equipment.pk}/"),
    own("equipment/<int:pk>/", "/equipment/{other_equipment.pk}/", let_in=STAFF | {"supervisor"}, customer="missing"),
    own("equipment/<int:pk>/qr.svg", "/equipment/{equipment.pk}/qr.svg"),
    own("e/<slug:qr_id>/", "/e/{equipment.qr_id}/"),
    *reading("organizations", "organization"),
    *reading("sites", "site"),
    *reading("equipment", "equipment"),
    *reading("contracts", "contract"),
    *writing("organizations", "organization", "activate", "deactivate"),
    *writing("sites", "site"),
    *writing("equipment", "equipment", "activate", "deactivate"),
    *writing("contracts", "contract", "agree", "drop-agreed"),
    *writing("heightened-periods", "period", "announce", "duty", "relieve"),
    *reading("heightened-periods", "period"),
    own(
        "api/v1/heightened-periods/(?P<pk>[0-9]+)/",
        "/api/v1/heightened-periods/{draft_period.pk}/",
        let_in=STAFF,
        customer="missing",
        supervisor="missing",
    ),
    *hanging("downtimes"),
    *hanging("configuration"),
    row("api/v1/people/", let_in=STAFF),
    row("api/v1/people/", method="post", let_in=MANAGERS),
    of_ours(method="get", let_in=STAFF),
    of_ours(method="patch"),
    of_ours("activate/", thing="switched_off"),
    of_ours("deactivate/"),
    own("api/v1/sites/(?P<pk>[0-9]+)/entitlement/", "/api/v1/sites/{site.pk}/entitlement/", let_in=STAFF | OWN),
    own("api/v1/equipment/(?P<pk>[0-9]+)/entitlement/", "/api/v1/equipment/{equipment.pk}/entitlement/"),
]

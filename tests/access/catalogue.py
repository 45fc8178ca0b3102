"""The service catalogue, requests and upgrade campaigns, on pages and over REST."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.time import now
from sla.models import Plan
from tests.access import CUSTOMERS, DISPATCHERS, MANAGERS, OWN, PEOPLE, STAFF, Row, own, row
from tests.catalogue import worlds
from tests.plans import load_shipped_plans


def prepare(world: Any) -> dict[str, Any]:
    """An item, a request with a quotation that waits, a campaign whose customer was told."""
    load_shipped_plans()
    world.contract.plan = Plan.objects.get(code="p0")
    world.contract.save()
    at = now()
    asked = worlds.make_request(world, worlds.make_costly_item(), at=at)
    worlds.make_quotation(world, asked, at=at, valid_until=at.date() + timedelta(days=30))
    campaign = worlds.make_campaign(world, at=at)
    worlds.make_told(world, campaign, at=at)
    return {"item": worlds.make_item(), "asked_for": asked, "campaign": campaign}


KEY = "(?P<pk>[0-9]+)/"
REQUEST, CAMPAIGN = "service-requests/<int:pk>/", "campaigns/<int:pk>/"


def rest(path: str, let_in: frozenset[str] = PEOPLE, *, address: str = "", **more: Any) -> Row:
    """An address of the REST interface."""
    return row(f"api/v1/{path}", f"/api/v1/{address or path}", let_in=let_in, **more)


def of_request(path: str, let_in: frozenset[str] = STAFF | OWN, **more: Any) -> Row:
    """A step with a request over REST."""
    address = f"service-requests/{{asked_for.pk}}/{path}"
    return rest(f"service-requests/{KEY}{path}", let_in, address=address, **{"stranger": "missing", **more})


ROWS = [
    row("catalogue/", let_in=PEOPLE),
    row("catalogue/manage/", let_in=MANAGERS),
    row("catalogue/manage/new/", let_in=MANAGERS),
    row("catalogue/manage/<slug:code>/", "/catalogue/manage/{item.code}/", let_in=MANAGERS),
    row("catalogue/manage/<slug:code>/offer/", "/catalogue/manage/{item.code}/offer/", let_in=MANAGERS, method="post"),
    row("catalogue/<slug:code>/", "/catalogue/{item.code}/", let_in=PEOPLE),
    row("catalogue/<slug:code>/", "/catalogue/{item.code}/", let_in=PEOPLE, method="post"),
    row("catalogue/<slug:code>/terms/", "/catalogue/{item.code}/terms/", let_in=PEOPLE),
    row("service-requests/", let_in=PEOPLE),
    own(REQUEST, "/service-requests/{asked_for.pk}/"),
    row(f"{REQUEST}quote/", "/service-requests/{asked_for.pk}/quote/", let_in=STAFF),
    row(f"{REQUEST}answer/", "/service-requests/{asked_for.pk}/answer/", let_in=OWN, method="post", stranger="missing"),
    row(f"{REQUEST}override/", "/service-requests/{asked_for.pk}/override/", let_in=DISPATCHERS, method="post"),
    row("campaigns/", let_in=PEOPLE),
    row("campaigns/new/", let_in=DISPATCHERS),
    own(CAMPAIGN, "/campaigns/{campaign.pk}/"),
    own(f"{CAMPAIGN}step/", "/campaigns/{campaign.pk}/step/", method="post"),
    row(f"{CAMPAIGN}refresh/", "/campaigns/{campaign.pk}/refresh/", let_in=DISPATCHERS, method="post"),
    row(f"{CAMPAIGN}close/", "/campaigns/{campaign.pk}/close/", let_in=DISPATCHERS, method="post"),
    rest("catalogue/"),
    rest("catalogue/(?P<code>[-a-zA-Z0-9_]+)/", address="catalogue/{item.code}/"),
    rest("service-requests/"),
    rest("service-requests/", CUSTOMERS | STAFF, method="post"),
    of_request(""),
    of_request(
        "quote/",
        STAFF,
        method="post",
        data={"plan": "x", "hours": "1", "valid_until": "2099-01-01", "lines": [{"text": "x", "price": "1"}]},
    ),
    of_request("approve/", frozenset({"supervisor"}), method="post", data={"number": 1}),
    of_request("refuse/", frozenset({"supervisor"}), method="post", data={"number": 1, "text": "x"}),
    of_request("override/", DISPATCHERS, method="post", data={"reason": "x"}),
    rest("campaigns/"),
    rest(f"campaigns/{KEY}", STAFF | OWN, address="campaigns/{campaign.pk}/", stranger="missing"),
    rest(f"campaigns/{KEY}step/", STAFF | OWN, address="campaigns/{campaign.pk}/step/", method="post", stranger="missing"),
    rest("campaign-items/"),
]

"""Items, requests and campaigns for tests, made through the services."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from catalogue import services
from catalogue.management.commands.load_catalogue import SHIPPED
from tests.worlds import NOON

if TYPE_CHECKING:
    from datetime import datetime

    from catalogue.models import Campaign, CampaignItem, Item, Quotation, Request
    from tests.worlds import World

NEXT_MONTH = date(2026, 12, 20)
SMALL = """
code: desk
group: advice
name: {zh-hans: 小事, en: Small thing}
description: {zh-hans: 试用, en: To try}
charge: [{if: warranty, is: free}, {is: quotation}]
who: {zh-hans: 工程师, en: Engineers}
steps: [{zh-hans: 马上, en: At once}]
fields:
  - {code: topic, kind: text, required: true, label: {zh-hans: 主题, en: Topic}}
"""


def load_items() -> None:
    """All items that ship."""
    for path in sorted(SHIPPED.glob("*.yaml")):
        services.publish(path.read_text(encoding="utf-8"), actor=None, at=NOON)


def make_item(text: str = SMALL, *, at: datetime = NOON) -> Item:
    """An item from its text: free inside the warranty, one question."""
    return services.publish(text, actor=None, at=at)[0].item


def make_costly_item(code: str = "costly") -> Item:
    """An item that is always quoted."""
    text = SMALL.replace("code: desk", f"code: {code}").replace("{if: warranty, is: free}, ", "")
    return make_item(text)


def make_request(world: World, item: Item | None = None, *, at: datetime = NOON, **facts: Any) -> Request:
    """A request of the world's customer."""
    given = {"site": world.site, "values": {"topic": "请帮忙"}, **facts}
    actor = given.pop("actor", world.customer)
    return services.ask(services.Asking(item=item or make_item(), **given), actor=actor, at=at)


def make_quotation(world: World, request: Request, *, at: datetime = NOON, price: str = "2400", **facts: Any) -> Quotation:
    """Two days of work, valid for a month."""
    lines = [services.Line(text="实施", quantity=Decimal(2), unit="人天", price=Decimal(price))]
    given: dict[str, Any] = {"plan": "先备份，再实施。", "hours": Decimal(16), "valid_until": NEXT_MONTH, "lines": lines, **facts}
    return services.quote(request, services.QuoteDraft(**given), actor=world.engineer, at=at)


def make_campaign(world: World, *, at: datetime = NOON, **facts: Any) -> Campaign:
    """A release for the world's K1, with its campaign."""
    given = {
        "maker": "Inspur",
        "product": "K1 固件",
        "version": "5.2",
        "notes": "修复掉电丢数据的缺陷。",
        "notes_en": "Mends a defect that loses data.",
        "published_on": NOON.date() - timedelta(days=3),
        "for_models": ["K1"],
        **facts,
    }
    return services.open_campaign(services.ReleaseDraft(**given), actor=world.manager, at=at)


def make_told(world: World, campaign: Campaign, *, at: datetime = NOON) -> list[CampaignItem]:
    """All equipment of a campaign assessed as concerned, its customers told."""
    services.assess(campaign.items.all(), applies=True, risk="重启一次", actor=world.engineer, at=at)
    while services.tell_next_group(at=at):
        pass
    return list(campaign.items.order_by("pk"))

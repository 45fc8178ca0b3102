"""The pages that connect the desk with others, in a browser: peer helpdesks, TMF621, chats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core.time import now
from notifications import services as notifications
from peers.models import Conflict, Connection, Difference, Entry, Link
from tests import looks, worlds
from tests.worlds import make_promising_world, make_ticket
from tmf import services as tmf

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
PAGES = ("connection", "edit", "mappings", "try", "links", "log", "conflicts", "differences")


def happened(made: Connection, world: World) -> None:
    """Leave something on each page of a connection."""
    link = Link.objects.create(connection=made, ticket=make_ticket(world), key="TT-1", created_at=now(), problem="严重级别没有对应的值。")
    facts: dict[str, Any] = {"connection": made, "link": link}
    Entry.objects.create(**facts, at=now(), way="in", what="contacted · TT-1#4")
    Conflict.objects.create(**facts, at=now(), field="severity", ours="1", theirs="3", before="2", winner="ours", rule="ours")
    Difference.objects.create(**facts, what="severity", ours="1", theirs="2", found_at=now())


def test_a_connection_is_made_and_every_page_beside_it_is_open_to_everybody(page: Page, context: BrowserContext, live_server: Any) -> None:
    world = make_promising_world()
    account = worlds.make_user("peer@example.com", role="dispatcher", office=world.office)
    looks.enter(context, world.manager, live_server.url)
    page.goto("/peers/")
    page.get_by_role("link", name="新建连接").first.click()
    page.get_by_label("名称").fill("集团信息中心")
    page.get_by_label("地址", exact=True).fill("https://desk.example.com")
    page.locator("#id_account").fill(account.email)
    page.locator("#id_secret").fill("sdk_very-secret")
    page.locator("#id_username").fill("client_1")
    assert not looks.complaints(page)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("集团信息中心")
    made = Connection.objects.get()
    happened(made, world)
    tmf.subscribe(callback="https://helpdesk.example.com/tmf", query="", version="v5", actor=world.supervisor, at=now())
    profile = tmf.save_profile(
        world.supervisor, site=world.equipment.site, severities={"S1": 1}, kinds={}, is_partial=False, actor=world.manager, at=now()
    )
    chat = notifications.make_channel(url="wecombot://abcdefgh-1234", actor=world.manager, at=now(), name="值班群", what="urgent")
    addresses = [reverse(f"peers:{name}", args=[made.pk]) for name in PAGES]
    addresses += ["/peers/", "/tmf/", "/tmf/profiles/new/", f"/tmf/profiles/{profile.pk}/", chat.get_absolute_url()]
    for language, size in looks.PAIRS.items():
        looks.enter(context, world.manager, live_server.url, language=language)
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for address in addresses:
            page.goto(address)
            assert not looks.complaints(page), (language, address)

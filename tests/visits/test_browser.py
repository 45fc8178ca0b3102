"""A visit on a phone through a lost network, and what the pages look like."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from core.time import now
from documents.models import Document
from tests import looks
from tests.processes import until
from tests.visits.worlds import HOUR, approve, make_visit, photo
from tests.worlds import make_promising_world, make_ticket
from visits.models import Visit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

    from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    return make_promising_world("p3")


def types(visit: Visit) -> list[str]:
    return list(visit.events.values_list("type", flat=True))


def draw(page: Page) -> None:
    """Sign with the mouse."""
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 20 + 18 * step, box["y"] + 40 + (step % 3) * 15)
    page.mouse.up()


def kept_by_the_phone(page: Page, visit: Visit) -> None:
    """The service worker has kept the visit's page."""
    kept = "async (path) => Boolean(await (await caches.open('visits-pages')).match(path, {ignoreVary: true}))"
    until(lambda: page.evaluate(kept, visit.get_absolute_url()))


def stands(page: Page, state: str) -> None:
    """The page shows the visit in this state (asked of the page: the embedded database has one connection for test and server)."""
    expect(page.locator(f".page-head [data-status={state}]")).to_be_visible()


def test_a_fault_on_site_from_dispatch_through_a_lost_network_to_the_signed_pdf(
    page: Page, context: BrowserContext, live_server, world: World
):
    visit = approve(dispatched(page, context, live_server.url, world), world, now())
    looks.enter(context, world.engineer, live_server.url)
    context.grant_permissions(["geolocation"], origin=live_server.url)
    context.set_geolocation({"latitude": 31.230416, "longitude": 121.473701, "accuracy": 12})
    page.set_viewport_size(looks.NARROW)
    page.goto("/visits/mine/")
    page.get_by_role("link", name=visit.subject).click()
    kept_by_the_phone(page, visit)
    assert not looks.complaints(page)

    press_without_network(page, context, visit)
    send_with_the_first_answer_lost(page, context)
    assert [types(visit).count(name) for name in ("departed", "checked_in", "worked")] == [1, 1, 1]
    arrived = visit.events.get(type="checked_in")
    assert (arrived.facts["latitude"], arrived.facts["accuracy_m"]) == (31.230416, 12)
    assert arrived.facts["on_device_at"][:19] <= arrived.at.isoformat()[:19], "pressed before it was received"
    assert visit.photos.count() == 1

    page.get_by_role("button", name="请客户签署技术服务申请报告").click()
    sign(page)
    leave_after_a_refusal(page)
    page.get_by_role("button", name="请客户签署服务确认单").click()
    sign(page)
    expect(page.locator("#papers")).to_contain_text("已签字")
    assert not looks.complaints(page)
    assert sorted(Document.objects.values_list("kind", "status")) == [("service_confirmation", "signed"), ("service_request", "signed")]
    signed_on_paper(page)

    page.get_by_label("我的账户").click()
    page.get_by_role("button", name="退出登录").click()
    until(lambda: page.evaluate("async () => !(await caches.has('visits-pages'))"), what="who logs out leaves nothing behind")


def dispatched(page: Page, context: BrowserContext, address: str, world: World) -> Visit:
    """A dispatcher sends an engineer to a fault that phone and remote support did not solve."""
    ticket = make_ticket(world, at=now())
    looks.enter(context, world.dispatcher, address)
    page.set_viewport_size(looks.NARROW)
    page.goto(f"/tickets/{ticket.number}/visits/new/")
    page.locator("[name=reason]").fill("远程重启后仍无法登录")
    page.locator("[name=lead]").select_option(str(world.engineer.pk))
    begins = timezone.localtime(now() + HOUR)
    page.locator("[name=starts_at]").fill(f"{begins:%Y-%m-%dT%H:%M}")
    page.locator("[name=ends_at]").fill(f"{begins + 2 * HOUR:%Y-%m-%dT%H:%M}")
    assert not looks.complaints(page)
    page.locator("form[data-guard] button[type=submit]").click()
    page.wait_for_url(f"**{ticket.get_absolute_url()}")
    context.clear_cookies()
    return Visit.objects.get(ticket=ticket)


def signed_on_paper(page: Page) -> None:
    """The confirmation as PDF carries what was done and who signed."""
    confirmation = Document.objects.get(kind="service_confirmation")
    answer = page.request.get(f"/documents/{confirmation.pk}/zh-hans.pdf")
    assert answer.headers["content-type"] == "application/pdf", (answer.status, answer.body()[:300])
    text = "".join(each.extract_text() for each in PdfReader(io.BytesIO(answer.body())).pages).replace("\n", "")
    for words in ("服务确认单", "更换了电源模块", "电源模块 1 个", "赵主任", confirmation.content_hash):
        assert words in text, words


def press_without_network(page: Page, context: BrowserContext, visit: Visit) -> None:
    """What is pressed is kept, over a reload too, and the page can be read."""
    waiting = page.locator("[data-waiting]")
    context.set_offline(True)
    page.get_by_role("button", name="我已出发").click()
    expect(waiting).to_contain_text("待发送（1）")
    expect(waiting).to_contain_text("没有网络")
    page.reload()
    expect(page.get_by_role("heading", name=visit.subject)).to_be_visible()
    expect(waiting).to_contain_text("待发送（1）")
    page.locator("[data-step=check-in] button").click()
    expect(waiting).to_contain_text("待发送（2）")
    note = page.locator("[data-step=note]")
    note.get_by_label("处理措施").fill("更换了电源模块")
    note.locator("input[type=file]").set_input_files([{"name": "power.png", "mimeType": "image/png", "buffer": photo().read()}])
    note.locator("button").click()
    expect(waiting).to_contain_text("待发送（3）")
    expect(waiting).to_contain_text("更换了电源模块")
    assert not looks.complaints(page)
    assert types(visit)[-1] == "plan_approved", "nothing has reached the server"


def send_with_the_first_answer_lost(page: Page, context: BrowserContext) -> None:
    """The network is back, but what the server says to the first sending is lost on the way: it is sent again."""
    waiting = page.locator("[data-waiting]")
    lost: list[str] = []

    def lose(route: Route) -> None:
        route.fetch()
        lost.append(route.request.url)
        route.abort()

    context.route("**/do/depart/", lose, times=1)
    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    until(lambda: page.evaluate("1") and lost)
    expect(waiting).to_contain_text("待发送（3）")
    page.evaluate("dispatchEvent(new Event('online'))")
    stands(page, "on_site")
    expect(waiting).to_be_hidden()


def leave_after_a_refusal(page: Page) -> None:
    """What the server refuses is kept with its reason, and corrected."""
    waiting, leave = page.locator("[data-waiting]"), page.locator("[data-step=check-out]")
    leave.locator("form").evaluate("form => form.noValidate = true")
    leave.get_by_label("使用的备件").fill("电源模块 1 个")
    leave.locator("button").click()
    expect(waiting).to_contain_text("服务器未接受")
    expect(waiting).to_contain_text("电源模块 1 个")
    waiting.get_by_role("button", name="更正").click()
    expect(leave.get_by_label("使用的备件")).to_have_value("电源模块 1 个")
    leave.get_by_label("已解决").check()
    leave.locator("button").click()
    stands(page, "done")


def sign(page: Page) -> None:
    page.get_by_label("签字人姓名").fill("赵主任")
    draw(page)
    page.get_by_role("button", name="签字", exact=True).click()
    page.wait_for_url("**/visits/*/")


def test_who_is_logged_out_is_told_and_loses_nothing(page: Page, context: BrowserContext, live_server, world: World):
    at = now()
    visit = make_visit(world, at=at, starts_at=at + HOUR, ends_at=at + 3 * HOUR)
    looks.enter(context, world.engineer, live_server.url, language="en")
    page.set_viewport_size(looks.NARROW)
    page.goto(visit.get_absolute_url())
    context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="I am on the way").click()
    waiting = page.locator("[data-waiting]")
    expect(waiting).to_contain_text("You are logged out")
    expect(waiting).to_contain_text("Waiting to be sent (1)")
    assert not looks.complaints(page)
    looks.enter(context, world.engineer, live_server.url, language="en")
    page.goto(visit.get_absolute_url())
    stands(page, "departed")
    expect(page.get_by_role("button", name="I have arrived")).to_be_visible()

    # Somebody else on the same phone: nothing of the first person is kept any longer.
    looks.enter(context, world.dispatcher, live_server.url, language="en")
    page.goto("/visits/mine/")
    kept = "async () => (await (await caches.open('visits-pages')).keys()).map((request) => new URL(request.url).pathname).sort()"
    until(lambda: page.evaluate(kept) == ["/visits/mine/", "/visits/owner"])

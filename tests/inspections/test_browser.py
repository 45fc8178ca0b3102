"""A visit on a phone, and every page of inspections in both languages and widths."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from core.time import now
from documents.models import Document
from inspections import services as inspections
from inspections.models import Inspection
from tests import looks
from tests.inspections.worlds import KINDS, PNG, make_checklist, make_done_visit, make_plan, make_visit, start
from tests.processes import until
from tests.worlds import make_promising_world
from tickets.models import Ticket

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.worlds import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def visit(world: World) -> Inspection:
    return start(make_visit(world, now(), starts_on=(now() + timedelta(days=3)).date()), world, now())


def choose(page: Page, position: int, outcome: str) -> None:
    """Touch one of the three large buttons of an item and wait until it says that it is saved."""
    page.locator(f"label[for='{position}-{outcome}']").click()
    expect(page.locator(f"#saved-{position}")).to_contain_text("saved")


def sign(page: Page, name: str) -> None:
    """Sign what is shown with a finger."""
    page.get_by_label("Name of who signs").fill(name)
    field = page.locator(".sign-pad-field")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + 20 + step * 18, box["y"] + 20 + (step % 2) * 40)
    page.mouse.up()
    page.get_by_role("button", name="Sign", exact=True).click()


def planned_in_the_browser(page: Page, context: BrowserContext, address: str, world: World) -> Inspection:
    """A dispatcher plans a quarterly inspection at phone width; the planner makes its first visit."""
    template = make_checklist(**KINDS)
    looks.enter(context, world.dispatcher, address, language="en")
    page.set_viewport_size(looks.NARROW)
    page.goto("/inspections/plans/new/")
    page.get_by_label("Contract").select_option(str(world.contract.pk))
    page.get_by_label("Site").select_option(str(world.site.pk))
    page.get_by_label("Checklist").select_option(str(template.pk))
    page.locator("[name=starts_on]").fill(f"{now() + timedelta(days=3):%Y-%m-%d}")
    page.locator("[name=engineer]").select_option(str(world.engineer.pk))
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/inspections/plans/**")
    inspections.plan_next_batch(now())
    context.clear_cookies()
    return Inspection.objects.latest("pk")


def signed_on_paper(page: Page, visit: Inspection) -> None:
    """The report as PDF carries what was found and who signed."""
    report = Document.objects.get(kind="inspection_report", about=f"inspection/{visit.pk}")
    answer = page.request.get(f"/documents/{report.pk}/en.pdf")
    assert answer.headers["content-type"] == "application/pdf", (answer.status, answer.body()[:300])
    text = "".join(each.extract_text() for each in PdfReader(io.BytesIO(answer.body())).pages).replace("\n", "")
    for words in ("On-site inspection report", "发现一处隐患", "91", "赵主任", report.content_hash):
        assert words in text, words


def test_a_quarterly_inspection_from_the_plan_to_the_signed_report_with_a_finding_that_became_a_fault(
    page: Page, context: BrowserContext, live_server, world: World
):
    make_done_visit(world, now(), template=make_checklist(code="before"), failed=(1,), starts_on=now().date())
    fault = Ticket.objects.get()
    planned = planned_in_the_browser(page, context, live_server.url, world)
    looks.enter(context, world.engineer, live_server.url, language="en")
    page.goto("/inspections/")
    page.get_by_role("link", name=str(planned.planned_on)).click()
    page.get_by_role("button", name="Hand over the request to inspect").click()
    expect(page.get_by_text("We ask for your consent")).to_be_visible()
    sign(page, "赵主任")
    expect(page.get_by_text("Found before: still there?")).to_be_visible()
    page.locator("label[for$='-still']").click()
    expect(page.locator("[id^='seen-']")).to_contain_text("saved")
    choose(page, 1, "ok")
    page.get_by_label("Measured").fill("91")
    page.get_by_label("Measured").blur()
    expect(page.locator("#saved-2")).to_contain_text("not in order")
    page.locator("#\\32 -severity").select_option(index=1)
    page.locator("label[for='3-option-done']").click()
    expect(page.locator("#saved-3")).to_contain_text("in order")
    page.get_by_label("In words").fill("日志正常")
    page.get_by_label("In words").blur()
    expect(page.locator("#saved-4")).to_contain_text("saved")
    page.get_by_label("Take a photo").locator("visible=true").set_input_files({"name": "room.png", "mimeType": "image/png", "buffer": PNG})
    expect(page.get_by_alt_text("Photo 1 of item 5")).to_be_visible()
    expect(page.locator("#progress")).to_contain_text("6 of 6 recorded")
    until(lambda: planned.results.filter(position=2, severity=2, measured="91", outcome="failed").exists())
    page.reload()
    expect(page.get_by_label("Measured")).to_have_value("91")
    assert not looks.complaints(page)
    page.get_by_role("button", name="Sum up").click()
    page.get_by_label("What was found").fill("发现一处隐患")
    page.get_by_label("open a fault").check()
    page.get_by_label("Equipment").first.select_option(label="HIS 数据库")
    page.get_by_label("Change made").first.fill("内存")
    page.get_by_label("After").first.fill("128 GB")
    assert not looks.complaints(page)
    page.get_by_role("button", name="Finish and hand over the report").click()
    expect(page.get_by_text("raised to severity 2")).to_be_visible()
    sign(page, "赵主任")
    expect(page.get_by_text("report signed", exact=True)).to_be_visible()
    visit = Inspection.objects.get(pk=planned.pk)
    opened = Ticket.objects.exclude(pk=fault.pk).get()
    expect(page.get_by_role("link", name=opened.number)).to_be_visible()
    assert (opened.severity, visit.signed_by_name, visit.admitted_by_name) == (2, "赵主任", "赵主任")
    page.goto(f"/equipment/{world.equipment.pk}/")
    expect(page.get_by_text("128 GB")).to_be_visible()
    signed_on_paper(page, visit)


def test_what_could_not_be_saved_says_so_and_is_saved_by_the_button(page: Page, context: BrowserContext, live_server, world: World, visit):
    looks.enter(context, world.engineer, live_server.url, language="en")
    page.goto(f"/inspections/{visit.pk}/fill/")
    context.set_offline(True)
    page.locator("label[for='1-ok']").click()
    expect(page.locator("#saved-1")).to_contain_text("Not saved yet")
    context.set_offline(False)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#progress")).to_contain_text("1 of 4 recorded")


def test_the_checklist_is_filled_in_by_keyboard(page: Page, context: BrowserContext, live_server, world: World, visit):
    looks.enter(context, world.engineer, live_server.url, language="en")
    page.goto(f"/inspections/{visit.pk}/fill/")
    page.locator("#\\31 -ok").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#saved-1")).to_contain_text("saved")
    assert visit.results.get(position=1).outcome == "failed"


def test_without_scripts_it_works_as_one_form(browser: Browser, live_server, world: World, visit):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, viewport=looks.NARROW)  # type: ignore[arg-type]
    looks.enter(context, world.engineer, live_server.url, language="en")
    page = context.new_page()
    page.goto(f"/inspections/{visit.pk}/fill/")
    for position in (1, 2, 3):
        page.locator(f"label[for='{position}-ok']").click()
    page.get_by_role("button", name="Sum up").click()
    page.get_by_label("What was found").fill("运行平稳")
    page.get_by_role("button", name="Finish and hand over the report").click()
    expect(page.get_by_label("Sign by typing the name")).to_be_visible()
    context.close()


@pytest.mark.parametrize("language", looks.PAIRS)
@pytest.mark.once
def test_every_page_is_open_to_everybody(page: Page, context: BrowserContext, live_server, world: World, visit, language: str):
    done = make_done_visit(world, now(), template=make_checklist(code="done"), failed=(2,), starts_on=now().date())
    monthly = {"every": "month", "window_from": 1, "window_to": 28}
    planned = make_visit(world, now(), template=make_checklist(code="next"), starts_on=now().date(), **monthly)
    finding = done.found.get()
    kinds = start(make_visit(world, now(), template=make_checklist(**KINDS), starts_on=now().date()), world, now())
    plan = make_plan(world, now(), template=make_checklist(code="plan"))
    page.set_viewport_size(looks.PAIRS[language])  # type: ignore[arg-type]
    found = {}
    for person, addresses in {
        world.dispatcher: [
            *("/inspections/?show=all&scope=all", "/inspections/?show=cancelled", "/inspections/year/", "/inspections/plans/"),
            *("/inspections/plans/new/", f"/inspections/plans/{plan.pk}/", f"/inspections/{planned.pk}/"),
            *(f"/inspections/{planned.pk}/{path}/" for path in ("reschedule", "cancel")),
            *(f"/inspections/{kinds.pk}/{path}" for path in ("", "fill/", "finish/")),
            *(f"/inspections/{done.pk}/{path}" for path in ("", "report/")),
            *("/inspections/findings/", f"/inspections/findings/{finding.pk}/", f"/equipment/{world.equipment.pk}/"),
        ],
        world.supervisor: ["/inspections/", "/inspections/year/", f"/inspections/{done.pk}/", "/inspections/findings/"],
    }.items():
        looks.enter(context, person, live_server.url, language=language)
        for address in addresses:
            page.goto(address)
            found[address] = looks.complaints(page)
    assert not any(found.values()), {address: said for address, said in found.items() if said}

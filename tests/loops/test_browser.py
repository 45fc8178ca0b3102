"""A complaint goes round twice until the customer is satisfied; every page of it in both languages and widths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from loops.models import Loop
from tests import looks
from tests.loops.worlds import make_case, take_to

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.once, pytest.mark.django_db(transaction=True)]


class Round:
    """The people around one complaint, at one screen."""

    def __init__(self, page: Page, context: BrowserContext, address: str) -> None:
        self.page, self.context, self.server = page, context, address

    def be(self, person, size=None) -> None:
        """Sit down as somebody: customers with a phone, ours at a desk."""
        self.page.set_viewport_size(size or (looks.NARROW if person.is_customer else looks.WIDE))
        looks.enter(self.context, person, self.server, language="en")

    def go(self, loop: Loop) -> None:
        self.page.goto(f"{self.server}{loop.get_absolute_url()}")

    def press(self, label: str, step: str) -> None:
        self.page.locator(f"form[action$='/{step}/']").get_by_role("button", name=label).click()
        expect(self.page.get_by_text("Recorded.")).to_be_visible()


def test_a_complaint_goes_round_twice_until_the_customer_is_satisfied(page: Page, context: BrowserContext, live_server):
    case = make_case()
    world, at = case.world, Round(page, context, live_server.url)

    # said in the portal, with a phone
    at.be(world.customer)
    page.goto(f"{live_server.url}{reverse('loops:list')}")
    page.get_by_role("link", name="Complain", exact=True).click()
    page.get_by_label("Site").select_option(label=str(world.site))
    page.get_by_label("In a few words").fill("Came too late")
    page.get_by_label("What happened").fill("Nine was agreed, they came at eleven.")
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.get_by_role("heading", name="Came too late")).to_be_visible()
    loop = Loop.objects.latest("pk")

    # the tracking form goes to two departments, both answer
    at.be(world.dispatcher)
    at.go(loop)
    page.get_by_label("Engineering").check()
    page.get_by_label("Sales").check()
    at.press("Ask departments", "ask")
    _answer(at, loop, case.worker, "We planned two sites at nine.")
    _answer(at, loop, case.seller, "We say sorry in person.")

    # told, agreed, carried out, close requested
    _tell(at, loop, world, "We come at nine and say sorry in person.")
    _carry_out(at, loop, world, "Came at nine, said sorry.")

    # verified by somebody who had no hand in it: not satisfied
    at.be(case.verifier)
    at.go(loop)
    form = page.locator("form[action$='/not-satisfied/']")
    form.get_by_label("What is not right yet").fill("They came at ten again.")
    form.get_by_label("Who of the customer's said it").fill("Director Zhao")
    form.get_by_role("button", name="Not satisfied").click()
    expect(page.get_by_text("Recorded.")).to_be_visible()
    loop.refresh_from_db()
    assert (loop.rounds, loop.is_closed, loop.ticket.severity) == (2, False, 2)

    # second round: a priority, with the cause looked into first
    at.be(world.dispatcher)
    page.goto(f"{live_server.url}{reverse('loops:list')}")
    expect(page.locator("#loops")).to_contain_text("came back")
    at.go(loop)
    assert page.locator("form[action$='/ask/']").count() == 0
    page.get_by_label("Why the last round did not do").fill("The new engineer did not know of the road works.")
    at.press("Look into why it came back", "look-into")
    _tell(at, loop, world, "Another engineer, who knows the way.")
    _carry_out(at, loop, world, "Came at half past eight.")

    # satisfied, said by the customer on their phone: closed
    at.be(world.customer)
    at.go(loop)
    expect(page.get_by_role("heading", name="Are you satisfied?")).to_be_visible()
    at.press("Satisfied", "satisfied")
    expect(page.get_by_text("You are satisfied; it is closed.")).to_be_visible()
    loop.refresh_from_db()
    assert (loop.stage, loop.rounds, loop.ticket.status) == ("satisfied", 2, "closed")
    assert [each.verdict for each in loop.all_rounds.order_by("number")] == ["not_satisfied", "satisfied"]
    _every_page(at, case, loop)


def _answer(at: Round, loop: Loop, person, words: str) -> None:
    at.be(person)
    at.go(loop)
    at.page.get_by_label("Opinion: what happened").fill(words)
    at.page.get_by_role("button", name="Give the department's opinion").click()
    expect(at.page.get_by_text("The opinion is recorded.")).to_be_visible()


def _tell(at: Round, loop: Loop, world, words: str) -> None:
    at.be(world.dispatcher)
    at.go(loop)
    if at.page.locator("details#tell").count():
        at.page.locator("details#tell > summary").click()
    at.page.get_by_label("What we intend").fill(words)
    at.press("Tell the customer", "tell")
    at.be(world.customer)
    at.go(loop)
    expect(at.page.get_by_role("heading", name="Do you agree to what we intend?")).to_be_visible()
    at.press("I agree", "agree")


def _carry_out(at: Round, loop: Loop, world, words: str) -> None:
    at.be(world.dispatcher)
    at.go(loop)
    form = at.page.locator("form[action$='/carry-out/']")
    form.get_by_label("Cause").fill("Planning")
    form.get_by_label("What was done").fill(words)
    form.get_by_label("preventive measure").check()
    form.get_by_label("Improvement measure").fill("The way is looked up before a time is agreed.")
    form.get_by_label("Treatment of who was responsible").fill("A talk.")
    at.press("Record what was carried out", "carry-out")
    at.press("Request to close", "request-close")


def _every_page(at: Round, case, closed: Loop) -> None:
    """Both sides' pages at the stages that have most to show, closed and open."""
    take_to(case, "verifying")
    addresses = [reverse("loops:list"), reverse("loops:new"), case.loop.get_absolute_url(), closed.get_absolute_url()]
    found = {}
    for language, size in looks.PAIRS.items():
        at.page.set_viewport_size(size)  # type: ignore[arg-type]
        for person in (case.verifier, case.world.dispatcher, case.world.customer):
            looks.enter(at.context, person, at.server, language=language)
            for address in addresses:
                at.page.goto(f"{at.server}{address}")
                found[language, person.role, address] = looks.complaints(at.page)
    assert not any(found.values()), {where: said for where, said in found.items() if said}

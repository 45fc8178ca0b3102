"""From the request to the customer's approval: what it costs, who decides, what waits for it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import override

from catalogue import selectors, services
from catalogue.errors import BadDefinition, BadValues, NotApproved, NotOffered, NotQuoted, NotYours
from catalogue.models import Item, Quotation, Request
from core.errors import Invalid
from documents import services as documents
from notifications.models import Message
from tests.catalogue.worlds import NEXT_MONTH, SMALL, load_items, make_costly_item, make_item, make_quotation, make_request
from tests.worlds import NOON, make_promising_world
from tickets import services as tickets

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


@pytest.fixture
def world():
    return make_promising_world()


@pytest.fixture
def costly(world) -> Request:
    return make_request(world, make_costly_item())


def told(kind: str) -> set[str]:
    return set(Message.objects.filter(kind=kind).values_list("recipient__email", flat=True))


def test_a_request_inside_the_warranty_is_a_ticket_that_needs_no_approval(world):
    row = make_request(world)
    assert (row.charge, row.approval, row.may_begin) == ("free", "not_needed", True)
    assert row.ticket.kind == "request"
    assert row.ticket.reporter == world.customer
    assert "请帮忙" in row.ticket.description
    assert row.rule["condition"] == "warranty"
    assert [answer.value for answer in selectors.answers(row)] == ["请帮忙"]


def test_after_the_warranty_it_is_quoted_first(world):
    row = make_request(world, at=NOON + timedelta(days=400))
    assert (row.charge, row.approval, row.may_begin) == ("quotation", "to_quote", False)


def test_answers_that_do_not_fit_are_refused_field_by_field(world):
    with pytest.raises(BadValues) as refusal:
        make_request(world, values={"colour": "red"})
    assert set(refusal.value.wrong) == {"colour", "topic"}
    assert not Request.objects.exists()


def test_nobody_names_equipment_of_another_customer(world):
    load_items()
    item = Item.objects.get(code="tuning")
    values = {"symptoms": ["slow"], "details": "慢", "machine": world.equipment.pk}
    assert make_request(world, item, values=values).ticket.equipment == world.equipment
    with pytest.raises(BadValues):
        make_request(world, item, values={**values, "machine": world.other_equipment.pk})  # not their site
    assert (
        make_request(world, item, values={**values, "machine": world.other_equipment.pk}, actor=world.supervisor).ticket.site
        == world.other_site
    )
    with pytest.raises(BadValues):
        make_request(world, item, values=values, actor=world.stranger, site=world.stranger.membership.sites.get())


def test_files_come_along_with_the_ticket_and_are_named_in_the_answers(world):
    item = make_item(SMALL + "  - {code: plan, kind: file, label: {zh-hans: 图, en: Plan}}\n")
    file = SimpleUploadedFile("plan.txt", b"rows of racks")
    row = make_request(world, item, files={"plan": [file]})
    assert row.values["plan"] == ["plan.txt"]
    assert [kept.name for kept in row.ticket.attachments.all()] == ["plan.txt"]


def test_the_same_form_sent_twice_is_one_request(world):
    key = uuid4()
    first, second = (make_request(world, submission=key) for _twice in range(2))
    assert first == second
    assert Request.objects.count() == 1


def test_an_item_that_is_not_offered_any_more_is_refused(world):
    item = make_item()
    services.offer(item, is_offered=False, actor=world.manager, at=NOON)
    with pytest.raises(NotOffered):
        make_request(world, item)
    with pytest.raises(NotYours):
        services.offer(item, is_offered=True, actor=world.dispatcher, at=NOON)


def test_a_request_keeps_the_version_it_was_made_with(world):
    row = make_request(world)
    version, is_new = services.publish(SMALL.replace("topic", "theme"), actor=world.manager, at=NOON, code="desk")
    assert is_new
    assert version.number == 2
    assert services.publish(SMALL.replace("topic", "theme"), actor=world.manager, at=NOON) == (version, False)
    row.refresh_from_db()
    assert row.version.number == 1
    assert [answer.label for answer in selectors.answers(row)] == ["主题"]
    with pytest.raises(Invalid):
        services.publish(SMALL, actor=world.manager, at=NOON, code="other")
    with pytest.raises(NotYours):
        services.publish(SMALL, actor=world.engineer, at=NOON)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("code: [", "not YAML"),
        ("a: &x 1\nb: *x", "aliases"),
        (SMALL.replace("kind: text", "kind: colour"), "fields.0.kind"),
        ("- list", "mapping"),
        ("x" * 50_000, "at most"),
    ],
)
def test_a_text_that_defines_nothing_is_refused_with_its_line(text, says):
    with override("en"), pytest.raises(BadDefinition, match=says):
        services.read(text)


def test_the_supervisor_approves_and_work_begins(world, costly):
    quotation = make_quotation(world, costly)
    assert quotation.total == Decimal("4800.00")
    assert quotation.document.awaits_signature
    assert world.supervisor.email in told("request_quoted")
    with pytest.raises(NotApproved):
        tickets.resolve(costly.ticket, actor=world.engineer, at=NOON, cause="x", solution="y")
    done = services.approve(costly, actor=world.supervisor, at=LATER, number=1, text="同意")
    costly.refresh_from_db()
    assert (done.status, done.answer_name, done.answer_text) == ("approved", world.supervisor.name, "同意")
    assert (costly.approval, costly.approved_at) == ("approved", LATER)
    assert done.document.status == "signed"
    assert world.engineer.email in told("quotation_answered")
    tickets.resolve(costly.ticket, actor=world.engineer, at=LATER, cause="x", solution="y")


def test_only_a_supervisor_of_the_customer_decides_about_costs(world, costly):
    make_quotation(world, costly)
    for person in (world.customer, world.stranger, world.manager):
        with pytest.raises(NotYours):
            services.approve(costly, actor=person, at=NOON, number=1)
    assert Quotation.objects.get().status == "awaited"


def test_a_signature_under_the_paper_approves_as_well(world, costly):
    paper = make_quotation(world, costly).document
    documents.sign(paper, name="赵主任", strokes=(), seen=paper.content_hash, actor=world.engineer, at=NOON)
    costly.refresh_from_db()
    assert costly.approval == "approved"
    assert costly.quotations.get().answer_name == "赵主任"


def test_a_refusal_says_why_and_another_quotation_may_follow(world, costly):
    make_quotation(world, costly)
    with pytest.raises(Invalid):
        services.refuse(costly, actor=world.supervisor, at=NOON, number=1, text=" ")
    services.refuse(costly, actor=world.supervisor, at=NOON, number=1, text="太贵")
    costly.refresh_from_db()
    assert costly.approval == "refused"
    assert costly.quotations.get().answer_text == "太贵"
    make_quotation(world, costly, price="1800")
    costly.refresh_from_db()
    assert costly.approval == "awaited"


def test_a_changed_quotation_is_approved_anew(world, costly):
    make_quotation(world, costly)
    services.approve(costly, actor=world.supervisor, at=NOON, number=1)
    second = make_quotation(world, costly, price="3000")
    costly.refresh_from_db()
    assert (second.number, costly.approval, costly.may_begin) == (2, "awaited", False)
    with pytest.raises(NotQuoted):
        services.approve(costly, actor=world.supervisor, at=NOON, number=1)  # the page was old
    assert second.document.version == 2
    third = make_quotation(world, costly, price="2000")
    second.refresh_from_db()
    assert (second.status, second.document.status) == ("replaced", "refused")
    services.approve(costly, actor=world.supervisor, at=NOON, number=third.number)
    assert list(costly.quotations.order_by("number").values_list("status", flat=True)) == ["replaced", "replaced", "approved"]


def test_a_quotation_that_has_run_out_is_not_approved_any_more(world, costly):
    quotation = make_quotation(world, costly)
    late = NOON + timedelta(days=40)
    with pytest.raises(NotQuoted):
        services.approve(costly, actor=world.supervisor, at=late, number=1)
    with pytest.raises(NotQuoted):
        documents.sign(quotation.document, name="赵", strokes=(), seen=quotation.document.content_hash, actor=world.supervisor, at=late)
    services.refuse(costly, actor=world.supervisor, at=late, number=1, text="过期了")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"plan": " "}, "plan"),
        ({"hours": Decimal(-1)}, "hours"),
        ({"valid_until": NOON.date() - timedelta(days=1)}, "valid_until"),
        ({"lines": []}, "lines"),
        ({"lines": [services.Line(text="", price=Decimal(1))]}, "lines"),
        ({"lines": [services.Line(text="x", price=Decimal(-1))]}, "lines"),
        ({"lines": [services.Line(text="x", quantity=Decimal(10**6), price=Decimal(10**6))]}, "lines"),
    ],
)
def test_a_quotation_that_cannot_be_is_refused(world, costly, wrong, field):
    with pytest.raises(Invalid) as refusal:
        make_quotation(world, costly, **wrong)
    assert refusal.value.field == field
    assert not Quotation.objects.exists()


def test_a_dispatcher_begins_without_approval_and_says_why(world, costly):
    for person, reason, error in ((world.engineer, "急", NotYours), (world.dispatcher, " ", Invalid)):
        with pytest.raises(error):
            services.override(costly, actor=person, at=NOON, reason=reason)
    services.override(costly, actor=world.dispatcher, at=NOON, reason="机房漏水")
    tickets.resolve(costly.ticket, actor=world.engineer, at=NOON, cause="x", solution="y")
    assert world.supervisor.email in told("request_overridden")
    with pytest.raises(NotQuoted):
        services.override(costly, actor=world.dispatcher, at=NOON, reason="又")


def test_nothing_is_quoted_for_what_is_over(world, costly):
    tickets.cancel(costly.ticket, actor=world.customer, at=NOON)
    with pytest.raises(NotQuoted):
        make_quotation(world, costly)


def test_other_tickets_do_not_wait_for_an_approval(world):
    ticket = tickets.report(tickets.Report(kind="request", severity=3, subject="普通请求", site=world.site), actor=world.customer, at=NOON)
    assert tickets.resolve(ticket, actor=world.engineer, at=NOON, cause="x", solution="y").status == "resolved"


def test_people_see_the_requests_whose_tickets_they_see(world, costly):
    elsewhere = make_request(world, make_item(), site=world.other_site, actor=world.supervisor)
    seen = {name: set(selectors.requests_for(getattr(world, name))) for name in ("customer", "supervisor", "stranger", "engineer")}
    assert seen == {"customer": {costly}, "supervisor": {costly, elsewhere}, "stranger": set(), "engineer": {costly, elsewhere}}


def test_the_database_keeps_one_quotation_waiting(world, costly):
    make_quotation(world, costly)
    twin = Quotation(request=costly, number=9, plan="x", hours=1, valid_until=NEXT_MONTH, total=0, written_at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_the_figures_say_what_was_asked_for_and_how_long_approval_took(world, costly):
    make_request(world)
    make_quotation(world, costly)
    services.approve(costly, actor=world.supervisor, at=LATER, number=1)
    rows = {row.name: row for row in selectors.figures_of_requests(NOON, LATER)}
    found = rows["小事"]
    assert sum(row.number for row in selectors.figures_of_requests(NOON, LATER)) == 2
    by_cost = next(iter(selectors.figures_of_requests(NOON, LATER, of={"item": costly.item_id})))
    assert (by_cost.answered, by_cost.approved, by_cost.share, by_cost.until_approved) == (1, 1, 1.0, timedelta(days=1))
    assert found.number >= 1


def test_half_a_cent_is_a_cent_in_a_line_as_in_the_total(world, costly):
    lines = [services.Line(text="耗材", quantity=Decimal("0.50"), price=Decimal("0.05")) for _each in range(2)]
    made = make_quotation(world, costly, lines=lines)
    assert [line.amount for line in made.lines.all()] == [Decimal("0.03")] * 2
    assert made.total == Decimal("0.06")
    assert str(made.document.content["sheets"]["en"]).count("¥0.03") == 2


def test_the_paper_of_a_quotation_has_chinese_heads_of_its_own(world, costly):
    blocks = make_quotation(world, costly).document.content["sheets"]["zh-hans"]["blocks"]
    assert (blocks[0]["heads"], blocks[1]["title"]) == (["问题", "回答"], "实施方案")

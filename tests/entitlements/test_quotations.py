"""Quotations of renewals, from the question to the term that comes into force."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from core.errors import Invalid
from customers import selectors
from customers import services as customers
from customers.models import Contract, Term
from documents.models import Document
from entitlements import services
from entitlements.errors import AskedAlready, NotYourStep, QuotationExpired, QuotationNotNow
from entitlements.forms import QuoteForm
from entitlements.models import QuotationRequest, Remedy
from entitlements.selectors import by_office, months_ahead, quotations_for, renewal_share
from entitlements.views.quotations import FORMS
from entitlements.views.remedies import STEPS
from notifications.models import Message
from tests.entitlements.worlds import DAY, TODAY, asked, ending_in, make_term, offer, quoted, uncover
from tests.worlds import NOON, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def test_asked_quoted_accepted_comes_into_force(world):
    term = ending_in(world, 30)
    row = quoted(world, term)
    assert (row.status, row.amount) == ("quoted", Decimal("36000.00"))
    done = services.accept(row, actor=world.supervisor, at=NOON)
    assert (done.status, done.answered_name, done.how) == ("accepted", world.supervisor.name, "portal")
    renewal = done.renewal
    assert (renewal.renews, renewal.kind, renewal.origin, renewal.price) == (term, "extension", "renewal", Decimal("36000.00"))
    assert (renewal.starts_on, renewal.ends_on) == (TODAY + 31 * DAY, TODAY + 395 * DAY)
    assert renewal.paper == done.document.full_number
    later = NOON + 200 * DAY
    assert selectors.entitlement(world.equipment, later).ruling("parts").span.term in {renewal.pk, None}


def test_a_renewed_contract_keeps_its_promises(world):
    uncover(world)
    term = make_term(world, contract=world.contract, kind="paid", starts_on=TODAY - 330 * DAY, ends_on=TODAY + 30 * DAY)
    row = quoted(world, term, kind="paid", scope="labour")
    services.accept(row, actor=world.supervisor, at=NOON)
    assert Contract.objects.get(pk=world.contract.pk).in_force_until == TODAY + 395 * DAY


def test_the_paper_says_what_is_offered_and_a_new_offer_corrects_it(world):
    row = quoted(world)
    paper = Document.objects.get()
    assert (paper.kind, paper.number, paper.version) == ("renewal_quotation", row.number, 1)
    assert "¥36,000.00" in str(paper.content["sheets"]["en"])
    assert "备件包" in str(paper.content["sheets"]["zh-hans"])
    again = services.quote(row, offer(lines=(("一年延保", Decimal("28000.00")),)), actor=world.manager, at=NOON + DAY)
    assert again.document.version == 2
    assert [line.text for line in again.lines.all()] == ["一年延保"]


def test_both_sides_are_told(world):
    row = quoted(world)
    services.decline(row, actor=world.supervisor, at=NOON, reason="预算不足")
    kinds = set(Message.objects.values_list("kind", "recipient"))
    assert ("quotation_asked", world.manager.pk) in kinds
    assert ("quotation_ready", world.supervisor.pk) in kinds
    assert ("renewal_answered", world.dispatcher.pk) in kinds


def test_one_is_under_way_at_a_time(world):
    row = asked(world)
    with pytest.raises(AskedAlready):
        services.ask(row.term, actor=world.customer, at=NOON)
    services.decline(row, actor=world.supervisor, at=NOON, reason="再议")
    assert services.ask(row.term, actor=world.supervisor, at=NOON).status == "asked"


def test_the_database_refuses_a_second_under_way(world):
    row = asked(world)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_an_offer_that_expired_is_not_accepted_but_may_be_quoted_anew(world):
    row = quoted(world)
    late = NOON + 31 * DAY
    with pytest.raises(QuotationExpired):
        services.accept(row, actor=world.supervisor, at=late)
    row = services.quote(row, offer(valid_until=TODAY + 60 * DAY), actor=world.dispatcher, at=late)
    assert services.accept(row, actor=world.supervisor, at=late).status == "accepted"


def test_only_the_supervisor_answers_or_a_dispatcher_on_the_phone(world):
    row = quoted(world)
    for person in (world.customer, world.stranger, world.engineer):
        with pytest.raises(NotYourStep):
            services.accept(row, actor=person, at=NOON, name="赵主任")
    with pytest.raises(Invalid):
        services.accept(row, actor=world.dispatcher, at=NOON)
    done = services.accept(row, actor=world.dispatcher, at=NOON, name="赵主任")
    assert (done.answered_name, done.how) == ("赵主任", "phone")


def test_quoting_is_for_dispatchers_and_only_while_it_is_open(world):
    row = asked(world)
    with pytest.raises(NotYourStep):
        services.quote(row, offer(), actor=world.engineer, at=NOON)
    with pytest.raises(QuotationNotNow):
        services.accept(row, actor=world.supervisor, at=NOON)  # nothing is offered yet
    services.decline(row, actor=world.supervisor, at=NOON, reason="不续")
    with pytest.raises(QuotationNotNow):
        services.quote(row, offer(), actor=world.dispatcher, at=NOON)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"lines": ()}, "lines"),
        ({"lines": (("x", Decimal(-1)),)}, "lines"),
        ({"ends_on": TODAY}, "ends_on"),
        ({"valid_until": TODAY - DAY}, "valid_until"),
        ({"kind": "gift"}, "kind"),
    ],
)
def test_an_offer_that_cannot_be_is_refused(world, facts, field):
    with pytest.raises(Invalid) as refused:
        services.quote(asked(world), offer(**facts), actor=world.dispatcher, at=NOON)
    assert refused.value.field == field


def test_a_refusal_needs_its_reason(world):
    with pytest.raises(Invalid):
        services.decline(asked(world), actor=world.supervisor, at=NOON, reason=" ")


def test_what_is_renewed_is_not_quoted_again(world):
    term = ending_in(world, 30)
    services.accept(quoted(world, term), actor=world.supervisor, at=NOON)
    with pytest.raises(QuotationNotNow):
        services.ask(Term.objects.get(pk=term.pk), actor=world.supervisor, at=NOON)


def test_a_term_being_quoted_is_not_withdrawn(world):
    row = asked(world)
    with pytest.raises(QuotationNotNow):
        services.withdraw(row.term, actor=world.manager, at=NOON, reason="录错")
    assert Term.objects.get(pk=row.term_id).withdrawn_at is None


def test_who_sees_a_quotation(world):
    row = asked(world)
    assert [row] == list(quotations_for(world.customer)) == list(quotations_for(world.engineer))
    assert not quotations_for(world.stranger).exists()
    with pytest.raises(NotYourStep):
        services.ask(row.term, actor=world.stranger, at=NOON)


def test_the_usual_offer_goes_on_the_day_after(world):
    kind, starts, ends = services.usual(ending_in(world, 30), TODAY)
    assert (kind, starts, ends) == ("extension", TODAY + 31 * DAY, date(2027, 12, 20))
    over = make_term(world, starts_on=TODAY - 90 * DAY, ends_on=TODAY - 5 * DAY)
    assert services.usual(over, TODAY)[1] == TODAY  # nothing is covered backwards


def test_managers_see_what_ends_by_office_and_month_and_how_much_goes_on(world):
    first = ending_in(world, 20, price=Decimal("1000.00"))
    ending_in(world, 70, component="x", price=Decimal("500.00"))
    ending_in(world, 200, component="y")
    (row,) = by_office(TODAY)
    assert (row.in_30, row.in_60, row.in_90, row.price) == (1, 1, 2, Decimal("1500.00"))
    services.accept(quoted(world, first), actor=world.supervisor, at=NOON)
    assert by_office(TODAY)[0].in_30 == 0
    assert sum(month.ends for month in months_ahead(TODAY)) == 3
    assert [(month.ends, month.renewed) for month in months_ahead(TODAY) if month.renewed] == [(1, 1)]
    share = renewal_share(TODAY, TODAY + 90 * DAY)
    assert (share.ended, share.renewed, share.share) == (2, 1, 0.5)
    assert renewal_share(date(2020, 1, 1), date(2020, 2, 1)).share is None


def test_every_state_is_kept_in_the_history(world):
    row = services.accept(quoted(world), actor=world.supervisor, at=NOON)
    states = QuotationRequest.objects.get(pk=row.pk).history.order_by("history_id").values_list("status", flat=True)
    assert list(states) == ["asked", "quoted", "accepted"]


def test_a_renewal_that_is_withdrawn_makes_room_for_another(world):
    term = ending_in(world, 30)
    first = services.accept(quoted(world, term), actor=world.supervisor, at=NOON).renewal
    services.withdraw(first, actor=world.manager, at=NOON, reason="录错")
    assert sum(row.in_30 for row in by_office(TODAY)) == 1, "it ends again"
    second = services.accept(quoted(world, term), actor=world.supervisor, at=NOON).renewal
    assert (second.renews, second.pk != first.pk) == (term, True)


def test_a_paid_term_that_follows_its_contract_counts_as_renewed(world):
    uncover(world)
    customers.update_contract(world.contract, ends_on=TODAY + 30 * DAY, actor=None, at=NOON)
    services.follow_ends(NOON)
    term = Term.objects.get(contract=world.contract, kind="paid")
    services.accept(quoted(world, term, kind="paid", scope="none"), actor=world.supervisor, at=NOON)
    services.follow_ends(NOON + DAY)
    term.refresh_from_db()
    assert not term.is_withdrawn
    assert renewal_share(TODAY, TODAY + 30 * DAY) == (1, 1)


@pytest.mark.parametrize(
    ("line", "text", "amount"),
    [
        ("一年延保，36,000", "一年延保", "36000.00"),
        ("Maintenance for a year, 36,000.50", "Maintenance for a year", "36000.50"),
        ("Two engineers, one year, ¥1,236,000", "Two engineers, one year", "1236000.00"),
        ("备件包 6000", "备件包", "6000.00"),
        ("Year 2, 500", "Year 2", "500.00"),
        ("第2年，3600", "第2年", "3600.00"),
        ("K2，500", "K2", "500.00"),
        ("维保,36000.5", "维保", "36000.50"),
    ],
)
def test_amounts_are_read_as_people_write_them(line, text, amount):
    form = QuoteForm({"lines": line})
    form.full_clean()
    assert form.cleaned_data["lines"] == [(text, Decimal(amount))]


@pytest.mark.parametrize("line", ["36,000.1.2", "免费", "延保, -5", "延保, 36,00", "延保, 10000000000"])
def test_what_is_no_line_with_an_amount_is_refused(line):
    assert "lines" in QuoteForm({"lines": line}).errors


def test_what_a_customer_answers_is_said_in_words_of_its_own():
    with override("zh-hans"):
        words = [str(label) for _kind, label, _sign in FORMS.values()]
        assert (words[1], QuotationRequest.Status.ACCEPTED.label) == ("接受报价", "已接受")
        assert (Remedy.Kind.REPAIR.label, str(STEPS["agree"][1])) == ("维修", "同意")

"""Terms on record: entered, changed, withdrawn, imported, followed; and what they make free."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import override

from core.errors import Invalid, NotAllowed, NotNow
from customers import selectors
from customers import services as customers
from customers.models import Contract, Equipment, Term
from entitlements import services
from entitlements.forms import ImportForm
from entitlements.selectors import timeline
from obligations.models import Obligation
from parts import selectors as parts
from tests.entitlements.worlds import DAY, TODAY, attend, ending_in, make_term, uncover
from tests.worlds import NOON, make_contract, make_equipment, make_promising_world, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_promising_world()


def test_an_extension_makes_free_what_was_over(world):
    uncover(world)
    assert not selectors.entitlement(world.equipment, NOON).free
    make_term(world)
    found = selectors.entitlement(world.equipment, NOON)
    assert found.free
    assert found.warranty_until == date(2027, 11, 19)
    assert not selectors.entitlement(world.other_equipment, NOON).free  # of this equipment alone


def test_a_term_of_the_contract_covers_all_it_covers_and_keeps_its_promises_in_force(world):
    uncover(world)
    make_term(world, contract=world.contract, kind="paid", scope="labour")
    found = selectors.entitlement(world.other_equipment, NOON)
    assert (found.covered, found.free) == (True, True)
    assert not found.ruling("parts").is_free
    assert Contract.objects.get(pk=world.contract.pk).ends_on == date(2027, 11, 19)


def test_a_term_without_any_contract_counts(world):
    bare = make_equipment(world.stranger.membership.sites.get())
    make_term(world, equipment=bare, kind="trial")
    found = selectors.entitlement(bare, NOON)
    assert (found.covered, found.free) == (False, True)


def test_parts_are_priced_by_the_same_rule(world):
    uncover(world)
    ticket = make_ticket(world)
    assert not parts.terms_of(ticket).is_free
    term = make_term(world, kind="software")
    assert not parts.terms_of(ticket).is_free  # software pays for no parts
    services.withdraw(term, actor=world.manager, at=NOON, reason="录错")
    make_term(world, kind="extension")
    found = parts.terms_of(ticket)
    assert (found.rule, found.until) == ("warranty", date(2027, 11, 19))


def test_what_a_paid_contract_charges_is_not_said_to_have_ended(world):
    uncover(world)
    make_term(world, contract=world.contract, kind="paid", scope="labour")
    with override("en"):
        assert "as the service contract says" in parts.terms_of(make_ticket(world)).sentence


def test_a_report_takes_the_terms_over_into_its_ticket(world):
    uncover(world)
    assert not make_ticket(world).is_free
    make_term(world)
    ticket = make_ticket(world)
    assert (ticket.is_free, ticket.in_warranty) == (True, True)


def test_it_costs_no_query_where_no_term_was_entered(world, django_assert_max_num_queries):
    Equipment.objects.select_related("site__region__office").get(pk=world.equipment.pk)
    with django_assert_max_num_queries(2):
        selectors.entitlement(Equipment.objects.select_related("site__region__office").get(pk=world.equipment.pk), NOON)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": "maker"}, "ends_on"),  # no usual length
        ({"ends_on": TODAY - DAY}, ""),  # the constraint's own sentence
        ({"equipment": None}, "equipment"),
    ],
)
def test_what_cannot_be_is_refused(world, facts, field):
    with pytest.raises(Invalid) as refused:
        make_term(world, **facts)
    assert refused.value.field == field


def test_the_same_term_stands_once(world):
    make_term(world)
    with pytest.raises(Invalid):
        make_term(world)


def test_terms_are_entered_by_dispatchers_and_withdrawn_by_managers(world):
    stated = customers.Stated(kind="extension", starts_on=TODAY, equipment=world.equipment)
    for person in (world.engineer, world.supervisor):
        with pytest.raises(NotAllowed):
            customers.enter_term(stated, actor=person, at=NOON)
    term = make_term(world)
    with pytest.raises(NotAllowed):
        services.withdraw(term, actor=world.dispatcher, at=NOON, reason="录错")


def test_a_withdrawn_term_counts_no_more_and_gives_the_contract_its_end_back(world):
    uncover(world)
    term = make_term(world, contract=world.contract, kind="paid")
    services.withdraw(term, actor=world.manager, at=NOON, reason="未签订")
    found = selectors.entitlement(world.equipment, NOON)
    assert (found.covered, found.free) == (False, False)
    assert Contract.objects.get(pk=world.contract.pk).ends_on is None
    assert Term.objects.get(pk=term.pk).history.count() == 3  # entered, the end before, withdrawn
    with pytest.raises(NotNow):
        services.withdraw(term, actor=world.manager, at=NOON, reason="再来")


def test_a_changed_end_moves_the_contracts(world):
    uncover(world)
    term = make_term(world, contract=world.contract, kind="paid")
    customers.change_term(term, ends_on=date(2028, 1, 1), actor=world.dispatcher, at=NOON)
    assert Contract.objects.get(pk=world.contract.pk).ends_on == date(2028, 1, 1)


def test_what_contracts_say_is_followed_once_however_often(world):
    hardware = make_equipment(world.site, kind="hardware", maker_warranty_until=date(2027, 3, 1))
    customers.follow_terms(NOON)
    rows = Term.objects.filter(origin__in=["contract", "equipment"]).order_by("ends_on")
    assert [(row.kind, row.ends_on) for row in rows] == [("maker", date(2027, 3, 1)), ("acceptance", date(2027, 5, 31))]
    assert rows[0].office == world.office
    assert customers.follow_terms(NOON) == 0
    customers.update_equipment(hardware, maker_warranty_until=date(2028, 3, 1), actor=None, at=NOON)
    customers.update_contract(world.contract, ends_on=date(2029, 1, 1), actor=None, at=NOON)
    assert customers.follow_terms(NOON) == 2
    assert {(row.kind, row.ends_on) for row in rows.all()} == {
        ("maker", date(2028, 3, 1)),
        ("acceptance", date(2027, 5, 31)),
        ("paid", date(2029, 1, 1)),
    }


def test_what_follows_is_changed_at_its_source_and_goes_with_it(world):
    hardware = make_equipment(world.site, kind="hardware", maker_warranty_until=date(2027, 3, 1))
    customers.follow_terms(NOON)
    term = Term.objects.get(equipment=hardware)
    with pytest.raises(NotNow):
        customers.change_term(term, ends_on=date(2030, 1, 1), actor=world.dispatcher, at=NOON)
    customers.update_equipment(hardware, maker_warranty_until=None, actor=None, at=NOON)
    customers.follow_terms(NOON)
    assert Term.objects.get(pk=term.pk).is_withdrawn


def test_an_entered_paid_term_is_not_listed_a_second_time(world):
    uncover(world)
    make_term(world, contract=world.contract, kind="paid")
    customers.follow_terms(NOON)
    assert Term.objects.filter(contract=world.contract, kind="paid", withdrawn_at=None).count() == 1


def test_the_database_keeps_one_followed_row_a_kind(world):
    customers.follow_contract(world.contract, at=NOON)
    row = Term.objects.get(contract=world.contract)
    row.pk, row.starts_on = None, date(2020, 1, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_timeline_holds_all_that_ever_covered_a_thing(world):
    make_contract(world.organization, equipment=[world.equipment], accepted_on=date(2024, 1, 1), ends_on=date(2025, 6, 30))
    make_term(world, starts_on=date(2027, 6, 1))
    found = timeline(world.equipment, TODAY)
    assert found is not None
    assert [row.span.kind for row in found.rows] == ["acceptance", "paid", "acceptance", "extension"]
    assert all(0 <= row.left < row.left + row.width <= 1001 for row in found.rows)
    assert 0 < found.today < 1000
    assert timeline(make_equipment(world.stranger.membership.sites.get()), TODAY) is None


def test_customers_see_terms_of_what_they_may_see(world):
    own, other = make_term(world), make_term(world, equipment=world.other_equipment)
    assert set(selectors.terms_for(world.supervisor)) == {own, other}
    assert set(selectors.terms_for(world.customer)) == {own}  # of their site
    assert not selectors.terms_for(world.stranger).exists()
    assert selectors.terms_for(world.engineer).count() == 2


CSV = "合同编号,序列号,类型,开始日期,结束日期,金额\n"


def test_a_table_is_taken_over_whole(world):
    text = f'{CSV},SN-0001,延保,2027-01-01,,"12,000.00"\n{world.contract.number},,付费服务,2027/6/1,2028/5/31,36000\n'
    assert [line.wrong for line in services.preview(text)] == [(), ()]
    made = services.import_terms(text, actor=world.dispatcher, at=NOON)
    assert [(row.kind, row.ends_on, row.origin) for row in made] == [
        ("extension", date(2027, 12, 31), "imported"),
        ("paid", date(2028, 5, 31), "imported"),
    ]
    assert [line.wrong != () for line in services.preview(text)] == [True, True]  # on record already


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (",NONE,extension,2027-01-01,,", "NONE"),
        (",SN-0001,extension,9999-12-31,,", "9999-12-31"),
        ("HT-none,,paid,2027-01-01,,", "HT-none"),
        (",SN-0001,gift,2027-01-01,,", "gift"),
        (",SN-0001,extension,tomorrow,,", "tomorrow"),
        (",SN-0001,extension,2027-01-01,2026-01-01,", "ends after"),
        (",SN-0001,maker,2027-01-01,,", "last day"),
        (",SN-0001,extension,2027-01-01,,-5", "-5"),
        (",,extension,2027-01-01,,", "Choose a contract"),
    ],
)
def test_a_wrong_line_says_what_is_wrong_and_nothing_is_entered(world, line, says):
    text = f"{CSV},SN-0001,trial,2027-01-01,,\n{line}\n"
    with override("en"):
        good, bad = services.preview(text)
        assert good.wrong == ()
        assert says in " ".join(bad.wrong)
        with pytest.raises(Invalid, match="Line 3"):
            services.import_terms(text, actor=world.dispatcher, at=NOON)
    assert not Term.objects.exists()


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", CSV])
def test_what_is_no_table_is_refused(world, text):
    with pytest.raises(Invalid):
        services.preview(text)


def test_a_quotation_mark_that_is_never_closed_is_refused_and_not_read_for_ever(world):
    with pytest.raises(Invalid) as refused:
        services.preview(CSV + ',"SN-0001' + "x" * 140_000)
    assert refused.value.field == "file"


def test_a_workbook_is_no_table():
    form = ImportForm({}, {"file": SimpleUploadedFile("质保.xlsx", b"PK\x03\x04\x14\0\x06\0")})
    assert "file" in form.errors


def test_a_line_that_says_the_same_twice_is_wrong(world):
    line = ",SN-0001,延保,2027-01-01,,\n"
    assert [bool(each.wrong) for each in services.preview(CSV + line + line)] == [False, True]


def test_a_withdrawn_term_owes_no_reminder(world):
    term = ending_in(world, 100)
    attend()
    assert Obligation.objects.filter(kind="reminder", status="owed").count() == 3
    services.withdraw(term, actor=world.manager, at=NOON, reason="录错")
    assert not Obligation.objects.filter(kind="reminder", status="owed").exists()

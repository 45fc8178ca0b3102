"""What a place is entitled to on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from customers.models import Equipment
from customers.selectors import entitlement
from tests import worlds

pytestmark = pytest.mark.django_db

# 2026-06-01 + 12 months: warranty and free service until 2027-05-31.
LAST_MOMENT = datetime(2027, 5, 31, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Shanghai
NEXT_MOMENT = datetime(2027, 5, 31, 16, 0, tzinfo=UTC)  # 2027-06-01 00:00 in Shanghai


@pytest.fixture
def site():
    return worlds.make_site()


@pytest.mark.parametrize(
    ("terms", "at", "expected"),
    [
        pytest.param({}, LAST_MOMENT, (True, True, True), id="the last second of the last local day is inside"),
        pytest.param({}, NEXT_MOMENT, (False, False, False), id="midnight in Shanghai ends it, though it is still May in UTC"),
        pytest.param({"ends_on": date(2028, 1, 1)}, NEXT_MOMENT, (True, False, False), id="a paid contract goes on, charged"),
        pytest.param({"warranty_months": 36}, NEXT_MOMENT, (True, True, True), id="three years from the signed acceptance (P1)"),
        pytest.param({"free_service_months": 24}, NEXT_MOMENT, (True, False, True), id="free service outlasts the warranty"),
        pytest.param({"ends_on": date(2026, 12, 31)}, LAST_MOMENT, (True, True, True), id="warranty outlasts the paid contract"),
        pytest.param({"warranty_months": 0, "free_service_months": 0}, LAST_MOMENT, (False, False, False), id="no warranty at all"),
        pytest.param({"accepted_on": date(2027, 6, 1)}, LAST_MOMENT, (False, False, False), id="acceptance not signed yet"),
    ],
)
def test_dates_are_judged_by_the_local_day(site, terms, at, expected):
    worlds.make_contract(site.organization, **terms)
    answer = entitlement(site, at)
    assert (answer.covered, answer.warranty, answer.free) == expected
    assert (answer.plan is not None) == answer.covered


def test_without_a_contract_nothing_is_promised_but_the_office_is_known(site):
    answer = entitlement(site, worlds.NOON)
    assert answer.contract is None
    assert answer.plan is None
    assert not answer.free
    assert answer.office == site.region.office


def test_a_contract_that_names_the_equipment_goes_before_one_that_covers_all(site):
    named, unnamed = worlds.make_equipment(site), worlds.make_equipment(site)
    special = worlds.make_contract(site.organization, equipment=[named], accepted_on=date(2026, 1, 1))
    general = worlds.make_contract(site.organization, accepted_on=date(2026, 6, 1))
    assert entitlement(named, worlds.NOON).contract == special
    assert entitlement(unnamed, worlds.NOON).contract == general


def test_of_two_that_name_it_the_newer_holds(site):
    equipment = worlds.make_equipment(site)
    worlds.make_contract(site.organization, equipment=[equipment], accepted_on=date(2026, 1, 1))
    newer = worlds.make_contract(site.organization, equipment=[equipment], accepted_on=date(2026, 3, 1))
    assert entitlement(equipment, worlds.NOON).contract == newer


def test_a_contract_in_force_goes_before_one_that_ended(site):
    equipment = worlds.make_equipment(site)
    worlds.make_contract(site.organization, equipment=[equipment], accepted_on=date(2020, 1, 1))
    general = worlds.make_contract(site.organization)
    assert entitlement(equipment, worlds.NOON).contract == general


def test_an_ended_contract_is_named_but_promises_nothing(site):
    ended = worlds.make_contract(site.organization, accepted_on=date(2020, 1, 1))
    answer = entitlement(site, worlds.NOON)
    assert answer.contract == ended
    assert answer.plan is None
    with override("en"):
        assert "ended on 2020-12-31" in answer.sentences[0]


def test_a_contract_for_other_equipment_does_not_cover_this_one(site):
    worlds.make_contract(site.organization, equipment=[worlds.make_equipment(site)])
    assert entitlement(worlds.make_equipment(site), worlds.NOON).contract is None


def test_a_site_is_covered_by_a_contract_for_equipment_that_stands_there(site):
    there = worlds.make_contract(site.organization, equipment=[worlds.make_equipment(site)])
    elsewhere = worlds.make_site(site.organization)
    assert entitlement(site, worlds.NOON).contract == there
    assert entitlement(elsewhere, worlds.NOON).contract is None


def test_another_customers_contract_covers_nothing_here(site):
    worlds.make_contract()
    assert entitlement(site, worlds.NOON).contract is None


@pytest.mark.parametrize(
    ("kind", "until", "warranty"),
    [
        (Equipment.Kind.HARDWARE, date(2026, 11, 1), False),  # the maker's terms, though the contract's warranty runs
        (Equipment.Kind.HARDWARE, date(2030, 1, 1), True),  # the maker's terms are longer
        (Equipment.Kind.HARDWARE, None, True),  # not known: as the contract says
        (Equipment.Kind.SYSTEM, date(2026, 11, 1), True),  # software follows the acceptance
    ],
)
def test_hardware_follows_its_makers_terms(site, kind, until, warranty):
    worlds.make_contract(site.organization)
    equipment = worlds.make_equipment(site, kind=kind, maker_warranty_until=until)
    assert entitlement(equipment, worlds.NOON).warranty is warranty


def test_two_queries_whatever_is_signed(site, django_assert_max_num_queries):
    equipment = worlds.make_equipment(site)
    for _i in range(5):
        worlds.make_contract(site.organization, equipment=[equipment])
    with django_assert_max_num_queries(2):
        answer = entitlement(equipment, worlds.NOON)
        assert str(answer.plan)
        assert str(answer.office)
        assert answer.sentences


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "免费"), ("en", "free of charge")])
def test_it_is_said_in_the_language_of_the_page(site, language, words):
    worlds.make_contract(site.organization)
    with override(language):
        assert any(words in sentence for sentence in entitlement(site, worlds.NOON).sentences)

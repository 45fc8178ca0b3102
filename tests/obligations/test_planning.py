"""The planner: every recurring promise of every contract once for its period, however and whenever it runs."""

from datetime import date, timedelta

import pytest

from customers import services as customers
from obligations import keys, services
from obligations.models import Obligation, PlannedThrough, Status
from sla import loading
from sla.reading import read_document
from tests.obligations.worlds import contract_of, local, make_owing_world, only, owed_of, planned
from tests.races import at_once
from tests.worlds import make_equipment

pytestmark = pytest.mark.django_db


def rows():
    names = ("key", "kind", "code", "period", "opens_at", "due_at", "wanted", "contract", "office", "title", "title_en", "clause")
    return sorted(Obligation.objects.values_list(*names))


def test_every_recurring_promise_of_the_four_plans_is_owed_for_its_period():
    world = make_owing_world()
    others = {code: contract_of(world, code, accepted_on=date(2026, 10, 15)) for code in ("p1", "p2", "p3")}
    planned(local(11, 2))
    assert owed_of(world.contract) == [
        ("callback-regular", "2026Q4"), ("inspection-quarterly", "2026Q4"), ("report-status", "2026Q4"),
        ("survey-quarterly", "2026Q4"), ("training-yearly", "2026"),
    ]  # fmt: skip
    assert owed_of(others["p1"]) == [("care-quarterly", "2026Q4"), ("health-monthly", "2026-11"), ("review-quarterly", "2026Q4")]
    assert owed_of(others["p2"]) == [("inquiry-quarterly", "2026Q4"), ("inspection-quarterly", "2026Q4"), ("survey-quarterly", "2026Q4")]
    assert owed_of(others["p3"]) == [
        ("inspection-quarterly", "2026Q4"), ("maintenance-quarterly", "2026Q4"), ("report-performance", "2026Q4"), ("training-basic", ""),
    ]  # fmt: skip


def test_the_health_check_is_owed_between_the_15th_and_the_20th():
    contract = contract_of(make_owing_world(), "p1")
    planned(local(11, 2))
    row = only(contract, "health-monthly")
    assert (row.opens_at, row.due_at) == (local(11, 15, 0), local(11, 21, 0) - timedelta(seconds=1))


def test_run_twice_makes_the_same_rows():
    contract_of(make_owing_world(), "p3")
    assert planned(local(11, 2)) > 0
    first = rows()
    assert planned(local(11, 2)) == 0
    assert planned(local(11, 2, 12)) == 0
    assert rows() == first


def test_run_late_by_three_days_makes_the_rows_it_would_have_made():
    world = make_owing_world()
    contract_of(world, "p1")
    planned(local(10, 31))
    planned(local(11, 1))
    in_time = rows()
    Obligation.objects.filter(period="2026-11").delete()
    PlannedThrough.objects.update(day=date(2026, 10, 31))
    planned(local(11, 4))
    assert rows() == in_time


def test_an_outage_of_two_periods_skips_none():
    contract = contract_of(make_owing_world(), "p1")
    planned(local(8, 20))
    planned(local(11, 3))
    assert [period for code, period in owed_of(contract) if code == "health-monthly"] == ["2026-08", "2026-09", "2026-10", "2026-11"]
    assert [period for code, period in owed_of(contract) if code == "care-quarterly"] == ["2026Q3", "2026Q4"]


def test_a_contract_that_ended_during_the_outage_owes_what_it_came_to_owe_until_then():
    contract = contract_of(make_owing_world(), "p1", accepted_on=date(2025, 9, 20))  # in force until 2026-09-19
    planned(local(7, 2))
    planned(local(11, 3))
    assert [period for code, period in owed_of(contract) if code == "health-monthly"] == ["2026-07", "2026-08"]


def test_the_first_run_begins_with_the_periods_it_falls_in():
    contract = contract_of(make_owing_world(), "p1", accepted_on=date(2026, 1, 1))
    planned(local(11, 3))
    assert [period for code, period in owed_of(contract) if code == "health-monthly"] == ["2026-11"]


def test_a_contract_signed_during_an_outage_owes_the_periods_of_the_outage():
    world = make_owing_world()
    planned(local(9, 1))
    contract = contract_of(world, "p1", accepted_on=date(2026, 9, 5))
    planned(local(11, 3))
    assert [period for code, period in owed_of(contract) if code == "health-monthly"] == ["2026-09", "2026-10", "2026-11"]


def test_a_contract_renewed_after_a_gap_owes_nothing_for_the_gap():
    contract = contract_of(make_owing_world(), "p1", accepted_on=date(2025, 8, 1))  # until 2026-07-31
    planned(local(8, 30))
    planned(local(10, 30))
    customers.update_contract(contract, ends_on=date(2027, 12, 31), actor=None, at=local(10, 30))
    planned(local(10, 31))
    assert [period for code, period in owed_of(contract) if code == "health-monthly"] == ["2026-10"]


def test_a_plan_that_changes_is_owed_as_it_held_at_the_end_of_the_period():
    world = make_owing_world()
    contract = contract_of(world, "p1")
    planned(local(9, 2))
    text = (loading.SHIPPED / "p1.yaml").read_text(encoding="utf-8").replace("window: 15-20", "window: 1-5")
    loading.load_documents([read_document(text, "p1.yaml")], actor=None, at=local(10, 25))
    planned(local(11, 2))
    days = [only(contract, "health-monthly", period).opens_at for period in ("2026-09", "2026-10", "2026-11")]
    assert days == [local(9, 15, 0), local(10, 1, 0), local(11, 1, 0)]


def test_an_inquiry_is_wanted_for_all_equipment_in_service():
    world = make_owing_world()
    contract = contract_of(world, "p2")
    make_equipment(world.site, is_active=False)
    planned(local(11, 2))
    assert only(contract, "inquiry-quarterly").wanted == 2


def test_equipment_that_comes_and_goes_changes_how_often_and_enough_ends_it():
    world = make_owing_world()
    contract = contract_of(world, "p2")
    planned(local(11, 2))
    key = keys.of("inquiry-quarterly", contract.pk, "2026Q4")
    services.set_wanted(key, 3, at=local(11, 3))
    services.meet(key, actor=world.engineer, at=local(11, 4), proof="电话询检", times=2)
    assert only(contract, "inquiry-quarterly").status == Status.OWED
    done = services.set_wanted(key, 2, at=local(11, 5))
    assert (done.status, done.wanted, done.got) == (Status.DONE, 2, 2)
    again = services.set_wanted(key, 9, at=local(11, 6))
    assert (again.status, again.wanted, again.got) == (Status.OWED, 9, 2)


def test_customers_that_are_not_served_any_more_owe_and_are_owed_nothing():
    world = make_owing_world()
    customers.update_organization(world.organization, is_active=False, actor=None, at=local(11, 1))
    assert planned(local(11, 2)) == 0


def test_every_row_names_the_office_that_answers_and_says_the_clause():
    world = make_owing_world()
    planned(local(11, 2))
    row = only(world.contract, "inspection-quarterly")
    assert (row.office, row.clause, row.title, row.title_en) == (world.office, "4.6（3）", "季度系统巡检", "Quarterly system inspection")
    assert row.history.get().history_user is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
def test_two_workers_at_once_make_the_same_rows_as_one():
    world = make_owing_world()
    for code in ("p1", "p2", "p3"):
        contract_of(world, code, accepted_on=date(2026, 10, 15))
    made = at_once(3, lambda: planned(local(11, 2)))
    assert all(isinstance(count, int) for count in made), made
    together = rows()
    assert len(together) == sum(made)
    Obligation.objects.all().delete()
    PlannedThrough.objects.all().delete()
    planned(local(11, 2))
    assert rows() == together


def test_planning_many_contracts_takes_as_many_queries_as_planning_few(django_assert_max_num_queries):
    world = make_owing_world()
    planned(local(11, 2))
    for _number in range(6):
        contract_of(world, "p1")
    planned(local(11, 2))
    with django_assert_max_num_queries(12):
        assert planned(local(11, 2)) == 0

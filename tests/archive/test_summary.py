"""What a newcomer reads first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from archive import selectors
from archive.scope import Scope
from customers import services as customers
from tests.archive.worlds import DAYS, LATER, make_history, report_many, solve
from tests.worlds import NOON, make_equipment, make_promising_world, make_ticket
from tickets.figures.period import Period

pytestmark = pytest.mark.django_db
PERIOD = Period(DAYS.first, DAYS.last)


@pytest.fixture
def world():
    return make_promising_world()


def summary(person, thing):
    with translation.override("en"):
        return selectors.summary(person, Scope.of(thing), PERIOD, at=LATER)


def numbers(found):
    return {figure.label: figure.number for figure in found.figures}


def test_ten_numbers_tell_two_years():
    world = make_history()
    found = numbers(summary(world.manager, world.organization))
    assert len(found) == 10
    assert found["Faults"] == "4", "asked about, visited, a part exchanged, and opened by the inspection"
    assert found["Visits on site"] == "1"
    assert found["Parts used or exchanged"] == "1"
    assert found["Satisfaction"] == "4.7"
    assert found["Planned downtime"] == "2 h"
    assert found["Findings"] == "1"


def test_without_history_every_number_says_so(world):
    found = numbers(summary(world.stranger, world.stranger.membership.organization))
    assert found["Faults"] == "0"
    assert {found[name] for name in ("Solved remotely", "Unplanned downtime", "Inspections kept", "Satisfaction")} == {"—"}


def test_downtime_of_one_equipment_that_overlaps_counts_once(world):
    for hours in (2, 3):
        ticket = make_ticket(world, severity=1, at=NOON)
        solve(world, ticket, NOON + timedelta(hours=hours))
    make_ticket(
        world, severity=1, at=LATER - timedelta(hours=4), equipment=world.other_equipment, site=world.other_site, actor=world.supervisor
    )
    assert numbers(summary(world.manager, world.organization))["Unplanned downtime"] == "7 h"
    assert numbers(summary(world.manager, world.equipment))["Unplanned downtime"] == "3 h"


def test_what_fails_again_and_again_is_named(world):
    report_many(world, 3)
    make_ticket(world, equipment=world.other_equipment, site=world.other_site, actor=world.supervisor)
    [thing] = summary(world.manager, world.organization).troubles
    assert (thing, thing.faults) == (world.equipment, 3)


def test_what_is_open_comes_first_few_then_a_count(world):
    report_many(world, 7)
    found = summary(world.manager, world.organization)
    assert (len(found.tickets.rows), found.tickets.count, found.tickets.more) == (5, 7, 2)
    assert not found.is_quiet
    assert summary(world.manager, world.other_equipment).is_quiet


def test_what_holds_now_and_who_to_call(world):
    world.office.phone, world.office.lead = "027-8888", world.manager
    world.office.save()
    make_equipment(world.site, name="退役服务器", is_active=False)
    found = summary(world.supervisor, world.site)
    assert [contract.number for contract in found.contracts] == [world.contract.number]
    assert [thing.name for thing in found.equipment.rows] == [world.equipment.name]
    assert [(call.name, call.phone) for call in found.calls][:2] == [("East China office", "027-8888"), (str(world.manager), "")]


def test_the_latest_configuration_is_the_newest_first(world):
    for place in range(7):
        customers.record_configuration(
            world.equipment, what=f"补丁 {place}", after="已装", actor=world.engineer, at=NOON + timedelta(hours=place)
        )
    assert [row.what for row in summary(world.supervisor, world.organization).configuration] == [
        f"补丁 {place}" for place in (6, 5, 4, 3, 2)
    ]


def test_every_month_of_the_period_has_a_bar(world):
    make_ticket(world)
    make_ticket(world, kind="consultation", severity=4)
    months = summary(world.manager, world.organization).months
    assert len(months) == 25
    assert [(row["day"].isoformat(), row["faults"], row["others"]) for row in months][-1] == ("2026-11-01", 1, 1)


def test_a_summary_takes_the_same_queries_however_much_there_is(world):
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            summary(world.manager, world.organization)
        return len(counted)

    report_many(world, 3)
    few = queries()
    report_many(world, 6)
    assert queries() <= few + 1, "the count of what is open, once there is more than is shown"

"""What visits, inspections and parts bring to the dashboard, for all and for one contract, in few queries."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections import panels as inspections_panels
from parts import panels as parts_panels
from parts import services as parts
from tests.inspections.worlds import make_done_visit
from tests.inspections.worlds import make_visit as make_inspection
from tests.parts.worlds import make_depot, make_part, stock
from tests.visits.worlds import make_done
from tests.worlds import NOON, make_contract, make_equipment, make_promising_world, make_site, make_ticket
from tickets import services
from tickets.figures.period import Period, Scope, day_of
from tickets.figures.tables import Asked
from visits import panels as visits_panels

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=200)


@pytest.fixture
def world():
    return make_promising_world()


def asked(world, scope=None, *, days=210):
    day = day_of(LATER)
    return Asked(Period(day - timedelta(days=days), day), scope or Scope(), world.manager, LATER)


def solved(world, visits):
    ticket = make_ticket(world)
    for _each in range(visits):
        make_done(world, ticket=ticket)
    services.resolve(ticket, actor=world.engineer, at=NOON + timedelta(days=1), cause="电源", solution="更换")
    return ticket


def test_one_visit_that_was_enough_is_fixed_on_the_first(world):
    for count in (0, 1, 1, 2):
        solved(world, count)
    table, tile = visits_panels.on_site(asked(world))
    assert [cell.value for cell in table.rows[0]][1:] == [3, 4, 0, pytest.approx(4 / 3), pytest.approx(2 / 3)]
    assert tile.number == "66.7%"
    other = make_contract(world.organization)
    assert not visits_panels.on_site(asked(world, Scope(contract=other)))[0].rows


def test_inspections_kept_and_missed_by_contract(world):
    make_done_visit(world)
    make_inspection(world, site=world.other_site)
    table, tile = inspections_panels.plan_kept(asked(world, days=360))
    (row,) = table.rows
    contract, _customer, owed, in_time, late, missed, off, share = (cell.value for cell in row)
    assert contract == world.contract.number
    assert (owed, in_time + late, missed, off) == (2, 1, 1, 0)
    assert share == in_time / 2
    assert tile.number
    assert not inspections_panels.plan_kept(asked(world, Scope(contract=make_contract(world.organization)), days=360))[0].rows


def test_parts_used_with_their_value(world):
    part, depot = make_part(world, price=Decimal("120.00")), make_depot(world)
    stock(world, part, depot)
    ticket = make_ticket(world)
    parts.use(part, depot=depot, ticket=ticket, quantity=2, actor=world.engineer, at=NOON + timedelta(hours=1))
    table, _nothing = parts_panels.used(asked(world))
    assert [cell.text for cell in table.rows[0]][2:6] == ["2", "1", "2", "240.00"]
    assert not parts_panels.used(asked(world, Scope(contract=make_contract(world.organization))))[0].rows


def test_they_ask_the_same_few_questions_however_much_there_is(world):
    panels = (visits_panels.on_site, inspections_panels.plan_kept, parts_panels.used)
    counts = []
    for more in (1, 4):
        for _each in range(more):
            solved(world, 1)
            make_inspection(world, site=make_site(world.organization, region=world.region))
            make_equipment(world.site)
        with CaptureQueriesContext(connection) as queries:
            for panel in panels:
                panel(asked(world, days=360), 20)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8

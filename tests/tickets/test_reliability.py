"""Mean time between failures and to repair, downtime planned and not: the arithmetic, and what counts as what."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from core.errors import DomainError
from customers import services as customers
from tests.worlds import make_contract, make_equipment, make_promising_world, make_ticket
from tickets import services
from tickets.figures import reliability
from tickets.figures.period import Period, Scope
from tickets.figures.tables import Asked

START = datetime(2026, 9, 30, 16, tzinfo=UTC)  # midnight of 1 October in Shanghai
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
LATER = datetime(2026, 11, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)

hours = st.integers(-10, 60)


@given(st.lists(st.tuples(hours, st.integers(0, 30)), max_size=8))
def test_stretches_count_once_where_they_overlap_and_only_inside(drawn):
    spans = [(START + start * HOUR, START + (start + length) * HOUR) for start, length in drawn]
    counted = {hour for start, length in drawn for hour in range(start, start + length) if 0 <= hour < 48}
    assert reliability.covered(spans, START, START + 48 * HOUR) == len(counted) * HOUR


@pytest.mark.parametrize(
    ("in_service", "down", "failures", "expected"),
    [(100, 0, 0, None), (100, 0, 1, 100), (100, 10, 2, 45), (10, 20, 1, 0)],
)
def test_time_between_failures_is_time_in_service_less_downtime_by_failures(in_service, down, failures, expected):
    found = reliability.between_failures(in_service * HOUR, down * HOUR, failures)
    assert found == (None if expected is None else expected * 3600)


pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_promising_world()


def fault(world, hour, took, **facts):
    """A fault reported and solved so many hours after the month began."""
    ticket = make_ticket(world, at=START + hour * HOUR, **facts)
    if took is not None:
        services.resolve(ticket, actor=world.engineer, at=START + (hour + took) * HOUR, cause="电源", solution="更换")
    return ticket


def asked(scope=None, at=LATER):
    return Asked(OCTOBER, scope or Scope(), User(), at)


def test_a_month_of_one_device(world):
    fault(world, 100, 2, severity=1)
    fault(world, 101, 4, severity=1)  # overlaps the first: three more hours down, not four
    fault(world, 300, 6, severity=3)  # works on, slower: no downtime
    fault(world, 400, None, kind="consultation")
    services.cancel(fault(world, 500, None, severity=1), actor=world.engineer, at=START + 501 * HOUR)
    customers.take_down(
        world.equipment, starts_at=START - HOUR, ends_at=START + 3 * HOUR, reason="固件升级", actor=world.engineer, at=LATER
    )
    row = reliability.read(OCTOBER, Scope(), LATER)[0].by[world.equipment.pk]
    assert (row.failures, row.repairs) == (3, 3)
    assert row.unplanned == 5 * HOUR
    assert row.planned == 3 * HOUR
    assert row.mtbf == (31 * 24 - 5) / 3 * 3600
    assert row.mttr == 4 * 3600
    assert row.available == pytest.approx(1 - 5 / (31 * 24))
    table, tile = reliability.by_equipment(asked(), 20)
    assert [cell.text for cell in table.rows[0]][:4] == ["HIS 数据库", "江城一院", "Inspur K1", "3"]
    assert table.chart["series"][0]["values"] == [5]
    assert tile.number != "—"
    assert reliability.by_model(asked(), 20)[0].rows[0][1].value == 1


def test_what_is_still_down_counts_up_to_now_and_new_equipment_since_its_acceptance(world):
    fault(world, 100, None, severity=1)
    new = make_equipment(world.site, name="新存储", accepted_on=date(2026, 10, 31))
    found = reliability.read(OCTOBER, Scope(), START + 110 * HOUR)[0]
    assert found.by[world.equipment.pk].unplanned == 10 * HOUR
    assert found.by[new.pk].in_service == timedelta()
    assert reliability.read(OCTOBER, Scope(), LATER)[0].by[new.pk].in_service == 24 * HOUR


def test_a_contract_counts_only_what_it_covers(world):
    fault(world, 10, 1)
    other = make_contract(world.organization, equipment=[])
    other.equipment.set([world.other_equipment])
    assert set(reliability.read(OCTOBER, Scope(contract=other), LATER)[0].by) == {world.other_equipment.pk}
    assert reliability.read(OCTOBER, Scope(contract=world.contract), LATER)[0].by[world.equipment.pk].failures == 1


def test_it_takes_the_same_few_queries_however_much_stands_there(world):
    counts = []
    for more in (1, 8):
        for each in range(more):
            fault(world, 10 + each, 1, severity=1, equipment=make_equipment(world.site))
        with CaptureQueriesContext(connection) as queries:
            reliability.read(OCTOBER, Scope(), LATER)
        counts.append(len(queries))
    assert counts[0] == counts[1] == 4


@pytest.mark.parametrize(
    ("given", "field"),
    [({"reason": " "}, "reason"), ({"ends_at": START}, ""), ({"ends_at": START + timedelta(days=200)}, "ends_at")],
)
def test_a_downtime_that_makes_no_sense_is_refused(world, given, field):
    facts = {"starts_at": START, "ends_at": START + HOUR, "reason": "升级", **given}
    with pytest.raises(DomainError) as refusal:
        customers.take_down(world.equipment, **facts, actor=world.engineer, at=LATER)
    assert refusal.value.field == field


def test_the_dashboard_of_a_contract_counts_its_tickets_only(world, client):
    fault(world, 10, 1)
    other = make_contract(world.organization, number="HT-OTHER")
    client.force_login(world.manager)
    days = {"period": "custom", "since": "2026-10-01", "until": "2026-10-31"}
    for contract, count in ((world.contract.number, "1"), (other.number, "0")):
        page = client.get("/dashboard/", {**days, "contract": contract})
        tiles = {tile.label: tile.number for tile in page.context["board"].tiles}
        assert tiles[str(_("Tickets reported"))] == count, contract
    refused = client.get("/dashboard/", {**days, "contract": "none such"}).content.decode()
    assert "none such" in refused
    page = client.post(
        f"/equipment/{world.equipment.pk}/downtime/", {"starts_at": "2026-10-02T10:00", "ends_at": "2026-10-02T09:00", "reason": "x"}
    )
    assert page.status_code == 422
    page = client.post(
        f"/equipment/{world.equipment.pk}/downtime/", {"starts_at": "2026-10-02T10:00", "ends_at": "2026-10-02T12:00", "reason": "升级"}
    )
    assert "升级" in client.get(page.headers["Location"]).content.decode()

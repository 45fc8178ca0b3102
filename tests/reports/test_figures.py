"""What a report says, counted by hand, and that the dashboard says the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from reports import figures, services, tables
from reports.models import month_of
from surveys.figures import satisfaction
from tests.reports.worlds import FIRST, OCTOBER, at, make_october, make_report, served
from tests.worlds import World, make_contract, make_promising_world, make_ticket
from tickets import services as tickets
from tickets.figures import daily
from tickets.figures.period import Period, Scope
from tickets.figures.tables import Asked
from tickets.models import Ticket

if TYPE_CHECKING:
    from reports.models import MonthlyReport

pytestmark = pytest.mark.django_db
MONTH = Period(date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def world() -> World:
    return make_october()


@pytest.fixture
def report(world: World) -> MonthlyReport:
    return make_report(world)


def test_a_month_is_counted_as_by_hand(report):
    found = report.totals
    assert (found["reported"], found["solved"], found["open"], found["complaints"]) == (6, 3, 4, 2)
    assert found["waits"] == {"customer": 0, "third_party": 0, "logistics": 0, "vendor": 90 * 60}
    assert found["inspections"] == {"planned": 2, "done": 1, "late": 1, "cancelled": 0}
    assert found["surveys"] == {"asked": 4, "answered": 2, "mean": pytest.approx(4.0), "satisfied": 1}


def test_every_second_of_the_month_is_one_partys(report):
    parties = report.totals["parties"]
    assert parties["vendor"] == report.totals["waits"]["vendor"] == 90 * 60
    assert (parties["third_party"], parties["logistics"]) == (0, 0)
    table = tables.parties(report)[0]
    assert sum(row[1].value for row in table.rows[:-1]) == table.rows[-1][1].value == sum(parties.values())


def test_a_report_from_before_disputes_were_counted_is_read_as_it_was_frozen(report):
    for part in (report.figures["totals"], *report.figures["promises"]):
        del part["disputed"]
    del report.figures["totals"]["parties"]
    overview, promises, *rest = tables.tables(report, for_staff=True)
    assert [table.name for table in rest] == ["misses", "waits"]
    assert next(row[1].text for row in overview.rows if row[0].text in ("Kept, disputed", "达成（有异议）")) == "—"
    assert {row[-1].text for row in promises.rows} == {"—"}


def test_it_says_what_the_dashboard_says_for_the_same_month_and_customer(world, report):
    shown = daily.read(MONTH, Scope(organization=world.organization))
    total = shown.total
    found = report.totals
    assert (found["reported"], found["solved"], found["kept"], found["missed"]) == (
        total.reported, total.resolved, total.met, total.missed,
    )  # fmt: skip
    assert {row["code"]: (row["kept"], row["missed"]) for row in report.figures["promises"]} == {
        code: (counts.met, counts.missed) for code, counts in shown.by["promise"].items() if counts.decided
    }
    _table, tile = satisfaction(Asked(MONTH, Scope(organization=world.organization), world.manager, FIRST))
    assert tile.number == f"{found['surveys']['mean']:.2f}"
    before, past = report.figures["before"]["totals"], shown.total_before  # the 31 days before October are not September
    september = daily.read(month_of(date(2026, 9, 1)), Scope(organization=world.organization)).total
    assert (before["reported"], before["kept"], before["missed"]) == (september.reported, september.met, september.missed)
    assert past.reported == september.reported


def test_every_missed_promise_is_told_with_how_late_it_was_and_who_was_told(world, report):
    rows = {row["subject"]: row for row in report.figures["missed"] if row["promise"]["en"] == "Response"}
    row = rows["#let x = [1] $y$ = 负载过高"]
    assert (row["due_at"], row["stopped_at"]) == (at(12, 10).isoformat(), at(12, 17, 30).isoformat())
    assert row["late"] == 7.5 * 3600
    assert row["clause"]
    assert row["told"]["at"] >= row["due_at"]
    assert row["told"]["names"] == [world.manager.name]
    assert row["told"]["roles"]["zh-hans"]


@pytest.mark.parametrize("kind", ["complaint", "inquiry"])
def test_what_customers_complained_about_is_not_said_in_a_report_that_everybody_reads(world, kind):
    late = Ticket.objects.filter(subject__contains="负载过高")
    late.update(kind=kind, is_confidential=True)
    rows = [row for row in figures.count(world.contract, month_of(OCTOBER), FIRST)["missed"] if row["ticket"] == late.get().number]
    assert {row["subject"] for row in rows} == {"—"}


def test_what_is_still_owed_is_late_up_to_the_moment_the_report_was_made(report):
    waiting = [row for row in report.figures["missed"] if row["stopped_at"] is None]
    assert waiting
    assert {row["late"] for row in waiting} == {
        int((FIRST - datetime.fromisoformat(row["due_at"])).total_seconds()) for row in waiting
    }  # P0 counts around the clock


def test_the_month_ends_at_midnight_where_the_provider_is(world):
    made = make_report(world)
    assert made.totals["complaints"] == 2, "reported at 23:59 of the 31st in Shanghai"
    served(world, at(1, 0, month=11))
    assert figures.count(world.contract, month_of(OCTOBER), FIRST)["totals"]["reported"] == made.totals["reported"]


def test_what_was_open_then_is_told_by_the_record_whatever_happened_since(world):
    later = at(5, 9, month=11)
    ticket = make_ticket(world, at=at(25, 9), subject="反复")
    tickets.accept(ticket, actor=world.engineer, at=at(25, 9))
    ticket = tickets.resolve(ticket, actor=world.engineer, at=at(26, 9), cause="磁盘写满", solution="已扩容")
    before = figures.open_at(world.contract, month_of(OCTOBER).ends)
    ticket = tickets.reject(ticket, actor=world.supervisor, at=later, reason="又坏了")
    tickets.resolve(ticket, actor=world.engineer, at=later + timedelta(hours=1), cause="磁盘写满", solution="已更换")
    assert figures.open_at(world.contract, month_of(OCTOBER).ends) == before == 4


def test_two_contracts_of_a_customer_share_what_the_dashboard_shows(world):
    newer = make_contract(world.organization, plan=world.contract.plan, accepted_on=date(2026, 10, 10), equipment=[world.other_equipment])
    served(world, at(15, 9), site=world.other_site, equipment=world.other_equipment)
    both = [services.make_report(contract, OCTOBER, actor=None, at=FIRST) for contract in (world.contract, newer)]
    total = daily.read(MONTH, Scope(organization=world.organization)).total
    assert [made.totals["reported"] for made in both] == [6, 1]
    assert sum(made.kept for made in both) == total.met
    assert sum(made.missed for made in both) == total.missed
    assert both[1].figures["before"] is None, "it began in this month"


def test_an_empty_month_says_so_in_both_languages():
    world = make_promising_world()
    quiet = services.make_report(world.contract, OCTOBER, actor=None, at=FIRST)
    said = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said[language] = tables.head(quiet).summary
            assert [len(table.rows) for table in tables.tables(quiet, for_staff=True)] == [16, 0, 0, 4, 6]
    assert said["en"].startswith("A quiet month")
    assert said["zh-hans"].startswith("本月无事")


def test_the_month_before_is_what_its_own_report_says(world):
    september = services.make_report(world.contract, date(2026, 9, 1), actor=None, at=at(1, 3))
    served(world, at(28, 9, month=9))  # reported late: the frozen report does not move
    october = make_report(world)
    assert october.figures["before"]["totals"] == september.totals


def test_counting_takes_the_same_number_of_queries_however_much_there_is(world, django_assert_max_num_queries):
    with CaptureQueriesContext(connection) as few:
        figures.count(world.contract, month_of(OCTOBER), FIRST)
    for day in (21, 22, 23):
        served(world, at(day, 9))
    with django_assert_max_num_queries(len(few)):
        figures.count(world.contract, month_of(OCTOBER), FIRST)

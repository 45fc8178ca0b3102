"""Who does the work tells the obligations: inspections, monthly reports; the dashboard and the demo world show them."""

from datetime import date

import pytest

from core.queue import drain
from inspections.services import owed
from obligations.models import Kind, Obligation, Status
from reports import panels
from reports import services as reports
from tests.inspections import worlds as visits
from tests.obligations.worlds import contract_of, local, make_owing_world, only, planned
from tickets.figures.period import Period, Scope
from tickets.figures.tables import Asked

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_a_finished_inspection_meets_the_contracts_inspection_with_its_number():
    world = make_owing_world()
    planned(local(11, 2))
    visit = visits.make_done_visit(world)
    row = only(world.contract, "inspection-quarterly")
    assert (row.status, row.proof, row.link, row.ended_by) == (Status.DONE, visit.number, f"/inspections/{visit.pk}/", world.engineer)


def test_a_contract_with_two_sites_is_inspected_when_both_are():
    world = make_owing_world()
    planned(local(11, 2))
    template = visits.make_checklist()
    visits.make_plan(world, site=world.other_site, template=template, starts_on=date(2026, 11, 10))
    visits.make_done_visit(world, template=template, starts_on=date(2026, 11, 10))
    assert only(world.contract, "inspection-quarterly").status == Status.OWED
    drain(visits.services.plan_next_batch, at=visits.NOON)
    other = visits.Inspection.objects.get(site=world.other_site)
    visits.fill(visits.start(other, world), world)
    visits.services.finish(other, actor=world.engineer, at=visits.NOON, said=visits.services.Conclusion(summary="正常"))
    assert only(world.contract, "inspection-quarterly").status == Status.DONE


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("monthly-health", Kind.HEALTH_CHECK),
        ("preventive-maintenance", Kind.MAINTENANCE),
        ("quality-review", Kind.REVIEW),
        ("quarterly-system", Kind.INSPECTION),
    ],
)
def test_the_checklist_tells_what_sort_of_work_a_visit_is(code, kind):
    world = make_owing_world()
    visit = visits.make_visit(world, template=visits.make_checklist(code=code))
    assert owed.kind_of(visit) == kind


def test_a_health_check_meets_what_is_owed_as_one_and_else_counts_as_an_inspection():
    world = make_owing_world()
    contract = contract_of(world, "p1")
    planned(local(11, 2))
    template = visits.make_checklist(code="monthly-health")
    visits.make_done_visit(world, template=template, contract=contract, starts_on=date(2026, 11, 20))
    assert only(contract, "health-monthly").status == Status.DONE
    visits.make_done_visit(world, template=template, starts_on=date(2026, 11, 20))
    assert only(world.contract, "inspection-quarterly").status == Status.DONE


def test_a_monthly_report_meets_the_report_of_its_period():
    world = make_owing_world()
    planned(local(10, 5))
    report = reports.make_report(world.contract, date(2026, 10, 1), actor=None, at=local(11, 1))
    row = only(world.contract, "report-status")
    assert (row.status, row.proof, row.link) == (Status.DONE, report.number, report.get_absolute_url())
    reports.correct(report, reason="补录", actor=world.manager, at=local(11, 2))
    assert only(world.contract, "report-status").got == 1


def test_the_dashboard_compares_what_was_kept_by_kind():
    world = make_owing_world()
    contract_of(world, "p1")
    planned(local(11, 2))
    Obligation.objects.filter(code="health-monthly").update(status="done", got=1, ended_at=local(11, 16))
    asked = Asked(Period(date(2026, 11, 1), date(2026, 12, 31)), Scope(), world.manager, local(12, 31, 23))
    table, tile = panels.obligations_kept(asked)
    shares = {row[0].text: row[-1].value for row in table.rows}
    assert shares[str(Kind.HEALTH_CHECK.label)] == 1
    assert tile.url == "/obligations/kept/"
    theirs, _tile = panels.obligations_kept(Asked(asked.period, Scope(contract=world.contract), world.manager, asked.at))
    assert str(Kind.HEALTH_CHECK.label) not in {row[0].text for row in theirs.rows}

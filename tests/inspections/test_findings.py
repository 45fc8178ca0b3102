"""What is not in order stays with the site until it is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from core.errors import Invalid
from documents.models import Document
from inspections import selectors, services
from inspections.errors import NotYourVisit, Unfinished, VisitNotNow
from inspections.models import Finding, Inspection
from tests.inspections.worlds import NOON, make_checklist, make_done_visit, make_visit, start
from tests.worlds import make_promising_world
from tickets import services as tickets
from tickets.models import Ticket

if TYPE_CHECKING:
    from tests.worlds import World

MONTH = timedelta(days=31)


@pytest.fixture
def world(db: None) -> World:
    return make_promising_world()


def next_visit(visit: Inspection, world: World, at: Any) -> Inspection:
    """The next visit of the same plan, under way."""
    services.plan_next_batch(at)
    return start(visit.plan.inspections.filter(status="planned").earliest("planned_on"), world, at)


def go_through(visit: Inspection, world: World, at: Any, *, verdict: str, failed: tuple[int, ...] = (), **said: Any) -> Inspection:
    """Answer every item and finding, and finish."""
    for row in visit.results.all():
        outcome = "failed" if row.position in failed else "ok"
        answer = services.Answer(position=row.position, outcome=outcome, note="仍有问题" if row.position in failed else "", severity=3)
        services.record_result(visit, answer, actor=world.engineer, at=at)
    verdicts = [services.Verdict(finding=row.finding_id, verdict=verdict, note="") for row in visit.carried.all()]
    services.record_verdicts(visit, verdicts, actor=world.engineer, at=at)
    return services.finish(visit, actor=world.engineer, at=at, said=services.Conclusion(**{"summary": "检查完毕", **said}))


def test_a_finding_is_asked_about_at_the_next_inspection_of_the_site_whatever_its_checklist(world: World):
    visit = make_done_visit(world, failed=(2,))
    finding = Finding.objects.get()
    assert (finding.severity, finding.times_found, finding.first_found, finding.site) == (3, 1, visit, world.site)
    assert (finding.ticket, finding.advice.splitlines()[0]) == (Ticket.objects.get(), "已超过 90%")
    other = start(make_visit(world, template=make_checklist(code="another")), world)
    assert [row.finding for row in other.carried.all()] == [finding]
    elsewhere = start(make_visit(world, template=make_checklist(code="third"), site=world.other_site), world)
    assert not elsewhere.carried.exists()


def test_an_inspection_does_not_end_before_each_finding_was_looked_at(world: World):
    make_done_visit(world, failed=(2,))
    visit = start(make_visit(world, template=make_checklist(code="another")), world)
    for row in visit.results.all():
        services.record_result(visit, services.Answer(position=row.position, outcome="ok"), actor=world.engineer, at=NOON)
    with pytest.raises(Unfinished, match="磁盘使用率"):
        services.finish(visit, actor=world.engineer, at=NOON, said=services.Conclusion(summary="正常"))


def test_gone_closes_it_and_it_is_not_asked_again(world: World):
    first = make_done_visit(world, failed=(2,), every="month")
    visit = go_through(next_visit(first, world, NOON + MONTH), world, NOON + MONTH, verdict="gone")
    finding = Finding.objects.get()
    assert (finding.state, finding.closed_by, finding.closed_at) == ("closed", world.engineer, NOON + MONTH)
    assert visit.number in finding.closed_because
    assert not next_visit(first, world, NOON + 2 * MONTH).carried.exists()


def test_found_twice_it_is_raised_by_one_step_and_the_report_says_so(world: World):
    first = make_done_visit(world, failed=(2,), every="month")
    visit = go_through(next_visit(first, world, NOON + MONTH), world, NOON + MONTH, verdict="still")
    finding = Finding.objects.get()
    assert (finding.severity, finding.times_found, finding.last_found) == (2, 2, visit)
    report = Document.objects.get(about=visit.about, kind="inspection_report")
    assert "raised to severity 2" in str(report.content["sheets"]["en"])
    assert visit.events.get(type="finished").facts["raised"] == [finding.pk]
    go_through(next_visit(first, world, NOON + 2 * MONTH), world, NOON + 2 * MONTH, verdict="still")
    finding.refresh_from_db()
    assert (finding.severity, finding.times_found) == (2, 3), "raised once"


def test_an_item_that_fails_again_is_the_same_finding_and_opens_no_second_fault(world: World):
    first = make_done_visit(world, failed=(2,), every="month")
    go_through(next_visit(first, world, NOON + MONTH), world, NOON + MONTH, verdict="still", failed=(2,))
    finding = Finding.objects.get()
    assert (finding.times_found, finding.results.count(), Ticket.objects.count()) == (2, 2, 1), "found once an inspection"
    visit = next_visit(first, world, NOON + 2 * MONTH)
    with pytest.raises(Unfinished, match="磁盘使用率"):
        go_through(visit, world, NOON + 2 * MONTH, verdict="gone", failed=(2,))


def test_the_engineer_chooses_fault_or_advice_for_each(world: World):
    visit = start(make_visit(world, every="month"), world)
    visit = go_through(visit, world, NOON, verdict="", failed=(1, 2), becomes={1: "advice", 2: "fault"})
    assert Ticket.objects.count() == 1
    advice = Finding.objects.get(ticket=None)
    assert advice.text == "应用服务正常"
    go_through(next_visit(visit, world, NOON + MONTH), world, NOON + MONTH, verdict="still", carried={advice.pk: "fault"})
    advice.refresh_from_db()
    assert advice.ticket.severity == advice.severity == 2, "what was advice becomes a fault, raised"
    assert "2" in advice.ticket.description


def test_a_closed_fault_may_be_followed_by_another(world: World):
    first = make_done_visit(world, failed=(2,), every="month")
    tickets.cancel(Ticket.objects.get(), actor=world.dispatcher, at=NOON, reason="误报")
    go_through(next_visit(first, world, NOON + MONTH), world, NOON + MONTH, verdict="still", failed=(2,))
    assert Ticket.objects.count() == 2


def test_staff_close_a_finding_between_inspections_with_a_reason(world: World):
    make_done_visit(world, failed=(2,))
    finding = Finding.objects.get()
    for actor, reason, refusal in ((world.supervisor, "好了", NotYourVisit), (world.engineer, " ", Invalid)):
        with pytest.raises(refusal):
            services.close_finding(finding, actor=actor, at=NOON, reason=reason)
    services.close_finding(finding, actor=world.engineer, at=NOON, reason="已扩容")
    with pytest.raises(VisitNotNow):
        services.close_finding(finding, actor=world.engineer, at=NOON, reason="再关一次")


def test_the_database_keeps_one_open_finding_for_an_item(world: World):
    make_done_visit(world, failed=(2,))
    twin = Finding.objects.get()
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_who_may_see_findings(world: World):
    make_done_visit(world, failed=(2,))
    seen = {name: selectors.findings_for(getattr(world, name)).count() for name in ("engineer", "supervisor", "customer", "stranger")}
    assert seen == {"engineer": 1, "supervisor": 1, "customer": 1, "stranger": 0}


def test_how_the_plan_was_kept_month_by_month(world: World):
    make_done_visit(world, every="month", starts_on=date(2026, 11, 25))
    services.plan_next_batch(NOON + timedelta(days=10))
    rows = selectors.plan_kept(date(2026, 11, 1), date(2027, 1, 31), today=date(2027, 2, 1))
    told = {(row.month.month, row.owed, row.in_time, row.late, row.missed, row.called_off) for row in rows}
    assert told == {(11, 1, 1, 0, 0, 0), (12, 1, 0, 0, 1, 0)}
    late = Inspection.objects.get(period="2026-12")
    start(late, world, NOON + 3 * MONTH)
    row = selectors.plan_kept(date(2026, 12, 1), date(2026, 12, 31), today=date(2027, 2, 1), contracts=[world.contract.pk])[0]
    assert (row.late, row.missed, row.share) == (1, 0, 0.0), "made up for is late"
    assert not selectors.plan_kept(date(2026, 12, 1), date(2026, 12, 31), today=date(2027, 2, 1), contracts=[])

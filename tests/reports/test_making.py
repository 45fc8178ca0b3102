"""Reports are made once, frozen, corrected beside the old one, made up when missed, and mailed once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from core.errors import DomainError
from core.queue import drain
from notifications.models import Message
from notifications.services import deliver_next_batch
from reports import services, tasks
from reports.models import MonthlyReport, MonthlyRun
from tests.races import at_once
from tests.reports.worlds import FIRST, OCTOBER, at, make_october, make_report, served
from tests.worlds import make_contract, make_promising_world, make_ticket, make_user, make_world

if TYPE_CHECKING:
    from datetime import datetime

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def run(moment: datetime) -> int:
    return drain(services.make_next_batch, at=moment, limit=1)


def test_made_twice_it_is_one_report_and_its_numbers_do_not_move():
    world = make_october()
    first = make_report(world)
    served(world, at(30, 9))
    again = services.make_report(world.contract, OCTOBER, actor=world.manager, at=FIRST + A_DAY)
    assert again == first
    assert again.figures == first.figures
    assert MonthlyReport.objects.count() == 1


def test_a_correction_is_a_new_revision_with_a_reason_and_the_old_one_stays():
    world = make_october()
    first = make_report(world)
    served(world, at(30, 9))
    second = services.correct(first, reason=" 补录一张工单 ", actor=world.manager, at=FIRST + A_DAY)
    first.refresh_from_db()
    assert (first.is_current, second.is_current, second.revision, second.reason) == (False, True, 2, "补录一张工单")
    assert second.totals["reported"] == first.totals["reported"] + 1
    assert second.number == f"{first.number}-V2"
    with pytest.raises(DomainError, match="已被更正"):
        services.correct(first, reason="又一次", actor=world.manager, at=FIRST)
    with pytest.raises(DomainError, match="原因"):
        services.correct(second, reason="  ", actor=world.manager, at=FIRST)


@pytest.mark.parametrize(
    ("month", "code"),
    [(date(2026, 11, 1), "month_not_over"), (date(2026, 5, 1), "contract_not_in_force"), (date(2029, 5, 1), "month_not_over")],
)
def test_a_month_that_cannot_be_reported_is_refused(month, code):
    with pytest.raises(DomainError) as refusal:
        services.make_report(make_world().contract, month, actor=None, at=FIRST)
    assert refusal.value.stable_code == code


def test_only_managers_make_and_send():
    world = make_world()
    with pytest.raises(DomainError, match="经理"):
        services.make_report(world.contract, OCTOBER, actor=world.engineer, at=FIRST)
    with pytest.raises(DomainError, match="经理"):
        services.send(make_report(world), sendings=0, actor=world.dispatcher, at=FIRST)


def test_the_run_waits_for_its_hour_then_makes_every_contract_in_force_once():
    world = make_world()
    later, ended = make_contract(accepted_on=date(2026, 11, 1)), make_contract(accepted_on=date(2024, 1, 1))
    assert run(FIRST - timedelta(seconds=1)) == 0
    assert run(FIRST) == 4, "three contracts and the end"
    assert run(FIRST + timedelta(hours=1)) == 0
    assert [report.contract for report in MonthlyReport.objects.all()] == [world.contract]
    assert not MonthlyReport.objects.filter(contract__in=[later, ended]).exists()
    assert MonthlyRun.objects.values_list("month", "made", "failed").get() == (OCTOBER, 1, 0)


def test_a_worker_that_was_killed_leaves_what_the_next_one_goes_on_with():
    make_world()
    other = make_contract()
    services.make_next_batch(FIRST, limit=1)
    assert MonthlyReport.objects.count() == 1
    run(FIRST + timedelta(hours=5))
    assert MonthlyReport.objects.filter(contract=other).count() == 1
    assert MonthlyRun.objects.get().finished_at == FIRST + timedelta(hours=5)


def test_months_a_machine_was_off_are_made_up_the_oldest_first():
    world = make_world()
    run(FIRST)
    run(at(15, 9, month=11) + timedelta(days=75))
    made = MonthlyReport.objects.order_by("id").values_list("month", flat=True)
    assert list(made) == [OCTOBER, date(2026, 11, 1), date(2026, 12, 1)]
    assert {report.contract for report in MonthlyReport.objects.all()} == {world.contract}


def test_it_waits_a_day_for_clocks_that_no_sweep_has_looked_at():
    world = make_promising_world()
    make_ticket(world, at=at(31, 12))
    assert run(FIRST) == 0
    assert run(FIRST + A_DAY) > 0


def test_one_contract_that_fails_does_not_keep_the_others_from_their_reports(monkeypatch):
    bad = make_world().contract
    good = make_contract()
    counted = services.making.figures.count

    def count(contract, month, moment):
        if contract == bad:
            raise ValueError(contract)
        return counted(contract, month, moment)

    monkeypatch.setattr(services.making.figures, "count", count)
    run(FIRST)
    assert [report.contract for report in MonthlyReport.objects.all()] == [good]
    assert MonthlyRun.objects.get().failed == 1


def test_everybody_concerned_gets_one_mail_with_the_pdf_in_their_language():
    world = make_october()
    world.supervisor.language = "en"
    world.supervisor.save()
    make_user(role="manager")  # of no office
    mail.outbox.clear()
    Message.objects.all().delete()
    for hours in (0, 1, 2):
        run(FIRST + timedelta(hours=hours))
    deliver_next_batch(FIRST + A_DAY)
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert sorted(letters) == sorted([world.supervisor.email, world.manager.email])
    assert len(mail.outbox) == 2
    assert letters[world.supervisor.email].subject == f"Service report 2026-10: {world.organization.name}"
    assert letters[world.manager.email].subject == f"服务履约月报 2026-10：{world.organization.name}"
    for letter in mail.outbox:
        (name, content, kind), *rest = letter.attachments
        assert (name, kind, content[:5], rest) == (f"{world.contract.number}-202610.pdf", "application/pdf", b"%PDF-", [])


def test_sent_again_it_is_sent_once_however_often_the_button_is_pressed():
    world = make_world()
    report = make_report(world)
    people = 2 * len({world.supervisor, world.manager})  # inbox and mail
    assert services.send(report, sendings=0, actor=world.manager, at=FIRST) == people
    assert services.send(report, sendings=0, actor=world.manager, at=FIRST) == 0
    assert services.send(report, sendings=1, actor=world.manager, at=FIRST) == people
    assert Message.objects.filter(kind="monthly_report").count() == 2 * people
    services.correct(report, reason="补录", actor=None, at=FIRST)
    with pytest.raises(DomainError):
        services.send(report, sendings=2, actor=world.manager, at=FIRST)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_who_make_it_at_once_make_one():
    world = make_world()
    made = at_once(4, lambda: make_report(world))
    assert len({report.pk for report in made}) == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_however_many_workers_run_each_contract_is_reported_and_mailed_once():
    world = make_world()
    for _place in range(3):
        make_contract(world.organization)
    outcomes = at_once(4, lambda: run(FIRST))
    assert all(isinstance(done, int) for done in outcomes), outcomes
    run(FIRST + timedelta(minutes=10))
    assert MonthlyReport.objects.count() == 4
    told = Message.objects.filter(kind="monthly_report", channel="email").values_list("recipient__email", flat=True)
    assert sorted(told) == sorted([world.supervisor.email, world.manager.email] * 4)
    assert MonthlyRun.objects.values_list("made", "failed").get() == (4, 0)


def test_the_database_keeps_the_rules():
    report = make_report(make_world())
    for wrong in ({"revision": 2, "reason": ""}, {"revision": 3, "reason": "x", "is_current": True}, {"revision": 1}):
        report.pk = None
        for name, value in wrong.items():
            setattr(report, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            report.save(force_insert=True)


def test_the_task_makes_what_is_due():
    make_world()
    tasks.make_reports()
    assert MonthlyReport.objects.count() == MonthlyRun.objects.get().made

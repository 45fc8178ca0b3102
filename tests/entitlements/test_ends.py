"""Reminders of ends, and the quotation that opens by itself: once, however often and by however many."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from customers import services as customers
from entitlements import services, tasks
from entitlements.models import QuotationRequest
from notifications.models import Message
from obligations import services as obligations
from obligations.models import Obligation
from tests.entitlements.worlds import DAY, TODAY, attend, ending_in, make_term, quoted, uncover
from tests.races import at_once
from tests.worlds import NOON, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    made = make_world()
    made.office.lead = made.manager
    made.office.save()
    return made


def reminders() -> list[tuple[str, datetime, datetime]]:
    return list(Obligation.objects.filter(kind="reminder").order_by("key").values_list("key", "opens_at", "due_at"))


def told(kind: str = "term_ending") -> int:
    return Message.objects.filter(kind=kind, channel="inbox").count()


def test_three_reminders_are_owed_before_the_end_and_none_is_said_too_early(world):
    term = ending_in(world, 100)
    attend()
    assert [key for key, *_when in reminders()] == [f"reminder:term:{term.pk}:{term.ends_on}:{step}" for step in (30, 60, 90)]
    assert told() == 0


def test_each_step_tells_both_sides_once(world):
    ending_in(world, 100)
    for days in range(101):
        attend(NOON + days * DAY)
        attend(NOON + days * DAY)
    assert told() == 3 * 2  # the supervisor and the office's lead, three times
    assert set(Obligation.objects.filter(kind="reminder").values_list("status", flat=True)) == {"done"}
    people = {message.recipient_id for message in Message.objects.filter(kind="term_ending")}
    assert people == {world.supervisor.pk, world.manager.pk}


def test_three_days_late_comes_to_the_same_rows_and_is_late_in_view(world):
    ending_in(world, 100)
    attend()
    rows = reminders()
    attend(NOON + 13 * DAY)  # owed from the tenth day on
    assert reminders() == rows
    row = Obligation.objects.get(key__endswith=":90")
    assert row.status == "done"
    assert row.is_late(NOON)
    assert told() == 2


def test_nobody_at_work_lets_it_turn_late_in_view(world):
    ending_in(world, 100)
    attend()
    obligations.watch_next_batch(NOON + 13 * DAY)
    assert Obligation.objects.get(key__endswith=":90").late_at is not None


def test_after_a_long_silence_people_are_told_once_not_three_times(world):
    ending_in(world, 100)
    attend()
    attend(NOON + 95 * DAY)
    assert told() == 2
    assert Obligation.objects.filter(kind="reminder", status="done").count() == 3


def test_what_ended_meanwhile_is_not_reminded_of(world):
    ending_in(world, 100)
    attend()
    attend(NOON + 103 * DAY)
    assert told() == 0
    assert Obligation.objects.filter(kind="reminder", status="done").count() == 3
    assert QuotationRequest.objects.count() == 1  # late as well, but opened


def leave(person) -> None:
    person.is_active = False
    person.save()


def test_a_customer_without_a_supervisor_is_told_through_all_of_its_people(world):
    ending_in(world, 90)
    leave(world.supervisor)
    attend()
    assert {message.recipient for message in Message.objects.filter(kind="term_ending")} == {world.customer, world.manager}
    assert Obligation.objects.get(key__endswith=":90").proof == "已通知：客户 1 人，我方 1 人。"


def test_where_nobody_is_found_at_the_customer_the_reminder_stays_owed_until_somebody_is(world):
    ending_in(world, 90)
    for person in (world.supervisor, world.customer):
        leave(person)
    attend()
    attend(NOON + DAY)
    row = Obligation.objects.get(key__endswith=":90")
    assert (row.status, row.proof) == ("owed", "")
    assert told() == 1, "ours know, once"
    world.supervisor.is_active = True
    world.supervisor.save()
    attend(NOON + 2 * DAY)
    row.refresh_from_db()
    assert (row.status, row.ended_at, told()) == ("done", NOON + 2 * DAY, 2)


def test_it_ended_without_anybody_to_tell_at_the_customer(world):
    ending_in(world, 90)
    for person in (world.supervisor, world.customer):
        leave(person)
    for days in range(0, 92, 7):
        attend(NOON + days * DAY)
    attend(NOON + 91 * DAY)
    rows = Obligation.objects.filter(kind="reminder")
    assert {(row.status, row.proof, row.is_late(NOON)) for row in rows} == {("done", "告知客户前已到期。", True)}


def test_a_moved_end_is_reminded_of_anew(world):
    term = ending_in(world, 80)
    attend()
    customers.change_term(term, ends_on=TODAY + 110 * DAY, actor=world.dispatcher, at=NOON)
    attend()
    owed = Obligation.objects.filter(kind="reminder", status="owed")
    assert {row.key.split(":")[3] for row in owed} == {str(TODAY + 110 * DAY)}


def test_a_quotation_opens_by_itself_on_the_last_day_and_once(world):
    term = ending_in(world, 1)
    attend()
    assert not QuotationRequest.objects.exists()
    for days in (1, 1, 2, 3):
        attend(NOON + days * DAY)
    row = QuotationRequest.objects.get()
    assert (row.term, row.is_automatic, row.status) == (term, True, "asked")
    assert told("quotation_asked") == 1


def test_where_one_was_asked_for_none_opens_by_itself(world):
    term = ending_in(world, 1)
    services.ask(term, actor=world.supervisor, at=NOON)
    attend(NOON + DAY)
    assert QuotationRequest.objects.count() == 1


def test_what_is_renewed_is_reminded_of_no_more(world):
    term = ending_in(world, 100)
    attend()
    services.accept(quoted(world, term), actor=world.supervisor, at=NOON)
    for days in (10, 40, 70, 100):
        attend(NOON + days * DAY)
    assert told() == 0
    assert QuotationRequest.objects.count() == 1
    assert not Obligation.objects.filter(kind="reminder", status="owed", key__startswith=f"reminder:term:{term.pk}:").exists()


def test_a_term_whose_dates_went_away_owes_no_reminder_any_more(world):
    uncover(world)
    customers.update_contract(world.contract, ends_on=TODAY + 100 * DAY, actor=None, at=NOON)
    services.follow_ends(NOON)
    attend()
    assert len(reminders()) == 3
    make_term(world, contract=world.contract, kind="paid", ends_on=TODAY + 400 * DAY)  # entered by hand, without a quotation
    services.follow_ends(NOON + DAY)
    attend(NOON + DAY)
    assert not Obligation.objects.filter(kind="reminder", status="owed").exists()
    assert (told(), QuotationRequest.objects.count()) == (0, 0)


def test_an_end_that_is_put_right_to_a_day_that_has_passed_is_reminded_of_no_more(world):
    term = ending_in(world, 100)
    attend()
    customers.change_term(term, ends_on=TODAY - DAY, actor=world.dispatcher, at=NOON)
    attend()
    assert not Obligation.objects.filter(kind="reminder", status="owed").exists()
    assert (told(), QuotationRequest.objects.count()) == (0, 0)


def test_the_task_follows_contracts_and_looks_after_their_ends(world, monkeypatch):
    monkeypatch.setattr(tasks, "now", lambda: NOON + timedelta(days=120))  # 2027-03-20; the warranty ends on 2027-05-31
    tasks.attend_ends()
    tasks.attend_ends()
    assert [key.split(":")[-1] for key, *_when in reminders()] == ["30", "60", "90"]
    assert told() == 2  # 72 days are left: what was passed is said at once


def test_a_sweep_costs_the_same_for_each_term(world, django_assert_max_num_queries):
    for days in (200, 201, 202):
        ending_in(world, days)
    with django_assert_max_num_queries(3):
        attend()  # nothing is due


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
def test_two_workers_make_the_same_rows():
    assert connection.vendor == "postgresql"
    world = make_world()
    for days in (1, 29, 59, 89):
        ending_in(world, days, kind="extension", component=str(days))
    outcomes = at_once(4, lambda: attend(NOON + DAY))
    assert not [each for each in outcomes if isinstance(each, Exception)]
    keys = [key for key, *_when in reminders()]
    assert [key.split(":")[-1] for key in keys].count("30") == 4
    assert len(keys) == 4 + 2 + 1  # of each term what is still to come, and once what has passed
    assert QuotationRequest.objects.count() == 1
    before = (keys, told())
    assert not [each for each in at_once(2, lambda: attend(NOON + 2 * DAY)) if isinstance(each, Exception)]
    assert ([key for key, *_when in reminders()], told()) == before

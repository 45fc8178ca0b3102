"""Each closed ticket and each contract in each quarter is asked about once, whoever asks and however often."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role
from accounts.secrets import digest_of
from core.queue import drain
from notifications.models import Channel, Message
from surveys import services, tasks
from surveys.models import Cause, SurveyInvitation
from tests.races import at_once
from tests.surveys.worlds import close, link_of, make_closed_ticket, make_survey
from tests.worlds import NOON, make_contract, make_customer, make_organization, make_promising_world, make_ticket
from tickets import services as tickets

if TYPE_CHECKING:
    from tests.worlds import World

DAY = timedelta(days=1)


def run(at: datetime = NOON) -> int:
    return drain(services.invite_next_batch, at=at)


def mails() -> list[str]:
    rows = Message.objects.filter(kind="survey_invited", channel=Channel.EMAIL).order_by("id")
    return [message.to for message in rows]


@pytest.fixture
def world(db: None) -> World:
    return make_promising_world()


def test_a_closed_ticket_is_asked_about_once(world: World):
    ticket = make_closed_ticket(world)
    for hour in range(5):
        run(NOON + timedelta(hours=hour))
    invitation = SurveyInvitation.objects.get(cause=Cause.CLOSE)
    assert (invitation.ticket, invitation.engineer, invitation.office) == (ticket, world.engineer, world.office)
    assert (invitation.recipient, invitation.sent_at, invitation.expires_at) == (world.customer, NOON, NOON + 30 * DAY)
    assert mails().count(world.customer.email) == 1


def test_the_link_cannot_be_guessed_from_what_is_stored(world: World):
    invitation = make_survey(world)
    token = link_of(invitation).split("/")[-2]
    assert len(token) >= 43, "256 bits"
    assert invitation.token_hash == digest_of(token)
    assert token not in str(SurveyInvitation.objects.filter(pk=invitation.pk).values().get())
    assert not hasattr(SurveyInvitation.history.model, "token_hash")


def test_nobody_is_asked_before_the_end(world: World):
    make_ticket(world)
    tickets.cancel(make_ticket(world), actor=world.dispatcher, at=NOON, reason="重复")
    taken = tickets.accept(make_ticket(world), actor=world.engineer, at=NOON)
    tickets.resolve(taken, actor=world.engineer, at=NOON, cause="磁盘故障", solution="更换")
    run()
    assert not SurveyInvitation.objects.filter(cause=Cause.CLOSE).exists(), "open, cancelled, not confirmed yet"


def test_what_was_closed_long_ago_is_not_asked_about(world: World):
    make_closed_ticket(world)
    run(NOON + 31 * DAY)
    assert not SurveyInvitation.objects.filter(cause=Cause.CLOSE).exists()


def test_a_ticket_closed_twice_is_asked_about_once(world: World):
    ticket = make_closed_ticket(world)
    run()
    close(tickets.reopen(ticket, actor=world.customer, at=NOON + DAY, reason="又出现了"), world, NOON + DAY)
    run(NOON + 2 * DAY)
    assert SurveyInvitation.objects.filter(ticket=ticket).count() == 1


def test_who_is_asked(world: World):
    by_phone = {"actor": world.dispatcher, "channel": "phone"}
    known = make_survey(world, **by_phone, contact_email=world.customer.email.upper())
    assert known.recipient == world.customer, "the address belongs to an account"
    unknown = make_survey(world, **by_phone, contact_email="someone@hospital.example")
    assert (unknown.recipient, unknown.address) == (None, "someone@hospital.example")
    nobody_named = make_survey(world, **by_phone)
    assert nobody_named.recipient == world.supervisor, "the customer's supervisor"


def test_where_nobody_can_be_asked_it_is_kept_and_not_tried_again(world: World):
    for person in (world.customer, world.supervisor):
        person.is_active = False
        person.save()
    ticket = make_ticket(world, actor=world.dispatcher)
    ticket = tickets.resolve(tickets.accept(ticket, actor=world.engineer, at=NOON), actor=world.engineer, at=NOON, cause="a", solution="b")
    tickets.close(ticket, actor=world.dispatcher, at=NOON)
    run()
    assert SurveyInvitation.objects.get(ticket=ticket).sent_at is None
    assert run() == 0
    assert not mails()


def test_each_contract_in_force_is_asked_about_once_a_quarter(world: World):
    ended = make_contract(world.organization, accepted_on=date(2020, 1, 1))
    later = make_contract(world.organization, accepted_on=date(2027, 1, 15))
    for day in range(0, 100, 7):
        run(NOON + day * DAY)
    asked = SurveyInvitation.objects.filter(cause=Cause.QUARTER)
    assert list(asked.filter(contract=world.contract).order_by("period").values_list("period", flat=True)) == ["2026Q4", "2027Q1"]
    assert list(asked.filter(contract=later).values_list("period", flat=True)) == ["2027Q1"]
    assert not asked.filter(contract=ended).exists()
    assert asked.get(contract=world.contract, period="2026Q4").office == world.office


def test_the_quarter_turns_at_midnight_of_the_service_desk(world: World):
    run(datetime(2026, 12, 31, 15, 59, tzinfo=UTC))  # 23:59 in Shanghai
    run(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    assert list(SurveyInvitation.objects.order_by("period").values_list("period", flat=True)) == ["2026Q4", "2027Q1"]


def test_all_supervisors_get_the_one_link(world: World):
    second = make_customer(world.organization, role=Role.SUPERVISOR)
    run()
    invitation = SurveyInvitation.objects.get(cause=Cause.QUARTER, contract=world.contract)
    links = set(Message.objects.filter(kind="survey_invited").values_list("link", flat=True))
    assert (invitation.recipient, len(links)) == (None, 1)
    assert sorted(mails()) == sorted([world.supervisor.email, second.email])


def test_a_customer_who_left_is_not_asked(world: World):
    world.organization.is_active = False
    world.organization.save()
    run()
    assert not SurveyInvitation.objects.filter(cause=Cause.QUARTER).exists()


def test_the_database_refuses_a_second_survey(world: World):
    survey = make_survey(world)
    quarter = SurveyInvitation.objects.get(cause=Cause.QUARTER)
    for row in (survey, quarter):
        row.pk, row.token_hash = None, f"other-{row.cause}"
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


def test_the_task_runs_until_nothing_is_left(world: World, monkeypatch: pytest.MonkeyPatch):
    for _i in range(3):
        make_closed_ticket(world)
    monkeypatch.setattr(tasks, "now", lambda: NOON)
    tasks.invite()
    assert SurveyInvitation.objects.count() == 4


def test_a_batch_takes_as_many_looks_for_many_contracts_as_for_one(world: World, django_assert_max_num_queries):
    for _i in range(20):
        make_contract(make_organization(), accepted_on=date(2020, 1, 1))
    run()
    with django_assert_max_num_queries(12):
        assert run() == 0, "ended contracts cost one look, not one each"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_moment_ask_once():
    world = make_promising_world()
    for _i in range(8):
        make_closed_ticket(world)
    for _i in range(6):
        make_contract(world.organization)
    outcomes = at_once(4, lambda: drain(services.invite_next_batch, at=NOON, limit=2))
    assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    run()
    assert SurveyInvitation.objects.count() == 8 + 7
    assert len(mails()) == 8 + 7

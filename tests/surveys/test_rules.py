"""Who is asked by rule: the sample, the cap, what is left out and why, reminders, visits, and what is owed."""

from __future__ import annotations

import contextlib
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from accounts.models import Role
from core.errors import DomainError
from core.queue import drain
from core.time import now
from notifications.models import Channel, Message
from obligations.models import Kind, Obligation
from obligations.services import Owed, owe
from surveys import selectors, services
from surveys.models import Cause, LeftOut, SurveyInvitation, SurveyLink, SurveyRule
from surveys.services.asking import is_drawn
from tests.races import at_once
from tests.surveys.worlds import asked, make_closed_ticket, make_survey, make_version
from tests.visits.worlds import make_visit
from tests.worlds import NOON, make_customer, make_promising_world
from visits import services as visits

if TYPE_CHECKING:
    from django.test import Client

    from tests.worlds import World
    from visits.models import Visit

DAY = timedelta(days=1)


@pytest.fixture
def world(db: None) -> World:
    return make_promising_world()


def change(world: World, cause: str, **facts: Any) -> SurveyRule:
    rule = selectors.rule_for(cause)
    assert rule is not None
    return services.save_rule(rule, actor=world.manager, at=NOON, **facts)


def invite(days: int = 0) -> int:
    return drain(services.invite_next_batch, at=NOON + days * DAY)


def done_visit(world: World) -> Visit:
    """A visit that was made and is over."""
    visit = make_visit(world)
    visit = visits.depart(visit, actor=world.engineer, at=NOON)
    visit = visits.check_in(visit, actor=world.engineer, at=NOON, place=visits.Place(31.2, 121.5, 15))
    visits.override_approval(visit, actor=world.manager, at=NOON, reason="客户口头同意")
    visits.note_work(visit, actor=world.engineer, at=NOON, text="更换硬盘")
    return visits.check_out(visit, actor=world.engineer, at=NOON, result="solved")


def test_what_ships_is_entered_once_and_never_over_what_a_manager_changed(world: World):
    change(world, Cause.CLOSE, share=40)
    assert services.load_shipped(NOON) == 0
    assert selectors.rule_for(Cause.CLOSE).share == 40
    assert {row.code for row in selectors.templates() if row.version} == {"close", "quarter", "visit", "training"}


def test_only_managers_change_rules(world: World):
    with pytest.raises(DomainError):
        services.save_rule(selectors.rule_for(Cause.CLOSE), actor=world.dispatcher, at=NOON, share=1)


def test_the_sample_is_a_share_and_the_same_each_time():
    keys = [f"close:{number}" for number in range(2000)]
    drawn = [key for key in keys if is_drawn(key, 30)]
    assert 500 < len(drawn) < 700
    assert drawn == [key for key in keys if is_drawn(key, 30)]
    assert all(is_drawn(key, 100) for key in keys)
    assert set(drawn) <= {key for key in keys if is_drawn(key, 60)}, "a larger sample holds the smaller one"


def test_who_is_not_drawn_is_kept_with_the_reason_and_not_looked_at_again(world: World):
    change(world, Cause.CLOSE, share=1)
    ticket = make_closed_ticket(world)
    invite()
    survey = SurveyInvitation.objects.get(ticket=ticket)
    assert (survey.left_out, survey.sent_at) == (LeftOut.SHARE, None)
    assert survey in selectors.left_out(world.manager)
    assert not selectors.surveys_for(world.customer).exists()
    change(world, Cause.CLOSE, share=100)
    assert invite() == 0


def test_nobody_is_asked_twice_within_the_days_of_the_cap(world: World):
    change(world, Cause.CLOSE, cap_days=14)
    first = make_survey(world)
    second = make_survey(world, NOON + 13 * DAY)
    third = make_survey(world, NOON + 14 * DAY)
    assert [row.left_out for row in (first, second, third)] == ["", LeftOut.CAP, ""]
    assert figures_asked(world) == 2, "who was left out counts in no rate"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_rule_and_a_campaign_at_the_same_moment_ask_a_person_once(monkeypatch: pytest.MonkeyPatch):
    world = make_promising_world()
    change(world, Cause.CLOSE, cap_days=14)
    change(world, Cause.QUARTER, is_active=False)
    version = make_version(world, "news")
    news = services.save_campaign(
        None, actor=world.manager, at=NOON, name="新闻", template=version.template, cap_days=14, remind_times=0, supervisors_only=False
    )
    services.start_campaign(news, actor=world.manager, at=NOON)
    make_closed_ticket(world)
    looked, look = threading.Barrier(2), selectors.asked_lately

    def look_and_wait(people: Any, *given: Any) -> Any:
        found = look(people, *given)
        if world.customer in people:
            with contextlib.suppress(threading.BrokenBarrierError):
                looked.wait(timeout=2)  # until the other has looked too, which it cannot where it waits for its turn
        return found

    monkeypatch.setattr(selectors, "asked_lately", look_and_wait)
    batches = iter((services.invite_next_batch, services.send_next_batch))
    outcomes = at_once(2, lambda: next(batches)(NOON))
    assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    theirs = SurveyInvitation.objects.filter(recipient=world.customer)
    assert sorted(theirs.values_list("left_out", flat=True)) == ["", LeftOut.CAP]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_batches_that_ask_the_same_people_in_different_orders_do_not_wait_for_each_other():
    world = make_promising_world()
    change(world, Cause.QUARTER, is_active=False)
    people = [world.customer, *(make_customer(world.organization, sites=[world.site]) for _each in range(5))]
    for person in reversed(people):
        make_closed_ticket(world, actor=person)
    version = make_version(world, "news")
    news = services.save_campaign(None, actor=world.manager, at=NOON, name="新闻", template=version.template, remind_times=0)
    services.start_campaign(news, actor=world.manager, at=NOON)
    batches = iter((services.invite_next_batch, services.send_next_batch))
    outcomes = at_once(2, lambda: next(batches)(NOON))
    assert all(isinstance(outcome, int) and outcome for outcome in outcomes), outcomes


def test_who_was_asked_together_with_others_was_asked_as_well(world: World):
    make_customer(world.organization, role=Role.SUPERVISOR)
    change(world, Cause.CLOSE, cap_days=14)
    change(world, Cause.QUARTER, is_active=True, cap_days=0)
    invite()
    together = SurveyInvitation.objects.get(cause=Cause.QUARTER, contract=world.contract)
    assert (together.recipient, together.sent_at) == (None, NOON)
    people = [world.supervisor, world.customer]
    assert selectors.asked_lately(people, "", NOON - DAY) == {world.supervisor.pk}
    assert make_survey(world, NOON + DAY, actor=world.supervisor).left_out == LeftOut.CAP


def test_who_was_left_out_is_led_to_no_page_that_is_not_there(client: Client, world: World):
    change(world, Cause.CLOSE, cap_days=14)
    first, second = make_survey(world, now()), make_survey(world, now())
    assert (first.left_out, second.left_out) == ("", LeftOut.CAP)
    for person in (world.supervisor, world.customer):
        client.force_login(person)
        for survey, led in ((first, True), (second, False)):
            page = client.get(survey.ticket.get_absolute_url()).content.decode()
            assert (f'href="/surveys/{survey.pk}/"' in page) is led


def figures_asked(world: World) -> int:
    asked: int = selectors.figures(selectors.surveys_for(world.manager).filter(cause=Cause.CLOSE))["asked"]
    return asked


def test_a_rule_that_is_turned_on_asks_about_what_happens_from_then_on(world: World):
    before = done_visit(world)
    invite()
    assert not SurveyInvitation.objects.filter(cause=Cause.VISIT).exists(), "visits ask only when a manager says so"
    services.save_rule(selectors.rule_for(Cause.VISIT), actor=world.manager, at=NOON + timedelta(hours=1), is_active=True)
    invite(1)
    assert not SurveyInvitation.objects.filter(visit=before).exists()


def test_a_template_that_is_sent_stays_in_use_and_one_out_of_use_is_not_sent(world: World):
    sent, other = selectors.rule_for(Cause.CLOSE).template, selectors.rule_for(Cause.VISIT).template
    with pytest.raises(DomainError) as refused:
        services.save_template(sent, actor=world.manager, at=NOON, is_active=False)
    assert refused.value.field == "is_active"
    services.save_template(other, actor=world.manager, at=NOON, is_active=False)
    with pytest.raises(DomainError) as refused:
        services.save_rule(selectors.rule_for(Cause.VISIT), actor=world.manager, at=NOON, is_active=True)
    assert refused.value.field == "template"


def test_a_finished_visit_is_asked_about_once(world: World):
    change(world, Cause.VISIT, is_active=True, cap_days=0)
    visit = done_visit(world)
    for day in range(3):
        invite(day)
    survey = SurveyInvitation.objects.get(cause=Cause.VISIT)
    assert (survey.visit, survey.engineer, survey.site, survey.version.template.code) == (visit, visit.lead, visit.site, "visit")


def test_a_reminder_comes_once_when_its_time_has_come_even_late(world: World):
    survey = make_survey(world)
    assert drain(services.remind_next_batch, at=NOON + 6 * DAY) == 0
    for day in (10, 10, 11, 20):
        drain(services.remind_next_batch, at=NOON + day * DAY)
    survey.refresh_from_db()
    assert (survey.reminded, survey.remind_at) == (1, None)
    reminders = Message.objects.filter(kind="survey_reminder", channel=Channel.EMAIL, recipient=world.customer)
    assert reminders.count() == 1
    token = reminders.get().link.split("/")[-2]
    assert selectors.by_token(token) == (survey, "mail")
    assert SurveyLink.objects.get(invitation=survey).token_hash not in reminders.get().link


def test_who_has_answered_is_not_reminded(world: World):
    survey = make_survey(world)
    services.answer(survey, services.Scores(speed=5, quality=5, manner=5), actor=None, at=NOON)
    drain(services.remind_next_batch, at=NOON + 8 * DAY)
    assert not Message.objects.filter(kind="survey_reminder", recipient=world.customer).exists()


def test_ask_asks_once_for_a_key_and_says_no_where_the_rule_leaves_out(world: World):
    version = make_version(world, "course")
    survey = asked(world, version, "course:1")
    again = {"organization": world.organization, "recipient": world.customer, "about": "培训", "at": NOON}
    assert (survey.cause, survey.recipient, survey.site) == (Cause.REQUEST, world.customer, world.site)
    assert services.ask("course", key="course:1", **again) is None
    change(world, Cause.REQUEST, cap_days=30)
    assert services.ask("course", key="course:2", **again) is None
    assert SurveyInvitation.objects.get(key="request:course:2").left_out == LeftOut.CAP
    with pytest.raises(DomainError):
        services.ask("nothing", key="course:3", **again)


def quarter_owed(world: World) -> Obligation:
    owed = Owed(
        key=f"survey:contract:{world.contract.pk}:2026Q4", kind=Kind.SURVEY, code="survey", title="满意度调查", period="2026Q4",
        organization=world.organization, contract=world.contract, opens_at=NOON - 50 * DAY, due_at=NOON + 40 * DAY,
    )  # fmt: skip
    return owe(owed, at=NOON)[0]


@pytest.mark.parametrize("owed_first", [True, False])
def test_the_quarters_survey_meets_what_the_contract_owes_whichever_was_first(world: World, *, owed_first: bool):
    if owed_first:
        quarter_owed(world)
    invite()
    quarter_owed(world)
    for _twice in range(2):
        drain(services.fulfil_next_batch, at=NOON)
    row = Obligation.objects.get()
    assert (row.status, row.got) == ("done", 1)
    assert row.link == SurveyInvitation.objects.get(cause=Cause.QUARTER, contract=world.contract).get_absolute_url()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_moment_remind_once():
    world = make_promising_world()
    for _each in range(6):
        make_survey(world)
    outcomes = at_once(3, lambda: drain(services.remind_next_batch, at=NOON + 8 * DAY, limit=2))
    assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    assert Message.objects.filter(kind="survey_reminder", channel=Channel.EMAIL, recipient=world.customer).count() == 6

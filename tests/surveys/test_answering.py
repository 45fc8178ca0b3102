"""An answer counts once, and a bad one is followed up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils.translation import override

from core.errors import DomainError, NotAllowed
from loops import services as loops
from notifications.models import Channel, Message
from surveys import services
from surveys.errors import AlreadyAnswered, BadScore, Expired, NotYourSurvey
from surveys.models import Cause, SurveyAnswer, SurveyInvitation
from tests.races import at_once
from tests.surveys.worlds import CONTENT, CROSS, asked, make_survey, make_version, marks
from tests.worlds import NOON, make_customer, make_promising_world
from tickets.models import Kind, Ticket, TicketLink

if TYPE_CHECKING:
    from tests.worlds import World

DAY = timedelta(days=1)


@pytest.fixture
def world(db: None) -> World:
    return make_promising_world()


def answer(invitation: SurveyInvitation, scores: services.Scores = CONTENT, **facts) -> SurveyAnswer:
    return services.answer(invitation, scores, **{"actor": None, "at": NOON + DAY, **facts})


def test_an_answer_knows_who_was_judged(world: World):
    survey = make_survey(world)
    said = answer(survey)
    assert marks(said) == {"speed": 5, "quality": 4, "manner": 5, "words": "处理及时"}
    assert (said.words, said.lowest, said.is_low, round(said.mean, 2)) == ("处理及时", 4, False, 4.67)
    assert (said.engineer, said.office, said.contract, said.ticket) == (world.engineer, world.office, world.contract, survey.ticket)
    survey.refresh_from_db()
    assert survey.answered_at == NOON + DAY
    assert said.follow_up is None


def test_the_record_of_the_ticket_tells_of_it(world: World):
    survey = make_survey(world)
    with override("en"):
        answer(survey)
    event = survey.ticket.events.latest("seq")
    assert not event.is_public
    assert "5" in event.text
    assert "处理及时" in event.text
    assert "answered" not in event.text, "the record speaks the service desk's own language"


@pytest.mark.parametrize(("field", "score"), [("speed", 0), ("speed", 6), ("quality", -1), ("manner", 99)], ids=str)
def test_a_score_outside_1_to_5_is_refused(world: World, field: str, score: int):
    survey = make_survey(world)
    scores = {"speed": 3, "quality": 3, "manner": 3, field: score}
    with pytest.raises(BadScore) as refusal:
        answer(survey, services.Scores(**scores))
    assert refusal.value.field == field
    assert not SurveyAnswer.objects.exists()


def test_a_second_answer_is_refused(world: World):
    survey = make_survey(world)
    answer(survey)
    with pytest.raises(AlreadyAnswered):
        answer(survey, CROSS)
    assert marks(SurveyAnswer.objects.get())["speed"] == 5


def test_a_late_answer_is_refused(world: World):
    survey = make_survey(world)
    with pytest.raises(Expired):
        answer(survey, at=survey.expires_at)
    answer(survey, at=survey.expires_at - timedelta(seconds=1))


@pytest.mark.parametrize("person", ["engineer", "manager", "stranger"])
def test_nobody_else_answers_for_the_customer(world: World, person: str):
    with pytest.raises(NotYourSurvey):
        answer(make_survey(world), actor=getattr(world, person))


def test_a_supervisor_answers_the_quarters_survey(world: World):
    make_survey(world)
    quarter = SurveyInvitation.objects.get(cause=Cause.QUARTER)
    with pytest.raises(NotYourSurvey):
        answer(quarter, actor=world.customer)
    said = answer(quarter, actor=world.supervisor)
    assert (said.answered_by, said.contract, said.ticket) == (world.supervisor, world.contract, None)


@pytest.mark.parametrize(
    ("scores", "severity", "why"),
    [
        ((3, 3, 3), None, "acceptable is no complaint"),
        ((2, 5, 5), 3, "dissatisfied with one thing"),
        ((5, 5, 1), 2, "very dissatisfied with one thing"),
    ],
)
def test_a_low_score_opens_one_follow_up(world: World, scores: tuple[int, int, int], severity: int | None, why: str):
    survey = make_survey(world)
    speed, quality, manner = scores
    said = answer(survey, services.Scores(speed=speed, quality=quality, manner=manner, words="等了两天"))
    opened = Ticket.objects.filter(kind=Kind.COMPLAINT)
    assert [ticket.severity for ticket in opened] == ([severity] if severity else []), why
    assert said.follow_up == opened.first()


def test_the_follow_up_is_about_the_same_thing_and_leads_back(world: World):
    survey = make_survey(world)
    follow_up = answer(survey, CROSS).follow_up
    assert (follow_up.site, follow_up.equipment, follow_up.organization) == (world.site, world.equipment, world.organization)
    assert "等了两天才有人联系" in follow_up.description
    link = TicketLink.objects.get()
    assert (link.source, link.target, link.kind) == (follow_up, survey.ticket, TicketLink.Kind.CAUSED_BY)
    assert survey.ticket.number in follow_up.subject


def test_the_manager_is_told_of_a_low_score(world: World):
    follow_up = answer(make_survey(world), CROSS).follow_up
    told = Message.objects.filter(kind="survey_low_score", channel=Channel.EMAIL)
    assert [message.recipient for message in told] == [world.manager]
    assert told[0].link == follow_up.get_absolute_url()
    assert told[0].context["score"] == 2


def test_a_low_score_of_a_quarter_is_followed_up_where_the_equipment_stands(world: World):
    make_survey(world)
    quarter = SurveyInvitation.objects.get(cause=Cause.QUARTER)
    follow_up = answer(quarter, CROSS, actor=world.supervisor).follow_up
    assert (follow_up.kind, follow_up.site, follow_up.reporter) == (Kind.COMPLAINT, world.site, world.supervisor)
    assert quarter.contract.number in follow_up.subject


def follow(loop, world: World):
    """Tell the customer what is done about it, and answer who was asked whether they agree."""
    loops.tell(loop, actor=world.dispatcher, at=NOON + 2 * DAY, plan="换人")
    return {message.recipient or message.address for message in Message.objects.filter(kind="loop_turn")}


def test_who_was_asked_and_answers_by_the_link_is_the_customer_to_be_satisfied(world: World):
    survey = make_survey(world)
    follow_up = answer(survey, CROSS).follow_up
    assert (follow_up.loop.complainant, follow_up.reporter) == (world.customer, world.customer)
    assert follow(follow_up.loop, world) == {world.customer}
    colleague = make_customer(world.organization, sites=[world.site])
    with pytest.raises(NotAllowed):
        loops.agree(follow_up.loop, actor=colleague, at=NOON + 3 * DAY)
    loops.agree(follow_up.loop, actor=world.customer, at=NOON + 3 * DAY)


def test_a_link_to_several_supervisors_has_all_of_them_asked_whether_they_agree(world: World):
    both = {world.supervisor, make_customer(world.organization, role="supervisor")}
    make_survey(world)
    quarter = SurveyInvitation.objects.get(cause=Cause.QUARTER, contract=world.contract)
    assert quarter.recipient is None
    loop = answer(quarter, CROSS).follow_up.loop
    assert loop.complainant is None
    assert follow(loop, world) == both


def test_a_link_sent_to_an_address_has_that_address_asked(world: World):
    version = make_version(world, "named")
    survey = asked(world, version, recipient=None, address="zhao@customer.example")
    loop = answer(survey, {"overall": 1}).follow_up.loop
    assert follow(loop, world) == {"zhao@customer.example"}


def test_what_follows_an_anonymous_answer_knows_nobody(world: World):
    version = make_version(world, "nameless", is_anonymous=True)
    answer(asked(world, version), {"overall": 1})
    ticket = Ticket.objects.get(kind=Kind.COMPLAINT)
    assert (ticket.loop.complainant, ticket.reporter, ticket.contact_name, ticket.contact_email) == (None, None, "", "")
    assert world.customer not in follow(ticket.loop, world)


def test_a_customer_without_a_site_is_heard_all_the_same(world: World):
    from tests.worlds import make_contract, make_organization

    contract = make_contract(make_organization())
    make_survey(world)
    quarter = SurveyInvitation.objects.get(contract=contract)
    assert answer(quarter, CROSS).follow_up is None


def test_nothing_is_kept_when_the_follow_up_fails(world: World, monkeypatch: pytest.MonkeyPatch):
    survey = make_survey(world)

    def fail(*given, **facts):
        raise DomainError("the report was refused")

    monkeypatch.setattr("surveys.services.following.open_loop", fail)
    with pytest.raises(DomainError, match="the report was refused"):
        answer(survey, CROSS)
    survey.refresh_from_db()
    assert survey.answered_at is None
    assert not SurveyAnswer.objects.exists()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_answers_at_the_same_moment_count_once():
    world = make_promising_world()
    survey = make_survey(world)
    outcomes = at_once(4, lambda: services.answer(survey, CROSS, actor=None, at=NOON + DAY))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyAnswered"] * 3 + ["SurveyAnswer"], outcomes
    assert Ticket.objects.filter(kind=Kind.COMPLAINT).count() == 1


def test_a_low_answer_that_became_a_confidential_complaint_is_not_for_whom_it_is_about(world: World):
    from surveys import selectors
    from tests.worlds import make_user
    from tickets import services as tickets

    survey = make_survey(world)
    said = answer(survey, CROSS)
    who, other = (make_user(role="manager", office=world.office) for _each in range(2))
    tickets.concern(said.follow_up, [who, world.engineer], actor=other, at=NOON, confidential=True)
    for person, sees in ((who, False), (world.engineer, False), (other, True), (world.supervisor, True)):
        assert selectors.answers_for(person).filter(pk=said.pk).exists() is sees
        assert selectors.surveys_for(person).filter(pk=survey.pk).exists() is sees

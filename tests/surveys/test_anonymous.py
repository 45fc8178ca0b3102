"""An anonymous answer leads to nobody, and few of them are not shown."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import KeyedRequest
from surveys import selectors, services
from surveys.models import SurveyAnswer, SurveyInvitation
from tests.surveys.worlds import asked, link_of, make_version
from tests.tickets.rest import Program
from tests.worlds import NOON, make_customer, make_promising_world
from tickets.models import Ticket

if TYPE_CHECKING:
    from django.test import Client

    from surveys.models import SurveyVersion
    from tests.worlds import World

DAY = timedelta(days=1)


@pytest.fixture
def world(db: None) -> World:
    return make_promising_world()


@pytest.fixture
def version(world: World) -> SurveyVersion:
    return make_version(world, "secret", is_anonymous=True)


def answer(world: World, version: SurveyVersion, value: int = 5, day: int = 1, **facts: object) -> SurveyInvitation:
    survey = asked(world, version, **facts)
    services.answer(survey, {"overall": value}, actor=None, at=NOON + day * DAY)
    survey.refresh_from_db()
    return survey


def test_nothing_that_is_stored_leads_from_the_answer_to_the_person(world: World, version: SurveyVersion):
    survey = answer(world, version)
    said = SurveyAnswer.objects.get()
    assert (said.invitation, said.answered_by, said.ticket, said.is_anonymous) == (None, None, None, True)
    assert timezone.localtime(said.answered_at).strftime("%d %H:%M") == "01 00:00", "the month, not the moment"
    assert survey.answered_at == survey.sent_at, "that it was answered, not when"
    assert survey.history.count() == 1, "no line of the history keeps the order of the answers"
    (line,) = said.history.all()
    assert (line.history_user, line.history_date) == (None, said.answered_at)
    assert not hasattr(survey, "answer")


def test_the_database_refuses_an_anonymous_answer_with_a_name(world: World, version: SurveyVersion):
    survey = asked(world, version)
    facts = {"version": version, "cause": "request", "organization": world.organization, "answered_at": NOON, "is_anonymous": True}
    for leads in ({"invitation": survey}, {"answered_by": world.customer}, {"wrote_name": "王敏"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SurveyAnswer.objects.create(**facts, **leads)
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyAnswer.objects.create(**{**facts, "is_anonymous": False})


def test_a_low_one_opens_a_loop_without_a_contact(world: World, version: SurveyVersion):
    answer(world, version, 1)
    ticket = SurveyAnswer.objects.get().follow_up
    assert (ticket.reporter, ticket.contact_name, ticket.contact_email, ticket.site) == (None, "", "", world.site)
    assert ticket.loop.source == "survey"
    answer(world, version, 1, contract=None)
    assert SurveyAnswer.objects.filter(follow_up=None).count() == 1, "without a site there is nobody to send"


def test_only_who_was_asked_answers_not_their_supervisor(world: World, version: SurveyVersion):
    survey = asked(world, version)
    assert not selectors.may_answer(world.supervisor, survey)
    assert selectors.may_answer(world.customer, survey)


def test_fewer_than_five_are_shown_to_nobody(client: Client, world: World, version: SurveyVersion):
    wanted = selectors.Filters(template=version.template, engineer=world.engineer.pk)
    for many in range(1, 6):
        answer(world, version, 4, engineer=world.engineer)
        rows, kept_back = selectors.answers_in(world.manager, wanted)
        assert (rows.count(), kept_back) == ((5, False) if many == 5 else (0, True))
        (line,) = selectors.groups_of(SurveyAnswer.objects.all(), "engineer")
        assert (line["answered"], line["kept_back"], line["mean"]) == ((5, False, 4.0) if many == 5 else (0, True, None))
        assert selectors.answers_for(world.engineer).count() == (5 if many == 5 else 0)


def test_pages_keep_few_back_and_say_so(client: Client, world: World, version: SurveyVersion):
    answer(world, version, 4)
    client.force_login(world.manager)
    said = SurveyAnswer.objects.get()
    for address in (f"/surveys/results/?template={version.template.code}", "/surveys/answers/?span=all"):
        page = client.get(address).content.decode()
        assert "alert-info" in page
        assert f"/surveys/answers/{said.pk}/" not in page
    assert client.get(f"/surveys/answers/{said.pk}/").status_code == 404
    assert client.get("/api/v1/survey-answers/").json()["results"] == []
    for _each in range(4):
        answer(world, version, 3)
    assert client.get(f"/surveys/answers/{said.pk}/").status_code == 200
    assert len(client.get("/api/v1/survey-answers/").json()["results"]) == 5


def test_a_small_group_cannot_be_had_by_narrowing_over_rest(client: Client, world: World, version: SurveyVersion):
    for _each in range(5):
        answer(world, version, 4, engineer=world.engineer)
    answer(world, version, 1)
    client.force_login(world.manager)
    assert len(client.get("/api/v1/survey-answers/", {"engineer": world.engineer.pk}).json()["results"]) == 5
    assert client.get("/api/v1/survey-answers/", {"low": "true"}).json()["results"] == []


def test_the_customers_page_tells_that_it_was_answered_and_nothing_else(client: Client, world: World, version: SurveyVersion):
    survey = asked(world, version, recipient=make_customer(world.organization))
    link = link_of(survey)
    page = client.post(link, {"overall": "1"})
    assert page.status_code in {200, 410}
    client.force_login(world.supervisor)
    assert "score-facts" not in client.get(f"/surveys/{survey.pk}/").content.decode()
    assert Ticket.objects.count() == SurveyAnswer.objects.filter(is_low=True).count()


def test_an_answer_is_not_read_beside_the_name_of_a_customer_of_whom_few_were_asked(client: Client, world: World, version: SurveyVersion):
    for _each in range(5):
        answer(world, version, 4)
    lone = make_promising_world()
    answer(world, version, 2, organization=lone.organization, recipient=lone.customer, contract=None)
    said = SurveyAnswer.objects.get(organization=lone.organization)
    client.force_login(world.manager)
    assert client.get(f"/surveys/answers/{said.pk}/").status_code == 404
    listed = client.get("/surveys/answers/?span=all").content.decode()
    assert ("alert-info" in listed, f"/surveys/answers/{said.pk}/" in listed) == (True, False)
    assert said.pk not in {row["id"] for row in client.get("/api/v1/survey-answers/").json()["results"]}
    file = b"".join(client.get(f"/surveys/results/csv/?template={version.template.code}").streaming_content).decode()
    assert file.count(str(world.organization)) == 5, "both are called the same, and the sixth is left out"
    wanted = selectors.Filters(template=version.template)
    assert selectors.answers_in(world.manager, wanted)[0].count() == 6, "it counts in the averages all the same"


def test_answers_of_two_templates_do_not_make_each_other_many(world: World, version: SurveyVersion):
    other = make_version(world, "other", is_anonymous=True)
    for each in (version, version, version, other, other):
        answer(world, each, 4)
    rows, kept_back = selectors.without_few(SurveyAnswer.objects.all())
    assert (rows.count(), kept_back) == (0, True)


def test_low_ones_are_kept_back_as_well(client: Client, world: World, version: SurveyVersion):
    answer(world, version, 1)
    client.force_login(world.manager)
    page = client.get("/surveys/low/").content.decode()
    assert ("alert-info" in page, "score-facts" in page) == (True, False)
    for _each in range(4):
        answer(world, version, 5)
    assert client.get("/surveys/low/").content.decode().count("score-facts") == 1


def test_nothing_beside_it_tells_who_was_served(client: Client, world: World, version: SurveyVersion):
    for _each in range(5):
        answer(world, version, 4, engineer=world.engineer)
    client.force_login(world.manager)
    said = SurveyAnswer.objects.first()
    for address in ("/surveys/answers/?span=all", f"/surveys/answers/{said.pk}/"):
        page = client.get(address).content.decode()
        assert "score-facts" in page
        assert world.engineer.name not in page
        assert world.contract.number not in page
    row = client.get("/api/v1/survey-answers/").json()["results"][0]
    assert [row[name] for name in ("contract", "ticket", "office", "engineer_id")] == [None] * 4
    file = b"".join(client.get(f"/surveys/results/csv/?template={version.template.code}").streaming_content).decode()
    assert world.engineer.name not in file
    assert str(world.organization) in file


def test_no_key_of_a_request_is_kept_beside_what_was_said(world: World, version: SurveyVersion):
    survey = asked(world, version)
    given = {"content_type": "application/json", "headers": {"Idempotency-Key": "k"}}
    address, body = f"/api/v1/surveys/{survey.pk}/answer/", {"answers": {"overall": 2}}
    program = Program(world, "customer").client
    assert program.post(address, body, **given).status_code == 200
    assert not KeyedRequest.objects.exists()
    assert program.post(address, body, **given).status_code == 410, "it was answered"
    assert SurveyAnswer.objects.count() == 1

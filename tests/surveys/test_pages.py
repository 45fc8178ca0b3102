"""Averages for managers, an engineer's own, and a customer's surveys."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.time import now
from surveys import selectors, services
from surveys.models import Cause, SurveyAnswer, SurveyInvitation
from tests.surveys.worlds import CONTENT, CROSS, make_survey
from tests.worlds import make_office, make_promising_world, make_region, make_site, make_user

if TYPE_CHECKING:
    from datetime import datetime

    from django.test import Client

    from accounts.models import User
    from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def at() -> datetime:
    return now()


def answered(world: World, at: datetime, scores: services.Scores = CONTENT, **facts: Any) -> SurveyInvitation:
    survey = make_survey(world, at, **facts)
    services.answer(survey, scores, actor=None, at=at)
    return survey


def get(client: Client, person: User, address: str, status: int = 200, **query: Any) -> str:
    client.force_login(person)
    answer = client.get(address, query)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def test_figures_are_averages_of_what_was_answered(world: World, at: datetime):
    for speed, quality, manner in ((5, 4, 3), (4, 4, 4), (2, 5, 5)):
        answered(world, at, services.Scores(speed=speed, quality=quality, manner=manner))
    make_survey(world, at)
    found = selectors.figures(SurveyInvitation.objects.filter(cause=Cause.CLOSE))
    assert (found["asked"], found["answered"], found["low"]) == (4, 3, 1)
    assert [round(found[name], 4) for name in ("speed", "quality", "manner")] == [3.6667, 4.3333, 4.0]
    assert round(found["mean"], 4) == 4.0


def test_no_answers_have_no_average(world: World):
    assert selectors.figures(SurveyInvitation.objects.all())["mean"] is None


def test_averages_by_engineer_office_and_contract(world: World, at: datetime):
    colleague = make_user(office=world.office, name="周婷")
    elsewhere = make_site(world.organization, region=make_region(make_office(name="华南办事处", name_en="South China")))
    answered(world, at, CONTENT)
    answered(world, at, CROSS, engineer=colleague)
    answered(world, at, CROSS, engineer=colleague, site=elsewhere, equipment=None)
    rows = selectors.surveys_for(world.manager)
    engineers = selectors.figures_by(rows, "engineer")
    assert [(row["name"], row["answered"], round(row["mean"], 2)) for row in engineers] == [
        ("周婷", 2, 3.33),
        (world.engineer.name, 1, 4.67),
    ]
    offices = {row["name"]: row for row in selectors.figures_by(rows, "office")}
    assert offices["华南办事处"]["answered"] == 1
    assert offices["华东办事处"]["answered"] == 2
    contract = selectors.figures_by(rows, "contract")[0]
    assert (contract["pk"], contract["low"], contract["answered"]) == (world.contract.pk, 2, 3)


def test_who_did_not_answer_counts_in_the_rate_only(world: World, at: datetime):
    make_survey(world, at)
    (row,) = selectors.figures_by(selectors.surveys_for(world.manager), "engineer")
    assert (row["asked"], row["answered"], row["mean"]) == (1, 0, None)


def test_who_could_not_be_asked_does_not_count(world: World, at: datetime):
    make_survey(world, at)
    SurveyInvitation.objects.update(sent_at=None)
    assert selectors.figures(SurveyInvitation.objects.all())["asked"] == 0


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_manager_sees_the_averages_and_goes_down_to_the_answers(client: Client, world: World, at: datetime, language: str):
    client.cookies["django_language"] = language
    answered(world, at, CROSS)
    page = get(client, world.manager, "/surveys/")
    for words in ("3.33", "100 %", world.engineer.name, world.contract.number, "East China" if language == "en" else "华东办事处"):
        assert words in page
    assert f"engineer={world.engineer.pk}" in page
    answers = get(client, world.manager, "/surveys/answers/", engineer=world.engineer.pk, low="on")
    assert "等了两天才有人联系" in answers
    assert SurveyAnswer.objects.get().follow_up.number in answers


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ({}, 1),
        ({"low": "on"}, 0),
        ({"engineer": 0}, 1),
        ({"engineer": 10**30}, 1),
        ({"office": "x"}, 1),
        ({"contract": 999_999}, 0),
        ({"span": "90"}, 1),
        ({"span": "all"}, 1),
        ({"span": "never"}, 1),
    ],
    ids=str,
)
def test_answers_are_narrowed_and_odd_wishes_ignored(client: Client, world: World, at: datetime, query: dict[str, Any], lines: int):
    answered(world, at)
    assert get(client, world.manager, "/surveys/answers/", **query).count("处理及时") == lines


def test_old_surveys_leave_the_figures(client: Client, world: World, at: datetime):
    answered(world, at - timedelta(days=100))
    assert "处理及时" not in get(client, world.manager, "/surveys/answers/", span="90")
    assert "处理及时" in get(client, world.manager, "/surveys/answers/", span="365")


def test_an_engineer_sees_what_is_said_of_their_own_work_only(client: Client, world: World, at: datetime):
    colleague = make_user(office=world.office, name="周婷")
    answered(world, at, CONTENT)
    other = answered(world, at, CROSS, engineer=colleague)
    page = get(client, world.engineer, "/surveys/answers/", engineer=colleague.pk)
    assert "等了两天" not in page
    assert "处理及时" in get(client, world.engineer, "/surveys/answers/")
    assert "周婷" not in get(client, world.engineer, "/surveys/")
    get(client, world.engineer, f"/surveys/{other.pk}/", status=404)


def test_a_customer_sees_what_waits_and_what_was_said(client: Client, world: World, at: datetime):
    answered(world, at)
    waiting = make_survey(world, at)
    quarter = SurveyInvitation.objects.get(cause=Cause.QUARTER, contract=world.contract)
    mine, all_of_it = get(client, world.customer, "/surveys/"), get(client, world.supervisor, "/surveys/")
    for page in (mine, all_of_it):
        assert "处理及时" in page
        assert f"/surveys/{waiting.pk}/" in page
    assert f"/surveys/{quarter.pk}/" in all_of_it
    assert f"/surveys/{quarter.pk}/" not in mine, "the supervisor answers for the contract"
    assert "处理及时" not in get(client, world.stranger, "/surveys/")


def test_a_supervisor_answers_in_the_portal(client: Client, world: World, at: datetime):
    make_survey(world, at)
    quarter = SurveyInvitation.objects.get(cause=Cause.QUARTER, contract=world.contract)
    client.force_login(world.supervisor)
    refused = client.post(f"/surveys/{quarter.pk}/", {"speed": 5})
    assert refused.status_code == 422
    answer = client.post(f"/surveys/{quarter.pk}/", {"speed": 5, "quality": 5, "manner": 4, "words": "很好"})
    assert answer.status_code == 302
    assert SurveyAnswer.objects.get().answered_by == world.supervisor
    assert "很好" in get(client, world.supervisor, f"/surveys/{quarter.pk}/")
    again = client.post(f"/surveys/{quarter.pk}/", {"speed": 1, "quality": 1, "manner": 1})
    assert again.status_code == 422


def test_nobody_of_ours_answers(client: Client, world: World, at: datetime):
    survey = make_survey(world, at)
    client.force_login(world.manager)
    assert client.post(f"/surveys/{survey.pk}/", {"speed": 5, "quality": 5, "manner": 5}).status_code == 403


def test_a_ticket_shows_its_survey(client: Client, world: World, at: datetime):
    survey = make_survey(world, at)
    assert f"/surveys/{survey.pk}/" in get(client, world.customer, survey.ticket.get_absolute_url())
    services.answer(survey, CONTENT, actor=None, at=at)
    for person in (world.customer, world.manager):
        assert "处理及时" in get(client, person, survey.ticket.get_absolute_url())


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("manager", "/surveys/"),
        ("manager", "/surveys/answers/"),
        ("manager", "/api/v1/surveys/"),
        ("supervisor", "/surveys/"),
        ("supervisor", "/api/v1/surveys/"),
    ],
)
def test_a_list_takes_the_same_queries_for_one_and_for_many(client: Client, world: World, at: datetime, role: str, address: str):
    person, counts = world.person(role), []
    for many in (1, 8):
        for place in range(many):
            answered(world, at, CROSS if place % 2 else CONTENT, engineer=make_user(office=world.office))
            make_survey(world, at)
        get(client, person, address)
        with CaptureQueriesContext(connection) as captured:
            get(client, person, address)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_administrators_read_but_do_not_answer(client: Client, world: World, at: datetime):
    survey = answered(world, at)
    for address in (
        "/admin/surveys/surveyinvitation/",
        f"/admin/surveys/surveyinvitation/{survey.pk}/change/",
        f"/admin/surveys/surveyinvitation/{survey.pk}/history/",
        f"/admin/surveys/surveyanswer/{survey.answer.pk}/change/",
    ):
        get(client, world.admin, address)
    get(client, world.admin, "/admin/surveys/surveyanswer/add/", status=403)

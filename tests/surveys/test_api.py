"""Surveys over REST: read what one may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.time import now
from surveys import services
from surveys.models import Cause, SurveyInvitation
from tests.surveys.worlds import CROSS, link_of, make_survey
from tests.worlds import NOON, make_promising_world

if TYPE_CHECKING:
    from django.test import Client

    from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def world() -> World:
    return make_promising_world()


def read(client: Client, person: Any, path: str = "", *, name: str = "surveys", **query: Any) -> Any:
    client.force_login(person)
    answer = client.get(f"/api/v1/{name}/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_survey_reads_with_its_answer_and_without_its_secret(client: Client, world: World):
    survey = make_survey(world)
    said = services.answer(survey, CROSS, actor=None, at=NOON)
    body = read(client, world.customer, f"{survey.pk}/")
    wanted = {
        "id": survey.pk,
        "cause": "close",
        "ticket": survey.ticket.number,
        "contract": world.contract.number,
        "organization": world.organization.pk,
        "engineer": world.engineer.pk,
        "sent_at": "2026-11-20T04:00:00Z",
        "answered_at": "2026-11-20T04:00:00Z",
        "template": "close",
        "version": 1,
    }
    assert {name: body[name] for name in wanted} == wanted
    answer = {"speed": 2, "quality": 4, "engineer": 4, "words": "等了两天才有人联系", "follow_up": said.follow_up.number}
    assert {name: body["answer"][name] for name in answer} == answer
    assert [(row["question"], row["value"], row["is_low"]) for row in body["answer"]["values"]][:2] == [
        ("speed", 2, True),
        ("quality", 4, False),
    ]
    assert not {"token_hash", "address", "recipient"} & body.keys()
    assert link_of(survey).split("/")[-2] not in str(body)


def test_an_unanswered_one_has_no_answer(client: Client, world: World):
    make_survey(world)
    quarter = SurveyInvitation.objects.get(cause=Cause.QUARTER, contract=world.contract)
    body = read(client, world.supervisor, f"{quarter.pk}/")
    assert (body["answer"], body["ticket"], body["period"]) == (None, None, "2026Q4")


def test_the_list_is_narrowed(client: Client, world: World):
    survey = make_survey(world)
    quarter = SurveyInvitation.objects.get(cause=Cause.QUARTER, contract=world.contract)
    services.answer(survey, CROSS, actor=None, at=NOON)
    for query, wanted in (
        ({"cause": "quarter"}, [quarter.pk]),
        ({"answered": "true"}, [survey.pk]),
        ({"answered": "false"}, [quarter.pk]),
        ({"ticket": survey.ticket.number}, [survey.pk]),
        ({"contract": world.contract.number, "period": "2026Q4"}, [quarter.pk]),
        ({"engineer": world.engineer.pk + 1000}, []),
    ):
        assert [row["id"] for row in read(client, world.manager, **query)["results"]] == wanted, query


@pytest.mark.parametrize("query", ["engineer=1000000000000000000000000000000", "organization=x", "answered=perhaps", "cursor=x"])
def test_an_odd_wish_is_a_problem_or_finds_nothing(client: Client, world: World, query: str):
    client.force_login(world.manager)
    answer = client.get(f"/api/v1/surveys/?{query}")
    assert answer.status_code in {200, 400}
    assert "json" in answer.headers["Content-Type"]


def test_nothing_is_written_over_rest(client: Client, world: World):
    survey = make_survey(world)
    client.force_login(world.supervisor)
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(f"/api/v1/surveys/{survey.pk}/").status_code == 405


def test_a_customer_answers_over_rest_once(client: Client, world: World):
    survey = make_survey(world, now())
    client.force_login(world.customer)
    address, given = f"/api/v1/surveys/{survey.pk}/answer/", {"answers": {"speed": 5, "quality": 5, "manner": 4, "words": "好"}}
    wrong = client.post(address, {"answers": {"speed": 9, "quality": 5, "manner": 4}}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/speed")
    body = client.post(address, given, content_type="application/json").json()
    assert (body["answer"]["speed"], body["answer"]["channel"]) == (5, "api")
    assert client.post(address, given, content_type="application/json").status_code == 410
    client.force_login(world.manager)
    assert client.post(address, given, content_type="application/json").status_code == 403


def test_templates_answers_and_results_are_read(client: Client, world: World):
    survey = make_survey(world)
    services.answer(survey, CROSS, actor=None, at=NOON)
    templates = {row["code"]: row for row in read(client, world.engineer, name="survey-templates")["results"]}
    assert [row["code"] for row in templates["close"]["questions"]] == ["speed", "quality", "manner", "words"]
    assert templates["quarter"]["version"] == 1
    (row,) = read(client, world.manager, name="survey-answers", low="true", template="close")["results"]
    assert (row["survey"], row["mean"], row["is_low"], row["satisfied_at"]) == (survey.pk, pytest.approx(10 / 3), True, None)
    found = read(client, world.manager, name="survey-results", template="close", quarter="2026Q4", engineer=world.engineer.pk)
    assert (found["asked"], found["answered"], found["answers"]) == (1, 1, 1)
    assert [(row["question"], row["mean"]) for row in found["results"]][:3] == [("speed", 2.0), ("quality", 4.0), ("manner", 4.0)]


@pytest.mark.parametrize("query", ["quarter=2026", "engineer=x", "engineer=99999999999999999999999", "colour=red"])
def test_results_refuse_what_cannot_be_meant(client: Client, world: World, query: str):
    client.force_login(world.manager)
    answer = client.get(f"/api/v1/survey-results/?template=close&{query}")
    assert answer.status_code == 400
    assert client.get("/api/v1/survey-results/?template=nothing").status_code == 404

"""Surveys over REST: read what one may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from surveys import services
from surveys.models import Cause, SurveyInvitation
from tests.surveys.worlds import CROSS, link_of, make_survey
from tests.worlds import NOON, make_promising_world

if TYPE_CHECKING:
    from django.test import Client

    from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_promising_world()


def read(client: Client, person: Any, path: str = "", **query: Any) -> Any:
    client.force_login(person)
    answer = client.get(f"/api/v1/surveys/{path}", query)
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
        "answer": {"speed": 2, "quality": 4, "engineer": 4, "words": "等了两天才有人联系", "follow_up": said.follow_up.number},
    }
    assert {name: body[name] for name in wanted} == wanted
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

"""Surveys, on pages, by their one-time link, and over REST."""

from __future__ import annotations

from typing import Any

from surveys.models import Cause, SurveyInvitation
from tests.access import DISPATCHERS, EVERYBODY, OWN, PEOPLE, STAFF, own, row
from tests.surveys import worlds
from tests.worlds import make_user

SCORES = {"speed": 5, "quality": 5, "manner": 4}
LINK = "s/(?P<token>[A-Za-z0-9_-]{1,100})/"


def prepare(world: Any) -> dict[str, Any]:
    """A ticket's survey about the engineer, one about a colleague, and the quarter's."""
    survey = worlds.make_survey(world)
    return {
        "survey": survey,
        "survey_link": worlds.link_of(survey),
        "colleagues": worlds.make_survey(world, engineer=make_user(office=world.office)),
        "quarters": SurveyInvitation.objects.get(cause=Cause.QUARTER, contract=world.contract),
    }


ROWS = [
    row("surveys/", let_in=PEOPLE),
    row("surveys/answers/", let_in=STAFF),
    own("surveys/<int:pk>/", "/surveys/{survey.pk}/"),
    own("surveys/<int:pk>/", "/surveys/{survey.pk}/", method="post", let_in=OWN, data=SCORES),
    own("surveys/<int:pk>/", "/surveys/{colleagues.pk}/", let_in=DISPATCHERS | OWN, engineer="missing"),
    own("surveys/<int:pk>/", "/surveys/{quarters.pk}/", let_in=DISPATCHERS | {"supervisor"}, engineer="missing", customer="missing"),
    row(LINK, "{survey_link}", let_in=EVERYBODY),
    row(LINK, "{survey_link}", let_in=EVERYBODY, method="post", data=SCORES),
    row(LINK, "/s/mistyped/", let_in=frozenset(), others="missing", anonymous="missing"),
    row("api/v1/surveys/", let_in=PEOPLE),
    own("api/v1/surveys/(?P<pk>[0-9]+)/", "/api/v1/surveys/{survey.pk}/"),
    own(
        "api/v1/surveys/(?P<pk>[0-9]+)/",
        "/api/v1/surveys/{quarters.pk}/",
        let_in=DISPATCHERS | {"supervisor"},
        engineer="missing",
        customer="missing",
    ),
]

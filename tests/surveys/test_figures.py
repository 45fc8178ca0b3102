"""What the dashboard says of satisfaction, and the answers behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from core.time import now
from surveys import services
from surveys.figures import satisfaction
from tests.surveys.worlds import CONTENT, CROSS, make_survey
from tests.worlds import World, make_promising_world
from tickets.figures.period import Scope, day_of, latest
from tickets.figures.tables import Asked

if TYPE_CHECKING:
    from datetime import datetime

    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def told() -> World:
    """A month ago somebody was content; now one is content, one is cross, and one has not answered."""
    world = make_promising_world()
    for moment, scores in ((now() - timedelta(days=35), CONTENT), (now(), CONTENT), (now(), CROSS)):
        services.answer(make_survey(world, moment), scores, actor=None, at=moment)
    make_survey(world, now())
    return world


def asked(world: World, at: datetime | None = None, person: str = "manager", **scope: object) -> Asked:
    at = at or now()
    return Asked(latest(30, day_of(at)), Scope(**scope), world.person(person), at)  # type: ignore[arg-type]


def test_averages_are_those_of_the_surveys_sent_in_the_period(told: World) -> None:
    table, tile = satisfaction(asked(told))
    assert [[cell.value for cell in row][1:3] for row in table.rows] == [[3, 2]]
    assert table.rows[0][3].text == tile.number == "4.00"
    assert (tile.before, tile.trend) == ("4.67", "worse")


def test_an_engineer_reads_of_the_own_work_only(told: World) -> None:
    make_survey(told, now(), engineer=told.dispatcher)
    counts = {person: satisfaction(asked(told, person=person))[0].rows[0][1].value for person in ("engineer", "manager")}
    assert counts == {"engineer": 3, "manager": 4}


def test_nobody_asked_is_no_score() -> None:
    table, tile = satisfaction(asked(make_promising_world()))
    assert (table.rows, table.chart, tile.number) == ([], None, "—")


def test_behind_the_number_are_as_many_answers(client: Client, told: World) -> None:
    client.force_login(told.manager)
    for scope in ({}, {"organization": told.organization}, {"office": told.office}):
        table, tile = satisfaction(asked(told, **scope))
        for url in (tile.url, table.rows[0][2].url):
            assert len(client.get(url).context["page"].rows) == 2


def test_days_that_make_no_sense_are_left_out(client: Client, told: World) -> None:
    client.force_login(told.manager)
    for days in ({"since": "0001-01-01", "until": "0001-01-02"}, {"since": "soon"}, {"since": now().date().isoformat()}):
        assert len(client.get(reverse("surveys:answers"), days).context["page"].rows) == 3

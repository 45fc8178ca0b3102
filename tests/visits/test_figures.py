"""How often somebody had to come, how often once was enough, how much was solved from afar."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.visits.worlds import HOUR, make_done, make_visit
from tests.worlds import NOON, make_promising_world, make_ticket
from tickets import services as tickets
from visits import services
from visits.figures import on_site

pytestmark = pytest.mark.django_db
SOLVED = {"cause": "电源", "solution": "更换"}


def test_the_figures_of_a_period():
    world = make_promising_world("p3")
    later = NOON + timedelta(days=1)
    remote, once, twice, failed = (make_ticket(world) for _each in range(4))
    make_done(world, ticket=once)
    for _each in range(2):
        make_done(world, ticket=twice)
    gone = make_visit(world, failed)
    services.depart(gone, actor=world.engineer, at=NOON)
    services.fail(gone, actor=world.engineer, at=NOON, failure="nobody_there")
    make_done(world, ticket=failed)
    make_done(world)  # visited, not solved
    for ticket in (remote, once, twice, failed):
        tickets.resolve(ticket, actor=world.engineer, at=NOON + 5 * HOUR, **SOLVED)
    told = on_site(world.manager, since=NOON, until=later)
    assert (told.solved, told.remote, told.visited, told.first_time, told.visits, told.failed) == (4, 1, 3, 1, 4, 1)
    assert (told.remote_share, told.first_time_share, told.visits_per_ticket) == (0.25, pytest.approx(1 / 3), pytest.approx(5 / 3))
    none = on_site(world.stranger, since=NOON, until=later)
    assert (none.solved, none.remote_share, none.first_time_share, none.visits_per_ticket) == (0, None, None, None)

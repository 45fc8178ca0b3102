"""A world with promises, and helpdesks that speak to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import worlds
from tests.tmf.programs import Helpdesk

if TYPE_CHECKING:
    from tests.worlds import World


@pytest.fixture
def world(db: None) -> World:
    return worlds.make_promising_world()


@pytest.fixture(params=["v4", "v5"])
def theirs(request: pytest.FixtureRequest, world: World) -> Helpdesk:
    """The customer's helpdesk, once in each version."""
    return Helpdesk(world, "supervisor", request.param)


@pytest.fixture
def ours(theirs: Helpdesk, world: World) -> Helpdesk:
    """A program of the provider, in the same version."""
    return Helpdesk(world, "manager", theirs.version)

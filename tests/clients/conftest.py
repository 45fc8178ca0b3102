"""A world, clients in it, and programs that ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import caches

from clients import scopes, services
from core.time import now
from tests.clients.programs import Program
from tests.worlds import World, make_promising_world

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(autouse=True)
def _new_windows() -> None:
    caches["rate"].clear()


@pytest.fixture
def world(db: None) -> World:
    return make_promising_world()


@pytest.fixture
def make(world: World) -> Callable[..., Program]:
    """Make a client; it acts as the engineer and may everything, unless said otherwise."""

    def make(**facts: Any) -> Program:
        given = {"name": "other helpdesk", "user": world.engineer, "scopes": sorted(scopes.ALL), "rate": 600, "actor": world.manager}
        client, secret = services.create_client(**{**given, "at": now(), **facts})
        return Program(client, secret)

    return make

"""A world with a canary in it."""

from __future__ import annotations

import pytest

from tests.worlds import World, make_promising_world


@pytest.fixture
def world() -> World:
    """An office, a region, a customer, and the plans and calendars that ship."""
    return make_promising_world()

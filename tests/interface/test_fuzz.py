"""Whatever is made up from the description is answered as the description says: for our own people and for customers."""

from __future__ import annotations

import os
from typing import Any

import pytest
from schemathesis import GenerationMode

from accounts import services as accounts
from accounts.models import ApiToken
from tests.interface.fuzzing import breaches, described, places
from tests.worlds import NOON, make_promising_world

TIMES = int(os.environ.get("FUZZ_TIMES", "0"))
"""Requests of each kind for each operation and person; `make fuzz` sends many. Without it one, good or wrong, as one of them."""
ONLY = os.environ.get("FUZZ_ONLY", "")
"""A part of an address."""
PARTS = 2


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_made_up_is_answered_as_described(part, settings):
    settings.API_RATE = "1000000/min"
    world = make_promising_world()
    known, tokens = places(world), {role: token_of(world.person(role)) for role in ("manager", "customer")}
    found: list[str] = []
    for place, made in enumerate(described().get_all_operations()):
        operation = made.ok()
        if place % PARTS != part or ONLY not in operation.path:
            continue
        for mode in modes(place // PARTS):
            found += breaches(operation, whose(tokens, place // PARTS), known, times=TIMES or 1, mode=mode)
    assert not found, "\n" + "\n".join(found)


def modes(place: int) -> list[GenerationMode]:
    """Answer how requests are made up for an operation."""
    if TIMES:
        return [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    return [GenerationMode.NEGATIVE if place % 3 == 0 else GenerationMode.POSITIVE]


def whose(tokens: dict[str, str], place: int) -> dict[str, str]:
    """Answer as whom they are sent."""
    role = list(tokens)[place % 2]
    return tokens if TIMES else {role: tokens[role]}


def token_of(person: Any) -> str:
    """Make a token that may write."""
    return accounts.issue_token(person, name="t", scope=ApiToken.Scope.WRITE, actor=person, at=NOON)[1]

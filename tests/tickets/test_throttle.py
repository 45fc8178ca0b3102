"""How often a program may ask."""

import pytest
from django.core.cache import caches

from servicedesk.throttles import UserThrottle
from tests.tickets.test_api import Program
from tests.worlds import make_promising_world

pytestmark = pytest.mark.django_db


def test_too_many_requests_are_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    caches["rate"].clear()
    monkeypatch.setattr(UserThrottle, "THROTTLE_RATES", {"user": "3/min", "anon": "3/min"})
    monkeypatch.setattr(UserThrottle, "timer", lambda _self: 1_000_000_020.0)
    world = make_promising_world()
    program, other = Program(world, "engineer"), Program(world, "customer")
    assert [program.get("tickets/").status_code for _each in range(4)] == [200, 200, 200, 429]
    refused = program.get("tickets/")
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "throttled"
    assert 0 < int(refused["Retry-After"]) <= 61
    assert other.get("tickets/").status_code == 200, "everybody has a count of their own"
    monkeypatch.setattr(UserThrottle, "timer", lambda _self: 1_000_000_080.0)
    assert program.get("tickets/").status_code == 200, "the next minute is a new one"

"""Losing the cache is only slower."""

from __future__ import annotations

import time

import pytest

from servicedesk.cache import PatientRedisCache

PARAMS = {"OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}}


def away() -> PatientRedisCache:
    return PatientRedisCache("redis://127.0.0.1:1/0", dict(PARAMS))


def test_without_redis_it_remembers_in_this_process():
    cache = away()
    cache.set("tries", 1)
    assert cache.incr("tries") == 2
    assert cache.get("tries") == 2
    assert cache.get_many(["tries", "other"]) == {"tries": 2}
    assert cache.add("tries", 5) is False
    assert cache.delete("tries") is True
    assert cache.get("tries", "gone") == "gone"


def test_a_redis_that_is_away_is_not_asked_again_at_once(monkeypatch):
    cache = away()
    cache.get("a")
    monkeypatch.setattr("django.core.cache.backends.redis.RedisCache.get", lambda *_: pytest.fail("asked again"))
    cache.get("a")


@pytest.mark.services
def test_redis_is_used_again_when_it_is_back(redis_server, monkeypatch):
    cache = PatientRedisCache(redis_server.url, dict(PARAMS))
    cache.set("seen", "in redis")
    redis_server.stop()
    assert cache.get("seen") is None
    cache.set("seen", "in memory")
    assert cache.get("seen") == "in memory"
    redis_server.start()
    later = time.monotonic() + 60
    monkeypatch.setattr("servicedesk.cache.time.monotonic", lambda: later)
    assert cache.get("seen") == "in redis"

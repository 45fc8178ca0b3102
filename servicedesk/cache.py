"""A Redis cache whose loss is only slower."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as RedisGone
from redis.exceptions import TimeoutError as RedisSilent

logger = logging.getLogger(__name__)

REST_SECONDS = 5.0
"""How long Redis is left alone after it failed, so that not every request waits for its timeout."""

CALLS = ("add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many", "delete_many", "clear")


class PatientRedisCache(RedisCache):
    """Redis; while it is away, the memory of this process.

    Login throttles and sessions live in the cache: they go on, counted by process, and a report of a
    fault is not answered with an error because a cache is down.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._stand_in = LocMemCache("stand-in", {**params, "OPTIONS": {}})
        self._away_until = 0.0

    def _ask(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self._away_until:
            try:
                return getattr(super(), name)(*args, **kwargs)
            except (RedisGone, RedisSilent) as error:
                self._away_until = time.monotonic() + REST_SECONDS
                logger.warning("The cache does not answer, using this process's memory for %s s: %s", REST_SECONDS, error)
        return getattr(self._stand_in, name)(*args, **kwargs)


def _guarded(name: str) -> Any:
    def call(self: PatientRedisCache, *args: Any, **kwargs: Any) -> Any:
        return self._ask(name, *args, **kwargs)

    call.__name__ = name
    return call


for _name in CALLS:
    setattr(PatientRedisCache, _name, _guarded(_name))

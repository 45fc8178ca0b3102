"""How often somebody may ask: counted in fixed windows, one cheap step a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.core.cache import caches
from django.utils.connection import ConnectionProxy
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle, UserRateThrottle

if TYPE_CHECKING:
    from typing import Any

    from django.core.cache.backends.base import BaseCache
    from rest_framework.request import Request


class Windowed(SimpleRateThrottle):
    """Counts in the cache ``rate``; DRF's own keeps a list of instants that grows with the rate and is rewritten every time."""

    cache = cast("BaseCache", ConnectionProxy(caches, "rate"))
    left: float = 0
    num_requests: int | None
    duration: int

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count this request; refuse it when the window is full."""
        if self.rate is None or not self.num_requests or not self.duration:
            return True
        key = self.get_cache_key(request, view)
        if key is None:
            return True
        window, passed = divmod(self.timer(), self.duration)
        self.left = self.duration - passed
        return self._count(f"{key}:{int(window)}") <= self.num_requests

    def _count(self, key: str) -> int:
        try:
            return int(self.cache.incr(key))
        except ValueError:
            return 1 if self.cache.add(key, 1, timeout=self.duration) else self._count(key)

    def wait(self) -> float | None:
        """Answer the seconds until the next window."""
        return self.left


class UserThrottle(Windowed, UserRateThrottle):
    """Per person or token."""


class AnonymousThrottle(Windowed, AnonRateThrottle):
    """Per address, for those who are not known."""

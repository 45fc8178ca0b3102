"""How often a program may ask: counted in fixed windows, one cheap step a request, and told on every answer.

The headers are those of draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy` says how many requests a window has, `RateLimit` how
many are left and how many seconds it lasts. A client of its own has a count of its own, a person one for all their tokens, and who is
not known is counted by address, so that nobody tries out tokens or secrets at leisure.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import caches
from django.utils.translation import gettext as _
from rest_framework.throttling import BaseThrottle

from clients import tokens
from core.time import now
from inbound import secrets as senders
from servicedesk import problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

TOKENS = "/oauth/"
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
clock = time.time


@dataclass(frozen=True, slots=True)
class Policy:
    """So many requests in a window of so many seconds, and whose they are."""

    name: str
    quota: int
    window: int
    whose: str


@dataclass(frozen=True, slots=True)
class Count:
    """Where a caller stands: how many of the window they have used, with this request, and when it is over."""

    policy: Policy
    used: int
    left: int

    @property
    def is_full(self) -> bool:
        """Whether this request is one too many."""
        return self.used > self.policy.quota

    def tell(self, response: HttpResponse) -> HttpResponse:
        """Write it on an answer."""
        name, rest = self.policy.name, max(self.policy.quota - self.used, 0)
        response.headers["RateLimit-Policy"] = f'"{name}";q={self.policy.quota};w={self.policy.window}'
        response.headers["RateLimit"] = f'"{name}";r={rest};t={self.left}'
        return response


class RateLimits:
    """Middleware around whatever answers programs: the interface and the place where tokens are fetched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Count this request; answer 429 when the window is full."""
        if not problems.is_api(request) and not request.path_info.startswith(TOKENS):
            return self.get_response(request)
        count = counted(policy_for(request))
        return count.tell(_too_many(count.left) if count.is_full else self.get_response(request))


def policy_for(request: HttpRequest) -> Policy:
    """Answer how often whoever asks may ask."""
    if source := senders.known(request, now()):
        return Policy("source", source.rate, SECONDS["m"], str(source.pk))
    if not request.path_info.startswith(TOKENS):
        credential = tokens.shown(request)
        if isinstance(credential, tokens.Access):
            return Policy("client", credential.client.rate, SECONDS["m"], str(credential.client.pk))
        user = credential.user if credential else None if "Authorization" in request.headers else request.user
        if user is not None and user.is_authenticated:
            return Policy("person", *_parsed(settings.API_RATE), str(user.pk))
    return Policy("address", *_parsed(settings.API_ANONYMOUS_RATE), BaseThrottle().get_ident(request))  # type: ignore[arg-type]


def counted(policy: Policy) -> Count:
    """Count one request of a window and answer where that leaves the caller."""
    window, passed = divmod(clock(), policy.window)
    key = f"{policy.name}:{policy.whose}:{int(window)}"
    return Count(policy, _next(key, policy.window), math.ceil(policy.window - passed))


def _next(key: str, seconds: int) -> int:
    cache = caches["rate"]
    try:
        return int(cache.incr(key))
    except ValueError:
        return 1 if cache.add(key, 1, timeout=seconds) else _next(key, seconds)


@lru_cache
def _parsed(rate: str) -> tuple[int, int]:
    """Read `1200/min`: how many, and in how many seconds."""
    number, _slash, period = rate.partition("/")
    return int(number), SECONDS[period[0]]


def _too_many(seconds: int) -> HttpResponse:
    words = _("Too many requests. The next is answered in %(seconds)s seconds.") % {"seconds": seconds}
    response = problems.refused(HTTPStatus.TOO_MANY_REQUESTS, "throttled", words)
    response.headers["Retry-After"] = str(seconds)
    return response

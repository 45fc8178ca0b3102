"""Pages with a secret address, opened without login: kept out of indexes and caches, and nobody can try addresses out."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from rest_framework.throttling import SimpleRateThrottle

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    View = Callable[..., HttpResponse]

TOO_MANY = 429


class _Throttle(SimpleRateThrottle):
    """So many requests a minute from one address."""

    rate = "40/min"

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def get_cache_key(self, request: Any, view: Any) -> str:
        """Answer what is counted: the same address that the login counts."""
        return f"throttle:{self.scope}:{get_adapter(request).get_client_ip(request)}"


def discreet(scope: str, *, kept: bool = False) -> Callable[[View], View]:
    """Keep a page out of indexes and caches, and count who opens pages of this scope.

    kept: the one who asks may keep the answer; the view says itself for how long.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if _Throttle(scope).allow_request(request, None):  # type: ignore[arg-type]
                response = view(request, *args, **kwargs)
            else:
                response = render(request, "429.html", status=TOO_MANY)
            response["X-Robots-Tag"] = "noindex, nofollow"
            return response

        return guarded if kept else never_cache(guarded)

    return decorate


def language_for(request: HttpRequest, theirs: str) -> str:
    """Answer the language of the page: the one chosen in this browser, else that of the person it was sent to."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return translation.get_language() if chosen or not theirs else theirs

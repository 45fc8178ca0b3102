"""The one-time link: without login, nothing happens by opening it, one answer by sending the form."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.throttling import SimpleRateThrottle

from core.time import now
from surveys import selectors, services
from surveys.errors import AlreadyAnswered, Expired
from surveys.forms import MEANS, AnswerForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from surveys.models import SurveyInvitation

    View = Callable[..., HttpResponse]

GONE, NOT_FOUND, TOO_MANY = 410, 404, 429


class _Throttle(SimpleRateThrottle):
    """So many requests a minute from one address: nobody can try out links."""

    scope = "survey"
    rate = "40/min"

    def get_cache_key(self, request: Any, view: Any) -> str:
        """Answer what is counted: the same address that the login counts."""
        return f"throttle:{self.scope}:{get_adapter(request).get_client_ip(request)}"


def _discreet(view: View) -> View:
    """Keep a page with a secret address out of indexes and caches, and count who opens it."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _Throttle().allow_request(request, None):  # type: ignore[arg-type]
            response = view(request, *args, **kwargs)
        else:
            response = render(request, "429.html", status=TOO_MANY)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@_discreet
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form; take the answer when it is sent."""
    invitation = selectors.by_token(token)
    if invitation is None:
        return render(request, "surveys/gone.html", {"why": "unknown"}, status=NOT_FOUND)
    language = _language(request, invitation)
    with translation.override(language):
        refused = _closed(invitation)
        response = _gone(request, refused) if refused else _answer(request, invitation)
    response["Content-Language"] = language
    return response


def _gone(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "surveys/gone.html", {"why": why}, status=GONE)


def _answer(request: HttpRequest, invitation: SurveyInvitation) -> HttpResponse:
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.answer(invitation, form.scores(), actor=None, at=now())
        except (AlreadyAnswered, Expired) as refusal:  # meanwhile
            return _gone(request, refusal.stable_code)
        return render(request, "surveys/thanks.html")
    given = {"invitation": invitation, "form": form, "means": MEANS}
    return render(request, "surveys/link.html", given, status=422 if form.errors else 200)


def _closed(invitation: SurveyInvitation) -> str:
    if invitation.answered_at is not None:
        return AlreadyAnswered.code
    return "" if invitation.is_pending(now()) else Expired.code


def _language(request: HttpRequest, invitation: SurveyInvitation) -> str:
    """Answer the language of the page: the one chosen in this browser, else that of the person asked."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return translation.get_language() if chosen or not invitation.language else invitation.language

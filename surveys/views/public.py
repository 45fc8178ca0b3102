"""The one-time link: without login, nothing happens by opening it, one answer by sending the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from core.discreet import discreet, language_for
from core.time import now
from surveys import selectors, services
from surveys.errors import AlreadyAnswered, Expired
from surveys.forms import MEANS, AnswerForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from surveys.models import SurveyInvitation

GONE, NOT_FOUND = 410, 404


@require_http_methods(["GET", "HEAD", "POST"])
@discreet("survey")
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form; take the answer when it is sent."""
    invitation = selectors.by_token(token)
    if invitation is None:
        return render(request, "surveys/gone.html", {"why": "unknown"}, status=NOT_FOUND)
    language = language_for(request, invitation.language)
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

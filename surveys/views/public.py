"""Secret links: without login, nothing happens by opening one, one answer by sending the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core import signing
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from core.discreet import discreet, language_for
from core.forms import refuse
from core.time import now
from surveys import selectors, services
from surveys.errors import AlreadyAnswered, Expired, NothingToAsk, TooMany
from surveys.forms import MEANS, AnswerForm
from surveys.models import SurveyPoster

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from surveys.models import SurveyInvitation

GONE, NOT_FOUND = 410, 404
A_DAY = 24 * 3600
COOKIE = "survey_poster_{}"


@require_http_methods(["GET", "HEAD", "POST"])
@discreet("survey")
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form; take the answer when it is sent."""
    invitation, channel = selectors.by_token(token)
    if invitation is None:
        return render(request, "surveys/gone.html", {"why": "unknown"}, status=NOT_FOUND)
    language = language_for(request, invitation.language)
    with translation.override(language):
        refused = _closed(invitation)
        response = _gone(request, refused) if refused else _answer(request, invitation, channel)
    response["Content-Language"] = language
    return response


def _gone(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "surveys/gone.html", {"why": why}, status=GONE)


def _answer(request: HttpRequest, invitation: SurveyInvitation, channel: str) -> HttpResponse:
    form = AnswerForm(request.POST if request.method == "POST" else None, questions=selectors.questions_of(invitation.version))
    if form.is_valid():
        try:
            services.answer(invitation, form.given(), actor=None, at=now(), channel=channel)
        except (AlreadyAnswered, Expired) as refusal:  # meanwhile
            return _gone(request, refusal.stable_code)
        except NothingToAsk as refusal:
            refuse(form, refusal)
        else:
            return render(request, "surveys/thanks.html", {"is_anonymous": invitation.version.is_anonymous})
    given = {"invitation": invitation, "form": form, "means": MEANS}
    return render(request, "surveys/link.html", given, status=422 if form.errors else 200)


def _closed(invitation: SurveyInvitation) -> str:
    if invitation.answered_at is not None:
        return AlreadyAnswered.code
    return "" if invitation.is_pending(now()) else Expired.code


@require_http_methods(["GET", "HEAD", "POST"])
@discreet("survey")
def poster(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form of a poster that hangs at a site; a browser that has answered comes again tomorrow."""
    row = SurveyPoster.objects.select_related("template", "site__organization", "site__region").filter(token=token).first()
    version = selectors.published(row.template) if row else None
    if row is None or version is None:
        return render(request, "surveys/gone.html", {"why": "unknown"}, status=NOT_FOUND)
    if row.ended_at is not None:
        return _gone(request, Expired.code)
    if _was_here(request, row):
        return render(request, "surveys/thanks.html", {"again": True})
    form = AnswerForm(request.POST if request.method == "POST" else None, questions=selectors.questions_of(version))
    if form.is_valid():
        try:
            services.answer_poster(row, form.given(), at=now())
        except (TooMany, NothingToAsk) as refusal:
            refuse(form, refusal)
        except Expired as refusal:  # meanwhile
            return _gone(request, refusal.stable_code)
        else:
            return _thanked(request, row, is_anonymous=version.is_anonymous)
    given = {"poster": row, "version": version, "form": form, "means": MEANS}
    return render(request, "surveys/link.html", given, status=422 if form.errors else 200)


def _was_here(request: HttpRequest, row: SurveyPoster) -> bool:
    try:
        return request.get_signed_cookie(COOKIE.format(row.pk), default=None, max_age=A_DAY) is not None
    except signing.BadSignature:
        return False


def _thanked(request: HttpRequest, row: SurveyPoster, *, is_anonymous: bool) -> HttpResponse:
    answer = render(request, "surveys/thanks.html", {"is_anonymous": is_anonymous})
    answer.set_signed_cookie(COOKIE.format(row.pk), "1", max_age=A_DAY, httponly=True, samesite="Lax", secure=request.is_secure())
    return answer

"""The letter of a survey: printed with a code to answer online, and entered by hand when it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import dispatcher_required
from core.errors import DomainError
from core.forms import carried_out
from core.time import now
from surveys import selectors, services
from surveys.forms import MEANS, LetterForm
from surveys.models import Channel
from surveys.views.shared import qr_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from surveys.models import SurveyInvitation


def _survey(request: PersonRequest, pk: int) -> SurveyInvitation:
    return get_object_or_404(selectors.with_everything(selectors.surveys_for(request.user)), pk=pk)


@require_http_methods(["GET", "POST"])
@dispatcher_required
def letter(request: PersonRequest, pk: int) -> HttpResponse:
    """Show what will be printed; when it is pressed, note that it goes out and show the sheet with its code."""
    shown, code = _survey(request, pk), ""
    if request.method == "POST":
        try:
            services.send_letter(shown, actor=request.user, at=now())
            token = services.new_link(shown, Channel.LETTER, at=now())
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("surveys:survey", shown.pk)
        code = request.build_absolute_uri(reverse("surveys:link", args=[token]))
    questions = selectors.questions_of(shown.version)
    given: dict[str, Any] = {"invitation": shown, "questions": questions, "means": MEANS, "address": code, "day": now()}
    if code:
        given["code"] = qr_of(code)
    return render(request, "surveys/letter.html", given)


@require_http_methods(["GET", "POST"])
@dispatcher_required
def enter(request: PersonRequest, pk: int) -> HttpResponse:
    """Enter what came back by letter."""
    shown = _survey(request, pk)
    is_sent = request.method == "POST"
    form = LetterForm(
        request.POST if is_sent else None,
        files=request.FILES if is_sent else None,
        questions=selectors.questions_of(shown.version),
        is_anonymous=shown.version.is_anonymous,
    )
    if carried_out(form, lambda **_fields: services.enter_letter(shown, form.given(), actor=request.user, at=now(), **form.letter())):
        messages.success(request, _("The letter is entered."))
        return redirect("surveys:survey", shown.pk)
    given = {"invitation": shown, "form": form, "means": MEANS}
    return render(request, "surveys/enter.html", given, status=422 if form.errors else 200)

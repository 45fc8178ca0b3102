"""Surveys for who is logged in: figures for managers, an engineer's own, a customer's to answer and past ones."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import login_required
from core.forms import carried_out
from core.pages import page
from core.time import now
from surveys import selectors, services
from surveys.charts import averages, months
from surveys.forms import MEANS, AnswerForm, SpanForm

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from surveys.models import SurveyInvitation

USUAL_SPAN = "365"


@require_safe
@login_required
def overview(request: PersonRequest) -> HttpResponse:
    """Show what a person of ours watches, or what a customer was asked."""
    if request.user.is_customer:
        return _customers_own(request)
    form = SpanForm(request.GET)
    span = (form.cleaned_data.get("span") if form.is_valid() else "") or USUAL_SPAN
    rows = since(selectors.surveys_for(request.user), span)
    groups = ("engineer", "office", "contract") if request.user.dispatches else ("contract",)
    lines = {group: selectors.figures_by(rows, group) for group in groups}
    by_month = selectors.by_month(rows)
    given = {
        "form": SpanForm({"span": span}),
        "span": span,
        "figures": selectors.figures(rows),
        "again": selectors.satisfied_again(since(selectors.answers_for(request.user), span, "answered_at")),
        "lines": lines,
        "by_month": by_month,
        "months": months(by_month),
        "chart": averages(lines[groups[0]]),
        "groups": groups,
    }
    return render(request, "surveys/overview.html", given)


def since(rows: QuerySet, span: str, column: str = "created_at") -> QuerySet:
    """Answer the rows of the last days."""
    return rows.filter(**{f"{column}__gte": now() - timedelta(days=int(span))}) if span.isdecimal() else rows


def _customers_own(request: PersonRequest) -> HttpResponse:
    rows = selectors.with_everything(selectors.surveys_for(request.user))
    past = page(rows.filter(answer__isnull=False), descending=True, cursor=request.GET.get("cursor", ""))
    waiting = [row for row in selectors.pending(rows, now())[:50] if selectors.may_be_theirs(request.user, row)]
    return render(request, "surveys/mine.html", {"pending": waiting, "page": past})


@require_http_methods(["GET", "POST"])
@login_required
def survey(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a survey; who was asked may answer it here as well."""
    shown = get_object_or_404(selectors.with_everything(selectors.surveys_for(request.user)), pk=pk)
    may_answer = selectors.may_answer(request.user, shown)
    if request.method == "POST" and not may_answer:
        raise PermissionDenied(_("This survey is answered by the customer who was asked."))
    form = AnswerForm(request.POST if request.method == "POST" else None, questions=selectors.questions_of(shown.version))
    if carried_out(form, lambda **_fields: services.answer(shown, form.given(), actor=request.user, at=now())):
        messages.success(request, _("Thank you! Your answer has reached us."))
        return redirect("surveys:list")
    given = {"invitation": shown, "form": form, "means": MEANS, "may_answer": may_answer and shown.is_pending(now())}
    return render(request, "surveys/survey.html", given | _writes(request, shown), status=422 if form.errors else 200)


def _writes(request: PersonRequest, shown: SurveyInvitation) -> dict[str, bool]:
    """Say what our people may do with a survey that waits."""
    waits = request.user.dispatches and shown.answered_at is None
    return {"may_enter": waits, "may_send": waits and shown.is_pending(now())}

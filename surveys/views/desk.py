"""Surveys for who is logged in: figures for managers, an engineer's own, a customer's to answer and past ones."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import login_required, provider_required
from core.forms import carried_out
from core.pages import page
from core.time import now
from surveys import selectors, services
from surveys.charts import averages, months
from surveys.forms import MEANS, AnswerForm, AnswersForm, SpanForm
from surveys.models import LOW
from tickets.figures.period import Period

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from accounts.models import User
    from surveys.models import SurveyInvitation

USUAL_SPAN = "365"
NARROWED = ("engineer", "office", "contract", "organization")


@require_safe
@login_required
def overview(request: PersonRequest) -> HttpResponse:
    """Show what a person of ours watches, or what a customer was asked."""
    if request.user.is_customer:
        return _customers_own(request)
    form = SpanForm(request.GET)
    span = (form.cleaned_data.get("span") if form.is_valid() else "") or USUAL_SPAN
    rows = _since(selectors.surveys_for(request.user), span)
    groups = ("engineer", "office", "contract") if request.user.dispatches else ("contract",)
    lines = {group: selectors.figures_by(rows, group) for group in groups}
    by_month = selectors.by_month(rows)
    given = {
        "form": SpanForm({"span": span}),
        "span": span,
        "figures": selectors.figures(rows),
        "lines": lines,
        "by_month": by_month,
        "months": months(by_month),
        "chart": averages(lines[groups[0]]),
        "groups": groups,
    }
    return render(request, "surveys/overview.html", given)


def _since(rows: QuerySet[SurveyInvitation], span: str) -> QuerySet[SurveyInvitation]:
    return rows.filter(created_at__gte=now() - timedelta(days=int(span))) if span.isdecimal() else rows


def _customers_own(request: PersonRequest) -> HttpResponse:
    rows = selectors.with_everything(selectors.surveys_for(request.user))
    past = page(rows.filter(answered_at__isnull=False), descending=True, cursor=request.GET.get("cursor", ""))
    given = {"pending": selectors.pending(rows, now())[:50], "page": past}
    return render(request, "surveys/mine.html", given)


@require_safe
@provider_required
def answers(request: PersonRequest) -> HttpResponse:
    """Show the answers behind a figure."""
    form = AnswersForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    span = wanted.get("span") or USUAL_SPAN
    rows, period = selectors.surveys_for(request.user).filter(answer__isnull=False), _period(wanted)
    rows = rows.filter(created_at__gte=period.starts, created_at__lt=period.ends) if period else _since(rows, span)
    for name in NARROWED:
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if wanted.get("low"):
        rows = rows.filter(Q(answer__speed__lte=LOW) | Q(answer__quality__lte=LOW) | Q(answer__manner__lte=LOW))
    found = page(selectors.with_everything(rows), descending=True, cursor=request.GET.get("cursor", ""))
    shown = AnswersForm({**wanted, "span": span, "since": "", "until": ""})  # the days of a link give way to a span that is chosen
    return render(request, "surveys/answers.html", {"page": found, "form": shown, "about": _about(request.user, wanted)})


def _period(wanted: dict[str, Any]) -> Period | None:
    """Answer the days that the dashboard's link asks for."""
    since, until = wanted.get("since"), wanted.get("until")
    return Period(since, until) if since and until else None


def _about(user: User, wanted: dict[str, Any]) -> str:
    """Name what the list is narrowed to."""
    period = _period(wanted)
    said = [f"{period.first} – {period.last}"] if period else []
    for name in NARROWED:
        if wanted.get(name):
            row = selectors.surveys_for(user).filter(**{name: wanted[name]}).select_related(name).first()
            said += [str(getattr(row, name))] if row else []
    return " · ".join(said)


@require_http_methods(["GET", "POST"])
@login_required
def survey(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a survey; who was asked may answer it here as well."""
    shown = get_object_or_404(selectors.with_everything(selectors.surveys_for(request.user)), pk=pk)
    may_answer = selectors.may_answer(request.user, shown)
    if request.method == "POST" and not may_answer:
        raise PermissionDenied(_("This survey is answered by the customer who was asked."))
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if carried_out(form, lambda **_fields: services.answer(shown, form.scores(), actor=request.user, at=now())):
        messages.success(request, _("Thank you! Your answer has reached us."))
        return redirect("surveys:list")
    given = {"invitation": shown, "form": form, "means": MEANS, "may_answer": may_answer and shown.is_pending(now())}
    return render(request, "surveys/survey.html", given, status=422 if form.errors else 200)

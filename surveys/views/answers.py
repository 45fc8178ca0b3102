"""What was said: the answers behind a figure, one of them, the low ones until the customer is satisfied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.access import login_required, provider_required
from core.pages import page
from surveys import selectors
from surveys.forms import AnswersForm, LowForm
from surveys.views.desk import USUAL_SPAN, since
from tickets.figures.period import Period

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from accounts.models import User

NARROWED = ("engineer", "office", "contract", "organization", "campaign")


@require_safe
@provider_required
def answers(request: PersonRequest) -> HttpResponse:
    """Show the answers behind a figure; of too few anonymous ones, none."""
    form = AnswersForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    span = wanted.get("span") or USUAL_SPAN
    rows, period = selectors.answers_for(request.user), _period(wanted)
    # A figure counts by when somebody was asked; who was not asked by name counts by the answer.
    rows = selectors.asked_between(rows, period.starts, period.ends) if period else since(rows, span, "answered_at")
    for name in NARROWED:
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if wanted.get("template"):
        rows = rows.filter(version__template__code=wanted["template"])
    rows, kept_back = selectors.one_by_one(rows)
    if wanted.get("low"):
        rows = rows.filter(is_low=True)
    found = page(selectors.with_values(rows), descending=True, cursor=request.GET.get("cursor", ""))
    shown = AnswersForm({**wanted, "span": span, "since": "", "until": ""})  # the days of a link give way to a span that is chosen
    given = {"page": found, "form": shown, "about": _about(request.user, wanted), "kept_back": kept_back}
    return render(request, "surveys/answers.html", given)


def _period(wanted: dict[str, Any]) -> Period | None:
    """Answer the days that the dashboard's link asks for."""
    first, last = wanted.get("since"), wanted.get("until")
    return Period(first, last) if first and last else None


def _about(user: User, wanted: dict[str, Any]) -> str:
    """Name what the list is narrowed to."""
    period = _period(wanted)
    said = [f"{period.first} – {period.last}"] if period else []
    for name in NARROWED:
        if wanted.get(name):
            row = selectors.surveys_for(user).filter(**{name: wanted[name]}).select_related(name).first()
            said += [str(getattr(row, name))] if row else []
    return " · ".join(said)


@require_safe
@login_required
def answer(request: PersonRequest, pk: int) -> HttpResponse:
    """Show what was said, and what became of it."""
    shown = get_object_or_404(selectors.with_values(selectors.answers_for(request.user)), pk=pk)
    if request.user.is_customer:
        return redirect("surveys:survey", shown.invitation_id)
    if shown.is_anonymous and selectors.is_one_of_few(request.user, shown):
        raise Http404(shown.pk)
    return render(request, "surveys/answer.html", {"answer": shown})


@require_safe
@provider_required
def scan(request: PersonRequest, pk: int) -> FileResponse:
    """Send the scan of a letter."""
    row = get_object_or_404(selectors.answers_for(request.user).exclude(scan=""), pk=pk)
    try:
        content = row.scan.open("rb")
    except FileNotFoundError as error:
        raise Http404(row.pk) from error
    sent = FileResponse(content, content_type=row.scan_type)
    sent["X-Content-Type-Options"] = "nosniff"
    sent["Content-Security-Policy"] = "sandbox; default-src 'none'"
    sent["Cache-Control"] = "private, no-store"
    return sent


@require_safe
@provider_required
def low(request: PersonRequest) -> HttpResponse:
    """Show the low answers with how far their loops are."""
    form = LowForm(request.GET)
    state = form.cleaned_data.get("state", "") if form.is_valid() else ""
    rows, kept_back = selectors.lows_for(request.user)
    counted = selectors.satisfied_again(rows)
    if state:
        rows = rows.filter(follow_up__loop__satisfied_at__isnull=state == "open")
    found = page(rows, descending=True, cursor=request.GET.get("cursor", ""))
    given = {"page": found, "form": LowForm({"state": state}), "again": counted, "kept_back": kept_back}
    return render(request, "surveys/low.html", given)

"""Requests, their plans and quotations, and the customer's word."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import customer_required, dispatcher_required, login_required, provider_required
from catalogue import selectors, services
from catalogue.engine import spoken
from catalogue.forms import AnswerForm, LineSet, OverrideForm, QuoteForm, RequestsFilter, filled
from core import languages
from core.errors import DomainError
from core.forms import carried_out, refuse
from core.pages import page
from core.time import now

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from catalogue.models import Quotation, Request


@require_safe
@login_required
def requests(request: PersonRequest) -> HttpResponse:
    """Show the requests a person may see, the newest first."""
    form = RequestsFilter(request.GET)
    rows = selectors.requests_for(request.user)
    if form.is_valid():
        wanted = form.cleaned_data
        rows = rows.filter(approval=wanted["approval"]) if wanted["approval"] else rows
        rows = rows.filter(item=wanted["item"]) if wanted["item"] else rows
        words = wanted["find"].strip()
        rows = rows.filter(Q(ticket__number__icontains=words) | Q(ticket__subject__icontains=words)) if words else rows
    found = page(selectors.with_everything(rows), descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "catalogue/requests.html", {"page": found, "form": form, "now": now()})


def _request_or_404(request: PersonRequest, pk: int) -> Request:
    rows = selectors.requests_for(request.user).select_related(
        "ticket__organization",
        "ticket__site",
        "ticket__equipment",
        "ticket__assignee",
        "ticket__office",
        "item",
        "version",
        "overridden_by",
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
@login_required
def request_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a request: what was asked, what it costs, every quotation, and what can be done now."""
    return _page(request, _request_or_404(request, pk))


def _page(request: PersonRequest, row: Request, **forms_: forms.Form) -> HttpResponse:
    quotations = list(selectors.quotations_of(row))
    waiting = next((each for each in quotations if each.status == "awaited"), None)
    may_answer = waiting is not None and selectors.may_answer(request.user, row)
    may_override = request.user.dispatches and not row.may_begin and row.ticket.is_open
    given = {
        "row": row,
        "answers": selectors.answers(row),
        "quotations": quotations,
        "waiting": waiting,
        "is_over": waiting is not None and waiting.is_over(timezone.localdate(now())),
        "answer_form": _answer_form(forms_.get("answer"), waiting) if may_answer else None,
        "override_form": forms_.get("override") or OverrideForm() if may_override else None,
        "note": spoken(row.rule.get("note"), languages.active()),
        "steps": [spoken(step, languages.active()) for step in row.version.definition.steps],
        "leads_to": row.version.definition.leads_to,
    }
    return render(request, "catalogue/request.html", given, status=422 if any(form.errors for form in forms_.values()) else 200)


def _answer_form(sent: forms.Form | None, waiting: Quotation | None) -> forms.Form:
    """Answer the form for the quotation that is shown; words that were sent stay, whichever version they were about."""
    number = waiting.number if waiting else 0
    if sent is None:
        return AnswerForm(initial={"number": number})
    sent.data = {**sent.data.dict(), "number": number}  # type: ignore[attr-defined]
    return sent


@require_http_methods(["GET", "POST"])
@provider_required
def quote(request: PersonRequest, pk: int) -> HttpResponse:
    """Write plan and quotation; one that was written before is the draft of the next."""
    row = _request_or_404(request, pk)
    before = selectors.quotations_of(row).first()
    sent = request.POST if request.method == "POST" else None
    form = QuoteForm(sent, initial=_initial(before))
    lines = LineSet(sent, initial=_initial_lines(row, before), prefix="lines")
    if sent is not None and form.is_valid() and lines.is_valid():
        draft = services.QuoteDraft(**form.cleaned_data, lines=filled(lines))
        try:
            services.quote(row, draft, actor=request.user, at=now())
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The quotation is with the customer."))
            return redirect(row)
    wrong = bool(form.errors) or (sent is not None and not lines.is_valid())
    given = {"row": row, "form": form, "lines": lines, "before": before}
    return render(request, "catalogue/quote.html", given, status=422 if wrong else 200)


def _initial(before: Quotation | None) -> dict[str, Any]:
    return {"plan": before.plan, "hours": before.hours, "valid_until": before.valid_until} if before else {}


def _initial_lines(row: Request, before: Quotation | None) -> list[dict[str, Any]]:
    """Answer the lines of the last quotation; of the first one, the price the item names."""
    if before is not None:
        return [{"text": line.text, "quantity": line.quantity, "unit": line.unit, "price": line.price} for line in before.lines.all()]
    if not row.rule.get("price"):
        return []
    return [{"text": str(row.item), "quantity": 1, "unit": spoken(row.rule.get("unit"), languages.active()), "price": row.rule["price"]}]


@require_POST
@customer_required
def answer(request: PersonRequest, pk: int) -> HttpResponse:
    """Approve or refuse the quotation that was shown."""
    row = _request_or_404(request, pk)
    form = AnswerForm(request.POST)
    service = services.approve if "approve" in request.POST else services.refuse
    if carried_out(form, partial(service, row, actor=request.user, at=now())):
        said = _("Approved; work can begin.") if "approve" in request.POST else _("Refused; you will hear from us.")
        messages.success(request, said)
        return redirect(row)
    if not selectors.may_answer(request.user, row):
        messages.error(request, _("Costs are approved by a supervisor of your organization; ask them to answer."))
        return redirect(row)
    return _page(request, row, answer=form)


@require_POST
@dispatcher_required
def override(request: PersonRequest, pk: int) -> HttpResponse:
    """Begin before the approval, and say why."""
    row = _request_or_404(request, pk)
    form = OverrideForm(request.POST)
    if carried_out(form, partial(services.override, row, actor=request.user, at=now())):
        messages.success(request, _("Work may begin; the customer is told why."))
        return redirect(row)
    row.refresh_from_db()
    return _page(request, row, override=form)

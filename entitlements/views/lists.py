"""Lists: what ends when, quotations, remedies; and the managers' overview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import login_required, provider_required
from core.pages import page
from core.time import now
from customers import engine
from entitlements import selectors
from entitlements.forms import EndsFilter, QuotationsFilter, RemediesFilter
from entitlements.models import QuotationRequest, Remedy
from entitlements.views.shared import today

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.access import PersonRequest

USUAL = 90
YEAR = relativedelta(years=1)


@require_safe
@login_required
def ending(request: PersonRequest) -> HttpResponse:
    """List what ends when: staff everywhere, customers of theirs."""
    form, day = EndsFilter(request.GET, user=request.user), today()
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = _ends(request, wanted)
    ended = wanted.get("within") == "ended"
    found = page(rows, by="ends_on", descending=ended, cursor=request.GET.get("cursor", ""))
    return render(request, "entitlements/list.html", {"page": found, "form": form, "day": day})


def _ends(request: PersonRequest, wanted: dict[str, Any]) -> QuerySet[Any]:
    usual = "all" if request.user.is_customer else str(USUAL)
    within = wanted.get("within") or usual
    rows = selectors.ending(request.user, today(), within=int(within) if within.isdecimal() else None, ended=within == "ended")
    for name in ("office", "kind"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    return _found(selectors.with_names(rows), wanted, "")


def _found(rows: QuerySet[Any], wanted: dict[str, Any], to: str) -> QuerySet[Any]:
    """Narrow to customers, contracts and equipment called so; ``to`` leads from the row to its term."""
    if not (words := wanted.get("find", "").strip()):
        return rows
    names = ("organization__name", "organization__short_name", "contract__number", "equipment__name", "equipment__serial_number")
    query = Q()
    for name in names:
        query |= Q(**{f"{to}{name}__icontains": words})
    return rows.filter(query)


@require_safe
@provider_required
def overview(request: PersonRequest) -> HttpResponse:
    """Show managers what ends soon by office, month by month, and how much is renewed."""
    day = today()
    months = selectors.months_ahead(day)
    series = [
        {"name": _("Ends"), "values": [month.ends for month in months]},
        {"name": _("Renewed already"), "values": [month.renewed for month in months]},
    ]
    open_ = QuotationRequest.objects.filter(status__in=[QuotationRequest.Status.ASKED, QuotationRequest.Status.QUOTED]).count()
    given = {
        "offices": selectors.by_office(day),
        "months": months,
        "chart": {"labels": [month.month for month in months], "series": series},
        "share": selectors.renewal_share(day - YEAR, day),
        "steps": engine.STEPS,
        "under_way": open_,
        "remedies": [(Remedy.Kind(row.kind).label, row) for row in selectors.remedies_by_kind(now() - YEAR, now())],
    }
    return render(request, "entitlements/overview.html", given)


@require_safe
@login_required
def quotations(request: PersonRequest) -> HttpResponse:
    """List the requests for quotations, the newest first."""
    form = QuotationsFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = _found(selectors.quotations_named(selectors.quotations_for(request.user)), wanted, "term__")
    if wanted.get("status"):
        rows = rows.filter(status=wanted["status"])
    found = page(rows, descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "entitlements/quotations.html", {"page": found, "form": form})


@require_safe
@login_required
def remedies(request: PersonRequest) -> HttpResponse:
    """List the remedies, the newest first."""
    form = RemediesFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = selectors.remedies_named(selectors.remedies_for(request.user))
    for name in ("status", "kind"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if words := wanted.get("find", "").strip():
        rows = rows.filter(Q(ticket__number=words) | Q(ticket__organization__name__icontains=words) | Q(what__icontains=words))
    found = page(rows, descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "entitlements/remedies.html", {"page": found, "form": form})

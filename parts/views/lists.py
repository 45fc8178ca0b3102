"""Lists: the stock, what runs low, the ledger, the forecast; and the same as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import dispatcher_required, provider_required
from core import exports
from core.pages import page
from core.time import now
from parts import engine, selectors, services, tables
from parts.forms import LedgerFilter, StockFilter

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.forms import Form
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from accounts.access import PersonRequest
    from parts.models import StockLevel, StockMovement

CHARTED = 10


def _wanted(form: Form) -> dict[str, Any]:
    return form.cleaned_data if form.is_valid() else {}


def _stock(request: PersonRequest, form: Form) -> QuerySet[StockLevel]:
    wanted = _wanted(form)
    rows = selectors.levels_for(request.user).select_related("depot__office", "part")
    if wanted.get("depot"):
        rows = rows.filter(depot=wanted["depot"])
    if wanted.get("low"):
        rows = rows.filter(low_since__isnull=False)
    if words := wanted.get("find", "").strip():
        named = Q(part__code__icontains=words) | Q(part__name__icontains=words) | Q(part__name_en__icontains=words)
        rows = rows.filter(named | Q(part__number__icontains=words) | Q(part__maker__icontains=words))
    return rows


@require_safe
@provider_required
def stock(request: PersonRequest) -> HttpResponse:
    """Show what is in which depot."""
    form = StockFilter(request.GET)
    rows = page(_stock(request, form), by="part__code", cursor=request.GET.get("cursor", ""))
    low = selectors.levels_for(request.user).filter(low_since__isnull=False).count()
    return render(request, "parts/stock.html", {"page": rows, "form": form, "low": low, "facts": request.GET.urlencode()})


@require_safe
@provider_required
def low(request: PersonRequest) -> HttpResponse:
    """Show what is below its minimum, and what would have to be ordered."""
    rows = selectors.missing(selectors.levels_for(request.user))
    return render(request, "parts/low.html", {"rows": rows, "to_order": sum(1 for row in rows if row.to_order)})


@require_POST
@dispatcher_required
def order_low(request: PersonRequest) -> HttpResponse:
    """Order everything that is missing."""
    levels = list(selectors.levels_for(request.user).filter(low_since__isnull=False))
    made = services.order_missing(levels, actor=request.user, at=now())
    words = ngettext("%(count)s purchase was made.", "%(count)s purchases were made.", len(made)) % {"count": len(made)}
    messages.success(request, words) if made else messages.info(request, _("Nothing is missing that is not on its way already."))
    return redirect("parts:purchases" if made else "parts:low")


def _ledger(request: PersonRequest, form: Form) -> QuerySet[StockMovement]:
    wanted = _wanted(form)
    rows = selectors.with_names(selectors.movements_for(request.user))
    for name in ("depot", "kind"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if words := wanted.get("find", "").strip():
        rows = rows.filter(
            Q(part__code__icontains=words) | Q(part__name__icontains=words) | Q(serial_number=words) | Q(ticket__number=words)
        )
    return rows


@require_safe
@provider_required
def ledger(request: PersonRequest) -> HttpResponse:
    """Show what moved, the newest first."""
    form = LedgerFilter(request.GET)
    rows = page(_ledger(request, form), descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "parts/ledger.html", {"page": rows, "form": form, "facts": request.GET.urlencode()})


@require_safe
@provider_required
def forecast(request: PersonRequest) -> HttpResponse:
    """Show what the installed base is likely to need."""
    lines = selectors.forecast(now())
    given = {"lines": lines, "chart": tables.chart(lines[:CHARTED]), "ahead": engine.AHEAD_DAYS, "window": engine.WINDOW_DAYS}
    return render(request, "parts/forecast.html", given)


@require_safe
@provider_required
@never_cache
def export(request: PersonRequest, name: str, kind: str) -> HttpResponseBase:
    """Send the stock or the ledger, as it is narrowed on the page, as a file."""
    if kind not in exports.FORMATS or name not in {"stock", "ledger"}:
        raise Http404(name)
    if name == "stock":
        sheet = tables.stock(_stock(request, StockFilter(request.GET)).order_by("part__code", "depot__code"))
    else:
        sheet = tables.ledger(_ledger(request, LedgerFilter(request.GET)).order_by("-id"))
    file = f"{name}-{now():%Y-%m-%d}"
    return exports.as_xlsx(file, [sheet]) if kind == "xlsx" else exports.as_csv(file, *sheet[1:])

"""Findings: what stays open at the customers' sites."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import login_required, provider_required
from core.forms import carried_out
from core.pages import page
from core.time import now
from inspections import selectors, services
from inspections.forms import CloseForm, FindingFilterForm
from inspections.models import Finding
from inspections.views.shared import answer

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest

STATES = {
    "open": Q(state=Finding.State.OPEN),
    "raised": Q(state=Finding.State.OPEN, times_found__gt=1),
    "closed": Q(state=Finding.State.CLOSED),
    "all": Q(),
}


@require_safe
@login_required
def findings(request: PersonRequest) -> HttpResponse:
    """Show what stays open, the newest first; of one site or customer where the address says so."""
    form = FindingFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    show, words = wanted.get("show") or "open", wanted.get("find", "").strip()
    found = selectors.findings_for(request.user).filter(STATES[show])
    for name in ("site", "organization"):
        if (number := request.GET.get(name, "")).isascii() and number.isdecimal():
            found = found.filter(**{name: int(number[:18])})
    if words:
        places = Q(organization__name__icontains=words) | Q(organization__short_name__icontains=words) | Q(site__name__icontains=words)
        found = found.filter(places | Q(text__icontains=words) | Q(text_en__icontains=words))
    rows = page(selectors.with_places(found), by="pk", descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "inspections/findings.html", {"page": rows, "form": FindingFilterForm({"show": show, "find": words})})


@require_http_methods(["GET", "POST"])
@login_required
def finding(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one finding: where it was found, how often, what became of it; staff close it here."""
    shown = get_object_or_404(selectors.with_places(selectors.findings_for(request.user)), pk=pk)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if carried_out(form, partial(services.close_finding, shown, actor=request.user, at=now())):
        messages.success(request, _("The finding is closed."))
        return redirect(shown)
    seen = shown.carried.select_related("inspection").order_by("-inspection__planned_on", "-pk")
    given = {"finding": shown, "seen": seen, "is_followed": services.is_followed(shown)}
    return answer(request, "inspections/finding.html", form, **given)


@require_POST
@provider_required
def fault(request: PersonRequest, pk: int) -> HttpResponse:
    """Open a fault for a finding that was left as advice."""
    shown = get_object_or_404(selectors.findings_for(request.user), pk=pk)
    raised = services.raise_finding(shown, actor=request.user, at=now())
    messages.success(request, _("A fault is opened for the finding."))
    return redirect(raised)

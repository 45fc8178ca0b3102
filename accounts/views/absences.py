"""Who is away, and who is told instead."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import selectors, services
from accounts.access import provider_required
from accounts.forms import AbsenceForm
from core.errors import DomainError
from core.forms import carried_out
from core.pages import page
from core.time import now

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from accounts.access import PersonRequest

SIZE = 25


@provider_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: PersonRequest) -> HttpResponse:
    """Show who is away now and later (or was), and enter an absence."""
    at = now()
    form = AbsenceForm(request.POST if request.method == "POST" else None, user=request.user)
    if carried_out(form, partial(services.enter_absence, actor=request.user, at=at)):
        messages.success(request, _("The absence of %(name)s is written down.") % {"name": form.cleaned_data["person"]})
        return redirect("accounts:absences")
    return _page(request, form, at)


def _page(request: PersonRequest, form: AbsenceForm, at: datetime) -> HttpResponse:
    is_past, cursor = "past" in request.GET, request.GET.get("cursor", "")
    rows = selectors.absences_for(request.user)
    rows = rows.filter(ends_at__lte=at) if is_past else rows.filter(ends_at__gt=at)
    found = page(rows, by="ends_at", descending=is_past, cursor=cursor, size=SIZE)
    given = {"form": form, "page": found, "is_past": is_past, "at": at}
    return render(request, "accounts/absences.html", given, status=422 if form.errors else 200)


@provider_required
@require_POST
def end_absence(request: PersonRequest, pk: int) -> HttpResponse:
    """Have somebody back."""
    absence = get_object_or_404(selectors.absences_for(request.user), pk=pk)
    try:
        services.end_absence(absence, actor=request.user, at=now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s is told again.") % {"name": absence.person})
    return redirect("accounts:absences")

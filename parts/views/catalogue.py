"""The catalogue and the depots."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import manager_required, provider_required
from core.forms import carried_out
from core.pages import page
from core.time import now
from parts import selectors, services
from parts.forms import DepotForm, FindForm, PartForm
from parts.models import Depot
from parts.views.shared import form_page, part_or_404

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from parts.models import PartType


@require_safe
@provider_required
def parts(request: PersonRequest) -> HttpResponse:
    """Show the catalogue."""
    form = FindForm(request.GET)
    words = form.cleaned_data["find"].strip() if form.is_valid() else ""
    rows = selectors.parts_for(request.user).prefetch_related("fits")
    if words:
        named = Q(code__icontains=words) | Q(name__icontains=words) | Q(name_en__icontains=words) | Q(number__icontains=words)
        rows = rows.filter(named | Q(maker__icontains=words) | Q(pk__in=rows.filter(fits__model__icontains=words).values("pk")))
    return render(request, "parts/catalogue.html", {"page": page(rows, by="code", cursor=request.GET.get("cursor", "")), "form": form})


@require_http_methods(["GET", "POST"])
@manager_required
def new_part(request: PersonRequest) -> HttpResponse:
    """Take a part into the catalogue."""
    return _part(request, None, _("New part"))


@require_http_methods(["GET", "POST"])
@manager_required
def edit_part(request: PersonRequest, pk: int) -> HttpResponse:
    """Correct a part."""
    row = part_or_404(request, pk)
    return _part(request, row, row.label)


def _part(request: PersonRequest, row: PartType | None, title: str) -> HttpResponse:
    initial = {"fits": "\n".join(fit.model for fit in row.fits.all())} if row else {}
    form = PartForm(request.POST or None, instance=row, initial=initial)
    if carried_out(form, partial(services.save_part, row, actor=request.user, at=now())):
        messages.success(request, _("The catalogue is saved."))
        return redirect("parts:catalogue")
    return form_page(request, form, title, back=reverse("parts:catalogue"), back_label=_("Catalogue of parts"), button=_("Save"))


@require_safe
@provider_required
def depots(request: PersonRequest) -> HttpResponse:
    """Show where parts are kept."""
    rows = page(Depot.objects.select_related("office", "keeper"), by="code", cursor=request.GET.get("cursor", ""))
    return render(request, "parts/depots.html", {"page": rows})


@require_http_methods(["GET", "POST"])
@manager_required
def new_depot(request: PersonRequest) -> HttpResponse:
    """Set up a depot."""
    return _depot(request, None, _("New depot"))


@require_http_methods(["GET", "POST"])
@manager_required
def depot(request: PersonRequest, pk: int) -> HttpResponse:
    """Correct a depot."""
    row = get_object_or_404(Depot, pk=pk)
    return _depot(request, row, str(row))


def _depot(request: PersonRequest, row: Depot | None, title: str) -> HttpResponse:
    form = DepotForm(request.POST or None, instance=row)
    given: dict[str, Any] = {"actor": request.user, "at": now()}
    if carried_out(form, partial(services.save_depot, row, **given)):
        messages.success(request, _("The depot is saved."))
        return redirect("parts:depots")
    return form_page(request, form, title, back=reverse("parts:depots"), back_label=_("Depots"), button=_("Save"))

"""One system or device, and the label that hangs on it."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import login_required, provider_required
from core.forms import carried_out
from core.navigation import resolve
from core.time import now
from customers import selectors, services
from customers.forms import DowntimeForm

if TYPE_CHECKING:
    from accounts.access import PersonRequest
    from customers.models import Equipment

SHOWN = 10


@require_safe
@login_required
def equipment(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one equipment: data, what it is entitled to today, what was changed."""
    return _page(request, _find(request, pk), DowntimeForm())


def _find(request: PersonRequest, pk: int) -> Equipment:
    return get_object_or_404(selectors.equipment_for(request.user).select_related("site__organization", "skill"), pk=pk)


def _page(request: PersonRequest, found: Equipment, form: DowntimeForm) -> HttpResponse:
    given = {
        "equipment": found,
        "downtimes": found.downtimes.select_related("entered_by")[:SHOWN],
        "downtime_form": form if request.user.is_provider else None,
        "entitlement": selectors.entitlement(found, now()),
        "configuration": selectors.configuration_of(found),
        "changes": selectors.equipment_changes(found) if request.user.is_provider else (),
        "report_url": _report_url(found.pk) if request.user.is_customer else "",
    }
    return render(request, "customers/equipment.html", given, status=422 if form.errors else 200)


@require_POST
@provider_required
def take_down(request: PersonRequest, pk: int) -> HttpResponse:
    """Enter planned downtime."""
    found, form = _find(request, pk), DowntimeForm(request.POST)
    if carried_out(form, partial(services.take_down, found, actor=request.user, at=now())):
        messages.success(request, _("The downtime is entered; it counts as planned."))
        return redirect(found)
    return _page(request, found, form)


def _report_url(pk: int) -> str:
    form = resolve("tickets:report")
    return f"{form}?equipment={pk}" if form else ""


@require_safe
@login_required
def qr_image(request: PersonRequest, pk: int) -> HttpResponse:
    """Draw the label's code: it leads to the report form with this equipment chosen."""
    found = get_object_or_404(selectors.equipment_for(request.user), pk=pk)
    address = settings.PUBLIC_URL + reverse("customers:label", args=[found.qr_id])
    image = io.BytesIO()
    segno.make_qr(address, error="m").save(image, kind="svg", scale=4, border=2, xmldecl=False, dark="#111", light="#fff")
    return HttpResponse(image.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "private, max-age=86400"})


@require_safe
@login_required
def label(request: PersonRequest, qr_id: str) -> HttpResponse:
    """Lead who scans a label to what they came for: customers to the report form, staff to the equipment."""
    found = selectors.equipment_by_qr(request.user, qr_id)
    report = _report_url(found.pk) if request.user.is_customer else ""
    return redirect(report or reverse("customers:equipment", args=[found.pk]))

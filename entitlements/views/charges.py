"""The customer's word on a charged visit, and what work costs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import login_required, manager_required
from core.forms import carried_out
from core.time import now
from entitlements import selectors, services
from entitlements.forms import AcknowledgeForm, OverrideForm, RateForm, RefuseChargeForm
from entitlements.forms.quotations import for_portal
from entitlements.views.shared import WRONG, today
from visits import selectors as visits

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest

STEPS: dict[str, tuple[Any, Any]] = {
    "acknowledge": (AcknowledgeForm, services.acknowledge),
    "refuse": (RefuseChargeForm, services.refuse_charge),
    "override": (OverrideForm, services.override),
}


@require_POST
@login_required
def act(request: PersonRequest, pk: int, step: str) -> HttpResponse:
    """Agree to a charge, refuse it, or set off without the word."""
    visit = get_object_or_404(visits.with_people_and_places(visits.visits_for(request.user)), pk=pk)
    if step not in STEPS:
        raise Http404(step)
    kind, service = STEPS[step]
    form = kind(request.POST)
    if request.user.is_customer:
        form = for_portal(form)
    if carried_out(form, partial(service, visit, actor=request.user, at=now())):
        messages.success(request, _("Recorded."))
        return redirect(visit)
    for sentences in form.errors.values():
        messages.error(request, " ".join(sentences))
    return redirect(visit)


@require_http_methods(["GET", "POST"])
@manager_required
def rates(request: PersonRequest) -> HttpResponse:
    """Set what charged work costs, from a day on."""
    form = RateForm(request.POST or None, initial={"valid_from": today()})
    if carried_out(form, partial(services.set_rate, actor=request.user, at=now())):
        messages.success(request, _("The rate is set."))
        return redirect("entitlements:rates")
    return render(request, "entitlements/rates.html", {"form": form, "rates": selectors.rates()}, status=WRONG if form.errors else 200)

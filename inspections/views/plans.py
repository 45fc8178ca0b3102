"""Plans: which sites are inspected how often, by whom, with which checklist."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import dispatcher_required, provider_required
from core.forms import carried_out
from core.pages import page
from core.time import now
from inspections import selectors, services
from inspections.forms import PlanForm
from inspections.models import Every
from inspections.views.shared import answer

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from inspections.models import InspectionPlan


@require_safe
@provider_required
def plans(request: PersonRequest) -> HttpResponse:
    """Show the plans."""
    rows = page(selectors.plans_for(request.user), by="pk", descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "inspections/plans.html", {"page": rows})


@require_http_methods(["GET", "POST"])
@dispatcher_required
def new_plan(request: PersonRequest) -> HttpResponse:
    """Make a plan."""
    form = PlanForm(request.POST or None)
    return _save(request, form, None)


@require_http_methods(["GET", "POST"])
@dispatcher_required
def plan(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a plan."""
    found = get_object_or_404(selectors.plans_for(request.user), pk=pk)
    initial = {name: getattr(found, name) for name in PlanForm.base_fields if name != "helpers"}
    # The usual rhythms write their rule anew.
    own = {"helpers": found.helpers.all(), "rule": found.rule if found.every == Every.RULE else ""}
    form = PlanForm(request.POST or None, initial=initial | own)
    return _save(request, form, found)


def _save(request: PersonRequest, form: PlanForm, found: InspectionPlan | None) -> HttpResponse:
    if "preview" in request.POST:
        return _preview(request, form, found)
    save = partial(services.change_plan, found) if found else services.create_plan
    if carried_out(form, lambda **_fields: save(form.draft(), actor=request.user, at=now())):
        messages.success(request, _("The plan is saved. Its visits are made by themselves when their time comes."))
        return redirect("inspections:plans")
    dates = services.preview(found, at=now()) if found and not form.errors else ()
    return answer(request, "inspections/plan.html", form, plan=found, dates=dates)


def _preview(request: PersonRequest, form: PlanForm, found: InspectionPlan | None) -> HttpResponse:
    """Show the days that a plan would make, without saving it."""
    dates: list[Any] = []

    def look(**_fields: Any) -> None:
        dates.extend(services.preview(services.drawn(form.draft()), at=now()))

    carried_out(form, look)
    return answer(request, "inspections/plan.html", form, plan=found, dates=dates, is_preview=True)

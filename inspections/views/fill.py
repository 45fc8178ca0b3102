"""The checklist, filled in on a phone: each touch is saved, and without a script one button saves all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import provider_required
from core.errors import DomainError
from core.forms import carried_out
from core.time import now
from inspections import selectors, services
from inspections.forms import FindingForm, FinishForm
from inspections.models import Outcome, Status
from inspections.views.shared import answer, visit_to_work_on
from inspections.views.visit import sections

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from customers.models import Equipment
    from inspections.models import Inspection


@require_http_methods(["GET", "POST"])
@provider_required
def fill(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the checklist; save all of it when it is sent as one form."""
    shown = visit_to_work_on(request, pk)
    if shown.status != Status.UNDER_WAY:
        return redirect("inspections:visit", pk)
    if request.method == "GET":
        return _page(request, shown)
    equipment = _equipment(shown)
    forms = [FindingForm(request.POST, result, equipment) for result in shown.results.all()]
    if not all(form.is_valid() for form in forms):
        messages.error(request, _("Not everything could be saved; please look at the items marked below."))
        return _page(request, shown, {form.result.position for form in forms if form.errors}, status=422)
    try:
        services.record_results(shown, [form.finding() for form in forms], actor=request.user, at=now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("inspections:visit", pk)
    return redirect("inspections:finish" if "finish" in request.POST else "inspections:fill", pk)


def _equipment(shown: Inspection) -> dict[str, Equipment]:
    return {str(each.pk): each for each in selectors.equipment_at(shown)}


def _page(request: PersonRequest, shown: Inspection, wrong: Any = (), *, status: int = 200) -> HttpResponse:
    given = {
        "visit": shown,
        "sections": sections(shown),
        "progress": selectors.progress(shown.results.all()),
        "equipment": list(selectors.equipment_at(shown)),
        "severities": selectors.severity_words(shown, now()),
        "outcomes": [(Outcome.OK, "check"), (Outcome.FAILED, "x"), (Outcome.NOT_APPLICABLE, "minus")],
        "wrong": wrong,
    }
    return render(request, "inspections/fill.html", given, status=status)


@require_POST
@provider_required
def item(request: PersonRequest, pk: int, position: int) -> HttpResponse:
    """Save one item and answer how far the checklist is."""
    shown = visit_to_work_on(request, pk)
    result = next((row for row in shown.results.all() if row.position == position), None)
    if result is None:
        raise Http404
    form = FindingForm(request.POST, result, _equipment(shown))
    refused = "" if form.is_valid() else " ".join(str(sentence) for errors in form.errors.values() for sentence in errors)
    if not refused:
        try:
            result = services.record_result(shown, form.finding(), actor=request.user, at=now())
        except DomainError as refusal:
            refused = str(refusal)
    rows = [result if row.position == position else row for row in shown.results.all()]
    given = {"visit": shown, "result": result, "refused": refused, "progress": selectors.progress(rows)}
    return render(request, "inspections/_saved.html", given)


@require_http_methods(["GET", "POST"])
@provider_required
def finish(request: PersonRequest, pk: int) -> HttpResponse:
    """Sum up and end the visit."""
    shown = visit_to_work_on(request, pk)
    if shown.status != Status.UNDER_WAY:
        return redirect("inspections:visit", pk)
    form = FinishForm(request.POST or None)
    if carried_out(form, partial(services.finish, shown, actor=request.user, at=now())):
        return redirect("inspections:sign", pk)
    rows = list(shown.results.all())
    given = {
        "visit": shown,
        "progress": selectors.progress(rows),
        "failed": [row for row in rows if row.outcome == Outcome.FAILED],
        "missing": [row for row in rows if row.required and row.is_open],
    }
    return answer(request, "inspections/finish.html", form, **given)

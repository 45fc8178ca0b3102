"""The end of a visit: sum up, say what becomes of the findings, write down what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import provider_required
from core.errors import DomainError
from core.forms import refuse
from core.time import now
from inspections import selectors, services
from inspections.forms import FinishForm, change_forms
from inspections.models import CarriedFinding, Outcome, Status
from inspections.views.shared import answer, visit_to_work_on

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from inspections.forms.finish import ChangeFormSet
    from inspections.models import Inspection


@require_http_methods(["GET", "POST"])
@provider_required
def finish(request: PersonRequest, pk: int) -> HttpResponse:
    """Sum up and end the visit; the report is then handed over to be signed."""
    shown = visit_to_work_on(request, pk)
    if shown.status != Status.UNDER_WAY:
        return redirect("inspections:visit", pk)
    data = request.POST if request.method == "POST" else None
    form, changes = _forms(shown, data)
    if data is not None and _finished(request, shown, form, changes):
        paper = services.report_to_sign(shown, actor=request.user, at=now())
        return redirect(f"{reverse('documents:sign', args=[paper.pk])}?next={reverse('inspections:visit', args=[pk])}")
    return answer(request, "inspections/finish.html", form, **_given(shown), changes=changes)


def _forms(shown: Inspection, data: object) -> tuple[FinishForm, ChangeFormSet]:
    known = selectors.known_as(shown)
    failed = [row for row in shown.results.all() if row.outcome == Outcome.FAILED]
    # What a fault follows already needs no choice.
    free = [row for row in failed if not services.is_followed(known.get((row.code, row.equipment_id)))]
    met = {found.pk for row in failed if (found := known.get((row.code, row.equipment_id)))}
    still = [row for row in shown.carried.all() if row.verdict == CarriedFinding.Verdict.STILL and row.finding_id not in met]
    form = FinishForm(data, free, [row for row in still if not services.is_followed(row.finding)])
    return form, change_forms(data, selectors.equipment_at(shown))


def _finished(request: PersonRequest, shown: Inspection, form: FinishForm, changes: ChangeFormSet) -> bool:
    if not (form.is_valid() & changes.is_valid()):
        return False
    try:
        services.finish(shown, actor=request.user, at=now(), said=form.said(changes.changes()))
    except DomainError as refusal:
        refuse(form, refusal)
        return False
    return True


def _given(shown: Inspection) -> dict[str, object]:
    rows = list(shown.results.all())
    carried = list(shown.carried.all())
    return {
        "visit": shown,
        "progress": selectors.progress(rows, carried),
        "failed": [row for row in rows if row.outcome == Outcome.FAILED],
        "carried": carried,
        "missing": [row for row in rows if row.required and row.is_open],
        "trends": [(trend, services.drawn_trend(trend)) for trend in selectors.trends(shown)],
    }

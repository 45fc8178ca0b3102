"""The checklist, filled in on a phone: each touch is saved, and without a script one button saves all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import provider_required
from core.errors import DomainError
from core.time import now
from inspections import selectors, services
from inspections.forms import AnswerForm, PhotosForm, VerdictForm
from inspections.models import CarriedFinding, Outcome, Status
from inspections.views.shared import sections, visit_to_work_on

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from customers.models import Equipment
    from inspections.models import Inspection, InspectionResult

OUTCOMES = [(Outcome.OK, "check"), (Outcome.FAILED, "x"), (Outcome.NOT_APPLICABLE, "minus")]
VERDICTS = [(CarriedFinding.Verdict.STILL, "alert-triangle", "failed"), (CarriedFinding.Verdict.GONE, "check", "ok")]


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
    answers = [AnswerForm(request.POST, result, equipment) for result in shown.results.all()]
    verdicts = [VerdictForm(request.POST, carried) for carried in shown.carried.all()]
    if not all(form.is_valid() for form in (*answers, *verdicts)):
        messages.error(request, _("Not everything could be saved; please look at the items marked below."))
        return _page(request, shown, {form.result.position for form in answers if form.errors}, status=422)
    try:
        _save(request, shown, answers, verdicts)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("inspections:fill", pk)
    return redirect("inspections:finish" if "finish" in request.POST else "inspections:fill", pk)


def _save(request: PersonRequest, shown: Inspection, answers: list[AnswerForm], verdicts: list[VerdictForm]) -> None:
    who: Any = {"actor": request.user, "at": now()}
    services.record_results(shown, [form.answer() for form in answers], **who)
    if verdicts:
        services.record_verdicts(shown, [form.said() for form in verdicts], **who)
    for form in answers:
        if uploads := PhotosForm(request.FILES, form.result.position).uploads:
            services.keep_photos(shown, form.result.position, uploads, **who)


def _equipment(shown: Inspection) -> dict[str, Equipment]:
    return {str(each.pk): each for each in selectors.equipment_at(shown)}


def _page(request: PersonRequest, shown: Inspection, wrong: Any = (), *, status: int = 200) -> HttpResponse:
    given = {
        "visit": shown,
        "carried": shown.carried.all(),
        "sections": sections(shown),
        "progress": selectors.progress(shown.results.all(), shown.carried.all()),
        "equipment": list(selectors.equipment_at(shown)),
        "severities": selectors.severity_words(shown, now()),
        "outcomes": OUTCOMES,
        "verdicts": VERDICTS,
        "wrong": wrong,
    }
    return render(request, "inspections/fill.html", given, status=status)


@require_POST
@provider_required
def item(request: PersonRequest, pk: int, position: int) -> HttpResponse:
    """Save one item and answer how far the checklist is."""
    shown = visit_to_work_on(request, pk)
    result = _result(shown, position)
    form = AnswerForm(request.POST, result, _equipment(shown))
    refused = "" if form.is_valid() else " ".join(str(sentence) for errors in form.errors.values() for sentence in errors)
    if not refused:
        try:
            result = services.record_result(shown, form.answer(), actor=request.user, at=now())
        except DomainError as refusal:
            refused = str(refusal)
    return _saved(request, shown, result, refused=refused)


def _result(shown: Inspection, position: int) -> InspectionResult:
    result = next((row for row in shown.results.all() if row.position == position), None)
    if result is None:
        raise Http404
    return result


def _saved(
    request: PersonRequest, shown: Inspection, result: InspectionResult, *, refused: str = "", template: str = "_saved"
) -> HttpResponse:
    given = {"visit": shown, "result": result, "refused": refused, "progress": selectors.progress_now(shown)}
    return render(request, f"inspections/{template}.html", given)


@require_POST
@provider_required
def verdict(request: PersonRequest, pk: int, finding: int) -> HttpResponse:
    """Save whether a finding of an earlier inspection is still there."""
    shown = visit_to_work_on(request, pk)
    carried = next((row for row in shown.carried.all() if row.finding_id == finding), None)
    if carried is None:
        raise Http404
    form = VerdictForm(request.POST, carried)
    refused = "" if form.is_valid() else " ".join(str(sentence) for errors in form.errors.values() for sentence in errors)
    if not refused:
        try:
            carried = services.record_verdicts(shown, [form.said()], actor=request.user, at=now())[0]
        except DomainError as refusal:
            refused = str(refusal)
    given = {"visit": shown, "row": carried, "refused": refused, "progress": selectors.progress_now(shown)}
    return render(request, "inspections/_verdict_saved.html", given)


@require_POST
@provider_required
def photos(request: PersonRequest, pk: int, position: int) -> HttpResponse:
    """Keep pictures of one item, and answer what is there now."""
    shown = visit_to_work_on(request, pk)
    _result(shown, position)
    refused = ""
    try:
        services.keep_photos(shown, position, PhotosForm(request.FILES, position).uploads, actor=request.user, at=now())
    except DomainError as refusal:
        refused = str(refusal)
    shown = visit_to_work_on(request, pk)
    return _saved(request, shown, _result(shown, position), refused=refused, template="_photos_saved")

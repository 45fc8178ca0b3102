"""One visit: its page, and the steps before and after the checklist."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import dispatcher_required, login_required, provider_required
from core.forms import carried_out
from core.time import now
from documents import selectors as papers
from inspections import selectors, services
from inspections.forms import CancelForm, RescheduleForm
from inspections.views.shared import answer, sections, visit_or_404, visit_to_work_on

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from documents.models import Document


@require_safe
@login_required
def visit(request: PersonRequest, pk: int) -> HttpResponse:
    """Show where a visit stands, what was found, its papers and its record."""
    shown = visit_or_404(request, pk)
    given = {
        "visit": shown,
        "sections": sections(shown),
        "progress": selectors.progress(shown.results.all(), shown.carried.all()),
        "carried": shown.carried.all(),
        "trends": [(trend, services.drawn_trend(trend)) for trend in selectors.trends(shown)],
        "papers": papers.documents_about(shown.about),
        "record": selectors.record_of(shown),
        "open_findings": selectors.with_places(selectors.open_at(shown.site_id)) if shown.may_begin else (),
        "may_work": selectors.may_work_on(request.user, shown),
        "may_sign": selectors.may_sign(request.user, shown),
        "today": timezone.localdate(now()),
    }
    return render(request, "inspections/visit.html", given)


@require_POST
@provider_required
def start(request: PersonRequest, pk: int) -> HttpResponse:
    """Hand over the request to inspect to be signed; where the customer agreed already, open the checklist."""
    shown = visit_to_work_on(request, pk)
    if shown.admitted_by_name:
        services.begin(shown, actor=request.user, at=now())
        return redirect("inspections:fill", pk)
    return _to_be_signed(services.ask_consent(shown, actor=request.user, at=now()), reverse("inspections:fill", args=[pk]))


def _to_be_signed(paper: Document, back: str) -> HttpResponse:
    return redirect(f"{reverse('documents:sign', args=[paper.pk])}?next={back}")


@require_safe
@login_required
def report(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the report on its own, as it is printed."""
    shown = visit_or_404(request, pk)
    return render(request, "inspections/report.html", {"visit": shown, "sections": sections(shown)})


@require_POST
@login_required
def sign(request: PersonRequest, pk: int) -> HttpResponse:
    """Lead to where the report is signed."""
    shown = visit_or_404(request, pk)
    paper = services.report_to_sign(shown, actor=request.user, at=now())
    return _to_be_signed(paper, reverse("inspections:visit", args=[pk]))


@require_http_methods(["GET", "POST"])
@provider_required
def reschedule(request: PersonRequest, pk: int) -> HttpResponse:
    """Move the visit to another day or person."""
    shown = visit_to_work_on(request, pk)
    form = RescheduleForm(request.POST) if request.method == "POST" else RescheduleForm.of(shown)
    if carried_out(form, partial(services.reschedule, shown, actor=request.user, at=now())):
        messages.success(request, _("The visit is planned anew; the customer and the engineer are told."))
        return redirect("inspections:visit", pk)
    return answer(request, "inspections/reschedule.html", form, visit=shown)


@require_http_methods(["GET", "POST"])
@dispatcher_required
def cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """Call the visit off."""
    shown = visit_or_404(request, pk)
    form = CancelForm(request.POST or None)
    if carried_out(form, partial(services.cancel, shown, actor=request.user, at=now())):
        messages.success(request, _("The visit is called off; the customer and the engineer are told."))
        return redirect("inspections:visit", pk)
    return answer(request, "inspections/cancel.html", form, visit=shown)

"""One visit: its page, and the steps before and after the checklist."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import dispatcher_required, login_required, provider_required
from core.forms import carried_out
from core.time import now
from inspections import selectors, services
from inspections.forms import CancelForm, DeclineForm, RescheduleForm, SignForm, StartForm
from inspections.models import Section
from inspections.views.shared import answer, visit_or_404, visit_to_work_on

if TYPE_CHECKING:
    from django.forms import BaseForm
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from inspections.models import Inspection, InspectionResult


@require_safe
@login_required
def visit(request: PersonRequest, pk: int) -> HttpResponse:
    """Show where a visit stands and what was found."""
    return _page(request, visit_or_404(request, pk), StartForm())


def _page(request: PersonRequest, shown: Inspection, form: BaseForm) -> HttpResponse:
    given = {
        "visit": shown,
        "sections": sections(shown),
        "progress": selectors.progress(shown.results.all()),
        "may_work": selectors.may_work_on(request.user, shown),
        "may_sign": selectors.may_sign(request.user, shown),
        "today": timezone.localdate(now()),
    }
    return answer(request, "inspections/visit.html", form, **given)


def sections(shown: Inspection) -> list[tuple[str, list[InspectionResult]]]:
    """Answer the results under the names of their parts."""
    rows = list(shown.results.all())
    parts = [(part.label, [row for row in rows if row.section == part.value]) for part in Section]
    return [(str(label), found) for label, found in parts if found]


@require_POST
@provider_required
def start(request: PersonRequest, pk: int) -> HttpResponse:
    """Begin the visit and open its checklist."""
    shown = visit_to_work_on(request, pk)
    form = StartForm(request.POST)
    if carried_out(form, partial(services.start, shown, actor=request.user, at=now())):
        return redirect("inspections:fill", pk)
    return _page(request, shown, form)


@require_safe
@login_required
def report(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the report on its own, as it is printed."""
    shown = visit_or_404(request, pk)
    return render(request, "inspections/report.html", {"visit": shown, "sections": sections(shown)})


@require_http_methods(["GET", "POST"])
@login_required
def sign(request: PersonRequest, pk: int) -> HttpResponse:
    """Let the customer put their name under the report."""
    shown = visit_or_404(request, pk)
    form = SignForm(request.POST or None, initial={"name": request.user.name if request.user.is_customer else ""})
    if carried_out(form, partial(services.sign, shown, actor=request.user, at=now())):
        messages.success(request, _("The report is signed. Thank you."))
        return redirect("inspections:visit", pk)
    return _sign_page(request, shown, form, DeclineForm())


@require_POST
@login_required
def decline(request: PersonRequest, pk: int) -> HttpResponse:
    """Note that the report is not signed, and why."""
    shown = visit_or_404(request, pk)
    form = DeclineForm(request.POST)
    if carried_out(form, partial(services.decline, shown, actor=request.user, at=now())):
        messages.info(request, _("It is noted that the report was not signed, and why."))
        return redirect("inspections:visit", pk)
    return _sign_page(request, shown, SignForm(), form)


def _sign_page(request: PersonRequest, shown: Inspection, form: SignForm, decline_form: DeclineForm) -> HttpResponse:
    given = {"visit": shown, "form": form, "decline_form": decline_form, "progress": selectors.progress(shown.results.all())}
    wrong = form.errors or decline_form.errors
    return render(request, "inspections/sign.html", given, status=422 if wrong else 200)


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

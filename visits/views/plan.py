"""Planning a visit from its ticket, and moving it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import provider_required
from core.forms import carried_out
from core.time import now
from tickets import selectors as tickets
from visits import selectors, services
from visits.forms import PlanForm, ScheduleForm
from visits.views.shared import answer, visit_or_404

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest


@require_http_methods(["GET", "POST"])
@provider_required
def new(request: PersonRequest, number: str) -> HttpResponse:
    """Plan a visit for a ticket."""
    ticket = get_object_or_404(tickets.detailed(tickets.tickets_for(request.user)), number=number)
    form = PlanForm(request.POST or None, user=request.user, initial={"lead": ticket.assignee_id})

    def plan(**given: Any) -> None:
        services.plan(services.VisitDraft(ticket=ticket, **given), actor=request.user, at=now())

    if carried_out(form, plan):
        messages.success(request, _("The visit is planned. The customer is told as soon as time and engineer are known."))
        return redirect(ticket)
    return answer(request, "visits/new.html", form, ticket=ticket)


@require_http_methods(["GET", "POST"])
@provider_required
def schedule(request: PersonRequest, pk: int) -> HttpResponse:
    """Move a visit, or send others."""
    shown = visit_or_404(request, pk)
    if not selectors.may_work_on(request.user, shown):
        raise PermissionDenied(_("This visit is made by other people. Ask a dispatcher."))
    form = ScheduleForm.of(shown, request.user, *([request.POST] if request.method == "POST" else []))
    if carried_out(form, lambda **given: services.schedule(shown, actor=request.user, at=now(), **given)):
        messages.success(request, _("Changed; everybody concerned is told."))
        return redirect("visits:visit", pk)
    return answer(request, "visits/schedule.html", form, visit=shown)

"""The nightly audit of the clocks: what was compared, and what was not as the record says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import manager_required
from core.pages import page
from sla.models import Audit, AuditFinding

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

COLUMNS = {
    "state": _("State"),
    "is_strictest": _("Strictest"),
    "started_at": _("Started"),
    "due_at": _("Due"),
    "stopped_at": _("Stopped"),
    "missed_at": _("Missed"),
    "paused_at": _("Paused"),
    "target_seconds": _("Target"),
    "remaining_seconds": _("Remaining"),
    "calendar_version_id": _("Calendar"),
}


@require_safe
@manager_required
def audits(request: HttpRequest) -> HttpResponse:
    """List the audits, newest first."""
    found = page(Audit.objects.all(), by="day", descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "tickets/desk/audits.html", {"page": found})


@require_safe
@manager_required
def audit(request: HttpRequest, day: str) -> HttpResponse:
    """Show what an audit found."""
    try:
        done = get_object_or_404(Audit, day=date.fromisoformat(day))
    except ValueError:
        raise Http404 from None
    rows = AuditFinding.objects.filter(audit=done).select_related("commitment__ticket__organization")
    found = page(rows, cursor=request.GET.get("cursor", ""))
    for row in found:
        row.column_label = COLUMNS.get(row.column, "")
    return render(request, "tickets/desk/audit.html", {"audit": done, "page": found})

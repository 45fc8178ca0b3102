"""One visit: where it stands, what comes next, and its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import login_required
from visits import selectors

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from visits.models import Visit


def visit_or_404(request: PersonRequest, pk: int) -> Visit:
    """Answer a visit the person may see, with all that its pages show."""
    return get_object_or_404(selectors.with_record(selectors.visits_for(request.user)), pk=pk)


@require_safe
@login_required
def visit(request: PersonRequest, pk: int) -> HttpResponse:
    """Show where a visit stands and what happened."""
    return render(request, "visits/visit.html", {"visit": visit_or_404(request, pk)})

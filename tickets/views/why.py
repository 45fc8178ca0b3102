"""Why a clock stands as it does: one page a clock, for staff and for customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import login_required
from core.time import now
from tickets import selectors
from tickets.why import why

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest


@require_safe
@login_required
@never_cache
def clock(request: PersonRequest, number: str, pk: int) -> HttpResponse:
    """Tell how a clock came about; customers are not told of levels."""
    ticket = get_object_or_404(selectors.with_promises(selectors.tickets_for(request.user)), number=number)
    told = why(ticket, pk, request.user, at=now())
    if told is None:
        raise Http404(str(pk))
    return render(request, "tickets/why/page.html", {"ticket": ticket, "why": told})

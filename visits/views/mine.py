"""What an engineer has before them: late, today, next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import provider_required
from visits import selectors

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest


@require_safe
@provider_required
def mine(request: PersonRequest) -> HttpResponse:
    """Show the visits of the person that are still to be made."""
    rows = selectors.with_people_and_places(selectors.still_open(selectors.mine(request.user)))
    return render(request, "visits/mine.html", {"visits": rows.order_by("starts_at", "id")})

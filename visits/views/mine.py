"""What an engineer has before them: under way, late, today, later."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import provider_required
from core.time import now
from visits import selectors
from visits.views.shared import kept

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest


@require_safe
@provider_required
def mine(request: PersonRequest) -> HttpResponse:
    """Show the visits of the person that are still to be made."""
    at = now()
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0) + timedelta(days=1)
    found = selectors.in_order(selectors.mine(request.user), at, day_ends=midnight)
    names = {"now": _("Under way"), "late": _("Late"), "today": _("Today"), "later": _("Coming up"), "open": _("Without a time")}
    groups = [(code, name, found[code]) for code, name in names.items() if found[code]]
    return kept(request, render(request, "visits/mine.html", {"groups": groups}))

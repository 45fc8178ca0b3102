"""The status page, and the same figures for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from accounts.access import provider_required
from core.time import now
from status import metrics as figures
from status import selectors
from tickets.figures.tables import said

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.access import PersonRequest

STAGES = {"report": pgettext_lazy("stage", "Report"), "level": gettext_lazy("Level"), "delivery": gettext_lazy("Delivery")}


@require_safe
@provider_required
@never_cache
def page(request: PersonRequest) -> HttpResponse:
    """Show whether reports are promised, escalated and delivered in time, and what waits."""
    at = now()
    stages, day = selectors.stages(at), selectors.last_day(at)
    told: dict[str, Any] = {
        "at": at,
        "stages": [{"stage": stage, "label": STAGES[stage.name]} for stage in stages],
        "is_well": all(stage.is_well for stage in stages),
        "day": day,
        "share": said("share", day.share),
        "chart": _chart(day),
        "spread": [
            (label, [selectors.share_of(values, share) for share in figures.QUANTILES])
            for label, values in ((_("Level"), day.level), (_("Delivery"), day.delivery))
        ],
        "clocks": selectors.waiting_clocks(at),
        "mail": selectors.waiting_messages(at),
        "given_up": selectors.given_up_messages(),
        "calendars": selectors.calendars_moving(),
        "audit": selectors.last_audit(),
    }
    return render(request, "status/_now.html" if request.headers.get("HX-Request") else "status/page.html", told)


def _chart(day: selectors.Day) -> dict[str, Any]:
    series = (("level", _("Level, longest delay"), "kept"), ("delivery", _("Delivery, longest delay"), "second"))
    return {
        "labels": [f"{hour.begins:%H:%M}" for hour in day.hours],
        "series": [{"name": name, "look": look, "values": [getattr(hour, key) for hour in day.hours]} for key, name, look in series],
    }


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the figures in the text format of Prometheus, to the token of METRICS_TOKEN or a manager who is logged in."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    known = bool(settings.METRICS_TOKEN) and constant_time_compare(given, settings.METRICS_TOKEN)
    if not known and not getattr(request.user, "manages", False):
        raise PermissionDenied(_("The figures are read with the token of METRICS_TOKEN, or by managers."))
    with override("en"):
        return HttpResponse(figures.text(now()), content_type=CONTENT_TYPE_LATEST)

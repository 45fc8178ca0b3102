"""How the board draws things."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django import template
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.time import epoch as seconds
from visits.dispatch.wording import DECIDED, clock, when
from visits.models import Purpose, Status

if TYPE_CHECKING:
    from datetime import datetime

    from visits.dispatch.board import Bar
    from visits.models import VisitEvent

register = template.Library()

SIGNS = {
    Status.PLANNED: "calendar-event",
    Status.DEPARTED: "car",
    Status.ON_SITE: "map-pin",
    Status.DONE: "circle-check",
    Status.FAILED: "ban",
}
TROUBLE = {
    "late": gettext_lazy("late: should have begun"),
    "over": gettext_lazy("takes longer than planned"),
    "promise": gettext_lazy("after the promised time"),
}
FULL = 100


@register.filter
def hm(at: datetime) -> str:
    """Write the time of day: {{ visit.starts_at|hm }}."""
    return clock(at)


@register.filter
def epoch(at: datetime | None) -> int | str:
    """Answer whole seconds since 1970, for scripts."""
    return "" if at is None else seconds(at)


@register.filter
def offset(at: datetime) -> int:
    """Answer how many seconds the wall clock is ahead of UTC, for scripts."""
    ahead = timezone.localtime(at).utcoffset()
    return int(ahead.total_seconds()) if ahead else 0


@register.filter
def hours(length: timedelta) -> str:
    """Write a length in hours: {{ line.planned|hours }}."""
    return formats.number_format(round(length / timedelta(hours=1), 1), 1).removesuffix(".0")


@register.filter
def weekday(day: datetime) -> str:
    """Write a day with its weekday: {{ cell.day.0|weekday }}."""
    return formats.date_format(timezone.localtime(day), "D m-d")


@register.filter
def sign(bar: Bar) -> str:
    """Answer the icon of how a visit stands."""
    if bar.trouble:
        return "alert-triangle"
    return "checklist" if bar.visit.purpose == Purpose.INSPECTION and bar.is_movable else SIGNS[Status(bar.visit.status)]


@register.filter
def trouble(bar: Bar) -> str:
    """Say why a visit needs looking after."""
    return str(TROUBLE[bar.trouble]) if bar.trouble else ""


@register.filter
def told(bar: Bar) -> str:
    """Say all about a bar, for who cannot see it drawn."""
    visit = bar.visit
    parts = [
        when(*bar.span),
        f"{visit.organization} · {visit.site}",
        visit.subject,
        str(visit.get_status_display()),
        str(visit.get_purpose_display()) if visit.purpose == Purpose.INSPECTION else "",
        _("comes along") if bar.is_helper else "",
        trouble(bar),
    ]
    return ", ".join(filter(None, parts))


@register.filter
def decided(event: VisitEvent) -> str:
    """Say what spoke against a plan and was decided all the same: {{ event|decided }}."""
    return ", ".join(str(DECIDED[code]) for code in event.facts.get("overridden", ()) if code in DECIDED)


@register.filter
def tone(load: int | None) -> str:
    """Answer how a load looks: too much, or not."""
    return "late" if load is not None and load > FULL else "ok"

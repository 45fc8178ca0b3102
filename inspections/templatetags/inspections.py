"""How visits are shown, and which visit a ticket came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.templatetags.inline import badge
from inspections.models import Inspection, InspectionResult, Status

if TYPE_CHECKING:
    from datetime import date

    from django.utils.safestring import SafeString

    from tickets.models import Ticket

register = template.Library()

LOOKS = {
    Status.PLANNED: ("none", "calendar-event"),
    Status.UNDER_WAY: ("info", "pencil"),
    Status.DONE: ("met", "check"),
    Status.CANCELLED: ("none", "ban"),
}


@register.filter
def overdue(visit: Inspection, today: date) -> bool:
    """Whether the visit should have begun before today."""
    return visit.is_overdue(today)


@register.simple_tag
def visit_badge(visit: Inspection, today: date) -> SafeString:
    """Show a visit as its day and state, short enough for a cell."""
    late = visit.is_overdue(today)
    tone, sign = ("late", "alert-triangle") if late else LOOKS[Status(visit.status)]
    state = _("overdue") if late else visit.get_status_display()
    return format_html('{}<span class="visually-hidden"> {}</span>', badge(f"{visit.planned_on:%m-%d}", tone, sign), state)


@register.simple_tag
def inspection_of(ticket: Ticket) -> InspectionResult | None:
    """Answer the finding that opened a ticket, if an inspection did: {% inspection_of ticket as finding %}."""
    return InspectionResult.objects.filter(ticket=ticket).select_related("inspection__plan__template").first()

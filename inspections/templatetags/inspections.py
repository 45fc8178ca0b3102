"""How visits are shown, and which visit a ticket came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.templatetags.inline import badge
from inspections import selectors
from inspections.models import Inspection, InspectionEvent, InspectionResult, Status
from inspections.models.checklists import plain

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from django.utils.safestring import SafeString

    from accounts.models import User
    from customers.models import Equipment, Organization
    from tickets.models import Ticket

register = template.Library()

LOOKS = {
    Status.PLANNED: ("none", "calendar-event"),
    Status.UNDER_WAY: ("info", "pencil"),
    Status.DONE: ("met", "check"),
    Status.CANCELLED: ("none", "ban"),
    Status.MISSED: ("late", "x"),
    Status.REFUSED: ("late", "hand-stop"),
}
Type = InspectionEvent.Type
EVENTS = {
    Type.PLANNED: ("calendar-event", "none"),
    Type.TOLD: ("mail", "none"),
    Type.RESCHEDULED: ("calendar-event", "info"),
    Type.LATE: ("clock", "risk"),
    Type.MISSED: ("x", "late"),
    Type.CONSENTED: ("signature", "met"),
    Type.NOT_CONSENTED: ("hand-stop", "late"),
    Type.STARTED: ("player-play", "info"),
    Type.READINGS: ("download", "info"),
    Type.FINISHED: ("clipboard-check", "met"),
    Type.SIGNED: ("signature", "met"),
    Type.NOT_SIGNED: ("x", "late"),
    Type.CANCELLED: ("ban", "none"),
}
REPORTS_SHOWN = 5


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


@register.filter
def figure(value: Decimal) -> str:
    """Write a number without the zeros its column keeps."""
    return plain(value)


@register.simple_tag
def trend_badge(trend: selectors.Trend) -> SafeString:
    """Say how a figure went since the inspection before."""
    if not trend.points[-1].is_ok:
        return badge(_("not in order"), "late", "x")
    change = trend.change
    written = f"+{plain(change)}" if change > 0 else plain(change)
    return badge(
        _("unchanged") if not change else written, "risk" if trend.is_worse else "none", "alert-triangle" if trend.is_worse else ""
    )


@register.filter
def event_sign(kind: str) -> str:
    """Answer the sign of a line of the record."""
    return EVENTS[InspectionEvent.Type(kind)][0]


@register.filter
def event_tone(kind: str) -> str:
    """Answer the tone of a line of the record."""
    return EVENTS[InspectionEvent.Type(kind)][1]


@register.filter
def event_words(event: InspectionEvent) -> str:
    """Say a line of the record in a sentence or two."""
    said = event.facts
    words = {
        Type.PLANNED: lambda: _("For %(day)s.") % {"day": said["planned_on"]},
        Type.TOLD: lambda: ", ".join(said["people"]),
        Type.RESCHEDULED: lambda: _("From %(before)s to %(day)s.") % {"before": said["before"], "day": said["planned_on"]},
        Type.LATE: lambda: _("Planned for %(day)s.") % {"day": said["planned_on"]},
        Type.MISSED: lambda: _("To be done until %(day)s.") % {"day": said["due_to"]},
        Type.STARTED: lambda: _("Admitted by %(name)s.") % {"name": said["admitted_by"]},
        Type.READINGS: lambda: _("%(rows)s readings, batch %(key)s.") % {"rows": said["rows"], "key": said["batch"]},
        Type.FINISHED: lambda: _finished(said),
    }
    told = words[Type(event.type)]() if event.type in words else said.get("name", "")
    return "\n".join(line for line in (told, event.text) if line)


def _finished(said: dict[str, Any]) -> str:
    counts = _("Findings: %(new)s new, %(again)s found again, %(gone)s gone.") % said
    raised = _("%(count)s raised by one step.") % {"count": len(said["raised"])} if said["raised"] else ""
    return f"{counts} {raised} {', '.join(said['faults'])}".strip()


@register.simple_tag
def inspected_at(equipment: Equipment, user: User) -> dict[str, Any]:
    """Answer what inspections know of an equipment: its open findings, and the latest reports of its site."""
    open_ones = selectors.findings_for(user).filter(equipment=equipment, state="open").order_by("severity", "pk")
    return {"findings": open_ones, "visits": selectors.at_site(user, equipment.site_id)[:REPORTS_SHOWN]}


@register.simple_tag
def inspected_for(organization: Organization, user: User) -> dict[str, Any]:
    """Answer what inspections know of a customer: the worst open findings, and the latest reports."""
    found = selectors.with_places(selectors.findings_for(user).filter(organization=organization, state="open"))
    done = selectors.inspections_for(user).filter(organization=organization, status=Status.DONE)
    visits = done.select_related("plan__template", "site").order_by("-planned_on", "-id")
    return {"findings": found.order_by("severity", "pk")[:REPORTS_SHOWN], "visits": visits[:REPORTS_SHOWN]}

"""How figures of surveys are written, and which survey asked about a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from core.time import now
from surveys import selectors
from surveys.models import Cause, SurveyInvitation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from accounts.models import User
    from tickets.models import Ticket

register = template.Library()


@register.filter
def score(value: float | None) -> str:
    """Write an average with two places; a dash where there is none."""
    return "—" if value is None else f"{value:.2f}"


@register.simple_tag
def share(part: int, whole: int) -> str:
    """Write a part of a whole in percent; a dash where there is no whole."""
    return f"{100 * part / whole:.0f} %" if whole else "—"


@register.filter
def rows(chart: dict[str, Any]) -> Iterator[tuple[str, list[float | None]]]:
    """Answer a chart's data line by line, for the table behind it."""
    for place, label in enumerate(chart["labels"]):
        yield label, [series["values"][place] for series in chart["series"]]


@register.filter
def waits_for(invitation: SurveyInvitation, user: User) -> bool:
    """Whether a survey waits for this person's answer: {% if invitation|waits_for:user %}."""
    return selectors.waits_for(user, invitation, now())


@register.simple_tag
def surveys_of(ticket: Ticket) -> QuerySet[SurveyInvitation]:
    """Answer the surveys that asked about a ticket and its visits: {% surveys_of ticket as invitations %}."""
    about = SurveyInvitation.objects.filter(ticket=ticket, cause__in=[Cause.CLOSE, Cause.VISIT]).order_by("pk")
    return selectors.with_everything(about)

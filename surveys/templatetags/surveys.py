"""How figures of surveys are written, and which survey asked about a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from surveys import selectors
from surveys.models import Cause, SurveyInvitation

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@register.simple_tag
def survey_of(ticket: Ticket) -> SurveyInvitation | None:
    """Answer the survey that asked about a ticket: {% survey_of ticket as invitation %}."""
    return selectors.with_everything(SurveyInvitation.objects.filter(cause=Cause.CLOSE, ticket=ticket)).first()

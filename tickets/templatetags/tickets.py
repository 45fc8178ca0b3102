"""What templates about tickets say: {% load tickets %}."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from accounts import absences
from core.duration import spell
from core.templatetags.inline import severity_badge
from sla.words import length
from tickets import words
from tickets.services.files import INLINE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.safestring import SafeString

    from accounts.models import Absence, User
    from tickets.models import Attachment, Event, Ticket
    from tickets.selectors import ClockView

register = template.Library()


@register.simple_tag
def severity(ticket: Ticket) -> SafeString | str:
    """Show a ticket's severity by the plan's own word: {% severity ticket %}."""
    return severity_badge(ticket.severity, words.severity_name(ticket))


@register.simple_tag
def whose_turn(ticket: Ticket, viewer: User) -> str:
    """Say where a ticket stands: {% whose_turn ticket user %}."""
    return words.whose_turn(ticket, viewer)


@register.simple_tag
def waits_for(ticket: Ticket) -> str:
    """Say what a ticket waits for: {% waits_for ticket as cause %}."""
    return words.waits_for(words.plan_of(ticket), ticket.wait_code, ticket.wait_cause)


@register.simple_tag
def within(clock: ClockView, ticket: Ticket) -> str:
    """Say how long a promise takes at most: {% within clock ticket as span %}."""
    return words.within(ticket, clock)


@register.simple_tag
def begins_with(clock: ClockView, ticket: Ticket) -> str:
    """Say what starts a promise that has not begun: {% begins_with clock ticket as event %}."""
    return words.begins_with(ticket, clock)


@register.simple_tag
def line(event: Event, ticket: Ticket) -> words.Line:
    """Answer how a line of the record is shown: {% line event ticket as look %}."""
    return words.line(event, ticket)


@register.simple_tag
def said_by(event: Event, viewer: User) -> str:
    """Say who did it; a person reads "you" of themselves, the system has no name: {% said_by event user as who %}."""
    return words.said_by(event, viewer)


@register.simple_tag
def away_words(away: Mapping[int, Absence], person: User) -> str:
    """Say until when somebody is away, and nothing of who is there: {% away_words away person as gone %}."""
    return absences.words(away[person.pk]) if person.pk in away else ""


@register.filter
def span(seconds: int) -> str:
    """Say a length to the second: {{ clock.gross_seconds|span }}."""
    return length(seconds, days=False) or spell(0)


@register.filter
def report_parts(event: Event) -> list[tuple[str, str]]:
    """Answer the headed paragraphs of a diagnosis or solution."""
    return words.report_parts(event)


@register.filter
def fact_parts(event: Event) -> list[tuple[str, str]]:
    """Answer the named facts of a line."""
    return words.fact_parts(event)


@register.filter
def is_picture(attachment: Attachment) -> bool:
    """Whether a file may be shown as an image."""
    return attachment.content_type in INLINE

"""What is known about a ticket: {% load knowledge %}."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html

from core.templatetags.inline import badge
from knowledge import selectors
from knowledge.models import Article, Audience, State

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from accounts.models import User
    from tickets.models import Ticket

register = template.Library()

TONES = {State.DRAFT: ("risk", "pencil"), State.PUBLISHED: ("met", "check"), State.RETIRED: ("none", "ban")}


@register.simple_tag
def article_badges(article: Article) -> SafeString:
    """Show where an article stands and who reads it."""
    tone, sign = TONES[State(article.state)]
    shown = badge(article.get_state_display(), tone, sign)
    if article.state == State.PUBLISHED:
        public = article.audience == Audience.PUBLIC
        readers = badge(article.get_audience_display(), "info" if public else "none", "users" if public else "lock")
        return format_html("{} {}", shown, readers)
    return shown


@register.filter
def spoken(article: Article, name: str) -> str:
    """Answer a text of an article in the language of the page: {{ article|spoken:"solution" }}."""
    return article.spoken(name)


@register.simple_tag
def known_about(ticket: Ticket, user: User) -> dict[str, Any]:
    """Answer the articles of a ticket: {% known_about ticket user as known %}."""
    return selectors.for_ticket(ticket, user)

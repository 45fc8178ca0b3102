"""What templates ask of the inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import get_language

from notifications import selectors
from notifications.kinds import KINDS
from notifications.rendering import CHINESE, Text, render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import User
    from notifications.models import Message
    from notifications.offers import Offer

register = template.Library()


@register.simple_tag
def unread(user: User) -> int:
    """Answer how many messages are new to a person, counted up to 100."""
    return selectors.unread_count(user)


@register.filter
def capped(count: int) -> str:
    """Say a count that is not counted to its end: 99+."""
    return str(count) if count < selectors.COUNTED_TO else f"{selectors.COUNTED_TO - 1}+"


@register.filter
def text(message: Message) -> Text:
    """Answer a message as text in the reader's language; of a kind that is no longer told, its name."""
    if message.kind not in KINDS:
        return Text(message.kind, "")
    return render(message.kind, message.context, get_language() or CHINESE)


@register.filter
def items(message: Message) -> list[dict[str, Any]]:
    """Answer what a digest tells of, to link to each."""
    return message.context.get("items", []) if message.context.get("count", 0) > 1 else []


@register.simple_tag
def offered(offers: Mapping[int, Sequence[Offer]], message: Message) -> list[Offer]:
    """Answer what can be done about a message: {% offered offers message as able %}."""
    return list(offers.get(message.pk, ()))

"""How loops are shown: {% load loops %}."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from core.templatetags.inline import badge
from loops import workflow
from loops.models import Loop

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from tickets.models import Ticket

register = template.Library()

TONES = {
    workflow.SAID: ("accent", "message-report"),
    workflow.ASKED: ("info", "users-group"),
    workflow.ANSWERED: ("accent", "message-2"),
    workflow.TOLD: ("paused", "hourglass"),
    workflow.AGREED: ("accent", "thumb-up"),
    workflow.CARRIED_OUT: ("info", "clipboard-check"),
    workflow.VERIFYING: ("risk", "help-circle"),
    workflow.SATISFIED: ("met", "mood-smile"),
    workflow.WITHDRAWN: ("none", "arrow-back-up"),
}


@register.simple_tag
def stage_badge(loop: Loop) -> SafeString:
    """Show how far round it is: {% stage_badge loop %}."""
    tone, sign = TONES[loop.stage]
    return badge(loop.get_stage_display(), tone, sign)


@register.simple_tag
def loop_of(ticket: Ticket) -> Loop | None:
    """Answer the loop of a ticket, if it has one: {% loop_of ticket as loop %}."""
    if ticket.kind not in ("complaint", "inquiry"):
        return None
    return Loop.objects.filter(ticket=ticket).first()

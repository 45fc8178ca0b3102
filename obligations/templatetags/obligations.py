"""What other pages show of obligations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import gettext as _

from core.templatetags.inline import badge
from core.time import now
from obligations import selectors
from obligations.models import Status

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from accounts.models import User
    from obligations.models import Obligation

register = template.Library()


@register.simple_tag
def owed_to(user: User, **of: Any) -> list[Obligation]:
    """Answer what is owed, and what was done last: {% owed_to user contract=contract as rows %}."""
    return selectors.near(selectors.obligations_for(user).filter(**of)) if selectors.may_read(user) else []


@register.simple_tag
def obligation_badge(row: Obligation) -> SafeString:
    """Show how an obligation stands: {% obligation_badge row %}."""
    late = row.is_late(now())
    if row.status == Status.WAIVED:
        return badge(_("waived"), "none", "ban")
    if row.status == Status.DONE:
        return badge(_("done late"), "risk", "circle-check") if late else badge(_("done"), "met", "check")
    return badge(_("overdue"), "late", "alert-triangle") if late else badge(_("owed"), "info", "clock")

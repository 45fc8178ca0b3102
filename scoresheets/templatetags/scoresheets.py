"""How scores are shown in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import gettext as _

from core import languages
from core.templatetags.inline import badge
from scoresheets import paper, selectors
from scoresheets.models import State

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from accounts.models import User
    from customers.models import Contract
    from scoresheets.models import Dispute, Score

register = template.Library()
TONES = {State.OPEN: ("info", "eye"), State.ISSUED: ("risk", "signature"), State.SIGNED: ("met", "check"), State.REFUSED: ("late", "x")}


@register.simple_tag
def score_badge(row: Score) -> SafeString:
    """Show where a score stands: {% score_badge row %}."""
    return badge(row.get_state_display(), *TONES[State(row.state)])


@register.simple_tag
def dispute_badge(row: Dispute) -> SafeString:
    """Show what became of a dispute: {% dispute_badge dispute %}."""
    if row.answered_at is None:
        return badge(_("disputed"), "risk", "flag")
    return badge(_("upheld"), "info", "check") if row.is_upheld else badge(_("not upheld"), "none", "x")


@register.filter
def label(row: dict[str, Any]) -> str:
    """Say what a case was, in the language of the page: {{ case|label }}."""
    return paper.label_of(row)


@register.filter
def spoken(names: dict[str, str]) -> str:
    """Say a name of a definition in the language of the page: {{ item.name|spoken }}."""
    return names.get(languages.active(), names["zh-hans"])


@register.simple_tag
def scores_of(user: User, contract: Contract) -> list[Score]:
    """Answer the latest scores of a contract: {% scores_of user contract as rows %}."""
    return selectors.of_contract(user, contract) if selectors.may_read(user) else []

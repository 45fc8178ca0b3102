"""How requests and campaigns are shown, and what of them belongs to a ticket or an equipment: {% load catalogue %}."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from catalogue import engine, selectors
from catalogue.forms.asking import PREFIX
from catalogue.models import Charge, Quotation, Release, Request, State
from core import languages
from core.templatetags.inline import badge

if TYPE_CHECKING:
    from datetime import date

    from django.forms import BoundField
    from django.utils.safestring import SafeString

    from accounts.models import User
    from catalogue.forms import AskForm
    from catalogue.models import CampaignItem
    from customers.models import Equipment
    from tickets.models import Ticket

register = template.Library()

COSTS = {"free": ("met", "gift"), "charged": ("risk", "tag"), "quotation": ("info", "receipt")}
APPROVALS = {
    "not_needed": ("none", "check"),
    "to_quote": ("accent", "pencil"),
    "awaited": ("paused", "hourglass"),
    "approved": ("met", "circle-check"),
    "refused": ("late", "x"),
}
QUOTATIONS = {
    "awaited": ("paused", "hourglass"),
    "approved": ("met", "circle-check"),
    "refused": ("late", "x"),
    "replaced": ("none", "history"),
}
STATES = {
    "to_assess": ("accent", "search"),
    "exempt": ("none", "minus"),
    "applies": ("info", "send"),
    "told": ("paused", "hourglass"),
    "agreed": ("accent", "calendar-event"),
    "declined": ("none", "ban"),
    "scheduled": ("info", "calendar"),
    "done": ("accent", "eye"),
    "verified": ("met", "circle-check"),
}
IMPORTANCE = {"critical": ("late", "flame"), "important": ("risk", "alert-triangle"), "ordinary": ("info", "info-circle")}


@register.filter
def money(amount: Decimal | str | None) -> str:
    """Write an amount with its currency: ¥1,200.00."""
    return "—" if amount in (None, "") else f"¥{Decimal(str(amount)):,.2f}"


@register.filter
def plainly(number: Decimal) -> str:
    """Write a number without zeros that say nothing: 2, 1.5."""
    return f"{number.normalize():f}"


@register.filter
def spoken(words: dict[str, str] | None) -> str:
    """Say words in the language of the page."""
    return engine.spoken(words, languages.active())


@register.filter
def condition(rule: engine.Charge) -> str:
    """Say when a rule of charge holds."""
    said = {
        "warranty": _("inside the warranty"),
        "free_service": _("inside the warranty or the free service"),
        "contract": _("while a contract is in force"),
        "always": _("otherwise"),
    }[rule.condition]
    return f"{said} ({', '.join(rule.plans)})" if rule.plans else said


@register.filter
def at(counts: dict[str, int], state: str) -> int:
    """Answer how many are in a state."""
    return counts[state]


@register.filter
def asked(form: AskForm) -> list[BoundField]:
    """Answer the item's own questions."""
    return [bound for bound in form if bound.name.startswith(PREFIX)]


@register.simple_tag
def when(bound: BoundField) -> SafeString | str:
    """Say in the markup by which answer a question is shown."""
    attrs = bound.field.widget.attrs
    if "data-when" not in attrs:
        return ""
    return format_html(' data-shown-when="{}" data-shown-is="{}"', attrs["data-when"], attrs["data-is"])


@register.simple_tag
def cost_badge(charge: str) -> SafeString:
    """Show what something costs."""
    return badge(Charge(charge).label, *COSTS[charge])


@register.simple_tag
def approval_badge(row: Request) -> SafeString:
    """Show whose word is awaited; begun without it is said as well."""
    if row.overridden_at is not None and row.approval != "approved":
        return badge(_("begun without approval"), "risk", "alert-triangle")
    return badge(row.get_approval_display(), *APPROVALS[row.approval])


@register.simple_tag
def quotation_badge(row: Quotation) -> SafeString:
    """Show what became of a quotation."""
    return badge(row.get_status_display(), *QUOTATIONS[row.status])


@register.simple_tag
def quotation_of(row: Request) -> Quotation | None:
    """Answer the quotation that counts: {% quotation_of row as offer %}."""
    return selectors.current_quotation(row)


@register.simple_tag
def state_badge(row: CampaignItem) -> SafeString:
    """Show how far an equipment has come."""
    return badge(State(row.state).label, *STATES[row.state])


@register.simple_tag
def importance_badge(release: Release) -> SafeString:
    """Show how much a release matters."""
    return badge(release.get_severity_display(), *IMPORTANCE[release.severity])


@register.simple_tag
def progress(total: int, still: int) -> SafeString:
    """Show how many of all are done, as a bar with its words."""
    said = _("%(done)s of %(total)s") % {"done": total - still, "total": total}
    return format_html(
        '<progress class="campaign-bar" max="{}" value="{}" aria-label="{}"></progress> <span>{}</span>',
        total or 1,
        total - still,
        said,
        said,
    )


@register.simple_tag
def is_after_term(row: CampaignItem, day: date) -> bool:
    """Whether the service term of an equipment is over."""
    return row.is_after_term(day)


@register.simple_tag
def request_of(ticket: Ticket) -> dict[str, Any]:
    """Answer what a ticket has to do with the catalogue: {% request_of ticket as asked %}."""
    if ticket.kind == "fault":
        return {}
    row = Request.objects.select_related("item", "version").filter(ticket=ticket).first()
    items = list(selectors.with_equipment(ticket.campaign_items.order_by("pk"))[:20])
    if row is None:
        return {"campaign_items": items}
    return {"row": row, "answers": selectors.answers(row), "quotation": selectors.current_quotation(row), "campaign_items": items}


@register.simple_tag
def campaigns_of(equipment: Equipment, viewer: User) -> list[CampaignItem]:
    """Answer the releases that concern an equipment: {% campaigns_of equipment user as rows %}."""
    return list(selectors.releases_of(equipment, viewer)[:20])

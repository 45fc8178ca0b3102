"""How entitlements are shown, and what is known of a contract, an equipment, a ticket or a visit: {% load entitlements %}."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import time as clock
from core.templatetags.inline import badge
from customers import engine
from customers import selectors as customers
from entitlements import selectors, words
from entitlements.forms import AcknowledgeForm, OverrideForm, RefuseChargeForm
from entitlements.forms.quotations import for_portal
from visits import selectors as visits

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from django.utils.safestring import SafeString

    from accounts.models import User
    from customers.models import Contract, Equipment, Term
    from entitlements.models import Charge, QuotationRequest, Remedy
    from tickets.models import Ticket
    from visits.models import Visit

register = template.Library()

STATES = {"coming": ("info", "clock"), "running": ("met", "shield-check"), "ended": ("none", "shield-off"), "withdrawn": ("none", "ban")}
QUOTATION = {"asked": ("risk", "help-circle"), "quoted": ("info", "receipt"), "accepted": ("met", "check"), "declined": ("none", "x")}
REMEDY = {
    "proposed": ("risk", "hourglass"),
    "approved": ("info", "user-check"),
    "agreed": ("accent", "check"),
    "done": ("met", "check"),
    "refused": ("none", "x"),
}
CHARGE = {
    "free": ("met", "check"),
    "asked": ("risk", "tag"),
    "acknowledged": ("met", "user-check"),
    "refused": ("late", "x"),
    "overridden": ("risk", "alert-triangle"),
}
SOON = 90


@register.filter
def yuan(amount: Decimal | None) -> str:
    """Write an amount with its currency."""
    return words.money(amount)


@register.filter
def verdict(ruling: engine.Ruling) -> SafeString:
    """Show whether something is free, at the maker, or charged."""
    text, tone, sign = words.VERDICTS[ruling.verdict]
    return badge(text, tone, sign)


@register.filter
def work(code: str) -> str:
    """Name a kind of work."""
    return str(words.WORKS[code])


@register.filter
def why(ruling: engine.Ruling) -> str:
    """Say why, and until when."""
    return words.why(ruling)


@register.filter
def clause(ruling: engine.Ruling) -> str:
    """Say by which clause."""
    return words.rule_of(ruling)


@register.filter
def span_name(span: engine.Span) -> str:
    """Name a span."""
    return words.named(span)


@register.simple_tag
def term_state(term: Term, day: date) -> SafeString:
    """Show how a term stands on a day; one that ends soon says so."""
    state = term.state(day)
    names = {"coming": _("to come"), "running": pgettext("term", "running"), "ended": _("ended"), "withdrawn": _("withdrawn")}
    if state == "running" and (term.ends_on - day).days <= SOON:
        return badge(_("ends soon"), "risk", "hourglass")
    tone, sign = STATES[state]
    return badge(names[state], tone, sign)


@register.simple_tag
def quotation_badge(row: QuotationRequest) -> SafeString:
    """Show where a quotation stands."""
    return badge(row.get_status_display(), *QUOTATION[row.status])


@register.simple_tag
def remedy_badge(row: Remedy) -> SafeString:
    """Show where a remedy stands."""
    return badge(row.get_status_display(), *REMEDY[row.status])


@register.simple_tag
def charge_state(row: Charge) -> SafeString:
    """Show whether a visit may begin as far as money goes."""
    return badge(row.get_state_display(), *CHARGE[row.state])


@register.simple_tag
def days_left(term: Term, day: date) -> int:
    """Answer how many days are left of a term."""
    return (term.ends_on - day).days


@register.simple_tag
def cover_of_equipment(equipment: Equipment) -> dict[str, Any]:
    """Answer what covers an equipment, when, and what each kind of work costs today."""
    at = clock.now()
    return {"timeline": selectors.timeline(equipment, _day()), "rulings": selectors.explained(equipment, at), "day": _day()}


@register.simple_tag
def cover_of_contract(contract: Contract, viewer: User) -> dict[str, Any]:
    """Answer what a contract covers when, and the rows of its ends."""
    rows = customers.terms_for(viewer).filter(contract=contract, withdrawn_at=None)
    return {"timeline": selectors.timeline(contract, _day()), "terms": selectors.with_names(rows).order_by("ends_on", "pk"), "day": _day()}


@register.simple_tag
def cover_of_ticket(ticket: Ticket, viewer: User) -> dict[str, Any]:
    """Answer what is free for a ticket, about how much a visit would cost where it is charged, and its remedies."""
    place = ticket.equipment or ticket.site
    rulings = selectors.explained(place, ticket.created_at)
    onsite = next(ruling for ruling in rulings if ruling.work == engine.ONSITE)
    about = None if onsite.is_free else selectors.estimate(engine.ONSITE, onsite.day, selectors.USUAL_HOURS)
    return {"rulings": rulings, "about": about, "remedies": selectors.remedies_of(ticket, viewer), "hours": selectors.USUAL_HOURS}


@register.simple_tag
def charge_of_visit(visit: Visit, viewer: User) -> dict[str, Any] | None:
    """Answer whether a visit is charged: as it was decided, else as the rule says now; nothing for inspections."""
    if visit.ticket is None or visit.purpose != "support":
        return None
    ruling = selectors.ruling_of(visit.ticket)
    row = selectors.visit_charge(visit)
    about = row.about if row else None if ruling.is_free else selectors.about_visit(visit)
    asks = visit.is_open and visit.status == "planned" and (not row.lets_begin if row else not ruling.is_free)
    return {"charge": row, "ruling": ruling, "about": about, "asks": asks, "steps": _steps(visit, viewer) if asks else []}


def _steps(visit: Visit, viewer: User) -> list[tuple[str, str, str, Any]]:
    """Answer what may be said to a charge, each with its form."""
    if viewer.is_customer:
        told = [
            ("acknowledge", _("I agree to the charge"), "check", AcknowledgeForm()),
            ("refuse", _("I do not agree"), "x", RefuseChargeForm()),
        ]
        return [(name, label, sign, for_portal(form)) for name, label, sign, form in told]
    if not visits.may_work_on(viewer, visit):
        return []
    return [
        ("acknowledge", _("The customer agrees to the charge"), "phone-check", AcknowledgeForm()),
        ("refuse", _("The customer does not agree"), "phone-off", RefuseChargeForm()),
        ("override", _("Set off all the same"), "alert-triangle", OverrideForm()),
    ]


def _day() -> date:
    return timezone.localdate(clock.now())

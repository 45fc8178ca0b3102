"""How parts are shown, and what is booked for a ticket or a visit: {% load parts %}."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import gettext as _

from core.templatetags.inline import badge
from parts import engine, selectors, words
from parts.models import Purchase, Repair, Reservation

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from fractions import Fraction

    from django.utils.safestring import SafeString

    from accounts.models import User
    from parts.models import StockMovement
    from tickets.models import Ticket

register = template.Library()

TONES = {
    "requested": ("risk", "urgent"),
    "ordered": ("info", "truck"),
    "received": ("met", "check"),
    "cancelled": ("none", "ban"),
    "sent": ("info", "truck"),
    "returned": ("met", "check"),
    "written_off": ("none", "trash"),
}


@register.filter
def money(amount: Decimal | None) -> str:
    """Write an amount with its currency."""
    return words.money(amount)


@register.filter
def hundredths(value: Fraction) -> str:
    """Write an expected number with two places."""
    return f"{float(value):.2f}"


@register.simple_tag
def order_badge(row: Purchase | Repair) -> SafeString:
    """Show where a purchase or repair stands."""
    tone, sign = TONES[row.status]
    return badge(row.get_status_display(), tone, sign)


@register.simple_tag
def charge_badge(row: Any) -> SafeString:
    """Show whether something is free or charged, by words and sign: a line of the ledger, or what holds for a ticket."""
    return badge(_("free of charge"), "met", "check") if row.is_free else badge(_("charged"), "risk", "tag")


@register.simple_tag
def change(row: StockMovement) -> str:
    """Write what a line did to the good ones: +2, −1, or what else."""
    effect = engine.EFFECTS[row.kind][row.condition]
    number = (effect.on_hand or effect.reserved or effect.defective or effect.in_repair) * row.quantity
    return f"{number:+d}".replace("-", "−")


@register.simple_tag
def is_late(row: Purchase | Repair, at: datetime) -> bool:
    """Whether something should have come."""
    if isinstance(row, Purchase):
        return row.is_open and row.expected_at is not None and row.expected_at < at
    return row.status == Repair.Status.SENT and row.expected_on is not None and row.expected_on < at.date()


@register.simple_tag
def parts_of(ticket: Ticket, viewer: User) -> dict[str, Any]:
    """Answer what of parts a person may know on a ticket: {% parts_of ticket user as booked %}."""
    used = list(selectors.used_on(ticket, viewer))
    if not viewer.is_provider:
        return {"used": used, "any": bool(used)}
    kept, on_way = list(selectors.reservations_of(ticket)), list(selectors.open_purchases(ticket))
    return {"used": used, "kept": kept, "on_way": on_way, "any": bool(used or kept or on_way)}


@register.simple_tag
def parts_of_visit(visit: Any) -> list[Reservation]:
    """Answer what is set aside for a visit: {% parts_of_visit visit as kept %}."""
    return list(Reservation.objects.filter(visit=visit).select_related("part", "depot", "ticket").order_by("id"))

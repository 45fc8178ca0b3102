"""Warranty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from customers.models import Term
from entitlements.models import Charge, QuotationRequest, Remedy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shots import Shot

NO_PAGES = {
    "entitlements:ask",
    "entitlements:charge",
    "entitlements:quotation_step",
    "entitlements:remedy_step",
    "entitlements:withdraw_term",
}


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from shots import Shot

    def at(view: str, *given: object) -> str:
        return reverse(f"entitlements:{view}", args=given)

    term = Term.objects.filter(equipment__isnull=False, origin="entered", kind="extension").earliest("ends_on")
    remedy = Remedy.objects.filter(status="done").first() or Remedy.objects.latest("pk")
    for view in ("list", "overview", "quotations", "remedies", "rates", "import"):
        yield Shot(f"warranty-{view}", "manager", at(view))
    yield Shot("warranty-of-customer", "supervisor", at("list"))
    yield Shot("warranty-new-term", "dispatcher", at("new_term"))
    yield Shot("warranty-term", "manager", at("term", term.pk))
    yield Shot("warranty-edit-term", "manager", at("edit_term", term.pk))
    yield Shot("warranty-cover", "manager", at("cover", term.equipment_id))
    yield Shot("warranty-quotation", "manager", QuotationRequest.objects.filter(status="quoted").latest("pk").get_absolute_url())
    yield Shot("warranty-remedy", "manager", remedy.get_absolute_url())
    yield Shot("warranty-new-remedy", "manager", at("new_remedy", remedy.ticket.number))
    yield Shot("warranty-charged-visit", "dispatcher", Charge.objects.filter(state="asked").latest("pk").visit.get_absolute_url())

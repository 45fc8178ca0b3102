"""The quotation on paper: as a document of the desk, made into PDF once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from core import languages
from documents import services as documents
from documents.models import Document, Kind
from entitlements.words import money

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from entitlements.models import QuotationLine, QuotationRequest


def issue(quotation: QuotationRequest, lines: list[QuotationLine], *, actor: User, at: datetime) -> Document:
    """Issue what is offered; a new offer corrects the one before it."""
    about = f"quotation/{quotation.pk}"
    sheets = {}
    for language in (languages.CHINESE, languages.ENGLISH):
        with override(language):
            sheets[language] = _sheet(quotation, lines)
    last = Document.objects.filter(kind=Kind.RENEWAL_QUOTATION, about=about).order_by("-version").first()
    equipment = quotation.term.equipment
    return documents.issue(
        Kind.RENEWAL_QUOTATION,
        about=about,
        number=quotation.number,
        organization=quotation.organization,
        site=equipment.site if equipment else None,
        office=quotation.office,
        sheets=sheets,
        actor=actor,
        at=at,
        replaces=last,
        reason="重新报价 / quoted anew" if last else "",
    )


def _sheet(quotation: QuotationRequest, lines: list[QuotationLine]) -> dict[str, Any]:
    term = quotation.term
    facts = [
        [_("Customer"), quotation.organization.name],
        [_("Renews"), f"{term.get_kind_display()} · {term.subject}"],
        [_("Ends on"), f"{term.ends_on:%Y-%m-%d}"],
        [_("Offered"), f"{quotation.get_kind_display()} · {quotation.get_scope_display()}"],
        [_("From – to"), f"{quotation.starts_on:%Y-%m-%d} – {quotation.ends_on:%Y-%m-%d}"],
        [_("Amount"), money(quotation.amount)],
        [_("Valid until"), f"{quotation.valid_until:%Y-%m-%d}"],
    ]
    table = {
        "type": "table",
        "title": _("What is offered"),
        "says": "",
        "nothing": "—",
        "heads": [_("Item"), _("Amount")],
        "numbers": [False, True],
        "widths": [5, 2],
        "rows": [[line.text, money(line.amount)] for line in lines] + [[_("Sum"), money(quotation.amount)]],
        "bars": [],
    }
    wish = [{"type": "text", "title": _("What was wished for"), "text": quotation.wish}] if quotation.wish else []
    return {"title": _("Quotation of a renewal"), "facts": facts, "blocks": [table, *wish]}

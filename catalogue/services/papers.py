"""The quotation as a document: frozen, signed on a screen or in the portal, made into PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from catalogue import selectors
from documents import services as documents
from documents.models import LANGUAGES, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from accounts.models import User
    from catalogue.models import Quotation, QuotationLine
    from documents.models import Document


def issue(quotation: Quotation, lines: Sequence[QuotationLine], replaces: Document | None, *, actor: User | None, at: datetime) -> Document:
    """Issue the paper of a quotation, to be signed; a changed one replaces the last."""
    ticket = quotation.request.ticket
    sheets, why = {}, []
    for language in LANGUAGES:
        with override(language):
            sheets[language] = _sheet(quotation, lines)
            why.append(_("quoted anew"))
    return documents.issue(
        Kind.REQUEST_QUOTATION,
        about=quotation.request.about,
        number=f"{ticket.number}-QT",
        organization=ticket.organization,
        site=ticket.site,
        office=ticket.office,
        sheets=sheets,
        actor=actor,
        at=at,
        awaits_signature=True,
        replaces=replaces,
        reason=" / ".join(why) if replaces else "",
        record={"of": ticket.number, "count": ticket.event_count, "head": ticket.head_hash},
    )


def _sheet(quotation: Quotation, lines: Sequence[QuotationLine]) -> dict[str, Any]:
    request = quotation.request
    ticket = request.ticket
    facts = [
        [_("Request"), f"{ticket.number} {request.item}"],
        [_("Customer"), ticket.organization.name],
        [_("Site"), " · ".join(filter(None, (ticket.site.name, ticket.site.address)))],
        [_("Equipment"), str(ticket.equipment) if ticket.equipment else ""],
        [_("Hours of work"), f"{quotation.hours:f}"],
        [_("Valid until"), f"{quotation.valid_until:%Y-%m-%d}"],
        [_("Total"), money(quotation.total)],
    ]
    asked = [[row.label, row.value] for row in selectors.answers(request)]
    charged = [[row.text, f"{row.quantity:f}", row.unit, money(row.price), money(row.amount)] for row in lines]
    consent = _("By signing, the customer approves this plan and its costs; work begins afterwards.")
    return {
        "title": _("Quotation for a service request"),
        "facts": [[label, value] for label, value in facts if value],
        "blocks": [
            {
                "type": "table",
                "title": _("What was asked for"),
                "heads": [_("Question"), pgettext("question", "Answer")],
                "rows": asked,
                "widths": [2, 5],
                "nothing": "—",
            },
            {"type": "text", "title": _("Plan of work"), "text": quotation.plan},
            {
                "type": "table",
                "title": _("Costs"),
                "heads": [_("What"), _("Quantity"), _("Unit"), _("Price"), _("Amount")],
                "numbers": [False, True, False, True, True],
                "widths": [5, 1, 1, 2, 2],
                "rows": [*charged, [_("Total"), "", "", "", money(quotation.total)]],
                "nothing": "",
            },
            {"type": "text", "title": _("Approval"), "text": consent},
        ],
    }


def money(amount: Decimal) -> str:
    """Write an amount with its currency: ¥1,200.00."""
    return f"¥{amount:,.2f}"

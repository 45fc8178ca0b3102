"""Quotations of renewals: who sees and answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import Role, User
from customers import selectors as customers
from entitlements.models import QuotationRequest

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from customers.models import Term

UNDER_WAY = (QuotationRequest.Status.ASKED, QuotationRequest.Status.QUOTED)


def quotations_for(user: User) -> QuerySet[QuotationRequest]:
    """Answer the requests a person may see: those about the terms they may see."""
    if user.is_provider:
        return QuotationRequest.objects.all()
    return QuotationRequest.objects.filter(term__in=customers.terms_for(user).values("pk"))


def quotations_named(rows: QuerySet[QuotationRequest]) -> QuerySet[QuotationRequest]:
    """Add what a line of a list shows, in one query."""
    names = (
        "term__contract",
        "term__equipment__site",
        "organization",
        "office",
        "asked_by",
        "quoted_by",
        "answered_by",
        "document",
        "renewal",
    )
    return rows.select_related(*names)


def quotation_of(term: Term) -> QuotationRequest | None:
    """Answer the newest request about a term."""
    return QuotationRequest.objects.filter(term=term).order_by("-pk").first()


def may_answer(user: User, quotation: QuotationRequest) -> bool:
    """Whether a person may accept or decline: the customer's supervisor, or who of ours takes it down on the phone."""
    if user.is_provider:
        return user.dispatches
    return user.role == Role.SUPERVISOR and quotations_for(user).filter(pk=quotation.pk).exists()

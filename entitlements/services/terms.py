"""A term that is taken back takes its reminders along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from customers import services as customers
from entitlements.errors import QuotationNotNow
from entitlements.models import QuotationRequest
from entitlements.selectors.quotations import UNDER_WAY
from entitlements.services.settling import settle_reminders

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from customers.models import Term


@transaction.atomic
def withdraw(term: Term, *, actor: User, at: datetime, reason: str) -> Term:
    """Take a term back with the reason; nothing is reminded of any more. Raises Invalid, NotAllowed and NotNow."""
    row = customers.withdraw_term(term, actor=actor, at=at, reason=reason)
    if QuotationRequest.objects.filter(term=row, status__in=UNDER_WAY).exists():
        raise QuotationNotNow(_("A quotation for this term is under way."))
    settle_reminders(row, row.withdrawn_because, actor=actor, at=at)
    return row

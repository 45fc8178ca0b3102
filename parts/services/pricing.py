"""What a part costs the customer: as the contract has it, or as a manager decides with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core.errors import Invalid
from parts import selectors
from parts.errors import NotYourStep
from parts.models import Rule
from parts.services.ledger import said
from tickets.models import Ticket

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from customers.models import Site
    from parts.models import PartType

FREE = Decimal("0.00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A manager's word that a part is free, or charged, against what the contract says."""

    is_free: bool
    reason: str


def priced(
    part: PartType, quantity: int, place: Ticket | Site | None, decision: Decision | None, *, actor: User | None, at: datetime
) -> dict[str, Any]:
    """Answer what a part costs the customer and why, as columns of the ledger."""
    if place is None:
        raise Invalid(_("Say for which ticket or which site."), field="site")
    terms = selectors.terms_of(place) if isinstance(place, Ticket) else selectors.terms_at(place, at)
    price: dict[str, Any] = {"unit_price": part.price, "free_until": terms.until}
    if decision is None or decision.is_free == terms.is_free:
        return {**price, "is_free": terms.is_free, "rule": terms.rule, "amount": terms.amount(part, quantity)}
    return price | _decided(part, quantity, decision, actor)


def _decided(part: PartType, quantity: int, decision: Decision, actor: User | None) -> dict[str, Any]:
    if actor is not None and not actor.manages:
        raise NotYourStep(_("What is free and what is charged says the contract; only a manager decides otherwise."), field="charge")
    reason = said(decision.reason, "override_reason", _("Write why it is decided otherwise than the contract says."))
    amount = FREE if decision.is_free else part.price * quantity
    return {"is_free": decision.is_free, "rule": Rule.DECIDED, "amount": amount, "override_reason": reason}

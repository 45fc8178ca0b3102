"""Whether a part is free or charged: what the place was entitled to on the day of the ticket (P0, P1: warranty)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from customers import engine
from customers import selectors as customers
from parts.models import Rule

if TYPE_CHECKING:
    from datetime import date, datetime

    from customers.models import Equipment, Site
    from parts.models import PartType
    from tickets.models import Ticket

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a place on a day, for every part alike."""

    day: date
    rule: Rule
    until: date | None

    @property
    def is_free(self) -> bool:
        """Whether parts are free."""
        return self.rule in {Rule.WARRANTY, Rule.FREE_SERVICE}

    def amount(self, part: PartType, quantity: int) -> Decimal:
        """Answer what so many of a part cost the customer."""
        return NOTHING if self.is_free else part.price * quantity

    @property
    def sentence(self) -> str:
        """Say it to a person, in the language of the page."""
        facts = {"day": f"{self.day:%Y-%m-%d}", "until": f"{self.until:%Y-%m-%d}" if self.until else ""}
        if self.rule == Rule.WARRANTY:
            return _("On %(day)s it was inside the warranty, which lasts until %(until)s.") % facts
        if self.rule == Rule.FREE_SERVICE:
            return _("On %(day)s it was inside the free service, which lasts until %(until)s.") % facts
        if self.rule == Rule.NO_CONTRACT:
            return _("On %(day)s no contract covered it.") % facts
        if self.until is None or self.until >= self.day:
            return _("On %(day)s parts were charged as the service contract says.") % facts
        return _("On %(day)s warranty and free service were over: they ended on %(until)s.") % facts


def terms_of(ticket: Ticket) -> Terms:
    """Answer what held for a ticket's equipment, else for its site, on the day it was reported."""
    return terms_at(ticket.equipment or ticket.site, ticket.created_at)


def terms_at(place: Equipment | Site, at: datetime) -> Terms:
    """Answer what holds for a place at an instant."""
    found = customers.entitlement(place, at)
    ruling = found.ruling(engine.PARTS)
    return Terms(found.day, _rule(ruling), ruling.until if ruling.rule != engine.AS_CONTRACT else found.free_until)


def _rule(ruling: engine.Ruling) -> Rule:
    if ruling.is_free:
        return Rule.WARRANTY if ruling.rule in engine.WARRANTY else Rule.FREE_SERVICE
    return Rule.NO_CONTRACT if ruling.rule == engine.NO_TERM else Rule.ENDED

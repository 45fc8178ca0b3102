"""What charged work is about to cost, and what was decided for a visit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Sum

from customers import engine
from customers import selectors as customers
from entitlements.models import Charge, Rate
from parts.models import StockMovement

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from tickets.models import Ticket
    from visits.models import Visit

USUAL_HOURS = Decimal(2)
"""How long work on site is taken to last where no time is planned yet."""
NOTHING = Decimal("0.00")
CENT = Decimal("0.01")
HOUR = 3600


def rates() -> QuerySet[Rate]:
    """Answer every rate, the newest of each kind of work first."""
    return Rate.objects.order_by("work", "-valid_from")


def rate_on(work: str, day: date) -> Rate | None:
    """Answer what a kind of work costs on a day, if a rate has been set."""
    return Rate.objects.filter(work=work, valid_from__lte=day).order_by("-valid_from").first()


def estimate(work: str, day: date, hours: Decimal) -> Decimal | None:
    """Answer about how much a kind of work comes to (CNY); nothing where no rate is set."""
    rate = rate_on(work, day)
    return (rate.flat + rate.hourly * hours).quantize(CENT) if rate else None


def about_visit(visit: Visit) -> Decimal | None:
    """Answer about how much a charged visit comes to: the journey, the time planned, the parts booked on its ticket that are charged."""
    hours = USUAL_HOURS
    if visit.starts_at and visit.ends_at:
        hours = Decimal(int((visit.ends_at - visit.starts_at).total_seconds())) / HOUR
    work = estimate(engine.ONSITE, customers.entitlement(visit.site, visit.created_at).day, hours)
    parts = StockMovement.objects.filter(ticket=visit.ticket_id).aggregate(sum=Sum("amount", default=NOTHING))["sum"]
    return None if work is None and not parts else (work or NOTHING) + parts


def ruling_of(ticket: Ticket, work: str = engine.ONSITE) -> engine.Ruling:
    """Answer what a kind of work on a ticket costs: judged by the day it was reported, as its parts are."""
    return customers.entitlement(ticket.equipment or ticket.site, ticket.created_at).ruling(work)


def visit_charge(visit: Visit) -> Charge | None:
    """Answer what was decided for a visit, if it was yet."""
    return Charge.objects.filter(visit=visit).select_related("answered_by").first()

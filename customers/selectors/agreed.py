"""What was agreed beside the plan, for who may see it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from customers.models import AgreedTarget, Duty, HeightenedPeriod

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User

SOON = timedelta(days=14)
"""So long before it begins a period is shown where people work."""


def periods_for(user: User) -> QuerySet[HeightenedPeriod]:
    """Answer the periods a person may see: staff all, customers those of their organization that were announced."""
    if user.is_provider:
        return HeightenedPeriod.objects.all()
    membership = getattr(user, "membership", None)
    announced = HeightenedPeriod.objects.filter(announced_at__isnull=False)
    return announced.filter(organizations=membership.organization_id) if membership else announced.none()


def period_page(user: User, pk: int) -> HeightenedPeriod:
    """Answer one period a person may see; another's is not found."""
    return get_object_or_404(periods_for(user).prefetch_related("agreed", "duties__person", "organizations"), pk=pk)


def periods_near(user: User, at: datetime) -> list[HeightenedPeriod]:
    """Answer the announced periods that are on, or begin within two weeks, with their times and who is on duty; three queries."""
    near = periods_for(user).filter(announced_at__isnull=False, starts_at__lte=at + SOON, ends_at__gt=at)
    return list(near.prefetch_related("agreed", "duties__person").order_by("starts_at", "id"))


def on_duty(period: HeightenedPeriod, at: datetime) -> list[Duty]:
    """Answer who is on duty at an instant, from a period read with its roster."""
    return [duty for duty in period.duties.all() if duty.starts_at <= at < duty.ends_at]


def agreed_in(contract: int) -> list[AgreedTarget]:
    """Answer a contract's tighter targets."""
    return list(AgreedTarget.objects.filter(contract=contract).order_by("measure", "severity"))

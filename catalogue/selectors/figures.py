"""Requests in a period, for the dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q

from catalogue.models import Approval, Request

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta


class Asked(NamedTuple):
    """How often an item was asked for: how many needed the customer's word, got it, how long that took, how many began without."""

    name: str
    name_en: str
    number: int
    free: int
    answered: int
    approved: int
    until_approved: timedelta | None
    without: int

    @property
    def share(self) -> float | None:
        """Answer the share that was approved of what was answered."""
        return self.approved / self.answered if self.answered else None


def figures_of_requests(starts: datetime, ends: datetime, of: Mapping[str, Any] | None = None) -> list[Asked]:
    """Answer the requests made from an instant until before another by item, the most asked for first."""
    rows = Request.objects.filter(created_at__gte=starts, created_at__lt=ends, **(of or {})).order_by()
    waited = ExpressionWrapper(F("approved_at") - F("created_at"), output_field=DurationField())
    approved = Q(approval=Approval.APPROVED)
    totals = rows.values("item__name", "item__name_en").annotate(
        number=Count("id"),
        free=Count("id", filter=Q(charge="free")),
        answered=Count("id", filter=approved | Q(approval=Approval.REFUSED)),
        approved=Count("id", filter=approved),
        waited=Avg(waited, filter=approved),
        without=Count("id", filter=Q(overridden_at__isnull=False)),
    )
    found = [
        Asked(
            row["item__name"],
            row["item__name_en"],
            row["number"],
            row["free"],
            row["answered"],
            row["approved"],
            row["waited"],
            row["without"],
        )
        for row in totals
    ]
    return sorted(found, key=lambda row: (-row.number, row.name))

"""Remedies: who sees them, how many of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q, QuerySet, Sum

from entitlements.models import Remedy
from tickets import selectors as tickets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from accounts.models import User
    from tickets.models import Ticket


def remedies_for(user: User) -> QuerySet[Remedy]:
    """Answer the remedies a person may see: those on the tickets they may see; customers not before one is approved."""
    if user.is_provider:
        return Remedy.objects.exclude(ticket__in=tickets.hidden_from(user).values("ticket"))
    own = Remedy.objects.filter(ticket__in=tickets.tickets_for(user).values("pk"))
    return own.exclude(approved_at=None)


def remedies_named(rows: QuerySet[Remedy]) -> QuerySet[Remedy]:
    """Add what a line of a list shows, in one query."""
    return rows.select_related(
        "ticket__organization",
        "ticket__site",
        "equipment",
        "term__contract",
        "movement__part",
        "repair__part",
        "proposed_by",
        "approved_by",
    )


def remedies_of(ticket: Ticket, viewer: User) -> list[Remedy]:
    """Answer the remedies on a ticket, the newest first."""
    return list(remedies_for(viewer).filter(ticket=ticket).select_related("equipment").order_by("-pk"))


class Counted(NamedTuple):
    """How many remedies of a kind there were, how many of them free, and the sums charged and paid (CNY)."""

    kind: str
    times: int
    free: int
    charged: Decimal
    paid: Decimal


def remedies_by_kind(starts: datetime, ends: datetime, of: Mapping[str, int] | None = None) -> list[Counted]:
    """Answer what was agreed or carried out of what was proposed from an instant until before another, by kind."""
    rows = Remedy.objects.filter(proposed_at__gte=starts, proposed_at__lt=ends, **(of or {})).exclude(status=Remedy.Status.REFUSED)
    counted = rows.values("kind").annotate(
        n=Count("pk"), free=Count("pk", filter=Q(charged=0)), charged_sum=Sum("charged"), paid_sum=Sum("paid")
    )
    found = {row["kind"]: row for row in counted.order_by()}
    order = [kind for kind in Remedy.Kind.values if kind in found]
    return [Counted(kind, *(found[kind][name] for name in ("n", "free", "charged_sum", "paid_sum"))) for kind in order]

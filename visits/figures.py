"""Figures of work on site: how often somebody had to come, how often once was enough, how much was solved from afar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tickets import selectors as tickets
from tickets.models import Kind
from visits.models import Status, Visit

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class OnSite:
    """What a period came to; ``solved`` are the faults whose solution stands in it."""

    solved: int
    remote: int
    visited: int
    first_time: int
    visits: int
    failed: int

    @property
    def remote_share(self) -> float | None:
        """Answer the part that was solved without anybody arriving on site."""
        return self.remote / self.solved if self.solved else None

    @property
    def first_time_share(self) -> float | None:
        """Answer the part of the visited ones for which one visit was enough."""
        return self.first_time / self.visited if self.visited else None

    @property
    def visits_per_ticket(self) -> float | None:
        """Answer how many visits were made for a fault that was visited at all, failed ones among them."""
        return (self.visits + self.failed) / self.visited if self.visited else None


def on_site(user: User, *, since: datetime, until: datetime) -> OnSite:
    """Answer the figures of the faults solved from ``since`` until before ``until``, as far as the person may know of them."""
    solved = with_visits(tickets.tickets_for(user).filter(kind=Kind.FAULT, resolved_at__gte=since, resolved_at__lt=until))
    counted = solved.aggregate(
        solved=Count("pk"),
        remote=Count("pk", filter=Q(solved_remotely=True)),
        visited=Count("pk", filter=Q(visit_count__gt=0)),
        first_time=Count("pk", filter=Q(visit_count=1, failed_visit_count=0)),
    )
    made = Visit.objects.filter(ticket__in=solved.values("pk"))
    done, failed = (made.filter(status=status).count() for status in (Status.DONE, Status.FAILED))
    return OnSite(**counted, visits=done, failed=failed)


def with_visits(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Add to tickets how many visits were made for them, and how many failed."""
    return rows.annotate(visit_count=_count(Status.DONE, Status.ON_SITE), failed_visit_count=_count(Status.FAILED))


def _count(*states: str) -> Coalesce:
    made = Visit.objects.filter(ticket=OuterRef("pk"), status__in=states).order_by().values("ticket")
    return Coalesce(Subquery(made.annotate(made=Count("pk")).values("made")), 0)

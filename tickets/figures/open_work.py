"""What is open now: what runs late, what will within hours, and who has how much of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from tickets import selectors, workflow
from tickets.models import Ticket

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from tickets.figures.period import Scope
    from tickets.selectors import ClockView

SOON = timedelta(hours=4)
SHOWN = 10
COLUMNS = (
    "number", "subject", "commitment_id", "organization__name", "organization__short_name",
    "assignee__name", "assignee__email",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Urgent:
    """An open ticket and the promise that is due next."""

    number: str
    subject: str
    customer: str
    assignee: str
    clock: ClockView | None


@dataclass(frozen=True, slots=True)
class Open:
    """The open tickets whose next promise is overdue, or due soon; the most urgent of each."""

    late: int
    soon: int
    first_late: list[Urgent]
    first_soon: list[Urgent]


def open_now(user: User, scope: Scope, at: datetime) -> Open:
    """Answer what runs late and what is at risk, in four queries."""
    queue = selectors.queue_for(user).filter(**scope.filters)
    late, soon = Q(queue_at__lt=at), Q(queue_at__gte=at, queue_at__lte=at + SOON)
    near = queue.order_by().filter(queue_at__lte=at + SOON)  # one stretch of the queue's index, nothing read beside it
    counts = near.aggregate(late=Count("pk", filter=late), soon=Count("pk", filter=~late))
    first = _first(queue.filter(late))
    urgent = [_urgent(row.ticket, row.clocks) for row in selectors.with_clocks([*first, *_first(queue.filter(soon))], at)]
    return Open(**counts, first_late=urgent[: len(first)], first_soon=urgent[len(first) :])


def _first(tickets: QuerySet[Ticket]) -> list[Any]:
    """Answer the most urgent of these, found before anything is joined to them: how many are due soon changes by the minute."""
    keys = tickets.values("pk")[:SHOWN]
    return list(Ticket.objects.filter(pk__in=keys).order_by("queue_at", "id").values_list(*COLUMNS, named=True))


def _urgent(ticket: Any, clocks: Iterable[ClockView]) -> Urgent:
    owed = [clock for clock in clocks if clock.is_live and clock.due_at]
    return Urgent(
        number=ticket.number,
        subject=ticket.subject,
        customer=ticket.organization__short_name or ticket.organization__name,
        assignee=ticket.assignee__name or ticket.assignee__email or "",
        clock=min(owed, key=lambda clock: (clock.due_at, not clock.is_strictest), default=None),
    )


def open_by_person(scope: Scope, at: datetime) -> dict[int, tuple[int, int]]:
    """Answer for each assignee how many tickets are open, and how many of them run late."""
    rows = Ticket.objects.filter(status__in=workflow.OPEN, assignee__isnull=False, **scope.filters).order_by()
    counted = rows.values("assignee").annotate(open=Count("pk"), late=Count("pk", filter=Q(queue_at__lt=at)))
    return {row["assignee"]: (row["open"], row["late"]) for row in counted}

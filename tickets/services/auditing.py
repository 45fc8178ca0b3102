"""The audit: settle every ticket's log again and name each stored clock that differs. It never rewrites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from core.queue import claim
from notifications.services import Draft, post
from sla import services as sla
from sla.models import Audit, AuditFinding
from tickets.models import Ticket
from tickets.services import log

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

BATCH = 500
FROM_HOUR = 2
"""The local hour at which a night's audit begins."""


def audit(at: datetime, batch: int = BATCH) -> Iterator[tuple[str, sla.Difference]]:
    """Settle every ticket's log again and yield (number, difference) for each stored clock that differs; writes nothing."""
    last = 0
    while tickets := _next(last, batch):
        last = tickets[-1].commitment_id or 0
        for ticket, found in _differing(tickets, at):
            for difference in found:
                yield ticket.number, difference


@transaction.atomic
def audit_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Go on with the night's audit, or begin it when its hour has come; answers how many tickets were compared.

    What differs is looked at again under the ticket's lock, so that a move in the same second is not taken for a fault.
    """
    under_way = _under_way(at)
    if under_way is None:
        return 0
    tickets = _next(under_way.reached, limit)
    suspects = [ticket.pk for ticket, _found in _differing(tickets, at)]
    differing = _differing(_read(Ticket.objects.filter(pk__in=suspects).select_for_update(of=("self",))), at) if suspects else []
    AuditFinding.objects.bulk_create(_rows(under_way, differing, at))
    under_way.checked += len(tickets)
    under_way.differing += len(differing)
    if tickets:
        under_way.reached = tickets[-1].commitment_id or 0
    else:
        under_way.finished_at = at
        _tell(under_way, at)
    under_way.save()
    return len(tickets)


def _under_way(at: datetime) -> Audit | None:
    """Answer the audit to go on with, locked; None when the night's is done or somebody else is at it."""
    begun = Audit.objects.filter(finished_at=None).order_by("day")
    if not begun.exists() and not _begin(at):
        return None
    return next(iter(claim(begun, 1)), None)


def _begin(at: datetime) -> bool:
    local = timezone.localtime(at)
    if local.hour < FROM_HOUR or Audit.objects.filter(day=local.date()).exists():
        return False
    try:
        with transaction.atomic():
            Audit.objects.create(day=local.date(), begun_at=at)
    except IntegrityError:  # another worker was first
        return False
    return True


def _next(after: int, limit: int) -> list[Ticket]:
    return _read(Ticket.objects.filter(commitment__gt=after).order_by("commitment")[:limit])


def _read(tickets: Iterable[Ticket]) -> list[Ticket]:
    rows: list[Ticket] = list(tickets.select_related("commitment").prefetch_related("commitment__clocks"))  # type: ignore[attr-defined]
    return rows


def _differing(tickets: Sequence[Ticket], at: datetime) -> list[tuple[Ticket, list[sla.Difference]]]:
    logs, fired = log.logs(tickets), sla.fired_levels([ticket.commitment_id for ticket in tickets if ticket.commitment_id])
    compared = (
        (ticket, sla.differences(ticket.commitment, list(ticket.commitment.clocks.all()), logs[ticket.pk], fired, at=at))
        for ticket in tickets
        if ticket.commitment is not None
    )
    return [(ticket, found) for ticket, found in compared if found]


def _rows(under_way: Audit, differing: Sequence[tuple[Ticket, list[sla.Difference]]], at: datetime) -> list[AuditFinding]:
    return [
        AuditFinding(
            audit=under_way,
            commitment=ticket.commitment,
            promise=found.promise,
            cycle=found.cycle,
            column=found.column,
            stored=found.stored[:60],
            settled=found.settled[:60],
            found_at=at,
        )
        for ticket, each in differing
        for found in each
    ]


def _tell(done: Audit, at: datetime) -> None:
    """Tell the managers and the administrators, if there is something to tell."""
    if not done.differing:
        return
    people = User.objects.filter(is_active=True, role__in=[Role.MANAGER, Role.ADMIN]).order_by("pk")
    context = {"audit_on": done.day, "checked": done.checked, "differing": done.differing}
    link = reverse("tickets:audit", args=[done.day])
    post([Draft(kind="audit_differs", recipient=person, context=context, key=f"audit:{done.day}", link=link) for person in people], at=at)

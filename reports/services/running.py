"""The monthly run: on the first of the month the reports of all contracts in force, in batches, each month once.

The table is the queue: whoever is killed leaves a run that the next task goes on with, and a desk that stood still makes up
the months it missed, the oldest first.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from core.queue import claim
from customers.models import Contract
from reports import selectors
from reports.models import MonthlyRun, month_of
from reports.services.making import make_report
from reports.services.sending import send
from sla.models import Clock
from tickets.figures.period import DAY, day_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

logger = logging.getLogger(__name__)

BATCH = 10
FROM_HOUR = timedelta(hours=3)
"""How long after midnight of the first a run begins at the earliest: the night's audit comes before."""
PATIENCE = timedelta(days=1)
"""How long it waits for clocks whose time came in the month and that no sweep has looked at yet."""


@transaction.atomic
def make_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Go on with the run under way, or begin the next one when its time has come; answers how many contracts were looked at.

    The end of a run counts as one, since the next month's may be due: 0 says that nothing is left.
    """
    run = _under_way(at)
    if run is None:
        return 0
    contracts = Contract.objects.filter(pk__gt=run.reached).select_related("organization", "plan").order_by("pk")[:limit]
    looked_at = list(contracts)
    _make(run, looked_at, at)
    if looked_at:
        run.reached = looked_at[-1].pk
    else:
        run.finished_at = at
    run.save()
    return max(1, len(looked_at))


def _make(run: MonthlyRun, contracts: Sequence[Contract], at: datetime) -> None:
    period = month_of(run.month)
    for contract in contracts:
        if not contract.organization.is_active or not selectors.in_force_in(contract, period):
            continue
        try:
            with transaction.atomic():
                report = make_report(contract, run.month, actor=None, at=at)
                send(report, sendings=0, actor=None, at=at)
        except Exception:  # one contract's report must not keep the others from theirs; a manager makes it by hand
            logger.exception("The report of contract %s for %s could not be made", contract.pk, run)
            run.failed += 1
        else:
            run.made += 1


def _under_way(at: datetime) -> MonthlyRun | None:
    """Answer the run to go on with, locked; None when none is due or somebody else is at it."""
    begun = MonthlyRun.objects.filter(finished_at=None).order_by("month")
    if not begun.exists() and not _begin(at):
        return None
    return next(iter(claim(begun, 1)), None)


def _begin(at: datetime) -> bool:
    month = _next_month(at)
    if month is None:
        return False
    try:
        with transaction.atomic():
            MonthlyRun.objects.create(month=month, begun_at=at)
    except IntegrityError:  # another worker was first
        return False
    return True


def _next_month(at: datetime) -> date | None:
    """Answer the month after the newest run (the first time: the month just over), if it is over and settled."""
    newest = MonthlyRun.objects.order_by("-month").first()
    over = month_of(month_of(day_of(at)).first - DAY)
    period = month_of(month_of(newest.month).last + DAY) if newest else over
    if period.first > over.first or at < period.ends + FROM_HOUR:
        return None
    behind = at < period.ends + PATIENCE and Clock.objects.filter(attend_at__lt=period.ends).exists()
    return None if behind else period.first

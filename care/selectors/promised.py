"""What a contract's plan promises of calls, and how many are made beside."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from care.models import Quota
from core import periods
from sla import selectors as sla

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from customers.models import Contract

SHARE = 10
"""Percent of the solved faults that are called back where the plan promises call-backs of other work only, and no quota says otherwise."""
ANOTHER_DEPARTMENT = frozenset({"p0"})
"""Plans whose call-backs are made by another department than the one that served (P0)."""
AFTER_MONTH = timedelta(days=3)
"""A call-back of a month's work is due so long after the month: work of its last day is asked about too."""


def promised(contract: Contract | None, kind: str, at: datetime) -> list[Any]:
    """Answer the recurring work of a kind that the contract's plan promises, if the contract is in force on that day."""
    if contract is None or not contract.is_in_force(timezone.localdate(at)):
        return []
    version, _calendars = sla.holding(contract.plan_id, at)
    return [row for row in sla.engine_plan(version).recurring if row.kind == kind] if version else []


def quota_of(contract: Contract | None, *, calls_back: bool) -> int:
    """Answer how many percent of the faults are called back that are not promised to be."""
    if contract is None:
        return 0
    quota = _quota(contract)
    return quota.percent if quota else SHARE if calls_back else 0


def other_department(contract: Contract | None) -> bool:
    """Whether another department asks than the one that served."""
    if contract is None:
        return False
    quota = _quota(contract)
    return quota.other_department if quota else contract.plan.code in ANOTHER_DEPARTMENT


def _quota(contract: Contract) -> Quota | None:
    own = Quota.objects.filter(contract=contract).first()
    return own or Quota.objects.filter(plan=contract.plan_id).first()


def due_of_month(day: date) -> datetime:
    """Answer until when what happened in a month is asked about."""
    midnight = datetime.combine(periods.last_day(periods.MONTH, day) + timedelta(days=1), time(), timezone.get_current_timezone())
    return midnight + AFTER_MONTH


def workday_at(at: datetime) -> Callable[[date], bool]:
    """Answer what tells the working days of our people from the others."""
    hours = sla.office_hours(at)
    return hours.is_workday if hours else lambda day: day.weekday() < 5  # noqa: PLR2004 - Saturday

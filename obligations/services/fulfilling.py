"""What was done finds the obligation it was done for."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from core import periods
from obligations.models import Obligation, Status
from obligations.services.owing import meet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from accounts.models import User
    from customers.models import Contract


@transaction.atomic
def meet_for(
    kind: str,
    contract: Contract,
    day: date,
    *,
    actor: User | None,
    at: datetime,
    proof: str,
    link: str = "",
    times: int = 1,
    code: str = "",
) -> list[Obligation]:
    """Meet what a contract owes of a kind, by work done on a day; answer the obligations that counted it, none where none is owed.

    For each promise of that kind (of ``code`` only, if it is given) it counts towards the one whose days hold the day, else whose
    period does, else towards the newest that was due before: what is made up for late is met late. What opens later is not met.
    """
    rows = Obligation.objects.filter(kind=kind, contract=contract, status=Status.OWED).order_by("code", "due_at", "pk")
    if code:
        rows = rows.filter(code=code)
    met = []
    for _code, group in groupby(rows, key=lambda row: row.code):
        row = fitting(list(group), day)
        if row and (done := meet(row.key, actor=actor, at=at, proof=proof, link=link, times=times)):
            met.append(done)
    return met


def fitting(rows: list[Obligation], day: date) -> Obligation | None:
    """Answer the obligation, of one promise and in the order of their times, that work of a day counts for."""
    inside = [row for row in rows if timezone.localdate(row.opens_at) <= day <= timezone.localdate(row.due_at)]
    named = [row for row in rows if row.period and row.period in _periods(day)]
    before = [row for row in reversed(rows) if timezone.localdate(row.due_at) < day]
    return next(iter([*inside, *named, *before]), None)


def _periods(day: date) -> Iterable[str]:
    return [periods.key(every, day) for every in periods.MONTHS]

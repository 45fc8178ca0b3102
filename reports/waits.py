"""How long a contract's tickets waited in a month, and in whose hands they were meanwhile."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from tickets.models import Event, Status, WaitOwner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from customers.models import Contract
    from tickets.figures.period import Period

TYPE = Event.Type
ENDS = (TYPE.RESUMED, TYPE.RESOLVED, TYPE.CONFIRMED, TYPE.CLOSED, TYPE.CANCELLED)


def of(contract: Contract, month: Period, at: datetime) -> dict[str, int]:
    """Answer the seconds by owner, by the wall clock, as far as they lie in the month; every owner has a line."""
    found: dict[str, int] = defaultdict(int)
    last = min(month.ends, at)
    for owner, begin, end in _stretches(contract, month, last):
        inside = (min(end, last) - max(begin, month.starts)).total_seconds()
        found[owner] += max(0, int(inside))
    return {owner: found[owner] for owner in WaitOwner.values}


def _stretches(contract: Contract, month: Period, last: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    held = Event.objects.filter(ticket=OuterRef("ticket"), type=TYPE.HOLD, at__lt=last)
    still = Q(ticket__updated_at__gte=month.starts) | Q(ticket__status=Status.WAITING)
    events = Event.objects.filter(still, Exists(held), ticket__contract=contract, type__in=[TYPE.HOLD, *ENDS], at__lt=last)
    lines = events.order_by("ticket", "seq").values_list("ticket", "type", "at", "facts")
    for _ticket, told in groupby(lines, key=lambda line: line[0]):
        waiting: tuple[str, datetime] | None = None
        for _pk, kind, at, facts in told:
            if kind == TYPE.HOLD:
                waiting = waiting or (str(facts.get("owner", "")), at)
            elif waiting:
                yield *waiting, at
                waiting = None
        if waiting:
            yield *waiting, last

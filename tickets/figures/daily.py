"""Reading the daily figures: stored for the days nothing has touched since they were counted, counted now for the others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Case, DateTimeField, F, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from sla.models import Clock, ClockState
from tickets.figures.cells import COLUMNS, FIGURES, TABLE, adapted, cells, execute
from tickets.models import DailyFigure, Ticket

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from tickets.figures.cells import Statement
    from tickets.figures.period import Period, Scope

MANY = 5000
"""With more changed tickets than this, every day is counted now instead of asking which days they touch."""
DECIDED_AT = Case(
    When(state=ClockState.MET, then=F("stopped_at")), When(state=ClockState.MISSED, then=F("missed_at")), output_field=DateTimeField()
)
"""When a promise was kept or missed: the instant that puts it on a day."""


@dataclass(slots=True)
class Counts:
    """The figures of one key over a period."""

    met: int = 0
    missed: int = 0
    remote: int = 0
    onsite: int = 0
    reported: int = 0
    resolved: int = 0
    disputed: int = 0
    """How many of those kept were kept only thanks to a pause that is disputed, or was withdrawn since."""

    @property
    def decided(self) -> int:
        """Answer how many promises were kept or missed."""
        return self.met + self.missed

    @property
    def kept_share(self) -> float | None:
        """Answer which share of the decided promises was kept."""
        return share(self.met, self.missed)

    @property
    def remote_share(self) -> float | None:
        """Answer which share of the solved faults needed nobody on site."""
        return share(self.remote, self.onsite)

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))


def share(part: int, rest: int) -> float | None:
    """Answer the share of a part in part and rest; None where there is neither."""
    return part / (part + rest) if part + rest else None


@dataclass(frozen=True, slots=True)
class Daily:
    """Everything that is counted by the day, for a period and (where it is compared) the one before."""

    by: dict[str, dict[str, Counts]]
    """Axis → key → figures; beside the axes of the table: office, day, and total with the key ''."""
    before: dict[str, dict[str, Counts]]

    @property
    def total(self) -> Counts:
        """Answer the figures of the whole period."""
        return self.by["total"].get("", Counts())

    @property
    def total_before(self) -> Counts:
        """Answer the figures of the whole period before."""
        return self.before["total"].get("", Counts())


def touched(tickets: QuerySet[Ticket]) -> QuerySet[Any, tuple[int, date]]:
    """Answer (ticket, day) for every day in whose figures these tickets stand, in one query."""
    return _days(tickets, "pk", "commitment__ticket")


def touched_days(tickets: QuerySet[Ticket]) -> set[date]:
    """Answer the days in whose figures these tickets stand, in one query."""
    return {day for (day,) in _days(tickets)}


def _days(tickets: QuerySet[Ticket], *keys: str) -> QuerySet[Any, Any]:
    """Answer the days, each with the ticket if told how tickets and clocks name it; a union, so each once."""
    zone, decided = timezone.get_default_timezone(), (ClockState.MET, ClockState.MISSED)
    of_ticket, of_clock = keys[:1], keys[1:]
    clocks = Clock.objects.filter(commitment__in=tickets.order_by().values("commitment"), state__in=decided).order_by()
    parts: list[QuerySet[Any, Any]] = [
        tickets.order_by().values_list(*of_ticket, TruncDate("created_at", tzinfo=zone)),
        tickets.order_by().filter(resolved_at__isnull=False).values_list(*of_ticket, TruncDate("resolved_at", tzinfo=zone)),
        clocks.values_list(*of_clock, TruncDate(DECIDED_AT, tzinfo=zone)),
    ]
    return parts[0].union(*parts[1:])


def uncounted(period: Period) -> list[date]:
    """Answer the days of a period whose stored figures are out of date."""
    changed = Ticket.objects.filter(is_counted=False).order_by()
    count = len(changed.values_list("pk")[: MANY + 1])
    if not count or count > MANY:
        return period.days if count else []
    before = changed.filter(counted_days__isnull=False).values_list("counted_days", flat=True)
    days = {date.fromisoformat(day) for counted in before for day in counted or ()} | touched_days(changed)
    return sorted(day for day in days if period.first <= day <= period.last)


@transaction.atomic
def read(period: Period, scope: Scope) -> Daily:
    """Answer the figures of a period and the one before it; exact, whenever the days were last counted."""
    both = type(period)(period.previous.first, period.last)
    fresh = both.days if scope.narrow else uncounted(both)
    found: dict[bool, dict[str, dict[str, Counts]]] = {True: defaultdict(dict), False: defaultdict(dict)}
    for is_current, axis, key, *sums in execute(_summed(both, period.first, fresh, scope)):
        found[bool(is_current)][axis][str(key)] = Counts(*map(int, sums))
    return Daily(found[True], found[False])


def _summed(both: Period, first: date, fresh: Collection[date], scope: Scope) -> Statement:
    """Answer the statement that sums both periods by every axis, by office, by day and in all."""
    rows, params = _rows(both, first, fresh, scope)
    sums = ", ".join(f"SUM({name})" for name in FIGURES)
    now, per_ticket = "day >= %s", "axis = 'severity'"  # every ticket and clock has a severity: the axis that misses none
    day = adapted(first)
    parts = [
        (f"{now} AS is_current, axis, key", "", "is_current, axis, key", [day]),
        (f"{now} AS is_current, 'office', CAST(office_id AS VARCHAR(40)) AS office", per_ticket, "is_current, office", [day]),
        ("1 = 1 AS is_current, 'day', CAST(day AS VARCHAR(10)) AS each_day", f"{per_ticket} AND {now}", "is_current, each_day", [day]),
        (f"{now} AS is_current, 'total', ''", per_ticket, "is_current", [day]),
    ]
    selects = []
    for what, which, groups, values in parts:
        where = f"WHERE {which} " if which else ""
        selects.append(f"SELECT {what}, {sums} FROM cells {where}GROUP BY {groups}")  # noqa: S608 - our own names
        params += values
    return f"WITH cells ({', '.join(COLUMNS)}) AS MATERIALIZED ({rows}) {' UNION ALL '.join(selects)}", params


def _rows(both: Period, first: date, fresh: Collection[date], scope: Scope) -> Statement:
    """Answer the statement for the lines of both periods: those stored, and those of fresh days counted now.

    Customers and engineers are many and not compared with the period before, so their lines from then are left out.
    """
    large = f"axis IN ('{DailyFigure.Axis.CUSTOMER}', '{DailyFigure.Axis.ENGINEER}')"
    wanted = [f"NOT (day < %s AND {large})"]
    params: list[Any] = [adapted(first)]
    if scope.office is not None:
        wanted.append("office_id = %s")
        params.append(scope.office.pk)
    columns, where = ", ".join(COLUMNS), " AND ".join(wanted)
    stored = f"SELECT {columns} FROM {TABLE} WHERE day >= %s AND day <= %s AND {where}"  # noqa: S608
    values = [adapted(both.first), adapted(both.last), *params]
    if fresh:
        stored += f" AND day NOT IN ({', '.join(['%s'] * len(fresh))})"
        counted, more = cells(fresh, of=scope.narrow)
        counted = f"SELECT {columns} FROM ({counted}) AS counted WHERE {where}"  # noqa: S608
        return f"{stored} UNION ALL {counted}", [*values, *map(adapted, fresh), *more, *params]
    return stored, values


def by_ticket(found: Iterable[tuple[int, date]]) -> dict[int, list[str]]:
    """Answer for each ticket its days, as they are kept with it."""
    days: dict[int, list[str]] = defaultdict(list)
    for ticket, day in found:
        days[ticket].append(day.isoformat())
    return {ticket: sorted(found) for ticket, found in days.items()}

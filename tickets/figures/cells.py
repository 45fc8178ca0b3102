"""The counting itself: one SQL statement from tickets and clocks to a line for each day, office, axis and key.

The same statement fills the table of daily figures, counts the days that table does not know yet, and answers for one
customer, so the three cannot disagree. It runs on PostgreSQL and SQLite alike.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone

from tickets.figures.period import DAY, midnight
from tickets.models import DailyFigure

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

TABLE = DailyFigure._meta.db_table
FIGURES = ("met", "missed", "remote", "onsite", "reported", "resolved", "disputed")
COLUMNS = ("day", "office_id", "axis", "key", *FIGURES)
Statement = tuple[str, list[Any]]

_TICKETS = "tickets_ticket ticket"
_CLOCKS = f"sla_clock clock JOIN {_TICKETS} ON ticket.commitment_id = clock.commitment_id AND NOT ticket.is_canary"
_DISPUTED = "clock.disputed_seconds + clock.withdrawn_seconds > clock.remaining_seconds"
_FAULT = "ticket.kind = 'fault' AND ticket.solved_remotely"
SOURCES = (
    # rows, the instant that puts them on a day, which of them, the promise, and what they add to each figure
    (_CLOCKS, "clock.stopped_at", "clock.state = 'met'", "clock.promise", f"1, 0, 0, 0, 0, 0, CASE WHEN {_DISPUTED} THEN 1 ELSE 0 END"),
    (_CLOCKS, "clock.missed_at", "clock.state = 'missed'", "clock.promise", "0, 1, 0, 0, 0, 0, 0"),
    (_TICKETS, "ticket.created_at", "NOT ticket.is_canary", "NULL", "0, 0, 0, 0, 1, 0, 0"),
    (
        _TICKETS, "ticket.resolved_at", "1 = 1", "NULL",
        f"0, 0, CASE WHEN {_FAULT} THEN 1 ELSE 0 END, CASE WHEN {_FAULT} IS FALSE THEN 1 ELSE 0 END, 0, 1, 0",
    ),
)  # fmt: skip
AXES = {
    DailyFigure.Axis.PROMISE: "promise",
    DailyFigure.Axis.SEVERITY: "CAST(severity AS VARCHAR(40))",
    DailyFigure.Axis.CUSTOMER: "CAST(organization_id AS VARCHAR(40))",
    DailyFigure.Axis.ENGINEER: "CAST(assignee_id AS VARCHAR(40))",
}
_FACTS = f"day, office_id, organization_id, assignee_id, severity, promise, {', '.join(FIGURES)}"


def cells(days: Collection[date], *, of: Mapping[str, int] = MappingProxyType({})) -> Statement:
    """Answer the statement that counts these days from tickets and clocks: all of them, or ``of`` one customer or contract."""
    stretches, facts, params = runs(days), [], []
    for rows, instant, condition, promise, adds in SOURCES:
        day, zone = connection.ops.datetime_cast_date_sql(instant, (), timezone.get_default_timezone_name())
        when = " OR ".join([f"{instant} >= %s AND {instant} < %s"] * len(stretches))
        whose = "".join(f" AND ticket.{name}_id = %s" for name in of)
        facts.append(
            f"SELECT {day}, ticket.office_id, ticket.organization_id, ticket.assignee_id, ticket.severity, {promise}, {adds} "  # noqa: S608
            f"FROM {rows} WHERE {condition} AND ({when}){whose}"
        )
        params += [*zone, *(adapted(midnight(day)) for first, last in stretches for day in (first, last + DAY))]
        params += of.values()
    sums = ", ".join(f"SUM({name}) AS {name}" for name in FIGURES)
    groups = [
        f"SELECT day, office_id, '{axis}' AS axis, {key} AS key, {sums} "  # noqa: S608 - our own names
        f"FROM facts WHERE {key} IS NOT NULL GROUP BY day, office_id, {key}"
        for axis, key in AXES.items()
    ]
    return f"WITH facts ({_FACTS}) AS MATERIALIZED ({' UNION ALL '.join(facts)}) {' UNION ALL '.join(groups)}", params


def runs(days: Collection[date]) -> list[tuple[date, date]]:
    """Answer the stretches of days without a gap, first and last of each."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] == DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def adapted(value: Any) -> Any:
    """Answer a date or an instant as the database's columns hold it."""
    if hasattr(value, "hour"):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value)


def execute(statement: Statement) -> list[Any]:
    """Answer the rows of a statement that counts from tickets and clocks; call inside a transaction.

    PostgreSQL takes its many branches for a long haul and would spend more on compiling than on running it.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL jit = off")
        cursor.execute(*statement)
        return cursor.fetchall() if cursor.description else []


def store(days: Collection[date]) -> None:
    """Count these days anew and keep what was found; call inside a transaction, one at a time."""
    if days:
        DailyFigure.objects.filter(day__in=days).delete()
        counted, params = cells(days)
        execute((f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) {counted}", params))

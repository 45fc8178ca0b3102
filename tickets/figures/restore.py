"""How long it takes from the report of a fault to its solution: the median, and what nine of ten stay under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from tickets.figures.cells import adapted

if TYPE_CHECKING:
    from tickets.figures.period import Period, Scope

ALL = 0
"""Stands for all severities together."""
_FAULTS = "FROM tickets_ticket WHERE kind = 'fault' AND resolved_at >= %s AND resolved_at < %s{scope}"
_SQL = {
    "postgresql": f"""
WITH placed AS (
    SELECT severity, resolved_at >= %s AS is_current, COUNT(*) AS solved,
        percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY resolved_at - created_at) AS spans
    {_FAULTS} GROUP BY GROUPING SETS ((1, 2), (2))
)
SELECT COALESCE(severity, {ALL}), is_current, solved, EXTRACT(EPOCH FROM spans[1]), EXTRACT(EPOCH FROM spans[2]) FROM placed
""",  # noqa: S608 - our own names
    "sqlite": f"""
WITH faults AS (
    SELECT severity, resolved_at >= %s AS is_current, strftime('%%s', resolved_at) - strftime('%%s', created_at) AS span {_FAULTS}
), each AS (
    SELECT severity, is_current, span FROM faults UNION ALL SELECT {ALL}, is_current, span FROM faults
), placed AS (
    SELECT severity, is_current, span, COUNT(*) OVER (PARTITION BY severity, is_current) AS solved,
        ROW_NUMBER() OVER (PARTITION BY severity, is_current ORDER BY span) AS place
    FROM each
)
SELECT severity, is_current, MAX(solved), MIN(CASE WHEN place * 2 >= solved THEN span END),
    MIN(CASE WHEN place * 10 >= solved * 9 THEN span END)
FROM placed GROUP BY severity, is_current
""",  # noqa: S608 - our own names
}
"""PostgreSQL has the function; SQLite counts places. Both answer by nearest rank, so every time is that of a real fault."""


@dataclass(frozen=True, slots=True)
class Restore:
    """Faults solved, and in seconds what half and nine tenths of them took at most."""

    solved: int
    median: int
    p90: int


def restored(period: Period, scope: Scope) -> dict[tuple[int, bool], Restore]:
    """Answer the times for each (severity, whether in the period or the one before); severity 0 is all of them."""
    scoped = "".join(f" AND {name}_id = %s" for name in scope.filters)
    moments = (period.starts, period.previous.starts, period.ends)
    params: list[Any] = [*map(adapted, moments), *scope.filters.values()]
    with connection.cursor() as cursor:
        cursor.execute(_SQL[connection.vendor].format(scope=scoped), params)
        rows = cursor.fetchall()
    return {(severity, bool(is_current)): Restore(*map(int, times)) for severity, is_current, *times in rows}

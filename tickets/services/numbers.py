"""Ticket numbers that a person can say on the phone: SD-20261121-0042."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from tickets.models import NumberSeries

if TYPE_CHECKING:
    from datetime import datetime

_TABLE = NumberSeries._meta.db_table
_SQL = {
    "postgresql": (
        f"SELECT nextval('tickets_number') - base FROM {_TABLE} WHERE day = %s",  # noqa: S608 - our own table
        f"INSERT INTO {_TABLE} (day, base) VALUES (%s, nextval('tickets_number')) ON CONFLICT DO NOTHING",  # noqa: S608
    ),
    "sqlite": (
        f"UPDATE {_TABLE} SET base = base + 1 WHERE day = %s RETURNING base",  # noqa: S608
        f"INSERT INTO {_TABLE} (day, base) VALUES (%s, 0) ON CONFLICT DO NOTHING",  # noqa: S608
    ),
}
"""What gives out a day's next number, and what begins a day.

A row that counts stays locked to the end of the transaction that took a number: reports would wait for one another. A
sequence of PostgreSQL does not, so there the row only says where the day began. SQLite has one writer anyway.
"""


def next_number(at: datetime) -> str:
    """Give out a number of the local day that nobody else gets; one that is rolled back may be left out."""
    day = timezone.localtime(at).date()
    take, begin = _SQL[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(take, [day.isoformat()])
        while not (row := cursor.fetchone()):
            cursor.execute(begin, [day.isoformat()])  # waits for whoever begins the same day
            cursor.execute(take, [day.isoformat()])
    return f"SD-{day:%Y%m%d}-{row[0]:04d}"

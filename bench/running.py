"""A very large desk: so many clocks running at once, none of them due, copied in the database from one open ticket."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection

from core.time import now
from sla.models import Clock, Commitment
from tickets.models import Ticket

if TYPE_CHECKING:
    from django.db.models import Model

EACH = 3
"""Clocks of a ticket."""
FIRST, LAST = timedelta(hours=2), timedelta(days=30)
"""When they want attention, counted from now."""


def fill(running: int) -> None:
    """Write open tickets with three running clocks each until so many clocks are there that nothing is due of."""
    began = time.perf_counter()
    ticket = Ticket.objects.filter(commitment__clocks__state="running", number__startswith="SD-B-").latest("id")
    clocks = list(Clock.objects.filter(commitment=ticket.commitment_id).values_list("id", flat=True)[:EACH])
    count, base = running // EACH, max(Ticket.objects.latest("id").pk, Commitment.objects.latest("id").pk)
    spread = f"now() + interval '{FIRST.total_seconds()} s' + n * interval '{(LAST - FIRST).total_seconds() / count} s'"
    stands = {"state": "'running'", "due_at": spread, "attend_at": spread, "missed_at": "NULL", "paused_at": "NULL", "stopped_at": "NULL"}
    new, number = {"commitment_id": f"{base} + n"}, f"'SD-R-' || {base} + n"
    copies(Commitment, [ticket.commitment_id], count, {"id": f"{base} + n"})  # type: ignore[list-item]  # it was found by its commitment
    copies(Ticket, [ticket.pk], count, new | {"id": f"{base} + n", "number": number, "queue_at": spread, "search_text": "''"})
    for clock in clocks:
        copies(Clock, [clock], count, new | stands, without=("id",))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    waiting = Clock.objects.filter(attend_at__gt=now()).count()
    print(f"\n{waiting} clocks running ({count} tickets copied in {time.perf_counter() - began:.0f} s)", flush=True)


def copies(model: type[Model], keys: list[int], count: int, different: dict[str, str], *, without: tuple[str, ...] = ()) -> None:
    """Insert rows ``count`` times over, ``n`` counting from 1, with these columns different: SQL over ``one``, the row, and ``n``."""
    columns = [str(field.column) for field in model._meta.concrete_fields if field.column not in without]
    table, names = model._meta.db_table, ", ".join(columns)
    values = ", ".join(different.get(column, f"one.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} AS one, generate_series(1, %s) AS n WHERE one.id = ANY(%s)",
            [count, keys],
        )
        if "id" in different:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")

"""``python -m bench.tmf``: how quickly lists of TMF621 answer on PostgreSQL, with filters, at a few and at very many tickets.

BENCH_SIZES (default 10000,100000) tickets, a tenth of them with words of their own; the whole stack in one process, the median and the
worst of BENCH_ROUNDS (default 15). Works in the database of ``make bench``, which is made anew for each size.
"""

from __future__ import annotations

import os
import statistics
import time
from typing import Any

from bench.__main__ import DATABASE, SIZES, admin, loader, prepare

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
BATCH = 5000
ASKED = {
    "newest": "",
    "severity, own word": "severity=S9",
    "severity, rare own word": "severity=unheard-of",
    "severity, the desk's word": "severity=Major",
    "status": "status=inProgress",
    "created since": "creationDate.gt=2026-11-01",
    "party": "relatedParty.role=Owner&relatedParty.id=party-7",
    "words": "description.regex=.*挂号.*",
    "by last update": "sort=-lastUpdate",
    "offset 5000": "offset=5000",
}


def main() -> None:
    """Measure at each size and print, with how much slower the larger is."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, connections

    found: dict[int, dict[str, float]] = {}
    try:
        for size in SIZES:
            connections.close_all()
            admin(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", f"CREATE DATABASE {DATABASE}")
            call_command("migrate", verbosity=0)
            world = prepare()
            loader(world, size).write(size)
            say(size)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
            found[size] = measure(size, world)
    finally:
        connections.close_all()
        if not os.environ.get("BENCH_KEEP"):
            admin(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    if len(SIZES) > 1:
        for name in ASKED:
            print(f"{name:26} {found[SIZES[-1]][name] / found[SIZES[0]][name]:6.2f} times as long at {SIZES[-1]}")


def say(size: int) -> None:
    """Give a tenth of the tickets words of a caller."""
    from tickets.models import Ticket
    from tmf.models import Term, TroubleTicket

    keys = list(Ticket.objects.order_by("pk").values_list("pk", flat=True)[::10])
    for start in range(0, len(keys), BATCH):
        rows = []
        for number, key in enumerate(keys[start : start + BATCH], start):
            row = TroubleTicket(ticket_id=key, severity=f"S{number % 10}", ticket_type="incident")
            row.words = {"severity": row.severity, "ticketType": "incident", "description": "挂号系统打不开"}
            rows.append(row)
        TroubleTicket.objects.bulk_create(rows)
        terms = {"relatedParty.role": "Owner", "description": "挂号系统打不开", "name": "挂号系统打不开"}
        said = [Term(row=row, path=path, value=value) for row in rows for path, value in terms.items()]
        said += [Term(row=row, path="relatedParty.id", value=f"party-{number % 1000}") for number, row in enumerate(rows, start)]
        Term.objects.bulk_create(said, batch_size=BATCH)


def measure(size: int, world: dict[str, Any]) -> dict[str, float]:
    """Ask for each list, the count forgotten before the first time only, as a caller does who comes back every few seconds."""
    from django.core.cache import cache
    from django.test import Client

    client = Client(headers=world["ways"]["manager"][1])
    medians = {}
    for name, query in ASKED.items():
        cache.clear()
        took = []
        for _round in range(ROUNDS + 1):
            began = time.perf_counter()
            answer = client.get(f"/tmf-api/troubleTicket/v5/troubleTicket?{query}")
            took.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, answer.content
        first, rest = took[0], took[1:]
        medians[name] = statistics.median(rest)
        total = answer.headers["X-Total-Count"]
        print(f"{size:>7} {name:26} {medians[name]:7.1f} ms, worst {max(rest):7.1f}, first {first:7.1f}, of {total}", flush=True)
    return medians


if __name__ == "__main__":
    main()

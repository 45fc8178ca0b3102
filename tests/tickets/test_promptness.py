"""How promptly: a hundred thousand clocks running, five thousand due in the same quarter minute, three workers, and accidents.

What is measured is what anybody else sees: whether, at any moment, a clock is there that wanted attention ten seconds ago.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.db.models import F

from bench.running import copies
from core.time import now
from sla.models import Clock, Commitment, Escalation
from tests.processes import ROOT, RedisServer, Worker, environment
from tests.worlds import make_promising_world, make_ticket
from tickets.models import Event, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

RUNNING, DUE, SPREAD = 100_000, 5_000, 15
LATEST = timedelta(seconds=10)
AHEAD = timedelta(seconds=11)
"""What the copying and three workers need to begin."""
ZONES = ("Asia/Shanghai", "America/New_York", "Pacific/Apia", "Europe/London")


def multiply(template: Ticket, count: int, prefix: str, moved: str) -> None:
    """Copy a ticket with its clocks and its record so many times, every time of it moved by a stretch of SQL."""
    base = max(Ticket.objects.latest("id").pk, Commitment.objects.latest("id").pk)
    mine, key = {"commitment_id": f"{base} + n"}, {"id": f"{base} + n"}
    assert template.commitment_id
    copies(Commitment, [template.commitment_id], count, key | {"made_at": f"one.made_at + {moved}"})
    times = {name: f"one.{name} + {moved}" for name in ("created_at", "queue_at")}
    copies(Ticket, [template.pk], count, key | mine | times | {"number": f"'{prefix}' || n", "search_text": "''", "is_counted": "true"})
    clocks = list(Clock.objects.filter(commitment=template.commitment_id).values_list("id", flat=True))
    times = {name: f"one.{name} + {moved}" for name in ("started_at", "due_at", "attend_at")}
    copies(Clock, clocks, count, mine | times, without=("id",))
    events = list(template.events.values_list("id", flat=True))
    copies(Event, events, count, {"ticket_id": f"{base} + n", "at": f"one.at + {moved}"}, without=("id",))


def a_desk_full_of_clocks() -> datetime:
    """Fill the desk; answer when the first of the five thousand wants attention."""
    world = make_promising_world()
    sample = make_ticket(world, at=now())
    clocks = Clock.objects.filter(commitment=sample.commitment)
    lead = min(clock.attend_at - sample.created_at for clock in clocks if clock.attend_at)
    running = sum(clock.attend_at is not None for clock in clocks)
    multiply(sample, RUNNING // running, "FAR-", "interval '2 days' + n * interval '1 s'")
    first = (now() + AHEAD).replace(microsecond=0)
    due = make_ticket(world, at=first - lead)
    multiply(due, DUE - 1, "DUE-", f"mod(n, {SPREAD}) * interval '1 s'")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return first


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


def test_no_level_is_early_or_ten_seconds_late_or_fires_twice_whatever_happens_to_the_workers(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    env = environment(REDIS_URL=redis_server.url, DATA_DIR=str(tmp_path))
    first = a_desk_full_of_clocks()
    workers = [Worker(env | {"TZ": zone}, queues="sla") for zone in ZONES[:3]]
    beat = subprocess.Popen(
        [sys.executable, "-m", "celery", "--quiet", "--app", "servicedesk", "beat", "--pidfile=", "--loglevel", "error"],
        cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert now() < first, "the desk was not filled in time; the machine is too slow for this test"
        assert Clock.objects.filter(attend_at__isnull=False).count() >= RUNNING
        accidents = [
            (first + timedelta(seconds=6), workers[0].kill),
            (first + timedelta(seconds=9), redis_server.stop),
            (first + timedelta(seconds=10), redis_server.start),
            (first + timedelta(seconds=11), lambda: workers.append(Worker(env | {"TZ": ZONES[3]}, queues="sla"))),
        ]
        latest, waiting = timedelta(), None
        while accidents or waiting or now() < first + timedelta(seconds=SPREAD):
            while accidents and accidents[0][0] <= now():
                accidents.pop(0)[1]()
            waiting = Clock.objects.filter(attend_at__lte=now()).order_by("attend_at").values_list("attend_at", flat=True).first()
            latest = max(latest, now() - waiting) if waiting else latest
            assert latest <= LATEST
            time.sleep(0.2)
    finally:
        beat.terminate()
        for worker in workers:
            if worker.process.poll() is None:
                worker.stop()
        beat.wait(20)
    print(f"\nlatest attention: {latest.total_seconds():.0f} s after it was wanted")
    assert not Escalation.objects.filter(fired_at__lt=F("planned_at")).exists(), "no level before its time"
    levels = Counter(Escalation.objects.values_list("clock_id", "level"))
    assert set(levels.values()) == {1}
    assert len(levels) == DUE
    assert Event.objects.filter(type="escalated").count() == DUE

"""``python -m bench.fanout``: how soon one event is with 200 webhook endpoints, and what 10 dead ones among them cost the others.

A real worker of the product on PostgreSQL and Redis sends; a server in this process takes, and notes when. Two kinds of rounds, in turns:
every endpoint answers, or FANOUT_DEAD (default 10) of FANOUT_ENDPOINTS (default 200) do not: half take the connection and say nothing,
half refuse it. FANOUT_ROUNDS (default 10) of each kind; before each the dead ones are due again. Works in the database of ``make bench``.
"""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.__main__ import DATABASE, ROOT, admin, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrations.models import WebhookEndpoint

ENDPOINTS = int(os.environ.get("FANOUT_ENDPOINTS", "200"))
DEAD = int(os.environ.get("FANOUT_DEAD", "10"))
ROUNDS = int(os.environ.get("FANOUT_ROUNDS", "10"))
PATIENCE = 180.0
"""Seconds after which an endpoint that answers is given up: the figure would be worthless."""
os.environ["WEBHOOKS_ALLOW_PRIVATE"] = "true"


class Receiver(ThreadingHTTPServer):
    """Takes whatever comes and notes when each message came to each address."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.came: dict[str, dict[str, float]] = defaultdict(dict)
        self.repeated = 0
        self.changed = threading.Condition()

    def wait(self, message: str, count: int, until: float) -> dict[str, float]:
        """Answer when a message came where, once it is at so many addresses."""
        with self.changed:
            if not self.changed.wait_for(lambda: len(self.came[message]) >= count, timeout=until - time.perf_counter()):
                sys.exit(f"only {len(self.came[message])} of {count} endpoints were told in {PATIENCE:.0f} s")
            return dict(self.came[message])


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        with self.server.changed:
            known = self.server.came[self.headers["webhook-id"]]
            self.server.repeated += self.path in known
            known.setdefault(self.path, time.perf_counter())
            self.server.changed.notify_all()
        self.send_response(HTTPStatus.NO_CONTENT)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def main() -> None:
    """Make the endpoints and a worker, report faults, print when who was told."""
    import django

    admin(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", f"CREATE DATABASE {DATABASE}")
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    receiver = Receiver()
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    deaf, closed = socket.create_server(("127.0.0.1", 0), backlog=256), socket.create_server(("127.0.0.1", 0))
    refusing = closed.getsockname()[1]
    closed.close()
    try:
        call_command("migrate", verbosity=0)
        world = prepare()
        rows = endpoints(receiver.server_address[1], deaf.getsockname()[1], refusing)
        with worker():
            found = measure(receiver, world, rows)
        say(found, receiver.repeated)
    finally:
        receiver.shutdown()
        deaf.close()
        connections.close_all()
        if not os.environ.get("BENCH_KEEP"):
            admin(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def endpoints(port: int, deaf: int, refusing: int) -> list[WebhookEndpoint]:
    """Make one endpoint for each address; then the dead ones, half of each kind, which begin paused."""
    from accounts.models import User
    from core.time import now
    from integrations import services

    manager = User.objects.get(email="manager@demo.example")
    urls = [f"http://127.0.0.1:{port}/{place}" for place in range(ENDPOINTS)]
    urls += [f"http://127.0.0.1:{deaf if place % 2 else refusing}/{place}" for place in range(DEAD)]
    given: dict[str, Any] = {"organization": None, "types": ["reported"], "payload": "full", "actor": manager, "at": now()}
    rows = [services.create_endpoint(name=f"endpoint {place}", url=url, **given) for place, url in enumerate(urls)]
    for row in rows[ENDPOINTS:]:
        services.pause(row, actor=manager, at=now())
    return rows


@contextmanager
def worker() -> Iterator[None]:
    """Run a worker of webhooks as in production."""
    command = [sys.executable, "-m", "celery", "--quiet", "--app", "servicedesk", "worker", "--queues", "webhooks", "--concurrency", "1"]
    kept = Path(tempfile.mkdtemp(prefix="desk-beat-")) / "schedule"
    more = ["--beat", "--schedule", str(kept), "--loglevel", "error"]  # what one task leaves the sweep's next one goes on with
    process = subprocess.Popen([*command, *more], cwd=ROOT, start_new_session=True)
    try:
        time.sleep(8)  # a worker that is still starting is not what is measured
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def measure(receiver: Receiver, world: dict[str, Any], rows: list[WebhookEndpoint]) -> dict[str, list[list[float]]]:
    """Report a fault in each round; answer for each kind of round, sorted, the seconds until each living endpoint had it."""
    found: dict[str, list[list[float]]] = {"all answer": [], f"{DEAD} are dead": []}
    for number in range(ROUNDS + 1):
        for dead, kind in enumerate(found):
            _switch(rows, dead=bool(dead))
            living = ENDPOINTS - DEAD * dead
            message, began = _report(world)
            came = receiver.wait(message, living, began + PATIENCE)
            if number:  # the first round warms
                found[kind].append(sorted(at - began for at in came.values()))
            time.sleep(20 if dead else 1)  # until the threads that wait for the deaf are free: a round is to begin like the others
    return found


def _switch(rows: list[WebhookEndpoint], *, dead: bool) -> None:
    """Put the dead in the place of as many living ones, as if nobody had tried them before; or take them out."""
    from integrations import targets
    from integrations.models import AT_ONCE, WebhookEndpoint

    active, paused = WebhookEndpoint.State.ACTIVE, WebhookEndpoint.State.PAUSED
    of_living, of_dead = [row.pk for row in rows[:DEAD]], [row.pk for row in rows[ENDPOINTS:]]
    WebhookEndpoint.objects.filter(pk__in=of_living).update(state=paused if dead else active)
    changes = {"failing_since": None, "rests_until": AT_ONCE, "leased_until": None}
    WebhookEndpoint.objects.filter(pk__in=of_dead).update(state=active if dead else paused, **changes)
    for row in rows[ENDPOINTS:]:
        row.deliveries.all().delete()
    targets.targets.forget()


def _report(world: dict[str, Any]) -> tuple[str, float]:
    from accounts.models import User
    from core.time import now
    from integrations.models import WebhookDelivery
    from tickets import services

    customer = User.objects.get(email="customer@demo.example")
    thing = next(row for row in world["equipment"] if row.pk == world["thing"])
    began = time.perf_counter()
    draft = services.Report(kind="fault", severity=2, subject="挂号系统打不开", site=thing.site, equipment=thing)
    ticket = services.report(draft, actor=customer, at=now())
    return WebhookDelivery.objects.filter(ticket=ticket).values_list("message_id", flat=True)[0], began


def say(found: dict[str, list[list[float]]], repeated: int) -> None:
    """Print medians over the rounds, and how much longer it takes with dead ones."""
    marks = {"first": 0.0, "half": 0.5, "95 %": 0.95, "last": 1.0}
    table = {
        kind: {mark: statistics.median(times[int((len(times) - 1) * share)] for times in rounds) for mark, share in marks.items()}
        for kind, rounds in found.items()
    }
    print(f"\n1 event, {ENDPOINTS} endpoints, medians of {ROUNDS} rounds, seconds from before the report until the endpoint had it")
    for kind, row in table.items():
        print(f"  {kind:<14}" + "".join(f"{mark:>8} {seconds:6.2f}" for mark, seconds in row.items()))
    calm, rough = table.values()
    print("  with dead / without: " + ", ".join(f"{mark} {rough[mark] / calm[mark]:.2f}" for mark in marks))
    print(f"  messages that came twice: {repeated}")


if __name__ == "__main__":
    main()

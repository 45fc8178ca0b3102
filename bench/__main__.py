"""``make bench``: the product beside bare Django, in one run on PostgreSQL and Redis.

BENCH_SIZES (default 10000,100000), BENCH_SECONDS a question (default 8), BENCH_RUNNING clocks for the last sweeps
(default 1000000; 0 leaves them out). Works in a database of its own,
``servicedesk_bench``, which is made anew for each size and dropped at the end unless BENCH_KEEP is set.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg2

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "servicedesk_bench"
GIVEN = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
URL = urlsplit(GIVEN)._replace(path=f"/{DATABASE}").geturl()
SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "10000,100000").split(",")]
SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))
RUNNING = int(os.environ.get("BENCH_RUNNING", "1000000"))
ROUNDS = 4
os.environ.update(
    DATABASE_URL=URL,
    REDIS_URL=os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/9",
    DJANGO_SETTINGS_MODULE="bench.settings",
    LOG_LEVEL="ERROR",
    ALLOWED_HOSTS="127.0.0.1,localhost,testserver",
)


def admin(*statements: str) -> None:
    """Run statements on the server's own database."""
    link = psycopg2.connect(GIVEN.replace("postgres://", "postgresql://"))
    link.autocommit = True
    with link.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    link.close()


@contextmanager
def server() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Serve as in production: gunicorn, two workers of four threads."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "servicedesk.wsgi:application", "-b", f"127.0.0.1:{port}", "-k", "gthread", "-w", "2"]
    process = subprocess.Popen([*command, "--threads", "4", "--log-level", "error", "--no-control-socket"], cwd=ROOT)
    try:
        for _each in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).read()
                break
            except OSError:
                time.sleep(0.1)
        yield port, process
    finally:
        process.terminate()
        process.wait(30)


def memory(process: subprocess.Popen[bytes]) -> list[float]:
    """Answer each worker's resident megabytes."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    pages = [int(Path(f"/proc/{child}/statm").read_text().split()[1]) for child in children]
    return [count * os.sysconf("SC_PAGE_SIZE") / 1e6 for count in pages]


def main() -> None:
    """Make the database, measure at each size, print and keep what was found."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from bench import engine, running

    found: dict[str, Any] = {}
    try:
        for size in SIZES:  # each in a database of its own: what one size's sweeps left open is not in the next one's queue
            connections.close_all()
            admin(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", f"CREATE DATABASE {DATABASE}")
            call_command("migrate", verbosity=0)
            world = prepare()
            found[str(size)] = measure(size, world)
        say_ratios(found)
        print("\nthe engine", flush=True)
        found["engine"] = engine.measure()
        if RUNNING:
            running.fill(RUNNING)
            found["running"] = {"clocks": RUNNING, "sweep": sweeps(world)}
    finally:
        connections.close_all()
        if not os.environ.get("BENCH_KEEP"):
            admin(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(found, indent=1))
    print(f"kept in {target.relative_to(ROOT)}")


def prepare() -> dict[str, Any]:
    """Make the demo's people and places, and the ways in."""
    from django.conf import settings
    from django.test import Client

    from accounts import services as accounts
    from accounts.models import User
    from core.time import now
    from customers.models import Equipment
    from servicedesk.demo import world as demo

    at = now()
    made = demo.build(at)
    plans = {row.organization.pk: row.contract.plan for row in made.customers}
    equipment = list(Equipment.objects.select_related("site__organization", "site__region"))
    for row in equipment:
        row.plan = plans[row.site.organization_id]  # type: ignore[attr-defined]
    engineers = [person for people in made.engineers.values() for person in people]
    for person in engineers:
        person.team = person.teams.values_list("pk", flat=True)[0]  # type: ignore[attr-defined]
    ways = {}
    for name in ("manager", "engineer", "customer"):
        user = User.objects.get(email=f"{name}@demo.example")
        client = Client()
        client.force_login(user)
        cookie = {"Cookie": f"sessionid={client.cookies[settings.SESSION_COOKIE_NAME].value}"}
        token = {"Authorization": f"Bearer {accounts.issue_token(user, name='bench', scope='write', actor=user, at=at)[1]}"}
        ways[name] = (cookie, token)
    own = next(row for row in made.customers if row.person.email == "customer@demo.example")
    return {"equipment": equipment, "engineers": engineers, "ways": ways, "site": own.sites[0].pk, "thing": own.equipment[0].pk, "made": 0}


def questions(world: dict[str, Any], numbers: list[str]) -> list[Any]:
    """Answer what is asked: the yardstick's two first."""
    from urllib.parse import quote

    from bench.drive import Question

    page, token = world["ways"]["manager"]
    theirs = world["ways"]["customer"][1]
    opened = "&".join(f"status={status}" for status in ("new", "accepted", "in_progress", "waiting", "reopened"))
    fault = {"kind": "fault", "severity": 2, "subject": "挂号系统打不开", "equipment": world["thing"]}
    bare = {"site": world["site"], "subject": "挂号系统打不开"}
    since = quote((datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds"))
    asset = {"id": str(world["thing"]), "@referredType": "Equipment", "role": "affected"}
    trouble = {"description": "挂号系统打不开", "severity": "High", "ticketType": "incident", "relatedEntity": [asset]}

    def wanted(turn: int) -> str:
        return quote(("挂号", "存储控制器", numbers[turn % len(numbers)])[turn % 3])

    return [
        Question("yardstick list", lambda _n: "/api/yardstick/list/", token),
        Question("yardstick write", lambda _n: "/api/yardstick/write/", theirs, lambda _n: bare),
        Question("queue JSON", lambda _n: f"/api/v1/tickets/?{opened}", token),
        Question("report", lambda _n: "/api/v1/tickets/", theirs, lambda _n: fault),
        Question("changed JSON", lambda _n: f"/api/v1/tickets/?updated_since={since}", token),
        Question("TMF621 list", lambda _n: "/tmf-api/troubleTicket/v4/troubleTicket?severity=High&status=inProgress&limit=20", token),
        Question("TMF621 create", lambda _n: "/tmf-api/troubleTicket/v4/troubleTicket", theirs, lambda _n: trouble),
        Question("queue page", lambda _n: "/queue/", page),
        Question("ticket page", lambda n: f"/tickets/{numbers[n % len(numbers)]}/", page),
        Question("dashboard", lambda _n: "/dashboard/", page),
        Question("search", lambda n: f"/queue/?state=all&q={wanted(n)}", page),
    ]


def loader(world: dict[str, Any], seed: int) -> Any:
    """Answer what writes tickets about the bench's things and people."""
    import random

    from bench.load import Loader
    from core.time import now

    return Loader(now(), world["equipment"], world["engineers"], random.Random(seed))


def measure(size: int, world: dict[str, Any]) -> dict[str, Any]:
    """Load up to a size, ask everything, sweep, rehearse."""
    from django.db import connection

    from bench.drive import ask, ask_in_turns
    from bench.rehearse import rehearsal
    from core.queue import drain
    from tickets import services
    from tickets.models import Ticket

    began = time.perf_counter()
    missing = size - Ticket.objects.count()
    loader(world, size).write(missing)
    drain(services.count_next_batch, limit=20_000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"\n{size} tickets ({missing} written in {time.perf_counter() - began:.0f} s)", flush=True)
    numbers = list(Ticket.objects.order_by("-id").values_list("number", flat=True)[:500])
    with server() as (port, process):
        asked = questions(world, numbers)
        for question in asked:
            ask(port, question, 1.5)  # warm
        # a worker counts what was reported every 30 s; here it has done so before each round
        found = ask_in_turns(port, asked, SECONDS, ROUNDS, before=lambda: drain(services.count_next_batch, limit=20_000))
        for name, speed in found.items():
            print(f"  {name:<16}{speed}", flush=True)
        workers = memory(process)
        print(f"  web workers: {', '.join(f'{megabytes:.0f} MB' for megabytes in workers)}", flush=True)
    answer = {name: {"rate": speed.rate, "p50": speed.p50, "p95": speed.p95} for name, speed in found.items()}
    return {"speed": answer, "memory": workers, "sweep": sweeps(world), "rehearsal": rehearsal()}


def sweeps(world: dict[str, Any]) -> dict[str, float]:
    """Time one sweep with nothing, 1,000 and 10,000 clocks due, all effects written; medians of three where it is short.

    In a process that has swept before, as a worker has: its plans and words are read.
    """
    from core.time import now
    from sla.models import Clock, Escalation
    from tickets import services

    # under P0 one clock of each ticket is at its first level then: as many effects as clocks
    single = [row for row in world["equipment"] if row.plan.code == "p0"]
    loader({**world, "equipment": single}, 10).write(10, waiting=timedelta(minutes=46))
    services.escalate_due(now())
    found = {}
    for due in (0, 1000, 10000):
        if due:
            loader({**world, "equipment": single}, due).write(due, waiting=timedelta(minutes=46))
        at = now()
        counted = Clock.objects.filter(attend_at__lte=at).count()
        before = Escalation.objects.count()
        times = []
        for _each in range(1 if due else 3):
            began = time.perf_counter()
            services.escalate_due(at)
            times.append(time.perf_counter() - began)
        written = Escalation.objects.count() - before
        found[str(due)] = sorted(times)[len(times) // 2]
        print(f"  sweep of {counted:>6} due: {found[str(due)]:.3f} s, {written} levels written", flush=True)
    return found


AIMS = (
    ("queue JSON", "yardstick list", 0.65),
    ("report", "yardstick write", 0.65),
    ("queue page", "yardstick list", 0.25),
)


def say_ratios(found: dict[str, Any]) -> None:
    """Print the ratios that are aimed at."""
    print()
    for size, row in found.items():
        speed = row["speed"]
        for name, against, aim in AIMS:
            ratio = speed[name]["rate"] / speed[against]["rate"]
            print(f"  {size:>7}: {name} / {against} = {ratio:.2f} (aim {aim})")
    if len(found) > 1:
        small, large = (found[size]["speed"] for size in (next(iter(found)), list(found)[-1]))
        drift = small["yardstick list"]["p50"] and large["yardstick list"]["p50"] / small["yardstick list"]["p50"]
        print(f"  growth of the median from the smallest to the largest, the yardstick's own being {drift:.2f}:")
        for name in small:
            print(f"    {name:<16}{large[name]['p50'] / small[name]['p50']:.2f}")


if __name__ == "__main__":
    main()

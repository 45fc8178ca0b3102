"""The hard promises, held by real processes on real PostgreSQL and Redis: killed workers, racing people, a broker that is away."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from celery import Celery
from django.db import connection

from core.time import now
from notifications.models import Message, State
from sla.models import Clock, Escalation
from tests.notifications.conftest import MailServer
from tests.processes import ROOT, RedisServer, Worker, environment, until
from tests.worlds import World, make_promising_world, make_ticket
from tickets import services
from tickets.errors import NothingToTake
from tickets.models import Event, Ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

DUE = 1000
SLOW = """
CREATE FUNCTION slow_down() RETURNS trigger AS $$ BEGIN PERFORM pg_sleep(0.002); RETURN NEW; END $$ LANGUAGE plpgsql;
CREATE TRIGGER slow_down BEFORE INSERT ON sla_escalation FOR EACH ROW EXECUTE FUNCTION slow_down();
"""
FAST = "DROP TRIGGER slow_down ON sla_escalation; DROP FUNCTION slow_down();"

# Reports one fault again and again; the n-th time a copy of the process is killed at its n-th statement.
KILLED_REPORTS = """
import os, signal, sys
import django
django.setup()
from django.db import connection
from accounts.models import User
from core.time import now
from customers.models import Equipment
from sla.models import Clock, Commitment
from tickets import services
from tickets.models import Event, Ticket
from notifications.models import Message

customer = User.objects.get(pk=int(sys.argv[1]))
equipment = Equipment.objects.select_related("site__organization", "site__region").get(pk=int(sys.argv[2]))

def rows():
    return tuple(model.objects.count() for model in (Ticket, Commitment, Clock, Event, Ticket.history.model, Message))

def killer(last):
    def step(execute, sql, params, many, context, count=[0]):
        count[0] += 1
        if count[0] > last:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)
    return step

def report():
    draft = services.Report(kind="fault", severity=1, subject="x", site=equipment.site, equipment=equipment)
    services.report(draft, actor=customer, at=now())

before = rows()
for last in range(100):
    connection.close()
    child = os.fork()
    if not child:
        with connection.execute_wrapper(killer(last)):
            report()
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
    assert rows() == before, (last, before, rows())
else:
    sys.exit("it never got through")
after = rows()
assert all(b > a for a, b in zip(before, after)), (before, after)
print(last)
"""


@pytest.fixture
def world() -> World:
    return make_promising_world()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def mail() -> Iterator[MailServer]:
    server = MailServer()
    with server.running():
        yield server


def surroundings(redis_server: RedisServer, mail: MailServer, tmp_path: Path) -> dict[str, str]:
    return environment(REDIS_URL=redis_server.url, EMAIL_URL=f"smtp://127.0.0.1:{mail.port}", DATA_DIR=str(tmp_path))


def all_at_once(work: Callable[[int], Any], times: int = 8) -> list[Any]:
    def run(place: int) -> Any:
        try:
            return work(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(run, range(times)))


def test_a_report_that_is_killed_anywhere_leaves_all_rows_or_none(world: World, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED_REPORTS, str(world.customer.pk), str(world.equipment.pk)],
        cwd=ROOT,
        env=environment(DATA_DIR=str(tmp_path), REDIS_URL=""),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split()[-1]) > 10, "it was killed at every statement of the way"


def test_two_never_get_the_same_ticket(world: World) -> None:
    for _each in range(6):
        make_ticket(world, at=now())

    def take(place: int) -> int | None:
        try:
            return services.take_next(actor=world.engineer, at=now()).pk
        except NothingToTake:
            return None

    taken = [ticket for ticket in all_at_once(take) if ticket]
    assert len(taken) == len(set(taken)) >= 1


def test_reports_at_once_get_numbers_of_their_own(world: World) -> None:
    numbers = all_at_once(lambda _place: make_ticket(world, at=now()).number)
    assert len(set(numbers)) == len(numbers)


def test_the_same_external_id_at_once_makes_one_ticket(world: World) -> None:
    made = all_at_once(lambda _place: make_ticket(world, at=now(), external_id="ITSM-9"))
    assert len({ticket.pk for ticket in made}) == 1
    assert sum(ticket.is_new for ticket in made) == 1
    assert Ticket.objects.count() == 1


def test_of_two_moves_at_once_one_is_refused(world: World) -> None:
    ticket = make_ticket(world, at=now())

    def accept(place: int) -> str:
        try:
            services.accept(ticket, actor=world.engineer, at=now())
        except Exception as error:  # noqa: BLE001 - the kind is what is looked at
            return type(error).__name__
        return "accepted"

    assert Counter(all_at_once(accept)) == {"accepted": 1, "MoveNotAllowed": 7}
    assert Event.objects.filter(type="accepted").count() == 1


def test_two_sweeps_at_once_do_each_step_once(world: World) -> None:
    for _each in range(40):
        make_ticket(world, at=now() - timedelta(hours=4))
    all_at_once(lambda _place: [services.escalate_next_batch(now(), limit=15) for _round in range(6)], 4)
    while services.escalate_next_batch(now()):
        pass
    levels = Counter(Escalation.objects.values_list("clock_id", "level"))
    assert set(levels.values()) == {1}
    assert len(levels) == 40 * (4 + 3), "four rungs of the response, three of the diagnosis"


def test_a_worker_killed_in_a_sweep_of_a_thousand_leaves_each_level_once_and_each_mail_with_one_id(
    world: World, redis_server: RedisServer, mail: MailServer, tmp_path: Path
) -> None:
    for _each in range(DUE // 2):
        make_ticket(world, at=now() - timedelta(hours=4))
    assert Clock.objects.filter(attend_at__lte=now()).count() == DUE
    redis_server.start()
    env = surroundings(redis_server, mail, tmp_path)
    broker = Celery("test", broker=redis_server.url, set_as_current=False)
    sweep = {"queue": "sla", "ignore_result": True}
    with connection.cursor() as cursor:
        cursor.execute(SLOW)
    worker = Worker(env, concurrency=2)
    broker.send_task("tickets.tasks.escalate_due", **sweep)
    until(Escalation.objects.exists, seconds=60, what="no batch was done")
    worker.kill()
    # Mail it was about to send stays leased to it; three minutes are not waited for here.
    Message.objects.filter(state=State.PENDING, leased_until__isnull=False).update(leased_until=now())
    done = Escalation.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(FAST)
    assert 0 < done < DUE // 2 * 7, "it was killed in the middle"
    worker = Worker(env, concurrency=2)
    try:
        broker.send_task("tickets.tasks.escalate_due", **sweep)
        until(lambda: not Clock.objects.filter(attend_at__lte=now()).exists(), seconds=90, what="the sweep was not finished")
        broker.send_task("notifications.tasks.deliver", queue="mail", ignore_result=True)
        until(lambda: not Message.objects.filter(state=State.PENDING).exists(), seconds=120, what="mail was left")
    finally:
        worker.stop()
        broker.close()
    levels = Counter(Escalation.objects.values_list("clock_id", "level"))
    assert set(levels.values()) == {1}
    assert len(levels) == DUE // 2 * 7
    assert Event.objects.filter(type="escalated").count() == len(levels)
    told = Message.objects.filter(kind="escalation")
    items = Counter(
        item["escalation_id"] for row in told.filter(channel="inbox", recipient=world.dispatcher) for item in row.context["items"]
    )
    assert set(items.values()) <= {1}
    copies = Counter(message["Message-ID"] for message in mail.mails)
    assert len(copies) == Message.objects.filter(channel="email").count(), "a mail that was sent twice carries the same id"


def test_without_a_broker_a_report_is_saved_and_answered_and_all_the_rest_comes_after(
    world: World, redis_server: RedisServer, mail: MailServer, tmp_path: Path
) -> None:
    script = (
        "import django; django.setup()\n"
        "import sys\n"
        "from datetime import timedelta\n"
        "from accounts.models import User\n"
        "from core.time import now\n"
        "from customers.models import Equipment\n"
        "from tickets import services\n"
        "thing = Equipment.objects.select_related('site').get(pk=int(sys.argv[2]))\n"
        "draft = services.Report(kind='fault', severity=1, subject='x', site=thing.site, equipment=thing)\n"
        "print(services.report(draft, actor=User.objects.get(pk=int(sys.argv[1])), at=now() - timedelta(hours=2)).number)\n"
    )
    env = surroundings(redis_server, mail, tmp_path)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", script, str(world.customer.pk), str(world.equipment.pk)],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert time.monotonic() - began < 20, "the broker's absence must not hold the answer up"
    assert Ticket.objects.get().number == done.stdout.split()[-1]
    redis_server.start()
    worker = Worker(env)
    beat = subprocess.Popen(
        [sys.executable, "-m", "celery", "--quiet", "--app", "servicedesk", "beat", "--pidfile=", "--loglevel", "error"],
        cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: Escalation.objects.filter(level="late-30m").exists(), seconds=60, what="nothing was escalated")
        until(lambda: mail.mails, seconds=60, what="no mail came")
    finally:
        beat.terminate()
        worker.stop()
        beat.wait(20)


def test_the_services_are_really_there() -> None:
    assert connection.vendor == "postgresql"
    assert os.environ["REDIS_URL"]

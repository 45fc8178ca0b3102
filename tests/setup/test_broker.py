"""The broker made of files loses nothing, whoever dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from kombu import Connection, Exchange, Queue

from servicedesk import broker

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
QUEUE = Queue("work", Exchange("work"), routing_key="work")


def connect(folder: Path) -> Connection:
    url, options = broker.settings_for("", folder)
    return Connection(url, transport_options={**options, "polling_interval": 0.01})


def publish(folder: Path, numbers: range) -> None:
    with connect(folder) as connection:
        producer = connection.Producer()
        for number in numbers:
            producer.publish({"number": number}, exchange=QUEUE.exchange, routing_key="work", declare=[QUEUE])


def take(connection: Connection, count: int, *, ack: bool = True) -> list[int]:
    """Receive ``count`` messages, or fewer when no more come."""
    got: list[int] = []

    def receive(body: dict[str, int], message) -> None:
        got.append(body["number"])
        if ack:
            message.ack()

    with connection.Consumer(QUEUE, callbacks=[receive], prefetch_count=0):
        try:
            while len(got) < count:
                connection.drain_events(timeout=0.5)
        except TimeoutError:
            pass
    return got


def test_messages_come_in_the_order_they_were_published_and_only_once(tmp_path):
    publish(tmp_path, range(20))
    with connect(tmp_path) as connection:
        assert take(connection, 20) == list(range(20))
    with connect(tmp_path) as connection:
        assert take(connection, 1) == []


def test_what_was_not_acknowledged_comes_again_after_a_clean_close(tmp_path):
    publish(tmp_path, range(3))
    with connect(tmp_path) as connection:
        assert take(connection, 3, ack=False) == [0, 1, 2]
    with connect(tmp_path) as connection:
        assert sorted(take(connection, 3)) == [0, 1, 2]


def test_a_message_refused_with_requeue_comes_again(tmp_path):
    publish(tmp_path, range(1))
    with connect(tmp_path) as connection:
        channel = connection.channel()
        first = channel.basic_get("work")
        channel.basic_reject(first.delivery_tag, requeue=True)
        second = channel.basic_get("work")
        assert second.payload == {"number": 0}
        assert second.properties["delivery_info"]["routing_key"] == "work"
        channel.basic_ack(second.delivery_tag)
        assert channel.basic_get("work") is None


def test_a_refused_message_is_gone(tmp_path):
    publish(tmp_path, range(1))
    with connect(tmp_path) as connection:
        channel = connection.channel()
        channel.basic_reject(channel.basic_get("work").delivery_tag)
        assert channel.basic_get("work") is None


def test_a_queue_is_counted_and_emptied(tmp_path):
    publish(tmp_path, range(5))
    with connect(tmp_path) as connection:
        channel = connection.channel()
        assert channel.queue_declare("work").message_count == 5
        assert channel.queue_purge("work") == 5
        assert channel.queue_declare("work").message_count == 0


def test_a_half_written_message_is_not_seen(tmp_path):
    publish(tmp_path, range(1))
    (tmp_path / "ready" / "work" / ".00000-unfinished").write_text('{"bo')
    with connect(tmp_path) as connection:
        assert take(connection, 2) == [0]


def test_a_message_for_a_queue_nobody_made_is_dropped_and_makes_no_folder(tmp_path):
    publish(tmp_path, range(1))
    with connect(tmp_path) as connection:
        connection.Producer().publish({"event": "online"}, exchange="events", routing_key="worker.online")
    assert [path.name for path in (tmp_path / "ready").iterdir()] == ["work"]


def _hold_until_killed(folder: str, ready: Callable[[], None]) -> None:
    with connect(Path(folder)) as connection:
        take(connection, 4, ack=False)
        ready()
        time.sleep(60)


def test_what_a_killed_consumer_held_comes_again(tmp_path, monkeypatch):
    monkeypatch.setattr(broker, "LOOK_AFTER_OTHERS_SECONDS", 0.0)
    publish(tmp_path, range(4))
    spawn = multiprocessing.get_context("spawn")
    holding = spawn.Event()
    consumer = spawn.Process(target=_hold_until_killed, args=(str(tmp_path), holding.set))
    consumer.start()
    assert holding.wait(20)
    with connect(tmp_path) as connection:
        assert take(connection, 1) == [], "what a living consumer holds is its own"
        os.kill(consumer.pid, signal.SIGKILL)
        consumer.join()
        assert sorted(take(connection, 4)) == [0, 1, 2, 3]
        assert len(list((tmp_path / "held").glob("[!.]*"))) == 1, "the dead consumer's folder is gone"


def test_four_publishers_at_once_lose_nothing(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    publishers = [spawn.Process(target=publish, args=(tmp_path, range(n * 200, n * 200 + 200))) for n in range(4)]
    for publisher in publishers:
        publisher.start()
    with connect(tmp_path) as connection:
        got: list[int] = []
        end = time.monotonic() + 30
        while len(got) < 800 and time.monotonic() < end:
            got += take(connection, 1)
    for publisher in publishers:
        publisher.join()
        assert publisher.exitcode == 0
    assert sorted(got) == list(range(800))


WORKER = """
import sys, time
from pathlib import Path
from celery import Celery
from servicedesk import broker
folder = Path(sys.argv[1])
url, options = broker.settings_for("", folder / "queue")
app = Celery("probe", broker=url)
app.conf.update(broker_transport_options=options, task_acks_late=True, task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1, task_ignore_result=True, worker_enable_remote_control=False)
@app.task(name="probe.slow")
def slow(number):
    (folder / f"begun-{number}").touch()
    time.sleep(1.5)
    (folder / f"done-{number}").touch()
if __name__ == "__main__":
    if len(sys.argv) > 2:
        for number in range(4):
            slow.delay(number)
    else:
        app.worker_main(["--quiet", "worker", "--concurrency", "2", "--without-gossip", "--without-mingle",
            "--without-heartbeat", "--loglevel", "error"])
"""


def _until(seen: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > end:
            pytest.fail(what)
        time.sleep(0.05)


@pytest.mark.slow
def test_tasks_of_a_worker_that_was_killed_are_done_by_the_next(tmp_path):
    script = tmp_path / "probe.py"
    script.write_text(WORKER)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, str(script), str(tmp_path)]
    subprocess.run([*command, "publish"], env=env, check=True, timeout=60)
    first = subprocess.Popen(command, env=env, start_new_session=True)
    _until(lambda: any(tmp_path.glob("begun-*")), 30, "the first worker began nothing")
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    assert len(list(tmp_path.glob("done-*"))) < 4
    second = subprocess.Popen(command, env=env, start_new_session=True)
    try:
        _until(lambda: len(list(tmp_path.glob("done-*"))) == 4, 60, "not every task was done")
    finally:
        second.terminate()
        second.wait(30)
    assert not list((tmp_path / "queue").rglob("*@*")), "nothing is left held"

"""Real workers on real PostgreSQL and Redis: killed, racing, cut off from the broker."""

import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from celery import Celery, current_app
from django.db import connection

from notifications import nudge
from notifications.models import Message, State, Wait
from notifications.services import deliver_next_batch, delivery
from servicedesk.broker import REDIS_OPTIONS
from tests.notifications.conftest import NOW, post_mail
from tests.notifications.samples import escalation_of
from tests.processes import ROOT, RedisServer, Worker, environment, until

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

DELIVER = """
import django
django.setup()
from core.time import now
from notifications.services import deliver_next_batch
deliver_next_batch(now())
"""


@pytest.fixture
def env(smtp, tmp_path):
    """What a process needs to work on this test's database and mail server."""
    return environment(EMAIL_URL=f"smtp://127.0.0.1:{smtp.port}", DATA_DIR=str(tmp_path))


@pytest.fixture
def redis(tmp_path):
    """A Redis that this process publishes to, and that a test may stop."""
    server = RedisServer(tmp_path)
    server.start()
    usual = current_app._get_current_object()
    app = Celery("publisher", broker=server.url, set_as_current=False)
    app.conf.update(broker_transport_options=REDIS_OPTIONS, task_publish_retry=False)
    app.set_current()
    yield server
    usual.set_current()
    server.stop()


def test_a_process_killed_after_sending_and_before_marking_sends_the_same_mail_again(smtp, engineer, env):
    message = post_mail(engineer)
    with smtp.running(), subprocess.Popen([sys.executable, "-c", DELIVER], cwd=ROOT, env=env) as process:
        smtp.on_mail = process.kill  # kill -9 when the mail is with the server, before the process hears so
        assert process.wait(timeout=60) == -signal.SIGKILL
        smtp.on_mail = bool
        claimed = Message.objects.get()
        assert (claimed.state, claimed.attempts) == (State.PENDING, 1)
        assert deliver_next_batch(claimed.leased_until - timedelta(seconds=1)) == 0
        assert deliver_next_batch(claimed.leased_until) == 1
    first, second = smtp.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert Message.objects.get(pk=message.pk).state == State.SENT


def test_a_process_killed_with_a_digest_loses_no_message_and_sends_at_most_the_same_mail_again(smtp, engineer, env):
    for place in range(8):
        post_mail(engineer, f"round-{place}", kind="escalation", context={"items": [escalation_of(place)]}, urgent=True)
    Message.objects.update(waits=Wait.COLLECTED)  # their window is over
    with smtp.running(), subprocess.Popen([sys.executable, "-c", DELIVER], cwd=ROOT, env=env) as process:
        smtp.on_mail = process.kill
        assert process.wait(timeout=60) == -signal.SIGKILL
        smtp.on_mail = bool
        carrier = Message.objects.get(carried_by=None)
        assert (carrier.state, carrier.attempts, carrier.carries.count()) == (State.PENDING, 1, 7)
        assert deliver_next_batch(carrier.leased_until - timedelta(seconds=1)) == 0
        assert deliver_next_batch(carrier.leased_until) == 1
    first, second = smtp.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Subject"] == second["Subject"]
    [(state, sent_at)] = set(Message.objects.values_list("state", "sent_at"))
    assert state == State.SENT
    assert timedelta(0) <= sent_at - carrier.leased_until < timedelta(seconds=30)  # as long as the mail itself took


def test_workers_side_by_side_keep_to_the_limit_of_a_person(smtp, engineer, manager, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 7)
    for place in range(60):
        who = manager if place % 2 else engineer
        post_mail(who, f"round-{place}", kind="escalation", context={"items": [escalation_of(place)]}, at_once=place % 3 == 0)
    with smtp.running(), ThreadPoolExecutor(4) as workers:
        for worker in [workers.submit(deliver_everything) for _ in range(4)]:
            worker.result(timeout=60)
        deliver_everything()
    got = Counter(mail["To"] for mail in smtp.mails)
    assert set(Counter(mail["Message-ID"] for mail in smtp.mails).values()) == {1}
    assert all(count <= 6 for count in got.values()), got  # five of the window, one of severity 1
    assert not Message.objects.filter(state=State.PENDING, waits="", carried_by=None).exists()


def deliver_everything():
    try:
        while deliver_next_batch(NOW):
            pass
    finally:
        connection.close()


def test_workers_side_by_side_never_send_one_message_twice(smtp, engineer, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 7)
    for i in range(150):
        post_mail(engineer, f"event-{i}")
    with smtp.running(), ThreadPoolExecutor(4) as workers:
        for worker in [workers.submit(deliver_everything) for _ in range(4)]:
            worker.result(timeout=60)
    assert set(Counter(mail["Message-ID"] for mail in smtp.mails).values()) == {1}
    assert len(smtp.mails) == 150
    assert set(Message.objects.values_list("state", "attempts")) == {(State.SENT, 1)}


def test_a_worker_delivers_on_a_nudge_and_after_an_outage_of_redis_on_the_sweep(smtp, engineer, env, redis):
    worker = Worker({**env, "REDIS_URL": redis.url}, queues=nudge.delivery.queue)
    try:
        with smtp.running():
            post_mail(engineer, "nudged")
            until(lambda: len(smtp.mails) == 1, seconds=60, what="the nudge was not heard")

            redis.stop(signal.SIGKILL)
            started = time.monotonic()
            post_mail(engineer, "unheard")
            assert time.monotonic() - started < 5
            assert Message.objects.filter(state=State.PENDING).count() == 1

            redis.start()
            current_app.send_task(nudge.delivery.task, queue=nudge.delivery.queue)  # as beat does every few seconds
            until(lambda: len(smtp.mails) == 2, seconds=60, what="the sweep found nothing")
            until(lambda: not Message.objects.exclude(state=State.SENT).exists())
    finally:
        worker.stop()

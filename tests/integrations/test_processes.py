"""Real workers on PostgreSQL: one killed between sending and marking, and several at once."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter

import pytest

from core.time import now
from integrations import services
from integrations.models import WebhookDelivery, WebhookEndpoint
from integrations.services import delivery
from tests.processes import ROOT, environment
from tests.races import at_once
from tests.worlds import make_promising_world, make_ticket

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

DELIVER = """
import django
django.setup()
from core.time import now
from integrations.services import deliver
deliver(now())
"""


@pytest.fixture
def world(transactional_db):
    return make_promising_world()


def test_a_process_killed_after_sending_and_before_marking_sends_the_same_again(world, receiver, make, tmp_path):
    endpoint = make()
    make_ticket(world, at=now())
    env = environment(DATA_DIR=str(tmp_path), WEBHOOKS_ALLOW_PRIVATE="true")
    with subprocess.Popen([sys.executable, "-c", DELIVER], cwd=ROOT, env=env) as process:

        def kill(handler):
            process.kill()  # the message is here, and its sender does not hear so
            process.wait(30)
            handler.close_connection = True

        receiver.says["/hook"] = kill
        assert process.wait(timeout=60) == -signal.SIGKILL
    receiver.says.clear()
    left = WebhookEndpoint.objects.get().leased_until
    assert left is not None
    assert services.deliver(now()) == 0
    assert services.deliver(left) == 1
    assert Counter(receiver.ids()).popitem()[1] == 2
    assert len({body for _path, _headers, body in receiver.got}) == 1
    assert endpoint.deliveries.get().state == WebhookDelivery.State.DELIVERED


def test_workers_side_by_side_never_send_one_message_twice(world, receiver, make, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 3)
    for place in range(4):
        make(f"/{place}")
    for _each in range(10):
        make_ticket(world, at=now())
    assert [outcome for outcome in at_once(4, lambda: services.deliver(now())) if isinstance(outcome, Exception)] == []
    services.deliver(now())
    for place in range(4):
        assert set(Counter(receiver.ids(f"/{place}")).values()) == {1}
        assert len(receiver.ids(f"/{place}")) == 10
    assert set(WebhookDelivery.objects.values_list("state", "attempts")) == {("delivered", 1)}

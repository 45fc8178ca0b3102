"""Wakes workers after a commit. It may fail: the sweep that beat sends finds the rows as well."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from celery import current_app
from django.db import transaction
from kombu.pools import producers

if TYPE_CHECKING:
    from kombu import Connection

logger = logging.getLogger(__name__)

REST_SECONDS = 30.0
"""How long a broker that failed is left alone, so that not every request waits for its timeout."""

HASTY = {
    # A request waits for this; a worker that reconnects has more time (servicedesk/broker.py).
    "socket_connect_timeout": 1,
    "socket_timeout": 1,
    "connect_retries_timeout": 0.5,
    "interval_start": 0.1,
    "max_retries": 1,
}

PAUSE_SECONDS = 0.5
"""A process that has just woken them does not do so again: what follows at once is found with it, or by the next sweep."""

_broker_away_until = 0.0
"""One for all kinds of work: a request that leaves mail, webhooks and documents behind waits for an absent broker once."""


@dataclass(slots=True, eq=False)
class Waker:
    """Wakes the workers of one kind of work: a task by its name and its queue, and in the log what waits for the sweep."""

    task: str
    queue: str
    what: str
    pause: float = PAUSE_SECONDS
    woken_at: float = field(default=float("-inf"), init=False)

    def after_commit(self) -> None:
        """Wake them once the rows can be seen, once a transaction."""
        waiting = transaction.get_connection().run_on_commit
        if not any(entry[1] == self.wake for entry in waiting):
            transaction.on_commit(self.wake, robust=True)

    def wake(self) -> None:
        """Ask a worker to begin; when the broker is away, say so in the log and go on."""
        global _broker_away_until  # noqa: PLW0603 - one broker a process
        asked_at = time.monotonic()
        if asked_at < max(_broker_away_until, self.woken_at + self.pause):
            return
        self.woken_at = asked_at
        try:
            publish(self.task, self.queue)
        except Exception as error:  # noqa: BLE001 - brokers fail in their own ways, and the rows are safe
            _broker_away_until = time.monotonic() + REST_SECONDS
            logger.warning("The broker does not answer, %s wait for the sweep: %r", self.what, error)


delivery = Waker("notifications.tasks.deliver", "mail", "messages")


def publish(task: str, queue: str) -> None:
    """Send a task by its name: a service does not import the task that calls it. Raises what the broker raises."""
    with producers[_broker(current_app.conf.broker_write_url)].acquire(block=True, timeout=1) as producer:
        # Not kept for a worker that is stopped: the sweeps after its start find everything.
        current_app.send_task(task, queue=queue, producer=producer, retry=False, ignore_result=True, expires=60)


@lru_cache
def _broker(url: str) -> Connection:
    """Answer what the pool of connections is named by; it is never opened itself."""
    return current_app.connection_for_write(url, transport_options=HASTY)

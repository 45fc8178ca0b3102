"""Wakes the exchange after a commit; the sweep finds what a lost nudge leaves."""

from __future__ import annotations

import logging
import time

from django.db import transaction

from notifications import nudge

logger = logging.getLogger(__name__)
TASK, QUEUE = "peers.tasks.exchange", "webhooks"
REST_SECONDS, PAUSE_SECONDS = 30.0, 0.5
"""How long a broker that failed is left alone; what follows a nudge at once is found with it."""

_not_before = float("-inf")


def wake_after_commit() -> None:
    """Have a worker look once the rows can be seen, once a transaction."""
    waiting = transaction.get_connection().run_on_commit
    if not any(entry[1] is _wake for entry in waiting):
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    global _not_before  # noqa: PLW0603 - one broker a process
    asked_at = time.monotonic()
    if asked_at < _not_before:
        return
    _not_before = asked_at + PAUSE_SECONDS
    try:
        nudge.publish(TASK, QUEUE)
    except Exception as error:  # noqa: BLE001 - brokers fail in their own ways, and the rows are safe
        _not_before = time.monotonic() + REST_SECONDS
        logger.warning("The broker does not answer, peer helpdesks wait for the sweep: %r", error)

"""Wakes the making of files after a commit; the sweep finds what a lost nudge leaves."""

from __future__ import annotations

import logging

from django.db import transaction

from notifications import nudge

logger = logging.getLogger(__name__)
TASK, QUEUE = "documents.tasks.render", "celery"


def wake_after_commit() -> None:
    """Have a worker look once the rows can be seen, once a transaction."""
    waiting = transaction.get_connection().run_on_commit
    if not any(entry[1] is _wake for entry in waiting):
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    try:
        nudge.publish(TASK, QUEUE)
    except Exception as error:  # noqa: BLE001 - brokers fail in their own ways, and the rows are safe
        logger.warning("The broker does not answer, documents wait for the sweep: %r", error)

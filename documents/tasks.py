"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from documents import services

ROUNDS = 100
"""Documents in a task: well inside its time limit. What is left is made by the next task."""


@shared_task(ignore_result=True)
def render() -> None:
    """Make the files of documents that were sealed."""
    drain(services.render_next_batch, rounds=ROUNDS, at=now())

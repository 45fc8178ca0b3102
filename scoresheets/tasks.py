"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from scoresheets import services

ROUNDS = 20
"""Batches in a task: well inside its time limit. What is left is filled by the next task."""


@shared_task(ignore_result=True)
def fill() -> None:
    """Fill the sheets of the periods that are over."""
    drain(services.fill_next_batch, at=now(), rounds=ROUNDS)

"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from reports import services

ROUNDS = 50
"""Batches in a task: well inside its time limit. What is left is made by the next task."""


@shared_task(ignore_result=True)
def make_reports() -> None:
    """Make the reports of the month that is over, and of months that were missed."""
    drain(lambda: services.make_next_batch(now()), rounds=ROUNDS)

"""Sweeps of loops: any number of times, by any number of workers."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from loops import services


@shared_task(ignore_result=True)
def watch_opinions() -> int:
    """Tell of opinions that are overdue."""
    return drain(services.watch_next_batch, at=now())


@shared_task(ignore_result=True)
def remind() -> int:
    """Remind customers whose word is awaited."""
    return drain(services.remind_next_batch, at=now())


@shared_task(ignore_result=True)
def adopt() -> int:
    """Give a loop to open complaints that have none."""
    return drain(services.adopt_next_batch, at=now())

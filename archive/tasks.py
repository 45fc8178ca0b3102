"""Background work."""

from __future__ import annotations

from celery import shared_task

from archive import services
from core.queue import drain
from core.time import now

ROUNDS = 20
"""Exports in a task; what is left is made by the next one."""


@shared_task(ignore_result=True)
def make_exports() -> None:
    """Make the exports that wait, and those a killed worker left behind."""
    drain(services.make_next, rounds=ROUNDS, clock=now)


@shared_task(ignore_result=True)
def remove_exports() -> None:
    """Remove files that were kept long enough."""
    drain(services.remove_next, at=now())

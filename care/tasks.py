"""Background work."""

from __future__ import annotations

from celery import shared_task

from care import services
from core.queue import drain
from core.time import now


@shared_task(ignore_result=True)
def consider() -> None:
    """Decide about each solved fault, finished job and opened project whether its customer is called."""
    drain(services.consider_next_batch, at=now())


@shared_task(ignore_result=True)
def plan() -> None:
    """Plan inquiries and care calls for what is owed, and follow equipment that comes and goes."""
    drain(services.plan_next_batch, rounds=3, at=now())


@shared_task(ignore_result=True)
def watch() -> None:
    """Let what nobody called in time turn late in view."""
    drain(services.watch_next_batch, at=now())

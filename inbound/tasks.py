"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from inbound import services


@shared_task(ignore_result=True)
def listen() -> None:
    """Tell of sources that have fallen silent."""
    services.listen(now())


@shared_task(ignore_result=True)
def take_left() -> None:
    """Work on what was kept and left behind."""
    services.take_next_left(now())


@shared_task(ignore_result=True)
def forget() -> None:
    """Remove messages and cases of long ago."""
    drain(services.forget_next_arrivals, at=now())
    drain(services.forget_next_cases, at=now())

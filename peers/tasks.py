"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from peers import services


@shared_task(ignore_result=True)
def exchange() -> None:
    """Have other sides tell us of changes, or not any more, and serve the connections that have something due."""
    drain(services.subscribe_next, rounds=20, at=now())
    services.exchange(now())


@shared_task(ignore_result=True)
def begin_comparisons() -> None:
    """Have connections be compared that were not for a day."""
    services.begin_comparisons(now())


@shared_task(ignore_result=True)
def forget() -> None:
    """Remove what was exchanged long ago."""
    drain(services.forget_next, at=now())

"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from tmf import services


@shared_task(ignore_result=True)
def forget_events() -> None:
    """Remove events of others that were worked on long ago."""
    drain(services.forget_next_events, at=now())


@shared_task(ignore_result=True)
def forget_searches() -> None:
    """Remove searches for a time that were made long ago."""
    drain(services.forget_next_searches, at=now())

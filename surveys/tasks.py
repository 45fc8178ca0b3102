"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from surveys import services


@shared_task(ignore_result=True)
def invite() -> None:
    """Ask about what was closed, and each quarter about each contract."""
    drain(services.invite_next_batch, at=now())

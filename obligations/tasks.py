"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from obligations import services


@shared_task(ignore_result=True)
def plan() -> None:
    """Enter the recurring work that contracts have come to owe."""
    services.plan(now())


@shared_task(ignore_result=True)
def watch() -> None:
    """Let what nobody did turn late in view."""
    drain(services.watch_next_batch, at=now())

"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from integrations import services


@shared_task(ignore_result=True)
def deliver() -> None:
    """Send what is due, endpoints side by side."""
    services.deliver(now())


@shared_task(ignore_result=True)
def forget_webhooks() -> None:
    """Remove deliveries of long ago."""
    drain(services.forget_next_deliveries, at=now())

"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from integrations import services

ROUNDS = 20


@shared_task(ignore_result=True)
def deliver() -> None:
    """Send what is due, endpoints side by side."""
    services.deliver(now())


@shared_task(ignore_result=True)
def number_changes() -> None:
    """Give numbers to what was committed since; the next task goes on with more."""
    drain(services.number_next_changes, rounds=ROUNDS, at=now())


@shared_task(ignore_result=True)
def forget_changes() -> None:
    """Remove changes of long ago."""
    drain(services.forget_next_changes, at=now())


@shared_task(ignore_result=True)
def forget_webhooks() -> None:
    """Remove deliveries of long ago."""
    drain(services.forget_next_deliveries, at=now())

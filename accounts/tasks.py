"""Background work."""

from __future__ import annotations

from celery import shared_task

from accounts import services
from core.time import now


@shared_task(ignore_result=True)
def forget_keyed_requests() -> None:
    """Drop the kept answers to requests that nobody sends again."""
    services.forget_keyed_requests(now())

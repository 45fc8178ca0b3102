"""Background work."""

from __future__ import annotations

from celery import shared_task

from clients import services
from core.queue import drain
from core.time import now


@shared_task(ignore_result=True)
def forget_tokens() -> None:
    """Remove tokens that expired long ago."""
    drain(services.forget_next_tokens, at=now())

"""Background work."""

from __future__ import annotations

from celery import shared_task

from catalogue import services
from core.queue import drain
from core.time import now


@shared_task(ignore_result=True)
def tell() -> None:
    """Tell customers of releases that concern them, and remind those who have not answered."""
    drain(services.tell_next_group, at=now())

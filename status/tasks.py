"""Work that runs by itself."""

from __future__ import annotations

from celery import shared_task

from core.time import now
from status import services


@shared_task(ignore_result=True)
def canary() -> None:
    """Watch the canaries under way, and report the next one when it is time."""
    at = now()
    services.watch_canaries(at)
    services.report_canary(at)

"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from training import services


@shared_task(ignore_result=True)
def remind() -> None:
    """Remind of sessions that begin within a day and of certificates that end; look at the engineers whom contracts name."""
    at = now()
    drain(services.remind_of_sessions, at=at)
    drain(services.remind_of_ends, at=at)
    drain(services.remind_of_staff_certificates, at=at)
    drain(services.check_named_engineers, at=at)

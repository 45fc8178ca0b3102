"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from surveys import services


@shared_task(ignore_result=True)
def invite() -> None:
    """Ask about what was closed and finished, and each quarter about each contract."""
    drain(services.invite_next_batch, at=now())
    drain(services.fulfil_next_batch, at=now())


@shared_task(ignore_result=True)
def send_campaigns() -> None:
    """Send what campaigns have still to send."""
    drain(services.send_next_batch, at=now())


@shared_task(ignore_result=True)
def remind() -> None:
    """Remind who has not answered."""
    drain(services.remind_next_batch, at=now())

"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from entitlements import services


@shared_task(ignore_result=True)
def attend_ends() -> None:
    """Follow what contracts say, then remind of what ends and open quotations at the end."""
    at = now()
    services.follow_ends(at)
    drain(services.attend_next_batch, at=at)


@shared_task(ignore_result=True)
def decide_charges() -> None:
    """Say of each planned visit whether it is free or charged, and ask the customer where it is charged."""
    drain(services.decide_next_batch, at=now())

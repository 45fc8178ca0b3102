"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from notifications import services

ROUNDS = 3
"""Batches in a task: well inside its time limit even when the mail server is slow. Beat sends the next task."""


@shared_task(ignore_result=True)
def deliver() -> None:
    """Send what waits in the outbox; the time is read for each batch, since its lease starts then."""
    drain(lambda: services.deliver_next_batch(now()), rounds=ROUNDS)


@shared_task(ignore_result=True)
def deliver_chats() -> None:
    """Send to chats and phones what is due."""
    drain(services.deliver_chats, rounds=3, at=now())


@shared_task(ignore_result=True)
def forget_chats() -> None:
    """Remove what chats were told long ago."""
    drain(services.forget_next_chats, at=now())

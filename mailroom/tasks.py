"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from mailroom import services

MAILBOXES, MAILS = 4, 100
"""How many in a task: well inside its time limit; beat sends the next one."""


@shared_task(ignore_result=True)
def fetch() -> None:
    """Read the mailboxes that are due."""
    drain(lambda: services.fetch_next(now()), rounds=MAILBOXES)


@shared_task(ignore_result=True)
def process() -> None:
    """Read the mails that wait."""
    drain(lambda: services.process_next(now()), rounds=MAILS)


@shared_task(ignore_result=True)
def forget() -> None:
    """Remove mails of long ago."""
    drain(services.forget_next, at=now())

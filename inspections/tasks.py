"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from inspections import services


@shared_task(ignore_result=True)
def plan_visits() -> None:
    """Make the visits whose time to be announced has come."""
    drain(services.plan_next_batch, at=now())


@shared_task(ignore_result=True)
def watch_visits() -> None:
    """Tell what is late or missed."""
    drain(services.watch_next_batch, at=now())


@shared_task(ignore_result=True)
def follow_board() -> None:
    """Take inspections along to where the dispatch board has put their visits."""
    drain(services.follow_next_batch, at=now())

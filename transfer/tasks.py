"""Background work."""

from __future__ import annotations

from celery import shared_task

from core.queue import drain
from core.time import now
from transfer import services

LONG = 3 * 3600
"""Seconds of a task: a dry run, and an export, are made in one go."""


@shared_task(ignore_result=True, soft_time_limit=LONG, time_limit=LONG + 60)
def bring_in() -> None:
    """Go on with the import that waits longest; another task goes on with what is left."""
    if services.work_next(now):
        services.wake_if_more()


@shared_task(ignore_result=True, soft_time_limit=LONG, time_limit=LONG + 60)
def make_exports() -> None:
    """Make the exports that wait, and those a killed worker left behind."""
    while services.make_next(now):
        pass


@shared_task(ignore_result=True)
def remove_files() -> None:
    """Remove files that were kept long enough."""
    drain(services.remove_next_files, at=now())
    drain(services.remove_next_exports, at=now())

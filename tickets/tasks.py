"""Work that runs by itself; each task drains rows and may be lost, late or run twice."""

from celery import shared_task

from core.queue import drain
from core.time import now
from tickets import services
from tickets.services import calendars

MOVING_ROUNDS = 100
AUDIT_ROUNDS = 100
"""Batches in a task: well inside its time limit."""
REHEARSAL_ROUNDS = 40
"""Batches in a task: some ten seconds, since the figures are counted by the same workers."""


@shared_task(ignore_result=True)
def escalate_due() -> None:
    """Do what the clocks ask for now."""
    services.escalate_due(now())


@shared_task(ignore_result=True)
def close_silent() -> None:
    """Close what stayed silent after it was resolved; go on with what waited and has no clock to say so."""
    drain(services.close_silent_next_batch, at=now())
    drain(services.wake_next_batch, at=now())


@shared_task(ignore_result=True)
def count_figures() -> None:
    """Keep the daily figures up with what happened."""
    drain(services.count_next_batch)


@shared_task(ignore_result=True)
def audit() -> None:
    """Compare the stored clocks with their logs, once a night; a long one goes on in the next task."""
    drain(lambda: services.audit_next_batch(now()), rounds=AUDIT_ROUNDS)


@shared_task(ignore_result=True)
def rehearse() -> None:
    """Go on with the rehearsals; a long one leaves the worker to others now and then and goes on in the next task."""
    if drain(lambda: services.rehearse_next_batch(now()), rounds=REHEARSAL_ROUNDS):
        services.wake_rehearsals()


@shared_task(ignore_result=True)
def move_calendars() -> None:
    """Let running clocks count on in calendars that were published; what is left goes on in the next task."""
    drain(lambda: calendars.move_next_batch(now()), rounds=MOVING_ROUNDS)


@shared_task(ignore_result=True)
def forget_drafts() -> None:
    """Drop the files of forms that nobody came back to."""
    services.forget_old_drafts(now())

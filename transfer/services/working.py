"""Working on an import: a batch at a time, each one transaction together with how far it came, so that it goes on where it was killed."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.errors import DomainError
from core.queue import claim
from transfer.engine.fields import KINDS
from transfer.errors import Lost
from transfer.models import DataImport
from transfer.services.taking import BATCH, Taking

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

logger = logging.getLogger(__name__)

BUDGET = 60.0
"""Seconds after which a worker lets others in; what is left is gone on with by the next task."""
LEASE = timedelta(minutes=3)
"""How long a worker that says nothing keeps an import."""
State = DataImport.State
MOVED = ["claimed_until", "step", "row", "done", "total", "counts", "sample", "refused", "state", "ended_at"]


def work_next(clock: Callable[[], datetime], budget: float = BUDGET) -> int:
    """Go on with the import that waits longest; answers 1 when something was done, and 0 with nothing to do.

    ``clock`` answers the time. Two workers never do the same: each batch is claimed with where it begins, and who finds that
    another one has moved on stops.
    """
    row = _claimed(clock())
    if row is None:
        return 0
    with override(row.asked_by.language):
        try:
            _work(row, clock, budget)
        except Lost:
            logger.info("Import %s is held by another worker, or was stopped", row.pk)
        except DomainError as refusal:
            _fail(row, str(refusal), clock())
        except SoftTimeLimitExceeded:
            logger.warning("Import %s goes on in another task", row.pk)
        except Exception:
            logger.exception("Import %s could not go on", row.pk)
            _fail(
                row,
                _("Something went wrong on our side at row %(row)s. What is in stays; start it again to go on.") % {"row": row.done},
                clock(),
            )
    return 1


@transaction.atomic
def _claimed(at: datetime) -> DataImport | None:
    """Hold the next import for a while. What a dry run has seen is in its worker's memory: begun by another one it begins anew."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    rows = DataImport.objects.filter(free, state__in=DataImport.LIVE).select_related("asked_by").order_by("pk")
    row = next(iter(claim(rows, 1, of=("self",))), None)
    if row is None:
        return None
    if row.state == State.CHECKING and row.done:
        row.problems.all().delete()
        row.step = row.row = row.done = row.refused = 0
        row.counts, row.sample = {}, []
    row.claimed_until = at + LEASE
    row.save(update_fields=MOVED)
    return row


def _work(row: DataImport, clock: Callable[[], datetime], budget: float) -> None:
    began = time.monotonic()
    taking = Taking(row, clock())
    try:
        ready = time.monotonic()
        until = ready + max(budget, 10 * (ready - began))  # what was set up for it has to be worth it
        while taking.dry or time.monotonic() < until:
            if _batch(taking, row, clock()):
                return
        DataImport.objects.filter(pk=row.pk, step=row.step, row=row.row).update(claimed_until=None)
    finally:
        taking.close()


@transaction.atomic
def _batch(taking: Taking, row: DataImport, at: datetime) -> bool:
    """Do a batch, and note how far it came; answer whether that was the end. Raises Lost when somebody else has it."""
    held = next(iter(claim(DataImport.objects.filter(pk=row.pk, state=row.state), 1)), None)
    if held is None or (held.step, held.row) != (row.step, row.row):
        raise Lost(_("Another worker goes on with it."))
    steps = taking.mapping.steps
    rows = taking.next_rows(row, BATCH[steps[row.step].kind])
    if rows:
        taking.take(row, rows, at)
        row.row += len(rows)
        row.done += len(rows)
    else:
        row.step, row.row = row.step + 1, 0
        taking.places.forget()
    over = row.step >= len(steps)
    row.claimed_until = None if over else at + LEASE
    if over:
        _finish(row, at)
    row.save(update_fields=MOVED)
    return over


def _finish(row: DataImport, at: datetime) -> None:
    row.total = row.done
    if row.state == State.CHECKING:
        row.state = State.CHECKED
    else:
        row.state, row.ended_at = State.DONE, at


def _fail(row: DataImport, trouble: str, at: datetime) -> None:
    found = DataImport.objects.filter(pk=row.pk, state__in=DataImport.LIVE)
    found.update(state=State.FAILED, claimed_until=None, ended_at=at, trouble=trouble[:300])


def counted(counts: dict[str, Any]) -> list[tuple[str, dict[str, int]]]:
    """Answer the counts in the order of the kinds."""
    return [(kind, counts[kind]) for kind in KINDS if kind in counts]

"""What nobody did: a visit whose planned day passed is late, one whose days are over is missed; each is told once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from core.queue import claim
from core.record import save_by
from inspections import selectors
from inspections.models import InspectionEvent, Status
from inspections.services import telling
from inspections.services.record import note

if TYPE_CHECKING:
    from datetime import date, datetime

    from inspections.models import Inspection

BATCH = 100
A_DAY = timedelta(days=1)


@transaction.atomic
def watch_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Mark and tell what is late or missed by now; answer how many visits were marked, 0 when none is left."""
    today = timezone.localdate(at)
    waiting = selectors.to_be_told(today).order_by("planned_on", "id")
    related = waiting.select_related("organization", "site", "office__lead", "engineer", "plan__template", "plan__contract")
    visits = claim(related, limit, of=("self",))
    for visit in visits:
        _look_at(visit, today, at)
    return len(visits)


def _look_at(visit: Inspection, today: date, at: datetime) -> None:
    if visit.due_to and visit.due_to < today and visit.missed_at is None:
        return _miss(visit, today, at)
    visit.late_at = at
    # Planned anew after it was missed, and not done on that day either.
    visit.status = Status.MISSED if visit.missed_at else visit.status
    save_by(visit, None, at=at)
    note(visit, InspectionEvent.Type.LATE, actor=None, at=at, facts={"planned_on": visit.planned_on})
    return telling.late(visit, at=at)


def _miss(visit: Inspection, today: date, at: datetime) -> None:
    """Note that the days it was owed within are over; where a later day was agreed, that one still stands."""
    visit.missed_at = at
    if visit.planned_on < today:
        visit.status, visit.late_at = Status.MISSED, visit.late_at or at
    save_by(visit, None, at=at)
    note(visit, InspectionEvent.Type.MISSED, actor=None, at=at, facts={"planned_on": visit.planned_on, "due_to": visit.due_to})
    telling.missed(visit, at=at)

"""The visit that brings an inspection onto the dispatch board, kept in step with it. The inspection tells people; the visit is silent."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.queue import claim
from core.record import save_by
from inspections import selectors
from inspections.models import InspectionEvent, Status
from inspections.services import telling
from inspections.services.record import note
from visits import services as board
from visits.models import Failure
from visits.models import Status as Journey

if TYPE_CHECKING:
    from accounts.models import User
    from inspections.models import Inspection

BATCH = 100
BEGINS = time(9)
LASTS = timedelta(hours=3)
"""An inspection fills a morning, until the dispatcher says otherwise."""


def plan(row: Inspection, *, at: datetime) -> None:
    """Put an inspection that was planned, or planned anew, onto the board with its day and people."""
    starts_at, ends_at = _span(row, at)
    helpers = [person for person in row.helpers.all() if person.pk != row.engineer_id]
    subject = str(row.plan.template)
    draft = board.VisitDraft(
        site=row.site, subject=subject, office=row.office, lead=row.engineer, helpers=helpers, starts_at=starts_at, ends_at=ends_at
    )
    row.visit = board.plan(draft, actor=None, at=at, tell=False)
    save_by(row, None, at=at, fields=["visit"])


def move(row: Inspection, *, actor: User | None, at: datetime) -> None:
    """Take its visit along to another day or person; where that one has ended, there is a new one."""
    if row.visit is None or row.visit.status != Journey.PLANNED:
        return plan(row, at=at)
    starts_at, ends_at = row.visit.starts_at, row.visit.ends_at
    if starts_at is None or ends_at is None or ends_at <= at or timezone.localdate(starts_at) != row.planned_on:
        starts_at, ends_at = _span(row, at)
    who = actor if actor and actor.dispatches else None  # an engineer may hand an inspection over to a colleague of the office
    helpers = [person for person in row.visit.helpers.all() if person.pk != row.engineer_id]
    row.visit = board.schedule(
        row.visit, lead=row.engineer, helpers=helpers, starts_at=starts_at, ends_at=ends_at, actor=who, at=at, tell=False
    )
    return None


def _span(row: Inspection, at: datetime) -> tuple[datetime, datetime]:
    """Answer from when until when an inspection is planned: the morning of its day, or from now on where that is over."""
    morning = datetime.combine(row.planned_on, BEGINS, timezone.get_current_timezone())
    starts_at = morning if morning + LASTS > at else at
    return starts_at, starts_at + LASTS


@transaction.atomic
def follow_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Take inspections along to where the dispatch board has put their visits; answer how many moved, 0 when none is left."""
    related = selectors.moved_on_the_board().select_related("organization", "site", "office", "engineer", "plan__template", "visit__lead")
    rows = claim(related.order_by("pk"), limit, of=("self",))
    for row in rows:
        _follow(row, at)
    return len(rows)


def _follow(row: Inspection, at: datetime) -> None:
    visit = row.visit
    assert visit is not None
    if visit.status == Journey.CANCELLED:
        row.status, row.cancel_reason = Status.CANCELLED, visit.ended_because
        save_by(row, None, at=at)
        note(row, InspectionEvent.Type.CANCELLED, actor=None, at=at, text=row.cancel_reason)
        return telling.cancelled(row, at=at)
    assert visit.lead is not None
    assert visit.starts_at is not None
    before, row.planned_on, row.engineer, row.late_at = row.planned_on, timezone.localdate(visit.starts_at), visit.lead, None
    save_by(row, None, at=at)
    facts = {"before": before, "planned_on": row.planned_on, "engineer": str(row.engineer)}
    note(row, InspectionEvent.Type.RESCHEDULED, actor=None, at=at, text=_("Moved on the dispatch board."), facts=facts)
    return telling.planned(row, at=at)


def arrive(row: Inspection, *, at: datetime) -> None:
    """The inspection begins: whoever carries it out is on site."""
    if row.visit is not None and row.visit.status in {Journey.PLANNED, Journey.DEPARTED}:
        row.visit = board.check_in(row.visit, actor=None, at=at)


def leave(row: Inspection, *, at: datetime) -> None:
    """The inspection is finished: so is the visit."""
    if row.visit is not None and row.visit.status == Journey.ON_SITE:
        row.visit = board.check_out(row.visit, actor=None, at=at, work=row.summary)


def refused(row: Inspection, *, at: datetime) -> None:
    """The customer refused on site: nothing could be done."""
    if row.visit is not None and row.visit.is_open:
        row.visit = board.fail(row.visit, actor=None, at=at, failure=Failure.REFUSED, text=row.cancel_reason)


def call_off(row: Inspection, *, at: datetime) -> None:
    """The inspection is called off: nobody travels."""
    if row.visit is not None and row.visit.status in {Journey.PLANNED, Journey.DEPARTED}:
        row.visit = board.cancel(row.visit, actor=None, at=at, reason=row.cancel_reason, tell=False)

"""Levels that were reached, and the clocks that want attention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import NotNow
from core.time import epoch, instant
from sla import selectors
from sla.engine.settle import Fired, fired_again
from sla.models import Clock, Escalation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from sla.engine.settle import LevelTime


FiredLevels = Mapping[int, Mapping[str, Fired]]
"""For the id of each clock, its levels that were reached."""
COLUMNS = ("clock_id", "level", "fired_at", "due_at", "outcome", "acknowledged_at")


def fired_levels(commitments: Iterable[int]) -> dict[int, dict[str, Fired]]:
    """Answer for each clock of these commitments which of its levels were reached."""
    return _fired(Escalation.objects.filter(clock__commitment__in=commitments))


def fired_levels_of(clocks: Iterable[Clock]) -> dict[int, dict[str, Fired]]:
    """Answer for each of these clocks which of its levels were reached."""
    return _fired(Escalation.objects.filter(clock__in=[clock.pk for clock in clocks]))


def _fired(rows: QuerySet[Escalation]) -> dict[int, dict[str, Fired]]:
    found: dict[int, dict[str, Fired]] = {}
    for clock, level, at, due, outcome, acknowledged in rows.order_by("id").values_list(*COLUMNS):
        levels = found.setdefault(clock, {})
        waits = acknowledged is None and outcome == Escalation.Outcome.FIRED
        levels[level] = fired_again(levels.get(level), epoch(at), epoch(due), waits=waits)
    return found


def fired_by(rows: Iterable[Escalation]) -> dict[str, Fired]:
    """Answer which levels of one clock were reached, by its rows, the oldest first."""
    found: dict[str, Fired] = {}
    for row in rows:
        waits = row.acknowledged_at is None and row.outcome == Escalation.Outcome.FIRED
        found[row.level] = fired_again(found.get(row.level), epoch(row.fired_at), epoch(row.due_at), waits=waits)
    return found


def escalation(clock: Clock, level: LevelTime, *, at: datetime, told: Sequence[int] = (), skipped: bool = False) -> Escalation:
    """Make the row of a level that was reached (not saved yet)."""
    planned = instant(level.at) if level.at is not None else at
    return Escalation(
        clock=clock,
        level=level.code,
        rank=level.rank,
        due_at=clock.due_at or planned,
        planned_at=planned,
        fired_at=at,
        told=sorted(told),
        unanswered=level.unanswered,
        outcome=Escalation.Outcome.SKIPPED if skipped else Escalation.Outcome.FIRED,
    )


@transaction.atomic
def acknowledge(escalation: Escalation, *, actor: User, at: datetime) -> Escalation:
    """Put a name to it: this person knows and takes care."""
    row = Escalation.objects.select_for_update(of=("self",)).select_related("acknowledged_by", "clock__commitment").get(pk=escalation.pk)
    if row.acknowledged_by is not None:
        raise NotNow(_("%(name)s has already acknowledged this.") % {"name": row.acknowledged_by}, code="already_acknowledged")
    row.acknowledged_at, row.acknowledged_by = at, actor
    row.save(update_fields=["acknowledged_at", "acknowledged_by"])
    return row


def asks_for_acknowledgement(row: Escalation) -> bool:
    """Tell whether the next level is reached if nobody acknowledges this one."""
    promise = selectors.engine_plan(row.clock.commitment.plan_version_id).promise(row.clock.promise)
    return any(level.ack for level in promise.levels if level.code == row.level) if promise else False


def due_commitments(at: datetime, limit: int) -> list[int]:
    """Answer the commitments with a clock that wants attention, the longest waiting first."""
    rows = Clock.objects.filter(attend_at__lte=at).order_by("attend_at", "id").values_list("commitment_id", flat=True)[:limit]
    return list(dict.fromkeys(rows))


def due_clocks(commitments: Iterable[int | None], at: datetime) -> dict[int, list[Clock]]:
    """Answer the clocks of these commitments that want attention."""
    found: dict[int, list[Clock]] = {}
    for clock in Clock.objects.filter(commitment__in=list(commitments), attend_at__lte=at):
        found.setdefault(clock.commitment_id, []).append(clock)
    return found

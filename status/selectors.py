"""How the desk itself is: the canaries' stages, what waits, and how late the last day was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Min
from django.db.models.functions import Greatest
from django.utils import timezone

from notifications.models import Message, State
from notifications.services import of
from sla.models import Audit, CalendarChange, Clock, Escalation
from status.models import Canary
from tickets.services import canary_draft

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import Model, QuerySet

    from tickets.models import Ticket

EVERY = timedelta(minutes=5)
SILENT = 2 * EVERY + timedelta(minutes=1)
"""How old the newest canary may be: one may be missed, two mean that nobody reports any more."""
LEVEL_LIMIT = timedelta(seconds=10)
"""How late a level may fire: what the desk promises of itself."""
DELIVERY_LIMIT = timedelta(minutes=1)
"""How long after its level's time a message may be under way."""
DAY = timedelta(hours=24)
COUNTED_TO = 10_000


class Stage(NamedTuple):
    """A part of the way: whether it is as it should be, how late (level, delivery) or old (report) it is in seconds, None if unknown."""

    name: str
    is_well: bool
    seconds: int | None


def level_at(ticket: Ticket) -> datetime | None:
    """Answer when the first level of a ticket is to fire."""
    clocks = Clock.objects.filter(commitment=ticket.commitment_id)
    found: datetime | None = clocks.aggregate(first=Min("attend_at"))["first"]
    return found


def progress(canary: Canary) -> tuple[datetime | None, datetime | None]:
    """Answer when the level of a canary under way fired and its message was delivered."""
    if canary.ticket is None:
        return canary.fired_at, canary.delivered_at
    fired = Escalation.objects.filter(clock__commitment=canary.ticket.commitment_id).aggregate(first=Min("fired_at"))["first"]
    sent = of(canary_draft(canary.ticket)).filter(state=State.SENT).aggregate(first=Min("sent_at"))["first"]
    return fired, sent if fired else None


def stages(at: datetime) -> list[Stage]:
    """Answer how report, level and delivery are, each by the newest canary that has to have passed it by now."""
    newest = list(Canary.objects.filter(reported_at__lte=at).select_related("ticket")[:4])
    for row in newest:
        row.fired_at, row.delivered_at = progress(row)
    age = int((at - newest[0].reported_at).total_seconds()) if newest else None
    return [
        Stage("report", age is not None and timedelta(seconds=age) <= SILENT, age),
        _stage("level", newest, LEVEL_LIMIT, at),
        _stage("delivery", newest, DELIVERY_LIMIT, at),
    ]


def _stage(name: str, newest: Sequence[Canary], limit: timedelta, at: datetime) -> Stage:
    """Judge a stage by the newest canary that has passed it, or whose time to do so is over."""
    for row in newest:
        done = row.fired_at if name == "level" else row.delivered_at
        if done is not None or at > row.level_at + limit:
            late = int(((done or at) - row.level_at).total_seconds())
            return Stage(name, done is not None and late <= limit.total_seconds(), late)
    return Stage(name, is_well=False, seconds=None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What has to be done and is not yet: how many (counted up to 10,000), and since how many seconds."""

    count: int
    seconds: int


def waiting_clocks(at: datetime) -> Waiting:
    """Answer the clocks that want attention; the sweep finds them within seconds."""
    return _waiting(Clock.objects.filter(attend_at__lte=at), "attend_at", at)


def waiting_messages(at: datetime) -> Waiting:
    """Answer the messages that should be sent now; those that are tried again later, or wait for a morning, do not count."""
    due = Message.objects.filter(state=State.PENDING, next_try_at__lte=at).annotate(since=Greatest("created_at", "next_try_at"))
    return _waiting(due, "since", at)


def _waiting(rows: QuerySet[Model], column: str, at: datetime) -> Waiting:
    count = rows.order_by()[:COUNTED_TO].count()
    first = rows.aggregate(first=Min(column))["first"] if count else None
    return Waiting(count, max(0, int((at - first).total_seconds())) if first else 0)


def given_up_messages() -> int:
    """Answer how many messages wait for a person, counted up to 10,000."""
    return Message.objects.filter(state=State.FAILED).order_by()[:COUNTED_TO].count()


def calendars_moving() -> int:
    """Answer how many published calendars are not yet carried to all running clocks."""
    return CalendarChange.objects.filter(finished_at=None).count()


def last_audit() -> Audit | None:
    """Answer the newest audit that was finished."""
    return Audit.objects.exclude(finished_at=None).order_by("-day").first()


@dataclass(frozen=True, slots=True)
class Hour:
    """The canaries of an hour: how many, the longest delays in seconds, how many were lost or late."""

    begins: datetime
    count: int
    level: int | None
    delivery: int | None
    wrong: int


@dataclass(frozen=True, slots=True)
class Day:
    """The canaries of the last 24 hours."""

    hours: list[Hour]
    count: int
    wrong: int
    level: list[int]
    """Seconds each level was late, the least first."""
    delivery: list[int]

    @property
    def share(self) -> float | None:
        """Answer which share arrived in time; None where there was none."""
        return (self.count - self.wrong) / self.count if self.count else None


def last_day(at: datetime) -> Day:
    """Answer the canaries of the last 24 hours that have arrived, are lost or overdue; one query."""
    rows = list(Canary.objects.filter(reported_at__gt=at - DAY, reported_at__lte=at).order_by("reported_at", "id"))
    known = [row for row in rows if row.delivered_at or row.lost_at or at > row.level_at + DELIVERY_LIMIT]
    hours = groupby(known, key=lambda row: timezone.localtime(row.reported_at).replace(minute=0, second=0))
    return Day(
        hours=[_hour(begins, list(group)) for begins, group in hours],
        count=len(known),
        wrong=sum(map(is_wrong, known)),
        level=sorted(row.level_late for row in known if row.level_late is not None),
        delivery=sorted(row.delivery_late for row in known if row.delivery_late is not None),
    )


def _hour(begins: datetime, rows: Sequence[Canary]) -> Hour:
    level = [row.level_late for row in rows if row.level_late is not None]
    delivery = [row.delivery_late for row in rows if row.delivery_late is not None]
    return Hour(begins, len(rows), max(level, default=None), max(delivery, default=None), sum(map(is_wrong, rows)))


def is_wrong(row: Canary) -> bool:
    """Whether a canary was lost, or late at a stage."""
    level, delivery = row.level_late, row.delivery_late
    return level is None or delivery is None or level > LEVEL_LIMIT.total_seconds() or delivery > DELIVERY_LIMIT.total_seconds()


def share_of(values: Sequence[int], share: float) -> int | None:
    """Answer the value below which that share of sorted values lies (nearest rank); None of nothing."""
    return values[max(0, -(-int(share * 100) * len(values) // 100) - 1)] if values else None

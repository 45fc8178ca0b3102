"""Many tickets at once: the rows that the services would have left, written in bulk, their clocks settled by the engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from core.time import FAR, epoch, instant
from sla import selectors as promises
from sla import services as sla
from sla.engine.settle import Event as LogEvent
from sla.models import Clock, Commitment
from tickets import search
from tickets.models import Event, Ticket

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from accounts.models import User
    from customers.models import Equipment

BATCH = 2000
CLOSED_SHARE = 0.95
WORDS = (
    "挂号系统打不开",
    "数据库连接超时",
    "存储控制器告警",
    "会议室话筒无声",
    "核心交换机端口闪断",
    "报表查询缓慢",
    "打印乱码",
    "备份任务失败",
)


LIFE = (("contacted", 300, 4500), ("diagnosis_delivered", 1800, 9000), ("resolved", 1800, 20000), ("closed", 600, 80000))
"""What happens to a closed ticket, and the seconds between which it does."""


@dataclass(slots=True)
class Story:
    """One ticket's facts before they are rows."""

    number: str
    subject: str
    severity: int
    equipment: Equipment
    engineer: User
    reported: datetime
    closed: bool
    log: list[LogEvent]


@dataclass(slots=True)
class Loader:
    """Writes tickets about these things and people over the two years before ``at``: 95 % closed, the rest open for up to 20 days."""

    at: datetime
    equipment: list[Equipment]
    engineers: list[User]
    rng: random.Random

    def write(self, count: int, *, waiting: timedelta | None = None) -> None:
        """Write ``count`` tickets; with ``waiting`` all are open and were reported that long ago, so that a level of each is due."""
        first = (Ticket.objects.order_by("-id").values_list("id", flat=True).first() or 0) + 1
        for start in range(first, first + count, BATCH):
            batch = [self._story(serial, waiting) for serial in range(start, min(start + BATCH, first + count))]
            _write(batch, self.at, new=waiting is not None)

    def _story(self, serial: int, waiting: timedelta | None) -> Story:
        rng, thing = self.rng, self.rng.choice(self.equipment)
        near = [person for person in self.engineers if person.office_id == thing.site.region.office_id]
        closed = waiting is None and rng.random() < CLOSED_SHARE
        ago = waiting or timedelta(seconds=rng.randint(3 * 86400, 720 * 86400) if closed else rng.randint(60, 20 * 86400))
        log = [LogEvent(epoch(self.at - ago), 1, "reported", {})]
        for seq, (kind, low, high) in enumerate(LIFE if closed else (), 2):
            log.append(LogEvent(log[-1].at + rng.randint(low, high), seq, kind, {}))
        return Story(
            number=f"SD-B-{serial:08d}",
            subject=f"{rng.choice(WORDS)} {serial}",
            severity=rng.randint(1, 4),
            equipment=thing,
            engineer=rng.choice(near or self.engineers),
            reported=self.at - ago,
            closed=closed,
            log=log,
        )


def _write(batch: list[Story], at: datetime, *, new: bool) -> None:
    """Write the rows, each clock as it stands now, its levels climbed; or, new, as it stood when it began."""
    plans = {}
    commitments = []
    for story in batch:
        plan = story.equipment.plan  # type: ignore[attr-defined]  # set by the caller: the contract's plan
        if plan.pk not in plans:
            version = promises.current_plan_version(plan, at)
            assert version is not None
            codes = promises.engine_plan(version.pk).calendar_codes()
            plans[plan.pk] = (version, promises.current_calendar_versions(codes, at))
        version, calendars = plans[plan.pk]
        commitments.append(
            Commitment(
                plan_version=version,
                calendars=calendars,
                situation={"kind": "fault", "severity": story.severity, "channel": "portal"},
                made_at=story.reported,
            )
        )
    Commitment.objects.bulk_create(commitments)
    clocks, tickets, events = [], [], []
    for story, commitment in zip(batch, commitments, strict=True):
        change = sla.reconsider(commitment, [], story.log, {}, at=story.reported if new else at)
        clocks += change.clocks
        tickets.append(_ticket(story, commitment, change.next_due))
    Ticket.objects.bulk_create(tickets)
    for story, ticket in zip(batch, tickets, strict=True):
        events += [
            Event(ticket=ticket, seq=line.seq, type=line.type, at=instant(line.at), actor=story.engineer if line.seq > 1 else None)
            for line in story.log
        ]
    Clock.objects.bulk_create(clocks, batch_size=5000)
    Event.objects.bulk_create(events, batch_size=5000)


def _ticket(story: Story, commitment: Commitment, due: datetime | None) -> Ticket:
    site, last = story.equipment.site, instant(story.log[-1].at)
    return Ticket(
        number=story.number,
        kind="fault",
        severity=story.severity,
        status="closed" if story.closed else "accepted",
        subject=story.subject,
        description=f"{story.subject}，请尽快处理。",
        channel="portal",
        organization_id=site.organization_id,
        site=site,
        equipment=story.equipment,
        commitment=commitment,
        office_id=site.region.office_id,
        team_id=story.engineer.team,  # type: ignore[attr-defined]  # set by the caller
        assignee=story.engineer,
        created_at=story.reported,
        updated_at=last,
        resolved_at=instant(story.log[3].at) if story.closed else None,
        closed_at=last if story.closed else None,
        solved_remotely=True if story.closed else None,
        event_count=len(story.log),
        queue_at=(None if story.closed else due) or FAR,
        last_public_at=last,
        search_text=search.index_text(story.number, story.subject, str(site.organization), site.name, story.equipment.name),
    )

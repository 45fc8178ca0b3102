"""The planner: for every contract and promise of recurring work one obligation a period, each once however often it runs.

A run looks at every period from that of the day up to which the last whole run came, through today's: what a desk that stood
still left out is entered late, and the first run of all begins with the periods it falls in.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils import timezone

from customers.models import Contract
from obligations import engine, keys, selectors
from obligations.models import Obligation, PlannedThrough
from obligations.services.owing import Owed, owe
from sla import selectors as sla
from sla.models import PlanVersion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet

    from obligations.engine import Turn
    from sla.engine.plan import Recurring

BATCH = 100
A_DAY = timedelta(days=1)


class _Due(NamedTuple):
    contract: Contract
    work: Recurring
    turn: Turn

    @property
    def key(self) -> str:
        return keys.of(self.work.code, self.contract.pk, self.turn.period)


class _Version(NamedTuple):
    """A version of a plan, and from when until when it holds (the first one also before)."""

    work: tuple[Recurring, ...]
    since: datetime | None
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


def plan(at: datetime) -> int:
    """Enter all recurring work that is owed by now; answer how many obligations this run made.

    Killed half-way it is begun anew by the next run, which finds what was made.
    """
    today = timezone.localdate(at)
    through = PlannedThrough.objects.first()
    first = min(through.day, today) if through else today
    made, reached = 0, 0
    while batch := list(_contracts(today, reached)):
        made += _plan_batch(batch, first, today, at)
        reached = batch[-1].pk
    _note(today)
    return made


def _contracts(today: date, reached: int) -> QuerySet[Contract]:
    rows = Contract.objects.filter(pk__gt=reached, accepted_on__lte=today, organization__is_active=True)
    return rows.select_related("organization").order_by("pk")[:BATCH]


@transaction.atomic
def _plan_batch(contracts: Sequence[Contract], first: date, today: date, at: datetime) -> int:
    versions = _versions({contract.plan_id for contract in contracts})
    due = [row for contract in contracts for row in _due(contract, versions[contract.plan_id], first, today, at)]
    there = set(Obligation.objects.filter(key__in=[row.key for row in due]).values_list("key", flat=True))
    return sum(_enter(row, at) for row in due if row.key not in there)


def _versions(plans: set[int]) -> dict[int, list[_Version]]:
    """Answer what each plan's versions make recur, in the order in which they hold."""
    rows: defaultdict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for pk, plan, since in PlanVersion.objects.filter(plan__in=plans).order_by("number").values_list("pk", "plan", "valid_from"):
        rows[plan].append((pk, since))
    found: defaultdict[int, list[_Version]] = defaultdict(list)
    for plan, given in rows.items():
        ends = [since for _pk, since in given[1:]]
        for place, ((pk, since), until) in enumerate(zip(given, [*ends, None], strict=True)):
            found[plan].append(_Version(sla.engine_plan(pk).recurring, since if place else None, until))
    return found


def _due(contract: Contract, versions: Sequence[_Version], first: date, today: date, at: datetime) -> Iterator[_Due]:
    """Yield what a contract comes to owe: as the version says that held at the end of the period, or holds now."""
    for version in versions:
        for work in version.work:
            for turn in engine.turns(work, contract.accepted_on, contract.in_force_until, first, today):
                if version.holds(min(at, _end_of(turn.ends_on))):
                    yield _Due(contract, work, turn)


def _enter(row: _Due, at: datetime) -> int:
    contract, work, turn = row
    wanted = engine.wanted(work, selectors.equipment_in_service(contract).count() if work.per == "equipment" else 0)
    if not wanted:
        return 0
    site = selectors.site_of(contract)
    owed = Owed(
        key=row.key,
        kind=work.kind,
        code=work.code,
        title=work.name["zh-hans"][:200],
        title_en=work.name["en"][:200],
        clause=work.clause[:60],
        organization=contract.organization,
        contract=contract,
        office=site.region.office if site else None,
        period=turn.period,
        opens_at=_start_of(turn.opens_on),
        due_at=_end_of(turn.due_on),
        wanted=wanted,
    )
    return int(owe(owed, at=at)[1])


@transaction.atomic
def _note(today: date) -> None:
    """Say how far the run came; one that was slower than another takes nothing back."""
    row, made = PlannedThrough.objects.select_for_update().get_or_create(pk=1, defaults={"day": today})
    if not made and row.day < today:
        row.day = today
        row.save()


def _start_of(day: date) -> datetime:
    """Answer the instant at which a day begins where the desk is."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def _end_of(day: date) -> datetime:
    """Answer the last second of a day where the desk is."""
    return _start_of(day + A_DAY) - timedelta(seconds=1)

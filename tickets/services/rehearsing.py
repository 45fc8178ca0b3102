"""Rehearsals: the record of a period settled under a draft, in batches, beside the record; nothing of it is written (docs/plans.md)."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.bulk import insert_many, update_many
from core.errors import Invalid, NotNow
from core.queue import claim
from notifications.nudge import Waker
from sla import services as sla
from sla.engine import CalendarError
from sla.models import Clock, Plan, PlanVersion
from tickets.figures.period import Period
from tickets.models import Rehearsal, RehearsalCount, RehearsalFinding, Ticket
from tickets.services import log

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from accounts.models import User

logger = logging.getLogger(__name__)

BATCH = 250
"""Tickets in a transaction: on SQLite nobody else writes meanwhile, so it has to be short."""
waker = Waker("tickets.tasks.rehearse", "celery", "rehearsals", pause=0)
wake_rehearsals = waker.wake
LONGEST = 731
"""Days of reporting that one rehearsal looks at: two years, one of them a leap year."""
Change = RehearsalFinding.Change
BROKEN = (CalendarError, ArithmeticError, LookupError, TypeError, ValueError)
"""What settling may fail with; a database that is away is another matter, and tried again."""
COUNTED: Final = (
    "kept_before", "missed_before", "running_before", "kept_after", "missed_after", "running_after",
    "newly_missed", "newly_kept", "other", "added", "dropped",
)  # fmt: skip


@transaction.atomic
def begin_rehearsal(
    plan: Plan,
    *,
    base: PlanVersion,
    content: Mapping[str, Any],
    calendars: Mapping[str, Mapping[str, Any]],
    first: date,
    last: date,
    actor: User | None,
    at: datetime,
) -> Rehearsal:
    """Ask for a rehearsal: workers settle what was reported under the plan in these days as the draft would have it.

    ``base`` is the version the draft is compared with; ``content`` is what a version would hold, checked (`sla.loading.checked_plan`);
    ``calendars`` tells for each code that is tried the version's ``number`` (None for a draft) and its ``data``.
    """
    if not 0 <= (last - first).days < LONGEST:
        raise Invalid(_("A rehearsal looks at %(days)s days at most.") % {"days": LONGEST}, field="last")
    asked = Rehearsal(
        plan=plan, base=base, content=content, calendars=calendars, first=first, last=last, asked_at=at, asked_by=actor, total=0
    )  # fmt: skip
    asked.total = reported(asked).count()
    if not asked.total:
        raise Invalid(_("Nothing was reported under this plan in these days."), field="last")
    asked.save(force_insert=True)
    waker.after_commit()
    return asked


@transaction.atomic
def cancel_rehearsal(rehearsal: Rehearsal, *, actor: User | None, at: datetime) -> Rehearsal:
    """Stop a rehearsal; what was found so far is kept. A batch that is being settled ends first."""
    under_way = Rehearsal.objects.select_for_update().get(pk=rehearsal.pk)
    if not under_way.is_live:
        raise NotNow(_("This rehearsal has ended already."))
    under_way.state, under_way.ended_at, under_way.ended_by = Rehearsal.State.CANCELLED, at, actor
    under_way.save(update_fields=["state", "ended_at", "ended_by"])
    return under_way


@transaction.atomic
def rehearse_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Go on with the oldest rehearsal that nobody else is at; answers how many tickets were settled, and 1 if only its end was noted.

    What was found and how far it came are one transaction: killed anywhere, the next batch begins where this one did.
    """
    under_way = next(iter(claim(Rehearsal.objects.filter(state__in=Rehearsal.LIVE).order_by("pk"), 1)), None)
    if under_way is None:
        return 0
    tickets = _next(under_way, limit)
    try:
        compared = list(_compared(under_way, tickets))
    except BROKEN as error:  # a draft whose hours never open again, or one the engine cannot settle: later ones do not wait for it
        logger.exception("Rehearsal %s cannot go on", under_way.pk)
        trouble = error.sentence if isinstance(error, CalendarError) else repr(error)
        under_way.state, under_way.ended_at, under_way.trouble = Rehearsal.State.FAILED, at, trouble[:300]
        under_way.save(update_fields=["state", "ended_at", "trouble"])
        return 1
    _count(under_way, compared)
    listed = [_finding(under_way, found) for found in compared if _is_listed(found)]
    insert_many(listed)
    _move_on(under_way, tickets, len({finding.ticket_id for finding in listed}), ended=at if len(tickets) < limit else None)
    return len(tickets) or 1


def _move_on(under_way: Rehearsal, tickets: Sequence[Ticket], differing: int, *, ended: datetime | None) -> None:
    under_way.done += len(tickets)
    under_way.differing += differing
    under_way.state = Rehearsal.State.RUNNING
    if tickets:
        under_way.reached_at, under_way.reached = tickets[-1].created_at, tickets[-1].pk
    if ended:
        under_way.state, under_way.ended_at, under_way.total = Rehearsal.State.FINISHED, ended, under_way.done
    under_way.save(update_fields=["done", "differing", "state", "reached_at", "reached", "ended_at", "total"])


def reported(rehearsal: Rehearsal) -> QuerySet[Ticket]:
    """Answer the tickets a rehearsal is about: reported in its days, before it was asked for, under any version of its plan."""
    days = Period(rehearsal.first, rehearsal.last)
    found = Ticket.objects.filter(created_at__gte=days.starts, created_at__lt=days.ends, created_at__lte=rehearsal.asked_at)
    return found.filter(commitment__plan_version__plan=rehearsal.plan_id)


def _next(under_way: Rehearsal, limit: int) -> list[Ticket]:
    """Answer the tickets that follow, in the order of their report: the index of the lists serves it."""
    rows = reported(under_way).select_related("commitment").order_by("created_at", "pk")
    if under_way.reached_at is not None:
        beyond = Q(created_at__gt=under_way.reached_at) | Q(pk__gt=under_way.reached)
        rows = rows.filter(beyond, created_at__gte=under_way.reached_at)
    return list(rows.only("organization_id", "created_at", "commitment")[:limit])


class Compared(NamedTuple):
    """A clock of a ticket on both sides, the same or not."""

    ticket: Ticket
    cycle: int
    promise: str
    change: str
    was: sla.Stand
    would: sla.Stand


def _compared(under_way: Rehearsal, tickets: Sequence[Ticket]) -> Iterator[Compared]:
    """Settle these tickets under the draft and yield every clock of either side."""
    hours = {code: tried["data"] for code, tried in under_way.calendars.items()}
    at, tried = under_way.asked_at, sla.trial(under_way.content, hours, at=under_way.asked_at)
    clocks: dict[int, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.filter(commitment__in=[ticket.commitment_id for ticket in tickets]):
        clocks[clock.commitment_id].append(clock)
    # asked after the clocks were read, and before the logs are: whatever moves meanwhile is settled from its whole log
    moved = set(Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets], updated_at__gt=at).values_list("pk", flat=True))
    logs, nothing = log.logs(tickets), sla.Stand()
    for ticket in tickets:
        assert ticket.commitment is not None
        events = logs[ticket.pk]
        before = sla.stands(ticket.commitment, clocks[ticket.commitment.pk], events, at=at, moved=ticket.pk in moved)
        after = sla.stands_under(tried, ticket.commitment, events, at=at)
        for cycle, promise in dict.fromkeys([*before, *after]):
            was, would = before.get((cycle, promise), nothing), after.get((cycle, promise), nothing)
            yield Compared(ticket, cycle, promise, _change(was.standing, would.standing), was, would)


def _change(before: str, after: str) -> str:
    """Answer what becomes of a clock; nothing where it stands the same."""
    if sla.ABSENT in (before, after):
        return Change.DROPPED if before else Change.ADDED
    if before == after:
        return ""
    return {sla.MISSED: Change.NEWLY_MISSED, sla.KEPT: Change.NEWLY_KEPT}.get(after, Change.OTHER)


def _is_listed(found: Compared) -> bool:
    """Tell whether a ticket is listed for it: of promises on one side only, all would be; those that are missed are."""
    if found.change in (Change.ADDED, Change.DROPPED):
        return sla.MISSED in (found.was.standing, found.would.standing)
    return bool(found.change)


def _finding(under_way: Rehearsal, found: Compared) -> RehearsalFinding:
    return RehearsalFinding(
        rehearsal=under_way,
        ticket=found.ticket,
        organization_id=found.ticket.organization_id,
        promise=found.promise,
        cycle=found.cycle,
        change=found.change,
        before=found.was.standing,
        after=found.would.standing,
        due_before=found.was.due,
        due_after=found.would.due,
        stopped_at=found.would.stopped or found.was.stopped,
    )


def _count(under_way: Rehearsal, compared: Sequence[Compared]) -> None:
    """Add what was found to the counts; the rehearsal's own lock keeps others away from them."""
    sums: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for found in compared:
        names = (f"{found.was.standing}_before", f"{found.would.standing}_after", found.change)
        sums[found.promise, found.ticket.organization_id].update(name for name in names if name in COUNTED)
    known = RehearsalCount.objects.filter(rehearsal=under_way, organization__in={organization for _promise, organization in sums})
    counts = {(count.promise, count.organization_id): count for count in known}
    for (promise, organization), more in sorted(sums.items()):
        new = RehearsalCount(rehearsal=under_way, promise=promise, organization_id=organization)
        count = counts.setdefault((promise, organization), new)
        for name, number in more.items():
            setattr(count, name, getattr(count, name) + number)
    update_many([count for pair, count in counts.items() if count.pk and pair in sums], COUNTED)
    insert_many([count for count in counts.values() if not count.pk])

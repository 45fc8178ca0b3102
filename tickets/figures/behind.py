"""The rows behind a figure: the promises or the tickets that were counted, by the same conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from core.duration import spell
from sla.models import Clock, ClockState
from tickets import selectors, words
from tickets.models import Ticket

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from tickets.figures.period import Period

    Rows = QuerySet[Clock] | QuerySet[Ticket]

PROMISES, RESOLVED, REPORTED = "promises", "resolved", "reported"
FIGURES = (PROMISES, RESOLVED, REPORTED)
MET, MISSED = ClockState.MET.value, ClockState.MISSED.value
DISPUTED = "disputed"
"""Of the promises kept those that were kept only thanks to a pause that is disputed, or was withdrawn since."""
DECIDED = {MET: "stopped_at", MISSED: "missed_at", DISPUTED: "stopped_at"}
BY_DISPUTE = Q(remaining_seconds__lt=F("disputed_seconds") + F("withdrawn_seconds"))
WAYS = {"remote": True, "onsite": False}
LONGEST_EXPORT = 20_000
"""Rows of a list that are sent to a spreadsheet."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figure, over which days, and the facts that narrow it."""

    figure: str
    period: Period
    outcome: str = ""
    promise: str = ""
    way: str = ""
    facts: tuple[tuple[str, Any], ...] = ()
    """Columns of the ticket: office, organization, severity, kind, assignee."""

    @property
    def by(self) -> str:
        """Answer the column that the list is ordered by, the newest first."""
        if self.figure != PROMISES:
            return {RESOLVED: "resolved_at", REPORTED: "created_at"}[self.figure]
        return DECIDED.get(self.outcome, "pk")


def rows(wanted: Wanted, user: User | None = None) -> Rows:
    """Answer what was counted; who asks is shown nothing that complains about them and is confidential."""
    if user is None:
        return _promises(wanted) if wanted.figure == PROMISES else _tickets(wanted)
    hidden = selectors.hidden_from(user).values("ticket")
    if wanted.figure == PROMISES:
        return _promises(wanted).exclude(commitment__ticket__in=hidden)
    return _tickets(wanted).exclude(pk__in=hidden)


def _promises(wanted: Wanted) -> QuerySet[Clock]:
    outcomes = [wanted.outcome] if wanted.outcome else [MET, MISSED]
    decided = Q()
    for outcome in outcomes:
        narrowed = BY_DISPUTE if outcome == DISPUTED else Q()
        decided |= narrowed & Q(state=MET if outcome == DISPUTED else outcome, **_within(DECIDED[outcome], wanted.period))
    facts = {f"commitment__ticket__{name}": value for name, value in wanted.facts}
    clocks = Clock.objects.filter(decided, commitment__ticket__is_canary=False, **facts)
    return clocks.filter(promise=wanted.promise) if wanted.promise else clocks


def _tickets(wanted: Wanted) -> QuerySet[Ticket]:
    facts = dict(wanted.facts) | ({"kind": "fault", "solved_remotely": WAYS[wanted.way]} if wanted.way else {})
    return Ticket.objects.filter(**_within(wanted.by, wanted.period), **facts, is_canary=False)


def _within(column: str, period: Period) -> dict[str, datetime]:
    return {f"{column}__gte": period.starts, f"{column}__lt": period.ends}


def shown(found: Rows) -> Rows:
    """Add what a line of the list shows, in a constant number of queries."""
    if found.model is Ticket:
        listed = found.select_related("organization", "assignee", "office", "commitment").defer("search_text", "description", "resolution")
        return listed.annotate(took=F("resolved_at") - F("created_at"))
    ticket = "commitment__ticket"
    long = [f"{ticket}__{name}" for name in ("search_text", "description", "resolution")]
    return found.select_related(f"{ticket}__organization", f"{ticket}__assignee", f"{ticket}__office").defer(*long)


@dataclass(frozen=True, slots=True)
class Decided:
    """A promise that was kept or missed, as a line of the list."""

    clock: Clock
    ticket: Ticket
    name: str
    by_how_much: str
    late: bool

    @property
    def still_open(self) -> bool:
        """Whether what was promised has not happened yet."""
        return self.clock.stopped_at is None


def decided(clock: Clock, at: datetime) -> Decided:
    """Answer the line of a clock that was read by :func:`shown`."""
    ticket: Ticket = clock.commitment.ticket
    ticket.commitment = clock.commitment
    span = ((clock.stopped_at or at) - clock.due_at) if clock.due_at else None
    return Decided(clock, ticket, words.promise_name(ticket, clock.promise), spell(span) if span is not None else "", clock.state == MISSED)

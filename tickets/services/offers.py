"""What a report would be promised, told before it is sent: the same calculation as after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import NotNow
from core.time import epoch, instant
from customers import selectors as customers
from customers.models import Equipment
from sla import selectors as promises
from sla import services as sla
from sla.engine.settle import Event as LogEvent
from sla.models import Commitment
from sla.words import EVENTS, spoken, target_words
from tickets import words
from tickets.models import Event
from tickets.services.reporting import Report, situation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from customers.models import Site
    from customers.selectors import Entitlement
    from sla.engine.plan import Plan
    from sla.engine.settle import Clock


@dataclass(frozen=True, slots=True)
class Promised:
    """One promise for a report sent now. ``after`` names what starts it where that is not the report itself."""

    name: str
    clause: str
    within: str
    due_at: datetime | None
    after: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A severity in the plan's words, and what it is promised."""

    number: int
    name: str
    means: str
    promised: tuple[Promised, ...] = ()

    @property
    def at_once(self) -> list[Promised]:
        """Answer the promises whose time begins with the report."""
        return [promised for promised in self.promised if not promised.after]


@dataclass(frozen=True, slots=True)
class Offer:
    """What a place is entitled to, and the severities to choose from."""

    choices: tuple[Choice, ...]
    entitled: Entitlement | None = None

    @property
    def numbers(self) -> list[int]:
        """Answer the severities that can be chosen."""
        return [choice.number for choice in self.choices]

    @property
    def promises_times(self) -> bool:
        """Whether any time is promised at all."""
        return any(choice.promised for choice in self.choices)

    @property
    def ordinary(self) -> int:
        """Answer the severity of what is no fault: the plan's word for an ordinary one."""
        return min(3, self.numbers[-1])


def offer(place: Equipment | Site | None, *, kind: str, channel: str, at: datetime) -> Offer:
    """Answer what a report about a place would be promised if it were sent now; no place yet: the plain severities."""
    if place is None:
        return Offer(_plain())
    entitled = customers.entitlement(place, at)
    if entitled.plan_id is None:
        return Offer(_plain(), entitled)
    equipment, site = (place, place.site) if isinstance(place, Equipment) else (None, place)
    report = Report(kind=kind, severity=1, subject="", site=site, equipment=equipment, channel=channel)
    try:
        terms = sla.draft(entitled.plan_id, situation=situation(report, entitled), at=at)
    except NotNow:
        return Offer(_plain(), entitled)  # the plan is not loaded: said when the report is sent, and by whom to mend
    plan = promises.engine_plan(terms.plan_version_id)
    return Offer(tuple(_choice(plan, terms, number, at) for number in sorted(plan.severities)), entitled)


def _plain() -> tuple[Choice, ...]:
    return tuple(Choice(number, str(name), str(means)) for number, (name, means) in words.PLAIN_SEVERITIES.items())


def _choice(plan: Plan, terms: Commitment, number: int, at: datetime) -> Choice:
    severity = plan.severities[number]
    so = Commitment(
        plan_version_id=terms.plan_version_id, calendars=terms.calendars, situation={**terms.situation, "severity": number}, made_at=at
    )
    clocks = sla.settled(so, [LogEvent(epoch(at), 1, Event.Type.REPORTED, {})], at=at)
    return Choice(number, spoken(severity.name), spoken(severity.means), _promised(plan, clocks, number))


def _promised(plan: Plan, clocks: Sequence[Clock], number: int) -> tuple[Promised, ...]:
    """Answer the strictest promise of each measure, those that begin at once first, by when they are due."""
    found = []
    for clock in clocks:
        promise = plan.promise(clock.promise)
        if promise is None or not clock.strictest or clock.state not in ("running", "pending"):
            continue
        after = "" if clock.started is not None else str(EVENTS[min(promise.starts)])
        due = instant(clock.due) if clock.due is not None else None
        found.append(Promised(spoken(promise.name), promise.clause, target_words(promise.targets[number]), due, after))
    return tuple(sorted(found, key=lambda each: (bool(each.after), each.due_at.timestamp() if each.due_at else 0)))

"""Why a clock of a ticket stands as it does: its log settled once more, and what the database knows beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from core.time import instant
from sla import selectors as promises
from sla.bar import Bar, bar
from sla.causes import cause_words
from sla.why import Hours, Sentence, Teller
from sla.words import spoken, target_words
from tickets import selectors
from tickets.services.log import SILENT, as_log
from tickets.told import ladder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from accounts.models import User
    from sla.engine.clock import Event as LogEvent
    from sla.engine.explain import Explanation, Step, Terms
    from sla.models import Clock, Commitment, PlanVersion
    from tickets.models import Event, Ticket
    from tickets.rungs import Rung
    from tickets.selectors import ClockView

TERMS = frozenset({"promised", "changed", "unchanged", "dropped", "rearmed", "withdrawn"})
"""Steps that tell target and due time before and after."""


@dataclass(frozen=True, slots=True)
class StepTold:
    """Something that moved the clock: what the record says, who did it, and target and due time before and after."""

    kind: str
    at: datetime | None
    event: str
    seq: int | None
    by: str
    text: str
    target_before: str = ""
    target_after: str = ""
    due_before: datetime | None = None
    due_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class DaysTold:
    """Dates that are closed, or worked otherwise than the week has them."""

    kind: str
    first_on: date
    last_on: date
    count: int


@dataclass(frozen=True, slots=True)
class StretchTold:
    """A piece of the time line."""

    kind: str
    start_at: datetime
    end_at: datetime
    seconds: int
    openings: int
    is_ahead: bool
    days: list[DaysTold]
    text: str


@dataclass(frozen=True, slots=True)
class PauseTold:
    """A pause: whose, why, by whom it was entered, and what it did to this clock."""

    start_at: datetime
    end_at: datetime | None
    owner: str
    cause: str
    by: str
    seconds: int
    counts: bool
    ignored: str
    text: str


@dataclass(frozen=True, slots=True)
class Why:
    """All there is to tell of one clock; ``levels`` are for our own people only."""

    clock: ClockView
    version: PlanVersion
    hours: Hours
    quote: str
    bar: Bar | None
    made: list[str]
    steps: list[StepTold]
    stretches: list[StretchTold]
    pauses: list[PauseTold]
    result: list[str]
    levels: list[Rung] | None

    @property
    def sentences(self) -> list[str]:
        """Answer all of it as sentences, in the order of reading."""
        parts = (self.steps, self.pauses, self.stretches)
        levels = (sentence for level in self.levels or () for sentence in level.sentences)
        return [*self.made, *(each.text for part in parts for each in part), *self.result, *levels]

    @property
    def starts_at(self) -> datetime | None:
        """Answer when the picture begins."""
        return instant(self.bar.start) if self.bar else None

    @property
    def ends_at(self) -> datetime | None:
        """Answer when the picture ends."""
        return instant(self.bar.end) if self.bar else None


def why(ticket: Ticket, pk: int, viewer: User, *, at: datetime) -> Why | None:
    """Answer why a clock of a ticket stands as it does; None where the ticket has no such clock. Its clocks are read already."""
    commitment = ticket.commitment
    clock = next((clock for clock in commitment.clocks.all() if clock.pk == pk), None) if commitment else None
    if commitment is None or clock is None:
        return None
    events = {event.seq: event for event in _events(ticket)}
    log = as_log(events.values())
    told = promises.explained(commitment, clock, log, at=at)
    if told is None:
        return None
    return _why(ticket, clock, told, _hours(commitment, log), _names(events, viewer), viewer=viewer, at=at)


def _events(ticket: Ticket) -> Sequence[Event]:
    return list(ticket.events.exclude(type__in=SILENT).select_related("actor").order_by("seq"))


def _names(events: Mapping[int, Event], viewer: User) -> dict[int, str]:
    """Answer who did what; a customer learns of those whose lines they may read."""
    seen = [event for event in events.values() if event.is_public or viewer.is_provider]
    return {event.seq: str(event.actor) for event in seen if event.actor}


def _hours(commitment: Commitment, log: Sequence[LogEvent]) -> dict[str, Hours]:
    return {
        key: Hours(row.calendar.code, str(row.calendar), row.number, promises.engine_calendar(row.pk).always_open)
        for key, row in promises.calendar_versions_of(commitment, log).items()
    }


def _why(
    ticket: Ticket, clock: Clock, told: Explanation, hours: Mapping[str, Hours], names: Mapping[int, str], *, viewer: User, at: datetime
) -> Why:
    version = ticket.commitment.plan_version  # type: ignore[union-attr]
    teller = Teller(told, promises.engine_plan(version.pk), hours, timezone.localtime(at).year)
    return Why(
        clock=next(view for view in selectors.clock_views(ticket, at, all_cycles=True) if view.id == clock.pk),
        version=version,
        hours=hours[told.clock.calendar],
        quote=spoken(told.promise.quote) if told.promise.quote else "",
        bar=bar(told),
        made=[sentence.text for sentence in teller.made()],
        steps=_steps(teller, names),
        stretches=_stretches(teller),
        pauses=_pauses(teller, names),
        result=[sentence.text for sentence in teller.result()],
        levels=ladder(ticket, clock, told, teller.year) if viewer.is_provider else None,
    )


def _steps(teller: Teller, names: Mapping[int, str]) -> list[StepTold]:
    return [_step(sentence, sentence.step, names) for sentence in teller.steps()]


def _step(sentence: Sentence, step: Step | None, names: Mapping[int, str]) -> StepTold:
    event = step.event if step else None
    changed = step if step and step.before and sentence.kind in TERMS else None
    return StepTold(
        kind=sentence.kind,
        at=_at(event.at) if event else None,
        event=event.type if event else "",
        seq=event.seq if event else None,
        by=names.get(event.seq, "") if event else "",
        text=sentence.text,
        target_before=_words(changed.before) if changed else "",
        target_after=_words(changed.after) if changed else "",
        due_before=_due(changed.before) if changed else None,
        due_after=_due(changed.after) if changed else None,
    )


def _words(terms: Terms | None) -> str:
    return target_words(terms.target) if terms and terms.target else ""


def _due(terms: Terms | None) -> datetime | None:
    return _at(terms.due) if terms else None


def _at(seconds: int | None) -> datetime | None:
    return None if seconds is None else instant(seconds)


def _stretches(teller: Teller) -> list[StretchTold]:
    return [
        StretchTold(
            kind=each.kind,
            start_at=instant(each.start),
            end_at=instant(each.to),
            seconds=each.seconds,
            openings=each.openings,
            is_ahead=each.is_ahead,
            days=[DaysTold(days.kind, days.first, days.last, days.count) for days in each.days],
            text=sentence.text,
        )
        for each, sentence in zip(teller.told.stretches, teller.stretches(), strict=True)
    ]


def _pauses(teller: Teller, names: Mapping[int, str]) -> list[PauseTold]:
    return [
        PauseTold(
            start_at=instant(wait.start),
            end_at=_at(wait.to),
            owner=wait.owner,
            cause=cause_words(wait.name, wait.cause),
            by=names.get(wait.seq, ""),
            seconds=wait.seconds,
            counts=not wait.ignored,
            ignored=wait.ignored,
            text=sentence.text,
        )
        for wait, sentence in zip(teller.told.waits, teller.waits(), strict=True)
    ]

"""The pauses of a ticket as its record tells them: what was waited for, who objected, what was decided (rule 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from core.time import instant
from sla import selectors as promises
from sla.engine.plan import DEFAULT_OBJECTION
from tickets.models import Event, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

TYPE = Event.Type
ENDS = (TYPE.RESUMED, TYPE.RESOLVED, TYPE.CONFIRMED, TYPE.CLOSED, TYPE.CANCELLED)
TOLD = (TYPE.HOLD, *ENDS, TYPE.ARRIVAL_MOVED, TYPE.PAUSE_OBJECTED, TYPE.OBJECTION_UPHELD, TYPE.OBJECTION_REFUSED)
"""The lines of a record that tell of pauses."""


@dataclass(slots=True)
class Held:
    """A pause: who ordered it and why, when it began and ended, and what became of an objection to it."""

    hold: Event
    ended_at: datetime | None = None
    until: datetime | None = None
    """When it ends by itself, as long as it lasts."""
    objection: Event | None = None
    decision: Event | None = None

    @property
    def seq(self) -> int:
        """The place of its order in the record: by that it is named."""
        return self.hold.seq

    @property
    def is_disputed(self) -> bool:
        """Whether an objection to it waits to be decided."""
        return self.objection is not None and self.decision is None


def pauses_of(ticket: Ticket, at: datetime) -> list[Held]:
    """Answer the pauses of a ticket, the oldest first, in one query."""
    return told_by(ticket.events.filter(type__in=TOLD).select_related("actor").order_by("seq"), at)


def told_by(events: Iterable[Event], at: datetime) -> list[Held]:
    """Answer the pauses that the lines of one record tell of, given in their order."""
    found: list[Held] = []
    for event in events:
        if event.type == TYPE.HOLD:
            found.append(Held(event, until=_until(event)))
        elif event.type == TYPE.ARRIVAL_MOVED and found:
            found[-1].until = _until(event)
        elif event.type in ENDS and found and found[-1].ended_at is None:
            found[-1].ended_at = event.at
        elif event.type in (TYPE.PAUSE_OBJECTED, TYPE.OBJECTION_UPHELD, TYPE.OBJECTION_REFUSED) and found:
            _note(found, event)
    if found and found[-1].ended_at is None and (until := found[-1].until) is not None and until <= at:
        found[-1].ended_at = until  # its time has come, though nobody has written it down yet
    return found


def _until(event: Event) -> datetime | None:
    return instant(event.facts["until"]) if event.facts.get("until") else None


def _note(found: list[Held], event: Event) -> None:
    """Put an objection, or what was decided about it, to its pause; older records mean the last one."""
    pause = next((held for held in found if held.seq == event.facts.get("hold")), found[-1])
    if event.type != TYPE.PAUSE_OBJECTED:
        pause.decision = event
    elif pause.objection is None:
        pause.objection = event


def objection_time(ticket: Ticket) -> timedelta:
    """Answer how long after its end a pause of a ticket may be objected to."""
    if ticket.commitment is None:
        return timedelta(seconds=DEFAULT_OBJECTION)
    return timedelta(seconds=promises.engine_plan(ticket.commitment.plan_version_id).objection)


def open_to_objection(ticket: Ticket, pauses: Iterable[Held], at: datetime) -> list[Held]:
    """Answer the pauses that the customer may still object to, the newest first."""
    last = objection_time(ticket)
    found = [each for each in pauses if each.objection is None and (each.ended_at is None or at <= each.ended_at + last)]
    return found[::-1]

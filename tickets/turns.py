"""Who had the ball, of a ticket and of many: the record read by ``sla.engine.turns``."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role
from core.duration import spell
from core.time import epoch, instant
from sla.engine.settle import Event as LogEvent
from sla.engine.turns import OURS, PARTIES, Turn, total, turns, within
from sla.words import length
from tickets.models import Event, Ticket
from tickets.services.log import SILENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from accounts.models import User

WIDTH = 1000
LEAST = 2
"""What takes less is still to be seen."""
NAMES = {
    OURS: gettext_lazy("service provider"),
    "customer": gettext_lazy("customer"),
    "third_party": gettext_lazy("third party"),
    "logistics": gettext_lazy("logistics"),
    "vendor": gettext_lazy("vendor"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """What one party, or somebody of ours, had of the time."""

    party: str
    name: str
    who: str
    seconds: int
    whole: int

    @property
    def span(self) -> str:
        """Say how long, to the second."""
        return length(self.seconds, days=False) or spell(0)

    @property
    def percent(self) -> str:
        """Say which share of the whole."""
        return f"{self.seconds / self.whole:.1%}" if self.whole else "—"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the bar."""

    party: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Ball:
    """Who had the ball, as a bar and as a table; the shares add up to the whole."""

    pieces: list[Piece]
    shares: list[Share]
    whole: Share
    starts_at: datetime
    ends_at: datetime

    @property
    def parties(self) -> list[str]:
        """Answer the parties that had it at all, for the key."""
        return list(dict.fromkeys(share.party for share in self.shares))


def turns_of(events: Iterable[Event], at: datetime) -> list[Turn]:
    """Answer whose turn it was by the lines of a record, read with their actors."""
    return turns([_line(event) for event in events if event.type not in SILENT], epoch(at))


def _line(event: Event) -> LogEvent:
    """Answer a line as the engine reads it; who takes work up has it from then on."""
    takes = event.type == Event.Type.ACCEPTED or (event.type == Event.Type.CONTACTED and _is_engineer(event))
    by = {"by": str(event.actor)} if takes and event.actor else {}
    return LogEvent(epoch(event.at), event.seq, event.type, {**event.facts, **by})


def _is_engineer(event: Event) -> bool:
    return event.actor is not None and event.actor.role == Role.ENGINEER


def record_of(ticket: Ticket) -> Sequence[Event]:
    """Answer the lines that tell whose turn it was, in one query."""
    return list(ticket.events.exclude(type__in=SILENT).select_related("actor").order_by("seq"))


def ball(events: Iterable[Event], viewer: User, at: datetime) -> Ball | None:
    """Answer who had the ball; a customer reads parties only, no names of our people. None before the first second."""
    found = turns_of(events, at)
    if not found:
        return None
    start, end = found[0].start, found[-1].to
    shares = _shares(found, named=viewer.is_provider)
    whole = sum(share.seconds for share in shares)
    return Ball(_pieces(found, start, end), shares, Share("", _("in all"), "", whole, whole), instant(start), instant(end))


def _shares(found: Sequence[Turn], *, named: bool) -> list[Share]:
    """Add up by party, and ours by who had it, in the order of the parties and of the first turn."""
    sums: dict[tuple[str, str], int] = {}
    for turn in found:
        key = (turn.party, turn.who if named else "")
        sums[key] = sums.get(key, 0) + turn.to - turn.start
    whole = sum(sums.values())
    ordered = sorted(sums, key=lambda key: PARTIES.index(key[0]))
    return [Share(party, str(NAMES[party]), _who(party, who) if named else "", sums[party, who], whole) for party, who in ordered]


def _who(party: str, who: str) -> str:
    return who or (_("nobody yet") if party == OURS else "")


def _pieces(found: Sequence[Turn], start: int, end: int) -> list[Piece]:
    """Draw the parties from left to right; the names of ours make no seams."""
    pieces = []
    for party, group in groupby(found, key=lambda turn: turn.party):
        for turn in group:
            x, width = (round(each * WIDTH / (end - start), 1) for each in (turn.start - start, turn.to - turn.start))
            pieces.append(Piece(party, x, max(LEAST, width)))
    return pieces


def totals_of(records: Iterable[Sequence[LogEvent]], start: datetime, to: datetime) -> dict[str, int]:
    """Answer the seconds of each party between two instants, over many records."""
    found = dict.fromkeys(PARTIES, 0)
    for record in records:
        for party, seconds in total(within(turns(record, epoch(to)), epoch(start), epoch(to))).items():
            found[party] += seconds
    return found

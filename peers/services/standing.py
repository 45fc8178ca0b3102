"""How both sides of a linked ticket stand to each other, field by field, and which of them counts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from peers.engine import routes
from peers.engine.deciding import Stand, Verdict, decide
from peers.models.connection import Rule
from peers.models.exchange import Field
from tickets import workflow
from tickets.models import Event

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from peers.adaptors.peer import Document, Peer
    from peers.engine.maps import Maps
    from peers.models import Connection, Link
    from tickets.models import Ticket

TYPES: dict[str, tuple[str, ...]] = {
    "status": tuple(routes.TARGETS),
    "severity": (Event.Type.SEVERITY_CHANGED, Event.Type.REGISTERED),
    "kind": (Event.Type.REGISTERED,),
}
"""Lines of our record that change a field."""


@dataclass(slots=True)
class Meeting:
    """One ticket of ours and the one over there, read now."""

    connection: Connection
    link: Link
    ticket: Ticket
    document: Document
    maps: Maps
    peer: Peer
    at: datetime
    problems: list[str] = field(default_factory=list)

    @property
    def side(self) -> str:
        """Answer on whose side the account is that stands for them here."""
        return workflow.CUSTOMER if self.connection.account.is_customer else workflow.PROVIDER

    def theirs(self, name: str) -> str:
        """Answer a field of theirs, as we compare it."""
        return self.maps.canon(name, self.document.values[name])

    def ours(self, name: str) -> str | None:
        """Answer a field of ours, as they would write it; None where nothing stands for it."""
        return self.maps.out(name, getattr(self.ticket, name))

    def is_same(self, name: str) -> bool:
        """Whether both sides say the same."""
        return self.ours(name) == self.theirs(name)

    def stands_for(self, name: str) -> Callable[[str], bool]:
        """Answer which values of ours are as good as theirs."""
        wanted = self.theirs(name)
        return lambda ours: self.maps.out(name, ours) == wanted


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be done about a field, and why."""

    name: str
    stand: Stand
    verdict: Verdict
    rule: str
    is_final: bool = False

    @property
    def is_conflict(self) -> bool:
        """Whether both sides had changed it."""
        return self.verdict in ("ours", "theirs")

    @property
    def follows_them(self) -> bool:
        """Whether ours becomes as theirs."""
        return self.verdict in ("theirs_only", "theirs")


def judge(meeting: Meeting, name: str) -> Judgement | None:
    """Answer what to do about a field; None where nothing of ours stands for it."""
    ours = meeting.ours(name)
    if ours is None or meeting.maps.into(name, meeting.document.values[name]) is None:
        return None
    rule = meeting.connection.rule(name)
    stand = Stand(_before(meeting, name), ours, meeting.theirs(name))
    if rule == Rule.LATEST and decide(stand, rule) in ("ours", "theirs"):  # both have changed it: only then it matters when
        stand = replace(stand, ours_at=_ours_at(meeting, name), theirs_at=_theirs_at(meeting, name))
    verdict = decide(stand, rule)
    if name == Field.STATUS and verdict in ("ours", "theirs"):
        return _reachable(meeting, Judgement(name, stand, verdict, rule))
    return Judgement(name, stand, verdict, rule)


def _reachable(meeting: Meeting, judged: Judgement) -> Judgement:
    """A side that has come to an end cannot follow the other: then it counts, whatever the rule says."""
    here = routes.route(meeting.ticket.status, meeting.stands_for("status"), side=meeting.side) is not None
    there = meeting.peer.reaches(meeting.document, judged.stand.ours)
    if judged.verdict == "theirs" and not here and there:
        return Judgement(judged.name, judged.stand, "ours", judged.rule, is_final=True)
    if judged.verdict == "ours" and not there and here:
        return Judgement(judged.name, judged.stand, "theirs", judged.rule, is_final=True)
    return judged


def _before(meeting: Meeting, name: str) -> str | None:
    """Answer what both last agreed on: what we last led them to counts, even where we did not live to write it down."""
    before = meeting.link.base.get(name)
    if name == Field.STATUS:
        for line in meeting.document.lines:
            if line.is_mine and line.status and line.seq > meeting.link.seq:
                before = meeting.maps.canon(name, line.status)
    return before


def _ours_at(meeting: Meeting, name: str) -> datetime | None:
    rows = Event.objects.filter(ticket=meeting.ticket, type__in=TYPES[name]).exclude(actor=meeting.connection.account_id)
    last = rows.order_by("-seq").first()
    return last.at if last else None


def _theirs_at(meeting: Meeting, name: str) -> datetime | None:
    lines = [line for line in meeting.document.lines if not line.is_mine]
    changes = [line.at for line in lines if (line.status if name == Field.STATUS else name in line.touches)]
    return max(changes, default=None)

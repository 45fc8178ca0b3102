"""The states of TMF621 and how the desk's own life of a ticket shows in them. Pure: no Django, no now().

The desk knows two things less than TMF621: that work is blocked on our side while our clocks run on (*held*), and that a report was
refused (*rejected*). Both are a mark beside the ticket, written into its record as a line with ``facts["tmf"]``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from tickets import workflow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

ACKNOWLEDGED, REJECTED, PENDING, HELD, IN_PROGRESS, CANCELLED, CLOSED, RESOLVED = STATUSES = (
    "acknowledged", "rejected", "pending", "held", "inProgress", "cancelled", "closed", "resolved",
)  # fmt: skip
CUSTOMER = "customer"
"""In whose hands a wait is that shows as *pending*: the other side's. Any other wait shows as *held*."""

LEADS_TO: dict[str, frozenset[str]] = {
    ACKNOWLEDGED: frozenset({IN_PROGRESS, REJECTED, CANCELLED, PENDING, HELD}),
    IN_PROGRESS: frozenset({PENDING, HELD, RESOLVED, CANCELLED}),
    PENDING: frozenset({IN_PROGRESS, RESOLVED, CANCELLED}),
    HELD: frozenset({IN_PROGRESS, RESOLVED, CANCELLED}),
    RESOLVED: frozenset({CLOSED, IN_PROGRESS}),
    REJECTED: frozenset({CLOSED}),
    CLOSED: frozenset(),
    CANCELLED: frozenset(),
}
"""Which state may follow which when the other side asks for it; the desk's own moves are not bound by this."""

_WORKING = workflow.OPEN - {workflow.WAITING}
_AFTER_LINE = {
    "reported": workflow.NEW,
    "accepted": workflow.ACCEPTED,
    "diagnosis_delivered": workflow.IN_PROGRESS,
    "remote_started": workflow.IN_PROGRESS,
    "departed": workflow.IN_PROGRESS,
    "checked_in": workflow.IN_PROGRESS,
    "hold": workflow.WAITING,
    "resumed": workflow.IN_PROGRESS,
    "resolved": workflow.RESOLVED,
    "rejected": workflow.REOPENED,
    "reopened": workflow.REOPENED,
    "confirmed": workflow.CLOSED,
    "closed": workflow.CLOSED,
    "cancelled": workflow.CANCELLED,
}
READ = (*_AFTER_LINE, "noted", "assigned", "contacted")
"""The lines of a record that the states follow from."""


def shown(status: str, wait_owner: str = "", mark: str = "") -> str:
    """Answer the TMF621 state of a ticket with this inner status, wait and mark."""
    if status in _WORKING:
        return HELD if mark == HELD else (ACKNOWLEDGED if status == workflow.NEW else IN_PROGRESS)
    if status == workflow.WAITING:
        return PENDING if wait_owner == CUSTOMER else HELD
    if status == workflow.CANCELLED:
        return mark if mark in {REJECTED, CLOSED} else CANCELLED
    return status  # resolved and closed are called the same


class Line(NamedTuple):
    """What of a line of the record decides about the state."""

    seq: int
    type: str
    at: datetime
    text: str = ""
    facts: Mapping[str, Any] = {}
    by_engineer: bool = False


class Change(NamedTuple):
    """That a ticket came into a state, by the line with this number."""

    status: str
    at: datetime
    reason: str
    seq: int


@dataclass(slots=True)
class _State:
    status: str = workflow.NEW
    owner: str = ""
    mark: str = ""
    assigned: bool = False
    changes: list[Change] = field(default_factory=list)

    def read(self, line: Line) -> None:
        said = line.facts.get("tmf")
        if line.type == "noted" and isinstance(said, dict) and "status" in said:
            self.mark = str(said["status"])
        elif line.type == "assigned":
            self.assigned = True
        elif line.type == "contacted" and self.status == workflow.NEW and (self.assigned or line.by_engineer):
            self.status = workflow.ACCEPTED
        elif line.type in _AFTER_LINE:
            self.status, self.owner = _AFTER_LINE[line.type], str(line.facts.get("owner", ""))
        now = shown(self.status, self.owner, self.mark)
        if not self.changes or self.changes[-1].status != now:
            self.changes.append(Change(now, line.at, _reason(line), line.seq))


def _reason(line: Line) -> str:
    facts = line.facts
    said = facts.get("tmf")
    marked = said.get("reason") if isinstance(said, dict) else None
    words = marked or facts.get("solution") or facts.get("cause")
    return str(words or (line.text if line.type not in {"reported", "contacted"} else ""))


def history(lines: Iterable[Line]) -> list[Change]:
    """Answer the states that a ticket went through, oldest first, from its record in order."""
    state = _State()
    for line in lines:
        state.read(line)
    return state.changes

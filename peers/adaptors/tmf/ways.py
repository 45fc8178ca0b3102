"""What stands for what in TMF621 unless somebody says otherwise, and by which states one is reached. Pure."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from peers import words
from peers.engine.maps import IN, OUT
from tmf import statuses
from tmf.mapping import SEVERITY_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

LINES = {"reported": "reported", "note": "contacted", "file": "attached", "severity": "severity", "kind": "kind", "status": "status"}
"""What the log calls what came."""
FIRST_ONLY = frozenset({statuses.CANCELLED, statuses.REJECTED})
"""What is solved is not opened again to be cancelled."""
LAST_ONLY = frozenset({statuses.PENDING, statuses.HELD})
"""Nobody waits on the way to something else."""
_STATUSES = (
    ("new", statuses.ACKNOWLEDGED), ("accepted", statuses.IN_PROGRESS), ("in_progress", statuses.IN_PROGRESS),
    ("waiting", statuses.PENDING), ("resolved", statuses.RESOLVED), ("closed", statuses.CLOSED), ("reopened", statuses.IN_PROGRESS),
    ("cancelled", statuses.CANCELLED),
)  # fmt: skip
_STATUSES_IN = {
    statuses.ACKNOWLEDGED: "new", statuses.IN_PROGRESS: "accepted", statuses.PENDING: "waiting", statuses.HELD: "waiting",
    statuses.RESOLVED: "resolved", statuses.CLOSED: "closed", statuses.CANCELLED: "cancelled", statuses.REJECTED: "cancelled",
}  # fmt: skip
_SEVERITIES_IN = {
    "Critical": "1", "Blocker": "1", "Urgent": "1", "1": "1", "Major": "2", "High": "2", "2": "2",
    "Minor": "3", "Medium": "3", "Normal": "3", "3": "3", "Low": "4", "Warning": "4", "Trivial": "4", "4": "4", "*": "3",
}  # fmt: skip
_KINDS = (("fault", "incident"), ("consultation", "question"), ("complaint", "complaint"), ("request", "request"), ("inquiry", "inquiry"))
_KINDS_IN = {
    "incident": "fault", "fault": "fault", "trouble": "fault", "problem": "fault", "question": "consultation",
    "consultation": "consultation", "information": "consultation", "complaint": "complaint", "request": "request",
    "service request": "request", "inquiry": "inquiry", "*": "fault",
}  # fmt: skip
_FIELDS = (
    ("subject", "name"), ("description", "description"), ("contact_name", "contact.name"), ("contact_phone", "contact.phone"),
    ("contact_email", "contact.email"),
)  # fmt: skip


def usual() -> list[tuple[str, str, str, str]]:
    """Answer of what, direction, ours and theirs."""
    rows = [("status", OUT, ours, theirs) for ours, theirs in _STATUSES]
    rows += [("status", IN, ours, theirs) for theirs, ours in _STATUSES_IN.items()]
    rows += [("severity", OUT, str(number), word) for number, word in SEVERITY_WORDS.items()]
    rows += [("severity", IN, ours, theirs) for theirs, ours in _SEVERITIES_IN.items()]
    rows += [("kind", OUT, ours, theirs) for ours, theirs in _KINDS]
    rows += [("kind", IN, ours, theirs) for theirs, ours in _KINDS_IN.items()]
    return rows + [("field", way, ours, theirs) for ours, theirs in _FIELDS for way in (OUT, IN)]


def route(status: str, wanted: str) -> tuple[str, ...] | None:
    """Answer the fewest states that lead to a wanted one; none where it is there, None where the standard's steps do not lead there.

    A state that the standard does not know may lead anywhere: the other side says whether it does.
    """
    if status == wanted:
        return ()
    if status not in statuses.LEADS_TO or wanted not in statuses.LEADS_TO:
        return (wanted,)
    seen, ahead = {status}, deque([(status, tuple[str, ...]())])
    while ahead:
        here, way = ahead.popleft()
        for there in sorted(statuses.LEADS_TO[here]):
            if there in seen or (way and there in FIRST_ONLY):
                continue
            if there == wanted:
                return (*way, there)
            if there not in LAST_ONLY:
                seen.add(there)
                ahead.append((there, (*way, there)))
    return None


def reason(status: str, facts: Mapping[str, str]) -> str:
    """Answer what is said with a change of state: with a solution what was wrong and what was done, where that is not the same."""
    if status != statuses.RESOLVED:
        return facts.get("reason", "")
    told = {name: facts[name] for name in ("cause", "solution", "prevention") if facts.get(name)}
    return words.composed("", told) if told.get("cause") != told.get("solution") or "prevention" in told else told.get("solution", "")

"""The states of TMF646 and how a visit shows in them. Pure: no Django, no now().

The standard knows nobody on the way and nobody on site: such a visit is still *confirmed*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from visits import workflow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

INITIALIZED, CONFIRMED, CANCELLED, COMPLETED, FAILED = STATES = ("initialized", "confirmed", "cancelled", "completed", "failed")
_ENDED = {workflow.DONE: COMPLETED, workflow.FAILED: FAILED, workflow.CANCELLED: CANCELLED}
_AFTER_LINE = {
    "departed": CONFIRMED,
    "checked_in": CONFIRMED,
    "checked_out": COMPLETED,
    "failed": FAILED,
    "cancelled": CANCELLED,
}
READ = ("planned", "scheduled", *_AFTER_LINE)
"""The lines of a record that the states follow from."""


def shown(status: str, *, is_arranged: bool) -> str:
    """Answer the state of a visit with this status; ``is_arranged``: time and engineer are known."""
    if status == workflow.PLANNED:
        return CONFIRMED if is_arranged else INITIALIZED
    return _ENDED.get(status, CONFIRMED)


class Line(NamedTuple):
    """What of a line of the record decides about the state."""

    seq: int
    type: str
    facts: Mapping[str, Any]


def changes(lines: Iterable[Line]) -> dict[int, str]:
    """Answer the lines, by their numbers, that brought the visit into another state, and into which; from its record in order."""
    found: dict[int, str] = {}
    now = ""
    for line in lines:
        arranged = bool(line.facts.get("lead") and line.facts.get("starts_at"))
        after = _AFTER_LINE.get(line.type) or (CONFIRMED if arranged else INITIALIZED)
        if after != now:
            found[line.seq] = now = after
    return found

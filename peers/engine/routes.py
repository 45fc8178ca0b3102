"""Which moves lead a ticket from one status to another that the other desk has reached. Pure."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from tickets import workflow

if TYPE_CHECKING:
    from collections.abc import Callable

USABLE = ("accept", "resume", "hold", "resolve", "confirm", "close", "reject", "reopen", "cancel")
"""Moves that say nothing but where the ticket stands, the likelier first."""
FIRST_ONLY = frozenset({"resume", "cancel"})
"""A wait is left only where one is on, and what is solved is not opened again to be cancelled."""
LAST_ONLY = frozenset({"hold"})
"""Nobody waits on the way to something else."""
LONGEST = 4


def route(status: str, is_wanted: Callable[[str], bool], *, side: str) -> tuple[str, ...] | None:
    """Answer the fewest moves of a side that lead to a wanted status; none where it stands there, None where no moves do."""
    if is_wanted(status):
        return ()
    seen, ahead = {status}, deque([(status, tuple[str, ...]())])
    while ahead:
        here, way = ahead.popleft()
        for name in _steps(here, way, side):
            there = workflow.MOVES[name].target or here
            if is_wanted(there):
                return (*way, name)
            if there not in seen and name not in LAST_ONLY and len(way) + 1 < LONGEST:
                seen.add(there)
                ahead.append((there, (*way, name)))
    return None


def _steps(status: str, way: tuple[str, ...], side: str) -> list[str]:
    allowed = set(workflow.allowed(status, side))
    return [name for name in USABLE if name in allowed and not (way and name in FIRST_ONLY)]


TARGETS = {move.event: move.target for move in workflow.MOVES.values() if move.target}
"""Where a line of a record of this product leads the ticket it is of."""

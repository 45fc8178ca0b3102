"""Which step of a session is allowed when. Pure."""

from __future__ import annotations

from typing import Final

PLANNED, ANNOUNCED, HELD, CLOSED, CANCELLED = "planned", "announced", "held", "closed", "cancelled"
ALLOWED: Final[dict[str, tuple[str, ...]]] = {
    "change": (PLANNED, ANNOUNCED),
    "move": (PLANNED, ANNOUNCED),
    "announce": (PLANNED,),
    "cancel": (PLANNED, ANNOUNCED),
    "invite": (PLANNED, ANNOUNCED),
    "mark": (ANNOUNCED,),
    "hold": (ANNOUNCED,),
    "score": (HELD,),
    "close": (HELD,),
}
"""In which states each step may be made."""
COMING: Final = (PLANNED, ANNOUNCED)
TAUGHT: Final = (HELD, CLOSED)


def may(step: str, state: str) -> bool:
    """Whether a step may be made in a state."""
    return state in ALLOWED[step]


def reminder(days_left: int, steps: tuple[int, ...]) -> int | None:
    """Answer the last of the steps (days before the end) that has come; None before the first. Late by days: only the nearest counts."""
    come = [step for step in steps if days_left <= step]
    return min(come) if come else None

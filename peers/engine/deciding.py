"""Which side is right about a field since both last agreed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

Verdict = Literal["same", "ours_only", "theirs_only", "ours", "theirs"]


@dataclass(frozen=True, slots=True)
class Stand:
    """A field on both sides, as the other side writes it: what it was when both agreed, what it is now, and when each changed it."""

    before: str | None
    ours: str
    theirs: str
    ours_at: datetime | None = None
    theirs_at: datetime | None = None


def decide(stand: Stand, rule: str) -> Verdict:
    """Answer what to do: nothing, let one side follow, or, where both have changed it, which side counts.

    ``rule`` is ours, theirs or latest; where the times are the same or not known, ours counts.
    """
    if stand.ours == stand.theirs:
        return "same"
    if stand.theirs == stand.before:
        return "ours_only"
    if stand.ours == stand.before:
        return "theirs_only"
    if rule == "latest":
        later = stand.theirs_at is not None and (stand.ours_at is None or stand.theirs_at > stand.ours_at)
        return "theirs" if later else "ours"
    return "theirs" if rule == "theirs" else "ours"

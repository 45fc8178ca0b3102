"""The time line of a clock as a picture: pieces of a bar, to be drawn with nothing but numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sla.engine.explain import Explanation

WIDTH = 1000
LEAST = 2
"""What takes less is still to be seen."""
CLOSED = frozenset({"break", "night", "days", "stopped"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the bar: open, ahead (open, yet to come), closed, paused or late."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar: its pieces from left to right, where it is due and where now is; None where that lies outside."""

    pieces: list[Piece]
    due: float | None
    now: float | None
    start: int
    end: int

    @property
    def kinds(self) -> list[str]:
        """Answer which kinds there are, for the key."""
        present = {piece.kind for piece in self.pieces}
        return [kind for kind in ("open", "ahead", "closed", "paused", "late") if kind in present]


def bar(told: Explanation) -> Bar | None:
    """Draw the time line from the start to its end or due time, whichever is later; nothing before it has begun."""
    line, clock = told.line, told.clock
    if not line:
        return None
    start = line[0].start
    end = max(line[-1].to, clock.due or 0)

    def place(at: int) -> float:
        return round((at - start) * WIDTH / (end - start), 1)

    pieces: list[Piece] = []
    for each in line:
        kind = "closed" if each.kind in CLOSED else "ahead" if each.is_ahead and each.kind == "open" else each.kind
        if pieces and pieces[-1].kind == kind:
            pieces[-1] = Piece(kind, pieces[-1].x, round(place(each.to) - pieces[-1].x, 1))
        else:
            pieces.append(Piece(kind, place(each.start), max(LEAST, round(place(each.to) - place(each.start), 1))))
    due = place(clock.due) if clock.due is not None else None
    now = place(told.now) if start < told.now < end and clock.stopped is None else None
    return Bar(pieces, due, now, start, end)

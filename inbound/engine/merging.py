"""What a message changes about a case, whatever order messages come in and however often.

Of each alert the newest is known: since when it is on by the sender's clock, and whether it is over. A message is news if it speaks of
a later beginning, or of the end of the beginning that is known; all else was said before, or came late.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inbound.engine.signals import Part

LATE = timedelta(minutes=10)
"""For so long an alert that is said to be on, with the beginning of one that is known to be over, is taken for a message that came late.

After that it is believed: senders that keep no time of the beginning would never be heard again.
"""
KEPT = 500
"""Alerts of a case that are remembered: no fewer than one message may hold, else what was forgotten would be news with every repetition."""


class Known(TypedDict):
    """What is known of an alert; instants in ISO 8601."""

    on: bool
    starts: str | None
    over: str | None
    words: str


@dataclass(slots=True)
class Merged:
    """What is known now, and what of it is news."""

    known: dict[str, Known]
    was_on: bool
    began: list[str] = field(default_factory=list)
    """What alerts say that are on and were not before."""
    ended: list[str] = field(default_factory=list)
    late: int = 0
    """Parts that came too late to change anything."""

    @property
    def is_on(self) -> bool:
        """Whether any alert is on."""
        return any(row["on"] for row in self.known.values())


def merge(known: Mapping[str, Known], parts: Sequence[Part], at: datetime) -> Merged:
    """Take in what a message says of the alerts of a case; ``at`` is when it came."""
    merged = Merged({key: {**row} for key, row in known.items()}, any(row["on"] for row in known.values()))
    for part in parts:
        if part.key or part.starts_at or part.is_on or part.ends_at is None:
            _take(merged, part, at)
        else:
            _end_all(merged, part.ends_at, at)
    merged.known = _newest(merged.known, {part.key for part in parts})
    return merged


def _take(merged: Merged, part: Part, at: datetime) -> None:
    row = merged.known.get(part.key)
    if row is not None and _is_late(row, part, at):
        merged.late += 1
        return
    starts = part.starts_at.isoformat() if part.starts_at else (row["starts"] if row and not part.is_on else None)
    was_on = row is not None and row["on"]
    over = None if part.is_on else (row["over"] if row is not None and not was_on and row["over"] else at.isoformat())
    words = part.words or (row["words"] if row else "")
    merged.known[part.key] = {"on": part.is_on, "starts": starts, "over": over, "words": words}
    if part.is_on and not was_on:
        merged.began.append(words)
    elif was_on and not part.is_on:
        merged.ended.append(words)


def _is_late(row: Known, part: Part, at: datetime) -> bool:
    if part.starts_at is None or row["starts"] is None:
        return False
    before = datetime.fromisoformat(row["starts"])
    if part.starts_at < before:
        return True
    again = part.is_on and not row["on"] and part.starts_at == before
    return again and row["over"] is not None and at - datetime.fromisoformat(row["over"]) < LATE


def _end_all(merged: Merged, ends_at: datetime, at: datetime) -> None:
    """The sender says that nothing of the case is on any more: all that began before that moment is over."""
    for row in merged.known.values():
        if row["on"] and (row["starts"] is None or datetime.fromisoformat(row["starts"]) <= ends_at):
            row["on"], row["over"] = False, at.isoformat()
            merged.ended.append(row["words"])


def _newest(known: dict[str, Known], named: set[str]) -> dict[str, Known]:
    """Answer what is remembered: first what the message itself names, then what is on, then the newest."""
    if len(known) <= KEPT:
        return known
    order = sorted(known, key=lambda key: (key in named, known[key]["on"], known[key]["starts"] or known[key]["over"] or ""), reverse=True)
    return {key: known[key] for key in order[:KEPT]}

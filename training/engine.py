"""What is amiss with an engineer whom a contract names, and when somebody is reminded of an end. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

SOON: Final = timedelta(days=30)
"""How long before its end a certificate that a contract asks for is told of."""
LEFT, MISSING, EXPIRED, ENDING = "left", "missing", "expired", "ending"


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate of somebody: the words it answers to (its name, its skill, in both languages), and its last day."""

    words: frozenset[str]
    expires_on: date | None

    def serves(self, wanted: str) -> bool:
        """Whether it is what a contract asks for."""
        return wanted.casefold() in self.words


@dataclass(frozen=True, slots=True)
class Gap:
    """What is amiss: its kind, the certificate or skill it is about, the day that one ends."""

    kind: str
    about: str = ""
    on: date | None = None

    @property
    def code(self) -> str:
        """Answer the word by which it is known whether this was told."""
        return f"{self.kind}:{self.about}:{self.on or ''}"


def lines(text: str) -> list[str]:
    """Answer the lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def gaps(wanted: Iterable[str], papers: Iterable[Paper], today: date, *, works_here: bool) -> list[Gap]:
    """Answer what is amiss with somebody on a day: the person left, a certificate is missing, has expired, or ends within 30 days."""
    held = list(papers)
    found = [] if works_here else [Gap(LEFT)]
    for line in wanted:
        gap = _gap(line, [paper for paper in held if paper.serves(line)], today)
        found += [gap] if gap else []
    return found


def _gap(line: str, papers: list[Paper], today: date) -> Gap | None:
    if not papers:
        return Gap(MISSING, line)
    ends = [paper.expires_on for paper in papers if paper.expires_on is not None]
    if len(ends) < len(papers):
        return None  # one of them has no end
    last = max(ends)
    if last < today:
        return Gap(EXPIRED, line, last)
    return Gap(ENDING, line, last) if last <= today + SOON else None


def next_reminder(ends_on: date | None, after: date, steps: Iterable[int]) -> date | None:
    """Answer the first day after ``after`` on which somebody is reminded; None where none is left."""
    if ends_on is None:
        return None
    return next((day for day in sorted(ends_on - timedelta(days=step) for step in steps) if day > after), None)

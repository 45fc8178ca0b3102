"""What a sender says, whatever form it came in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

OPEN, COMMENT, RESOLVE = "open", "comment", "resolve"
ACTIONS = (OPEN, COMMENT, RESOLVE)
SUBJECT, TEXT, WORD, NAMES = 200, 20_000, 200, 20
"""Characters of a subject, of a text and of a name that equipment is looked for by, and how many names are tried."""


@dataclass(frozen=True, slots=True)
class Part:
    """One alert of a case: whether it is on, since when and until when by the sender's clock, and what it says."""

    key: str
    is_on: bool
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file that came along."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What is said about one thing. ``key`` is what the sender calls it; without one it is always another thing."""

    key: str
    parts: Sequence[Part] = ()
    subject: str
    description: str = ""
    severity: int | None = None
    kind: str = ""
    names: Sequence[str] = ()
    """What the equipment may be called, the likeliest first."""
    site: str = ""
    remark: str = ""
    """Words for the record of a ticket that is there."""
    external_id: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    files: Sequence[File] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one message says."""

    signals: Sequence[Signal] = ()
    heartbeat: bool = False
    """Whether the sender only says that it is alive."""
    left_out: Sequence[str] = field(default=())
    """What was not understood and is no reason to refuse the rest, in words."""


def cut(text: str, length: int) -> str:
    """Answer the text as the database can hold it: not longer, and without what no text column takes."""
    clean = text.replace("\0", "").encode("utf-8", "replace").decode().strip()
    return clean if len(clean) <= length else clean[: length - 1] + "…"


def severity_of(word: str, severities: Mapping[str, int]) -> int | None:
    """Answer the severity that a sender's word stands for; a number of ours stands for itself."""
    found = severities.get(word.strip().lower())
    if found is None and word.strip() in {"1", "2", "3", "4"} and not severities:
        return int(word)
    return found

"""What any peer can be asked, and the words in which it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class File:
    """A file over there."""

    key: str
    name: str
    size: int
    content_type: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the record over there.

    ``status`` is where it led the ticket, in their words; ``touches`` names the other fields it changed; ``is_words`` tells whether it
    was written to be read.
    """

    seq: int
    type: str
    at: datetime
    author: str
    is_mine: bool
    is_public: bool
    text: str
    facts: Mapping[str, Any]
    files: tuple[File, ...] = ()
    status: str | None = None
    touches: tuple[str, ...] = ()
    is_words: bool = False

    @property
    def external_id(self) -> str:
        """Answer the id that whoever wrote it gave it."""
        return str(self.facts.get("external_id", ""))


@dataclass(frozen=True, slots=True)
class Document:
    """A ticket over there as it stands; ``values`` are status, severity and kind in their words."""

    key: str
    values: Mapping[str, str]
    place: Mapping[str, str]
    external_id: str
    tag: str
    raw: Mapping[str, Any] = field(repr=False)
    lines: Sequence[Line] = ()


@dataclass(frozen=True, slots=True)
class News:
    """Which tickets changed over there, and up to which number that is said.

    Where there is no feed but a list that is read again and again: ``marks`` tells what each ticket said in it, so that one that says
    what it said last is no news; ``old`` names those that were last changed before the connection was made.
    """

    keys: list[str]
    last: int
    more: bool
    marks: Mapping[str, str] = field(default_factory=dict)
    old: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Words:
    """Words that go there under an id of ours."""

    text: str
    author: str
    is_public: bool
    external_id: str


class Peer(Protocol):
    """Another helpdesk.

    Every call raises Unreachable, Broken or Refused; a change that names a tag raises Stale where the ticket is not as it was read.
    """

    def newest(self) -> int:
        """Answer the number of the newest change."""

    def news(self, after: int) -> News:
        """Answer what changed after a number; raises Forgotten where that is not kept any more."""

    def since(self, at: datetime) -> list[str]:
        """Answer the tickets that were changed at an instant or later, for whoever lost the thread."""

    def read(self, key: str, after: int) -> Document:
        """Answer a ticket as it stands, with the lines of its record after a number."""

    def make(self, draft: Mapping[str, Any], external_id: str) -> Document:
        """Make a ticket under an id of ours; the same id again answers the same ticket."""

    def say(self, key: str, said: Words, *, name: str) -> None:
        """Add words to a ticket, once for their id."""

    def attach(self, key: str, file: tuple[str, bytes, str], said: Words, *, name: str) -> None:
        """Add a file (name, content, type) to a ticket, once for its id."""

    def fetch(self, key: str, file: File) -> bytes:
        """Answer the content of a file."""

    def move(self, document: Document, wanted: str, facts: Mapping[str, str], *, name: str) -> Document | None:
        """Lead a ticket to a status; None where none of their moves leads there from where it stands."""

    def reaches(self, document: Document, wanted: str) -> bool:
        """Whether their moves lead a ticket to a status from where it stands."""

    def change(self, document: Document, what: str, value: str, facts: Mapping[str, str], *, name: str) -> Document:
        """Change severity or kind."""


@runtime_checkable
class Recorder(Protocol):
    """Another helpdesk that tells a ticket's record by itself, which is less than to read the ticket too."""

    def lines(self, key: str, after: int) -> Sequence[Line]:
        """Answer the lines of a ticket's record after a number."""

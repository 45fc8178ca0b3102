"""What a timeline is made of: entries, places between them, and how many sources become one list. Pure: no database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class Key(NamedTuple):
    """What finds an entry again: its source, its row there, and when it happened."""

    at: datetime
    kind: str
    pk: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, in the words of the language that was active when it was read."""

    kind: str
    pk: int
    at: datetime
    label: str
    """What kind of thing it is."""
    icon: str
    title: str
    link: str = ""
    state: str = ""
    """A code that gives the state its colour."""
    state_label: str = ""
    site: str = ""
    equipment: str = ""
    who: str = ""
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    moments: tuple[tuple[str, datetime], ...] = ()

    @property
    def place(self) -> str:
        """Answer where it happened."""
        return " · ".join(filter(None, (self.site, self.equipment)))

    @property
    def key(self) -> Key:
        """Answer what finds it again."""
        return Key(self.at, self.kind, self.pk)


def _order(key: Key) -> tuple[float, str, int]:
    """Answer what sorts the newest first; at the same instant kinds by their name, then the younger row."""
    return (-key.at.timestamp(), key.kind, -key.pk)


def merged(keys: Iterable[Key], size: int, *, backward: bool = False) -> list[Key]:
    """Answer the first so many keys, the newest first; ``backward``: the oldest so many, from the oldest on."""
    return sorted(keys, key=_order, reverse=backward)[:size]


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two entries, and whether what is newer than it is wanted (``backward``) or what is older."""

    key: Key
    backward: bool = False

    def takes_same_instant(self, kind: str) -> bool:
        """Whether rows of another kind that happened at the same instant lie on the wanted side."""
        return kind < self.key.kind if self.backward else kind > self.key.kind

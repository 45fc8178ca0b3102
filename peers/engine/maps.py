"""What stands for what on the other side. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ANY = "*"
OUT, IN = "out", "in"


@dataclass(frozen=True, slots=True)
class Row:
    """One value and what stands for it, in one direction."""

    what: str
    way: str
    ours: str
    theirs: str


@dataclass(slots=True)
class Maps:
    """All rows of a connection, looked up from either side."""

    rows: Iterable[Row]
    _out: dict[tuple[str, str], str] = field(default_factory=dict)
    _in: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort the rows by direction."""
        for row in self.rows:
            if row.way == OUT:
                self._out[row.what, row.ours] = row.theirs
            else:
                self._in[row.what, row.theirs] = row.ours

    def out(self, what: str, ours: object) -> str | None:
        """Answer what stands over there for a value of ours; None where nothing does."""
        return self._out.get((what, str(ours)), self._out.get((what, ANY)))

    def into(self, what: str, theirs: object) -> str | None:
        """Answer what stands here for a value of theirs; None where nothing does."""
        return self._in.get((what, str(theirs)), self._in.get((what, ANY)))

    def canon(self, what: str, theirs: object) -> str:
        """Answer the one of several values of theirs that we would send for what we take this one as: both sides compare by it."""
        ours = self.into(what, theirs)
        back = self.out(what, ours) if ours is not None else None
        return str(theirs) if back is None else back

    def pairs(self, what: str, way: str) -> list[tuple[str, str]]:
        """Answer the rows of one kind and direction: ours and theirs."""
        if way == OUT:
            return [(ours, theirs) for (of, ours), theirs in self._out.items() if of == what]
        return [(ours, theirs) for (of, theirs), ours in self._in.items() if of == what]


def at_path(document: object, path: str) -> str:
    """Answer the words at a dotted path of a document; nothing where there is none."""
    for name in path.split("."):
        document = document.get(name) if isinstance(document, dict) else None
    return "" if document is None else str(document)


def put_at(document: dict[str, object], path: str, value: object) -> None:
    """Write a value at a dotted path of a document."""
    *above, last = path.split(".")
    for name in above:
        inner = document.setdefault(name, {})
        if not isinstance(inner, dict):
            inner = document[name] = {}
        document = inner
    document[last] = value

"""What was said about tickets lies in a table of its own in most systems; a record is written in its order, so it is sorted first.

The rows are kept in a file of their own beside the database until the tickets that they belong to come by: memory stays the same
however many there are.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transfer.engine.drafting import Draft
from transfer.engine.fields import COMMENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BATCH = 2000
ASKED = 400
"""Tickets that are asked for at once."""


class Marks:
    """Names that were seen, beside the database: a set that does not grow in memory."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)  # a temporary file of the library's own
        self._base.execute("CREATE TABLE marks (kind TEXT, key TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID")

    def add(self, mark: tuple[str, str]) -> bool:
        """Put one in; answer whether it is new."""
        return self._base.execute("INSERT OR IGNORE INTO marks VALUES (?, ?)", mark).rowcount == 1

    def __contains__(self, mark: object) -> bool:
        return self._base.execute("SELECT 1 FROM marks WHERE kind = ? AND key = ?", mark).fetchone() is not None  # type: ignore[arg-type]

    def close(self) -> None:
        """Remove the file."""
        self._base.close()


class Stage:
    """Messages by the ticket they belong to."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="import-")
        self._base = sqlite3.connect(Path(self._folder.name) / "stage.sqlite3", isolation_level=None)
        self._base.execute("PRAGMA journal_mode=OFF")
        self._base.execute("PRAGMA synchronous=OFF")
        self._base.execute("CREATE TABLE said (ticket TEXT, key TEXT, data TEXT)")

    def fill(self, drafts: Iterable[Draft]) -> None:
        """Keep messages; those that are refused are told of when their own table is read."""
        rows = ((draft.said["ticket"], draft.key, _packed(draft)) for draft in drafts if not draft.problems and draft.said.get("ticket"))
        while some := list(islice(rows, BATCH)):
            self._base.execute("BEGIN")
            self._base.executemany("INSERT INTO said VALUES (?, ?, ?)", some)
            self._base.execute("COMMIT")
        self._base.execute("CREATE INDEX said_by_ticket ON said (ticket)")

    def of(self, tickets: Iterable[str]) -> Iterator[tuple[str, Draft]]:
        """Yield what was said about these tickets, each message once."""
        wanted, seen = iter(dict.fromkeys(tickets)), set()
        while some := list(islice(wanted, ASKED)):
            marks = ", ".join("?" * len(some))
            found = self._base.execute(f"SELECT ticket, key, data FROM said WHERE ticket IN ({marks}) ORDER BY rowid", some)  # noqa: S608 - question marks
            for ticket, key, data in found:
                if key not in seen:
                    seen.add(key)
                    yield ticket, Draft(COMMENT, key, _unpacked(data))

    def close(self) -> None:
        """Remove the file."""
        self._base.close()
        self._folder.cleanup()


def _packed(draft: Draft) -> str:
    return json.dumps({**draft.said, "at": draft.said["at"].isoformat()}, ensure_ascii=False)


def _unpacked(data: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(data)
    said["at"] = datetime.fromisoformat(said["at"]).astimezone(UTC)
    return said

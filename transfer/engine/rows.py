"""Rows of a text, one at a time; what cannot be read is told of by its line, and the rows behind it are read."""

from __future__ import annotations

import codecs
import csv
import io
import json
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from transfer.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_CELL = 4 * 1024 * 1024
"""Characters of a cell, and of a line of JSON Lines; a row with a longer one is refused, the others are read."""
LONGEST_READ = 4 * LARGEST_CELL
"""Where a cell ends that has no end: what a quotation mark opens that nobody closes cannot be told from the rows behind it."""
UNREAD = "\udcff"
"""What bytes become that are not written in the file's encoding: a sign that no encoding holds."""

csv.field_size_limit(LONGEST_READ)
codecs.register_error("marked", lambda error: (UNREAD, getattr(error, "end", 0)))


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its number as an editor counts, and what it says by the names of the columns."""

    line: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is no row."""

    line: int
    text: str
    code: str = "broken_line"


def json_lines(stream: IO[bytes], encoding: str) -> Iterator[Row | Broken]:
    """Yield the rows of JSON Lines, one object a line."""
    with io.TextIOWrapper(stream, encoding=encoding, errors="marked", newline="\n") as text:
        line = 0
        while words := text.readline(LARGEST_CELL):
            line += 1
            if _is_cut(text, words):
                yield Broken(line, words[:200], "too_long_to_read")
            elif UNREAD in words:
                yield _unread(line, words)
            elif words.strip():
                yield _row_of(line, words)


def _is_cut(text: io.TextIOWrapper, words: str) -> bool:
    """Whether a line is longer than is read of one; what is left of it is passed over."""
    if len(words) < LARGEST_CELL or words.endswith("\n"):
        return False
    while (rest := text.readline(LARGEST_CELL)) and not rest.endswith("\n"):
        pass
    return True


def _row_of(line: int, words: str) -> Row | Broken:
    try:
        row = json.loads(words)
    except (ValueError, RecursionError):
        row = None
    return Row(line, row) if isinstance(row, dict) else Broken(line, words.strip()[:200])


def _unread(line: int, words: str) -> Broken:
    """Answer a line that is not written in the encoding of its file, with what stands around the first sign that cannot be read."""
    place = words.index(UNREAD)
    return Broken(line, words[max(0, place - 60) : place + 60].strip().replace(UNREAD, "\ufffd"), "unreadable_signs")


def csv_rows(stream: IO[bytes], encoding: str, sign: str) -> Iterator[Row | Broken]:
    """Yield the rows of a CSV below its heads. Raises BadFile where a cell has no end."""
    with io.TextIOWrapper(stream, encoding=encoding, errors="marked", newline="") as text:
        heads: list[str] | None = None
        for line, cells in _cells(csv.reader(text, delimiter=sign)):
            if not any(cell.strip() for cell in cells):
                continue
            unread = next((cell for cell in cells if UNREAD in cell), None)
            if heads is None:
                heads = [cell.strip().lstrip("\ufeff") or f"column {place}" for place, cell in enumerate(cells, start=1)]
            elif any(len(cell) > LARGEST_CELL for cell in cells):
                yield Broken(line, sign.join(cell[:20] for cell in cells)[:200], "too_long_to_read")
            elif unread is not None:
                yield _unread(line, unread)
            elif len(cells) > len(heads) and any(cell.strip() for cell in cells[len(heads) :]):
                yield Broken(line, sign.join(cells)[:200])
            else:
                yield Row(line, dict(zip(heads, cells, strict=False)))


def _cells(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV with the line that each begins at. Raises BadFile where the rows behind cannot be found."""
    before = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise BadFile(
                _("From line %(line)s on the table cannot be read: a cell has no end. Close its quotation mark, and upload the file again.")
                % {"line": before + 1},
                field="file",
                code="no_end_of_cell",
            ) from error
        line, before = before + 1, reader.line_num
        if cells is None:
            return
        yield line, cells

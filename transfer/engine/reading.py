"""Files of other systems as tables of rows: CSV, JSON Lines, JSON, and a ZIP of these. A row at a time, so that size costs time only.

Encodings are told apart by the bytes: a mark (Unicode 15, 23.8), else UTF-8 where it fits, else GB18030 (GB 18030-2022), which holds
GBK and GB2312 as well. Delimiters are counted in the first lines.
"""

from __future__ import annotations

import codecs
import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from transfer.engine.rows import Broken, Row, csv_rows, json_lines
from transfer.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = 256 * 1024
"""Bytes that tell the encoding and the delimiter."""
LARGEST_JSON = 64 * 1024 * 1024
"""A JSON that is one value is read whole; what is larger comes as JSON Lines or CSV."""
LARGEST_UNPACKED = 8 * 1024 * 1024 * 1024
MOST_MEMBERS = 200_000
TABLES = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json"}
DELIMITERS = ",;\t|"
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(slots=True)
class Table:
    """A named sequence of rows in a file; ``member`` is its path in a ZIP, ``key`` its name in a JSON of several."""

    name: str
    form: str
    member: str = ""
    key: str = ""
    encoding: str = ""
    delimiter: str = ""


@dataclass(slots=True)
class Source:
    """An uploaded file: the tables in it, and the other files of a ZIP."""

    file: IO[bytes]
    name: str
    encoding: str = ""
    """Said by the person; empty: found by itself."""
    delimiter: str = ""
    tables: list[Table] = field(default_factory=list)
    book: zipfile.ZipFile | None = None

    def table(self, name: str) -> Table | None:
        """Answer the table called so; ``*`` is the only one."""
        if name == "*" and len(self.tables) == 1:
            return self.tables[0]
        return next((table for table in self.tables if table.name.lower() == name.lower()), None)

    def rows(self, table: Table) -> Iterator[Row | Broken]:
        """Yield the rows of a table from the first one on."""
        with self._opened(table) as stream:
            yield from READERS[table.form](stream, table)

    def _opened(self, table: Table) -> IO[bytes]:
        if self.book is not None:
            return self.book.open(table.member)
        self.file.seek(0)
        return _Kept(self.file)  # type: ignore[return-value]

    def has(self, path: str) -> bool:
        """Whether a ZIP holds a file of that path."""
        return self.book is not None and path in self.book.NameToInfo

    def size(self, path: str) -> int:
        """Answer the size of a file in the ZIP, unpacked."""
        return self.book.getinfo(path).file_size if self.book is not None else 0

    def content(self, path: str, most: int) -> bytes:
        """Answer a file of the ZIP; of a larger one than its own table says no more than ``most`` bytes."""
        assert self.book is not None
        with self.book.open(path) as file:
            return file.read(most + 1)


class _Kept(io.RawIOBase):
    """A stream whose end does not close the file below it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._file.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)


def opened(file: IO[bytes], name: str, *, encoding: str = "", delimiter: str = "") -> Source:
    """Look into a file: which tables there are, how they are written. Raises BadFile, with what to do."""
    source = Source(file, name, encoding, delimiter)
    file.seek(0)
    if file.read(4) == b"PK\x03\x04":
        _look_into_zip(source)
    else:
        file.seek(0)
        _add(source, PurePath(name).stem, PurePath(name).suffix.lower(), file.read(HEAD), "")
    if not source.tables:
        raise BadFile(_("There is no table in this file. Send CSV, JSON Lines or JSON, or a ZIP of these."), field="file")
    return source


def _look_into_zip(source: Source) -> None:
    try:
        book = source.book = zipfile.ZipFile(source.file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise BadFile(_("This ZIP cannot be opened; pack it again."), field="file") from error
    infos = book.infolist()
    if len(infos) > MOST_MEMBERS or sum(info.file_size for info in infos) > LARGEST_UNPACKED:
        raise BadFile(_("This ZIP holds more than is taken at once; send it in parts."), field="file", code="too_large")
    for info in infos:
        path = PurePath(info.filename)
        if info.is_dir() or path.suffix.lower() not in TABLES or path.parts[0] in ("attachments", "documents", "__MACOSX"):
            continue
        if len(path.parts) > 2 or path.name == "manifest.json":  # noqa: PLR2004 - tables lie at the top or in one folder
            continue
        try:
            with book.open(info) as member:
                _add(source, path.stem, path.suffix.lower(), member.read(HEAD), info.filename)
        except (RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
            raise BadFile(_("“%(name)s” in the ZIP cannot be read; pack it again without a password.") % {"name": path.name}) from error


def _add(source: Source, name: str, suffix: str, head: bytes, member: str) -> None:
    encoding = source.encoding or found_encoding(head)
    text = decoded(head, encoding, whole=len(head) < HEAD)
    form = _form(text, suffix)
    if form == "json":
        source.tables += _tables_of_json(source, name, member, encoding)
    else:
        delimiter = (source.delimiter or found_delimiter(text, suffix)) if form == "csv" else ""
        source.tables.append(Table(name, form, member, "", encoding, delimiter))


def _form(text: str, suffix: str) -> str:
    """Answer how it is written; what it begins with says more than what it is called."""
    begin = text.lstrip("\ufeff \t\r\n")
    if begin.startswith("["):
        return "json"
    if begin.startswith("{"):
        first = begin.split("\n", 1)[0].strip()
        try:
            return "jsonl" if isinstance(json.loads(first), dict) and (suffix != ".json" or "\n" in begin.strip()) else "json"
        except ValueError:
            return "json"
    if suffix in (".json", ".jsonl", ".ndjson") and begin:
        raise BadFile(_("“%(name)s” is no JSON: it has to begin with a bracket.") % {"name": suffix}, field="file")
    return "csv"


def found_encoding(head: bytes) -> str:
    """Answer how bytes are written: by their mark, else UTF-8 where they are that, else GB18030."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def decoded(head: bytes, encoding: str, *, whole: bool) -> str:
    """Answer the text of the first bytes. Raises BadFile where they are not written so."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head, final=whole)
    except (UnicodeDecodeError, LookupError) as error:
        raise BadFile(
            _("This file is not written in %(encoding)s. Save it as UTF-8 or GB18030.") % {"encoding": encoding.upper()},
            field="encoding",
            code="bad_encoding",
        ) from error


def found_delimiter(text: str, suffix: str = "") -> str:
    """Answer what stands between the columns: the sign that is in the first line most often, outside of quotes."""
    if suffix == ".tsv":
        return "\t"
    first, quoted = text.lstrip("\ufeff\r\n").split("\n", 1)[0], False
    counts = dict.fromkeys(DELIMITERS, 0)
    for sign in first:
        if sign == '"':
            quoted = not quoted
        elif not quoted and sign in counts:
            counts[sign] += 1
    best = max(counts, key=lambda sign: counts[sign])
    return best if counts[best] else ","


def _tables_of_json(source: Source, name: str, member: str, encoding: str) -> list[Table]:
    whole = _whole(source, Table(name, "json", member, "", encoding))
    if isinstance(whole, list):
        return [Table(name, "json", member, "", encoding)]
    lists = [key for key, value in whole.items() if isinstance(value, list) and all(isinstance(row, dict) for row in value)]
    return [Table(key, "json", member, key, encoding) for key in lists] or [Table(name, "json", member, "", encoding)]


def _whole(source: Source, table: Table) -> Any:
    with source._opened(table) as stream:  # noqa: SLF001 - of the same module
        return _parsed(stream, table)


def _parsed(stream: IO[bytes], table: Table) -> Any:
    sent = stream.read(LARGEST_JSON + 1)
    if len(sent) > LARGEST_JSON:
        raise BadFile(
            _("This JSON is too large to be read whole; send it as JSON Lines: one object a line."), field="file", code="too_large"
        )
    try:
        return json.loads(sent.decode(table.encoding))
    except (ValueError, RecursionError) as error:
        where = f"{error.lineno}" if isinstance(error, json.JSONDecodeError) else "1"
        raise BadFile(_("This JSON cannot be read; it breaks at line %(line)s.") % {"line": where}, field="file") from error


def _read_json(stream: IO[bytes], table: Table) -> Iterator[Row | Broken]:
    whole = _parsed(stream, table)
    rows = whole if isinstance(whole, list) else whole.get(table.key, []) if table.key else [whole]
    for place, row in enumerate(rows, start=1):
        yield Row(place, row) if isinstance(row, dict) else Broken(place, json.dumps(row, ensure_ascii=False)[:200])


def _read_jsonl(stream: IO[bytes], table: Table) -> Iterator[Row | Broken]:
    return json_lines(stream, table.encoding)


def _read_csv(stream: IO[bytes], table: Table) -> Iterator[Row | Broken]:
    return csv_rows(stream, table.encoding, table.delimiter or ",")


READERS = {"csv": _read_csv, "jsonl": _read_jsonl, "json": _read_json}

"""An archive as one ZIP: an index to read offline, the timeline for programs, papers, files, and a list with the hash of each."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import IO, TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from archive import selectors
from archive.errors import TooLarge
from archive.selectors.timeline import rows_of
from archive.services import wording
from archive.sources import source_of
from core import exports, languages
from documents import services as documents
from documents.models import LANGUAGES
from inspections import selectors as inspections
from tickets import selectors as tickets
from visits import selectors as visits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from accounts.models import User
    from archive.engine import Entry
    from archive.models import ArchiveExport
    from archive.scope import Scope

MOST = 20_000
"""Entries that one file may hold."""
LARGEST = 300 * 1024 * 1024
"""Bytes of papers and files together; what does not fit is listed."""
INDEX = {languages.CHINESE: "index.html", languages.ENGLISH: "index.en.html"}
LONGEST_NAME, LONGEST_BYTES = 100, 200
"""Of a name in letters and in bytes: systems take 255 bytes, and a Chinese letter has three."""


@dataclass(slots=True)
class Contents:
    """What a file holds."""

    entries: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that belongs into the ZIP: where it goes, how to read it, how large it is, and the entry it belongs to."""

    path: str
    size: int
    open: Callable[[], bytes]
    of: tuple[str, int]


@dataclass(slots=True)
class _Zip:
    """Writes files and keeps the hash of each."""

    book: zipfile.ZipFile
    stamp: tuple[int, int, int, int, int, int]
    files: list[dict[str, Any]] = field(default_factory=list)
    enclosed: int = 0

    def add(self, path: str, content: bytes, *, packed: bool = True) -> None:
        info = zipfile.ZipInfo(path, self.stamp)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        self.book.writestr(info, content)
        self.files.append({"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()})


@dataclass(frozen=True, slots=True)
class _Inside:
    """What an index speaks of."""

    scope: Scope
    row: ArchiveExport
    there: dict[tuple[str, int], list[str]]
    left_out: list[tuple[str, str]]

    def files_of(self, entry: Entry) -> list[str]:
        return self.there.get((entry.kind, entry.pk), [])


def pack(made: IO[bytes], person: User, scope: Scope, asked: selectors.Asked, *, row: ArchiveExport, step: Any) -> Contents:
    """Write the ZIP of what a person may see. Raises TooLarge when there are more entries than one file may hold."""
    at = row.asked_at
    count = checked_count(person, scope, asked, row)
    enclosed = list(_enclosed(person, scope, asked, row))
    step.expect(len(LANGUAGES) * count + len(enclosed))
    local = timezone.localtime(at, timezone.get_default_timezone())
    with zipfile.ZipFile(made, "w") as book:
        target = _Zip(book, (local.year, local.month, local.day, local.hour, local.minute, local.second))
        left_out = [why for each in enclosed if (why := _put(target, each, step))]
        inside = _Inside(scope, row, _there(enclosed, left_out), left_out)
        written = 0
        for language in LANGUAGES:
            with override(language):
                entries = list(_counted(selectors.walk(person, scope, asked, at=at), step))
                written = len(entries)
                _write_index(target, language, inside, entries)
                if language == row.language:
                    _write_data(target, entries)
        _write_left_out(target, left_out)
        _write_manifest(target, scope, row, written)
    return Contents(written, len(left_out))


def checked_count(person: User, scope: Scope, asked: selectors.Asked, row: ArchiveExport) -> int:
    """Answer how many entries there are. Raises TooLarge when they are more than one file may hold."""
    count = selectors.count(person, scope, asked, row.asked_at)
    if count > MOST:
        raise TooLarge(
            _("There are %(count)s entries; choose fewer days so that there are at most %(most)s.") % {"count": count, "most": MOST}
        )
    return count


def _counted(entries: Iterable[Entry], step: Callable[[], None]) -> Iterator[Entry]:
    for entry in entries:
        step()
        yield entry


# --- Papers and files ---------------------------------------------------------------------------


def _enclosed(person: User, scope: Scope, asked: selectors.Asked, row: ArchiveExport) -> Iterator[Enclosed]:
    def rows(kind: str) -> Any:
        return rows_of(source_of(kind), person, scope, asked, row.asked_at)

    for paper in rows("document").filter(sealed_at__isnull=False).order_by("issued_at", "pk"):
        path = f"documents/{_plain(paper.full_number)}-{paper.pk}.pdf"
        yield Enclosed(path, 0, partial(_pdf, paper, row), ("document", paper.pk))
    seen = rows("ticket").values("pk")
    for file in tickets.attachments_for(person).filter(ticket__in=seen).select_related("ticket").order_by("pk"):
        yield _file(f"attachments/{_plain(file.ticket.number)}/{file.pk}-{_plain(file.name)}", file, ("ticket", file.ticket_id))
    for photo in visits.photos_for(person).filter(visit__in=rows("visit").values("pk")).order_by("pk"):
        yield _file(f"photos/visit-{photo.visit_id}/{photo.pk}-{_last(photo)}", photo, ("visit", photo.visit_id))
    looked = inspections.photos_for(person).filter(result__inspection__in=rows("inspection").values("pk"))
    for picture in looked.select_related("result").order_by("pk"):
        place = picture.result.inspection_id
        yield _file(f"photos/inspection-{place}/{picture.pk}-{_last(picture)}", picture, ("inspection", place))


def _pdf(paper: Any, row: ArchiveExport) -> bytes:
    with documents.made_file(paper, row.language, at=row.asked_at).file.open("rb") as file:
        return bytes(file.read())


def _file(path: str, row: Any, of: tuple[str, int]) -> Enclosed:
    def read() -> bytes:
        with row.file.open("rb") as file:
            return bytes(file.read())

    return Enclosed(path, getattr(row, "size", 0) or 0, read, of)


def _last(row: Any) -> str:
    return _plain(str(row.file.name).rsplit("/", 1)[-1])


def _plain(name: str) -> str:
    """Answer a name that every system takes and that leads nowhere else; of a long one the end, which says what kind of file it is."""
    kept = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name).strip(".") or "_"
    return kept[-LONGEST_NAME:].encode()[-LONGEST_BYTES:].decode(errors="ignore")


def _put(target: _Zip, each: Enclosed, step: Callable[[], None]) -> tuple[str, str] | None:
    """Put a file in; answer its path and why it was left out, if it was."""
    step()
    if target.enclosed + each.size > LARGEST:
        return each.path, "too_large"
    try:
        content = each.open()
    except (OSError, ValueError):
        return each.path, "unreadable"
    if target.enclosed + len(content) > LARGEST:
        return each.path, "too_large"
    target.enclosed += len(content)
    target.add(each.path, content, packed=False)
    return None


def _there(enclosed: Iterable[Enclosed], left_out: Iterable[tuple[str, str]]) -> dict[tuple[str, int], list[str]]:
    missing = {path for path, _why in left_out}
    there: dict[tuple[str, int], list[str]] = {}
    for each in enclosed:
        if each.path not in missing:
            there.setdefault(each.of, []).append(each.path)
    return there


# --- What is written ----------------------------------------------------------------------------


def _write_index(target: _Zip, language: str, inside: _Inside, entries: list[Entry]) -> None:
    shown = [(month, [(entry, wording.address(entry), inside.files_of(entry)) for entry in of]) for month, of in by_month(entries)]
    given = {
        "scope": inside.scope,
        "export": inside.row,
        "language": language,
        "months": shown,
        "count": len(entries),
        "left_out": reasons(inside.left_out),
        "other": next((name, code) for code, name in INDEX.items() if code != language),
    }
    target.add(INDEX[language], render_to_string("archive/offline.html", given).encode())


def by_month(entries: Iterable[Entry]) -> list[tuple[date, list[Entry]]]:
    """Answer entries by their month where the reader is, in their order."""
    return [(month, list(of)) for month, of in groupby(entries, key=lambda entry: timezone.localtime(entry.at).date().replace(day=1))]


def reasons(left_out: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Answer in words why files were left out."""
    words = {"too_large": _("the file would have become too large"), "unreadable": _("it could not be read")}
    return [(path, words[why]) for path, why in left_out]


def _write_data(target: _Zip, entries: Iterable[Entry]) -> None:
    table, records = io.StringIO(), []
    writer = csv.writer(table)
    writer.writerow(wording.heads())
    for entry in entries:
        writer.writerow([exports.inert(value) for value in wording.line(entry)])
        records.append(wording.record(entry))
    target.add("timeline.csv", (exports.BOM + table.getvalue()).encode())
    target.add("timeline.json", json.dumps(records, ensure_ascii=False, indent=1).encode())


def _write_left_out(target: _Zip, left_out: list[tuple[str, str]]) -> None:
    if left_out:
        target.add("left-out.txt", "\n".join(f"{path}\t{why}" for path, why in reasons(left_out)).encode())


def _write_manifest(target: _Zip, scope: Scope, row: ArchiveExport, entries: int) -> None:
    """Write what the ZIP holds with the SHA-256 of each file; the manifest itself stands in the export's page."""
    given = {
        "of": {"kind": scope.kind, "id": scope.pk, "name": scope.name},
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "made_for": str(row.asked_by),
        "as_of": row.asked_at.isoformat(),
        "entries": entries,
        "files": list(target.files),
    }
    target.add("manifest.json", json.dumps(given, ensure_ascii=False, indent=1).encode())

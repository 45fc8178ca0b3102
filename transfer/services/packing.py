"""Everything of an organization as one ZIP: a file of JSON Lines for each kind, files and papers as they are, a manifest with hashes.

Rows are read and written as a stream: memory stays the same however many there are.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from django.utils import timezone

from customers.models import Contract, Membership
from documents import services as documents
from tickets import selectors as tickets
from transfer import selectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.db.models import QuerySet

    from accounts.models import User
    from customers.models import Organization
    from transfer.models import DataExport

SCHEMA = 1
"""The version of the shape of the files; it grows when a reader of the old one would be misled."""
CHUNK = 500
PIECE = 1 << 16
MAIL = "message/rfc822"
"""The type of what comes as it was sent."""
LARGEST = 10 * 1024 * 1024 * 1024
"""Bytes of files and papers together; what does not fit is listed."""
THROUGH: dict[str, Any] = {"people": Membership.sites.through, "contracts": Contract.equipment.through}


@dataclass(slots=True)
class Contents:
    """What a file holds."""

    counts: dict[str, int] = field(default_factory=dict)
    left_out: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Zip:
    """Writes members as streams and keeps the hash of each."""

    book: zipfile.ZipFile
    stamp: tuple[int, int, int, int, int, int]
    files: list[dict[str, Any]] = field(default_factory=list)
    enclosed: int = 0

    def add(self, path: str, pieces: Iterable[bytes], *, packed: bool = True) -> int:
        info = zipfile.ZipInfo(path, self.stamp)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        found, size = hashlib.sha256(), 0
        with self.book.open(info, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)
                found.update(piece)
                size += len(piece)
        self.files.append({"path": path, "size": size, "sha256": found.hexdigest()})
        return size


def pack(made: IO[bytes], person: User, row: DataExport, *, changes_after: int, step: Any) -> Contents:
    """Write the ZIP of what a person may see of an organization; answer what is in it."""
    organization, contents = row.organization, Contents()
    kinds = selectors.kinds_for(person)
    step.expect(sum(kind.rows(person, organization).count() for kind, _columns in kinds))
    local = timezone.localtime(row.asked_at, timezone.get_default_timezone())
    with zipfile.ZipFile(made, "w") as book:
        target = _Zip(book, (local.year, local.month, local.day, local.hour, local.minute, local.second))
        for kind, columns in kinds:
            rows = _Rows(person, organization, kind, columns)
            contents.counts[kind.name] = 0
            target.add(f"{kind.name}.jsonl", _lines(rows, contents, kind.name, step))
        _enclose(target, person, organization, row, contents)
        _write_manifest(target, row, contents, changes_after)
    return contents


def _lines(rows: Iterable[dict[str, Any]], contents: Contents, name: str, step: Callable[[], None]) -> Iterator[bytes]:
    for said in rows:
        step()
        contents.counts[name] += 1
        yield (json.dumps(said, ensure_ascii=False, default=plain) + "\n").encode()


def plain(value: Any) -> str:
    """Write what JSON has no word for: instants in UTC, days, amounts as they are written."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


class _Rows:
    """The rows of one kind, read a chunk at a time."""

    def __init__(self, person: User, organization: Organization, kind: selectors.Kind, columns: dict[str, str]) -> None:
        self.person, self.organization, self.kind = person, organization, kind
        self.columns = {**columns, "file": kind.file} if kind.file else columns

    def __iter__(self) -> Iterator[dict[str, Any]]:
        names = list(self.columns)
        found = self.kind.rows(self.person, self.organization).order_by("pk").values_list("pk", *self.columns.values())
        rows = found.iterator(chunk_size=CHUNK)
        while some := list(islice(rows, CHUNK)):
            keys = [pk for pk, *_values in some]
            lists = {name: self._list(name, keys) for name in self.kind.lists}
            files = self._files(keys)
            for pk, *values in some:
                said = dict(zip(names, values, strict=True))
                said |= {name: found_lists.get(said["id"], []) for name, found_lists in lists.items()}
                if files is not None:
                    said["files"] = files.get(pk, [])
                yield self._finished(said)

    def _finished(self, said: dict[str, Any]) -> dict[str, Any]:
        """Take out what a customer is not shown, and add what a reader needs: whose side a message is from."""
        if self.kind.name == "comments":
            role = said.pop("role")
            said["side"] = "customer" if said["type"] == "replied" or role in ("customer", "supervisor") else "provider"
        if "author_name" in said and not said["author_name"]:
            said["author_name"] = (said.get("facts") or {}).get("author", "")
        if not self.person.is_provider and "author" in said and said["author"] not in self._own:
            said["author"] = ""  # the addresses of our own people are not in the portal either
        if self.kind.name == "attachments":
            said["path"] = path_of(said["id"], said["name"])
        if self.kind.file:
            kept = said.pop("file")  # a mail is not kept for ever
            said["path"] = self.kind.path(said["id"], said.get("content_type", MAIL)) if kept else ""
        return said

    @property
    def _own(self) -> frozenset[str]:
        if not hasattr(self, "_addresses"):
            rows = Membership.objects.filter(organization=self.organization).values_list("user__email", flat=True)
            self._addresses = frozenset(rows)
        return self._addresses

    def _list(self, name: str, keys: list[int]) -> dict[int, list[Any]]:
        path, listed, _of = self.kind.lists[name]
        through = THROUGH[self.kind.name]
        owner = "membership__in" if self.kind.name == "people" else "contract__in"
        found: dict[int, list[Any]] = defaultdict(list)
        for key, value in through.objects.filter(**{owner: keys}).order_by("pk").values_list(path, listed):
            found[key].append(value)
        return found

    def _files(self, keys: list[int]) -> dict[int, list[dict[str, str]]] | None:
        """Answer the files of tickets' reports and of messages; other kinds name theirs themselves."""
        if self.kind.name not in ("tickets", "comments"):
            return None
        found: dict[int, list[dict[str, str]]] = defaultdict(list)
        rows = tickets.attachments_for(self.person)
        rows = rows.filter(ticket__in=keys, event__seq=1) if self.kind.name == "tickets" else rows.filter(event__in=keys)
        of = "ticket_id" if self.kind.name == "tickets" else "event_id"
        for key, pk, name in rows.order_by("pk").values_list(of, "pk", "name"):
            found[key].append({"path": path_of(pk, name), "name": name})
        return found


def path_of(pk: int, name: str) -> str:
    """Answer where a file lies in the ZIP: a name that every system takes and that leads nowhere else."""
    kept = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name).strip(".") or "_"
    return f"attachments/{pk}-{kept[-100:].encode()[-180:].decode(errors='ignore')}"


def _enclose(target: _Zip, person: User, organization: Organization, row: DataExport, contents: Contents) -> None:
    """Put files and papers in as they are, one after the other."""
    for file in tickets.attachments_for(person).filter(ticket__organization=organization).order_by("pk").iterator(CHUNK):
        _put(target, path_of(file.pk, file.name), file.file, contents)
    for kind in selectors.ALL:
        if kind.file:
            _put_files(target, kind, kind.rows(person, organization), contents)
    papers = next(kind for kind in selectors.ALL if kind.name == "documents").rows(person, organization)
    for paper in papers.filter(sealed_at__isnull=False).order_by("pk").iterator(CHUNK):
        path = f"documents/{paper.pk}-{paper.number}-v{paper.version}.pdf"
        try:
            made = documents.made_file(paper, row.language, at=row.asked_at)
        except (OSError, ValueError) as error:
            contents.left_out.append({"path": path, "why": type(error).__name__})
            continue
        _put(target, path, made.file, contents)


def _put_files(target: _Zip, kind: selectors.Kind, rows: QuerySet[Any], contents: Contents) -> None:
    """Put in the file that each row of a kind has: a picture of its own type, or a mail."""
    told = [name for name in ("content_type",) if name in kind.columns]
    for row in rows.exclude(**{kind.file: ""}).only("pk", kind.file, *told).order_by("pk").iterator(CHUNK):
        _put(target, kind.path(row.pk, getattr(row, "content_type", MAIL)), getattr(row, kind.file), contents)


def _put(target: _Zip, path: str, file: Any, contents: Contents) -> None:
    try:
        if target.enclosed + file.size > LARGEST:
            contents.left_out.append({"path": path, "why": "too_large"})
            return
        with file.open("rb") as stream:
            target.enclosed += target.add(path, iter(lambda: stream.read(PIECE), b""), packed=False)
    except (OSError, ValueError):
        contents.left_out.append({"path": path, "why": "unreadable"})


def _write_manifest(target: _Zip, row: DataExport, contents: Contents, changes_after: int) -> None:
    """Write what the ZIP holds, with the SHA-256 of each file; that of the ZIP itself stands on the export's page."""
    given = {
        "schema": SCHEMA,
        "organization": {"id": row.organization_id, "code": row.organization.code, "name": row.organization.name},
        "made_for": row.asked_by.name,
        "role": row.asked_by.role,
        "asked_at": plain(row.asked_at),
        "language": row.language,
        "changes_after": changes_after,
        "counts": contents.counts,
        "left_out": contents.left_out,
        "files": target.files,
    }
    target.add("manifest.json", [json.dumps(given, ensure_ascii=False, indent=1).encode()])

"""Whether what stands in the database is what the application wrote: every chained record and every document, line by line."""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from core import chain
from documents.models import Document, DocumentFile, Signature
from inspections.models import Inspection, InspectionEvent
from tickets.models import Event, Ticket
from visits.models import Visit, VisitEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

BOOKS: tuple[tuple[type[Model], type[chain.Line], str], ...] = (
    (Ticket, Event, "ticket"),
    (Visit, VisitEvent, "visit"),
    (Inspection, InspectionEvent, "inspection"),
)
"""Whose record, its lines, and the field of a line that names the owner."""
AT_ONCE = 500


class Finding(NamedTuple):
    """One thing that does not fit: of what, at which line (0: the whole), and what (``chain.breaks``; or of a document)."""

    of: str
    line: int
    what: str


class Walked(NamedTuple):
    """How much was looked at."""

    records: int
    lines: int


def records(tally: list[Walked]) -> Iterator[Finding]:
    """Walk every chained record; yield what does not fit and put into ``tally`` how much was looked at."""
    for owner, line, field in BOOKS:
        last = 0
        while owners := list(owner._default_manager.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
            last = owners[-1].pk
            rows = line._default_manager.filter(**{f"{field}__in": [each.pk for each in owners]}).select_related(field)
            found = {pk: list(lines) for pk, lines in groupby(rows.order_by(field, "seq"), key=lambda row: getattr(row, f"{field}_id"))}
            for each in owners:
                lines = found.get(each.pk, [])
                breaks = chain.breaks(lines, count=each.event_count, head=each.head_hash)  # type: ignore[attr-defined]
                yield from (Finding(f"{field} {each}", place, what) for place, what in breaks)
            tally.append(Walked(len(owners), sum(map(len, found.values()))))


def documents() -> Iterator[Finding]:
    """Hash what every document says and every file that was made of it, and look at what was signed."""
    for document in Document.objects.order_by("pk").iterator(AT_ONCE):
        if not document.is_intact:
            yield Finding(f"document {document.full_number}", 0, "changed")
    for signature in Signature.objects.select_related("document").order_by("pk").iterator(AT_ONCE):
        if signature.seen != signature.document.content_hash:
            yield Finding(f"signature {signature.document.full_number}", 0, "changed")
    for file in DocumentFile.objects.select_related("document").order_by("pk").iterator(AT_ONCE):
        if what := _wrong_with(file):
            yield Finding(f"file {file.document.full_number} {file.language}", 0, what)


def _wrong_with(file: DocumentFile) -> str:
    try:
        with file.file.open("rb") as stored:
            found = hashlib.file_digest(stored, "sha256").hexdigest()
    except FileNotFoundError:
        return "missing"
    return "" if found == file.sha256 else "changed"


def sentence(finding: Finding) -> str:
    """Say a finding to the person who runs the desk."""
    words = {"changed": _("was changed"), "missing": _("is missing"), "cut": _("the end of the record does not fit its owner")}
    where = _("line %(number)s") % {"number": finding.line} if finding.line else ""
    return " · ".join(filter(None, (finding.of, where, words[finding.what])))

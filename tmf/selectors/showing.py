"""What is known of some tickets, with all that their documents say, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from sla.models import Clock
from tickets.models import Attachment, Event, Ticket
from tmf import statuses
from tmf.documents import Shown, moment
from tmf.models import Addition

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from accounts.models import User

PROMISED = ("restore", "solution")
"""The promises that say when it is expected to be solved, the first that there is."""
SPOKEN = ("replied", "contacted")
"""Lines that read as notes."""
OURS = "desk"
"""Who speaks where nobody does."""
_COLUMNS = (
    "number", "subject", "description", "severity", "kind", "status", "wait_owner", "external_id", "commitment_id", "created_at",
    "updated_at", "resolved_at", "organization_id", "tmf__said", "tmf__mark", "tmf__severity", "tmf__ticket_type",
)  # fmt: skip


def shown(keys: Sequence[int], user: User | None, files_at: str = "") -> list[Shown]:
    """Answer what is shown of these tickets to a person, in the order of the keys.

    ``user`` None is the desk itself: everything. ``files_at`` is the address of the collection below which files are fetched.
    """
    rows = Ticket.objects.filter(pk__in=keys).select_related("tmf").only(*_COLUMNS).in_bulk()
    sees_all = user is None or user.is_provider
    lines, additions, due = _lines(keys, sees_all=sees_all), _additions(keys, sees_all=sees_all), _expected(rows.values())
    files = _files(keys, sees_all=sees_all)
    return [_shown(rows[key], lines[key], additions[key], files[key], due=due, files_at=files_at) for key in keys if key in rows]


def _shown(
    ticket: Ticket,
    lines: Sequence[Event],
    additions: Sequence[Addition],
    files: Sequence[Attachment],
    *,
    due: Mapping[int, datetime],
    files_at: str,
) -> Shown:
    said = getattr(ticket, "tmf", None)
    return Shown(
        id=ticket.number,
        words=said.words if said else {},
        severity=ticket.severity,
        kind=ticket.kind,
        subject=ticket.subject,
        description=ticket.description,
        status=statuses.shown(ticket.status, ticket.wait_owner, said.mark if said else ""),
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
        resolved_at=ticket.resolved_at,
        expected_at=due.get(ticket.commitment_id or 0),
        external_id=ticket.external_id,
        changes=statuses.history(_read(line) for line in lines),
        notes=_notes(lines, additions),
        attachments=_attachments(ticket, additions, files, files_at),
    )


def _read(line: Event) -> statuses.Line:
    by_engineer = line.actor is not None and line.actor.role == "engineer"
    return statuses.Line(line.seq, line.type, line.at, line.text, line.facts, by_engineer)


def _lines(keys: Sequence[int], *, sees_all: bool) -> dict[int, list[Event]]:
    """Answer the lines that states and notes follow from; of internal ones only those that mark a state."""
    wanted = Q(type__in=(*(kind for kind in statuses.READ if kind != "noted"), *SPOKEN)) | Q(type="noted", facts__has_key="tmf")
    rows = Event.objects.filter(wanted, ticket__in=keys).select_related("actor").order_by("ticket", "seq")
    rows = rows.only("ticket_id", "seq", "type", "at", "text", "facts", "is_public", "actor__name", "actor__role")
    found: dict[int, list[Event]] = defaultdict(list)
    for row in rows:
        if sees_all or row.is_public or row.type != "contacted":
            found[row.ticket_id].append(row)
    return found


def _additions(keys: Sequence[int], *, sees_all: bool) -> dict[int, list[Addition]]:
    rows = Addition.objects.filter(ticket__in=keys).select_related("event", "event__actor", "file").order_by("id")
    found: dict[int, list[Addition]] = defaultdict(list)
    for row in rows:
        if sees_all or row.event is None or row.event.is_public:
            found[row.ticket_id].append(row)
    return found


def _files(keys: Sequence[int], *, sees_all: bool) -> dict[int, list[Attachment]]:
    rows = Attachment.objects.filter(ticket__in=keys).order_by("id")
    found: dict[int, list[Attachment]] = defaultdict(list)
    for row in rows if sees_all else rows.filter(is_public=True):
        if sees_all and not row.is_public:
            continue  # what is internal stays in the house: nobody knows who reads along
        found[row.ticket_id].append(row)
    return found


def _expected(tickets: Iterable[Ticket]) -> dict[int, datetime]:
    """Answer for each commitment when its promise to solve is due, of the last cycle."""
    held = [ticket.commitment_id for ticket in tickets if ticket.commitment_id]
    rows = Clock.objects.filter(commitment__in=held, measure__in=PROMISED, is_strictest=True, due_at__isnull=False)
    found: dict[int, tuple[tuple[int, int], datetime]] = {}
    for commitment, cycle, measure, at in rows.values_list("commitment_id", "cycle", "measure", "due_at"):
        if at is None:
            continue
        rank = (cycle, -PROMISED.index(measure))
        if commitment not in found or rank > found[commitment][0]:
            found[commitment] = (rank, at)
    return {commitment: at for commitment, (_rank, at) in found.items()}


def _notes(lines: Sequence[Event], additions: Sequence[Addition]) -> list[dict[str, Any]]:
    told = [row for row in additions if row.kind == Addition.Kind.NOTE]
    taken = {row.event_id for row in told}
    notes = [(row.event.seq if row.event else 0, _note(row)) for row in told]
    for line in lines:
        if line.type in SPOKEN and line.is_public and line.pk not in taken and line.text:
            note = {"id": f"line-{line.seq}", "author": _author(line), "date": moment(line.at), "text": line.text}
            notes.append((line.seq, note))
    return [note for _seq, note in sorted(notes, key=lambda pair: pair[0])]


def _author(line: Event | None) -> str:
    return line.actor.name if line is not None and line.actor is not None else OURS


def _note(row: Addition) -> dict[str, Any]:
    return {"author": _author(row.event), "date": moment(row.added_at), "text": "", **row.words, "id": row.key}


def _attachments(ticket: Ticket, additions: Sequence[Addition], files: Sequence[Attachment], files_at: str) -> list[dict[str, Any]]:
    told = [row for row in additions if row.kind == Addition.Kind.ATTACHMENT]
    taken: Collection[int] = {row.file_id for row in told if row.file_id}
    shown = []
    for row in told:
        kept = _file(ticket, row.file, files_at) if row.file else {}
        shown.append({**kept, **{name: value for name, value in row.words.items() if name != "content"}, "id": row.key})
    own = [{"id": f"file-{file.pk}", **_file(ticket, file, files_at)} for file in files if file.pk not in taken]
    return shown + own


def _file(ticket: Ticket, file: Attachment, files_at: str) -> dict[str, Any]:
    return {
        "attachmentType": "file",
        "mimeType": file.content_type,
        "name": file.name,
        "size": {"amount": file.size, "units": "bytes"},
        "url": f"{files_at}/{ticket.number}/attachment/{file.pk}",
    }

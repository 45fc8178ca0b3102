"""A ticket that was brought here follows what a newer file says of it, as long as nobody has worked on it here; nobody is told.

What differs and cannot be brought over is answered by name, so that nobody takes it for done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from core.bulk import insert_many
from core.record import sign
from core.time import FAR
from tickets import search
from tickets.models import Event, Kind, Status, Ticket
from tickets.services import log
from tickets.services.importing import ENDS, ended, ending, settle_behind
from tickets.services.record import locked

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from tickets.services.importing import Past

FOLLOWED = (
    "subject", "description", "kind", "severity", "channel", "site", "equipment", "contract", "reporter", "contact_name", "contact_phone",
    "contact_email", "assignee", "team", "resolution", "status", "resolved_at", "closed_at",
)  # fmt: skip
"""What follows a newer file, in the order in which it is named."""


def changes_of(ticket: Ticket, past: Past) -> tuple[dict[str, Any], list[str]]:
    """Answer what a newer file says otherwise: the columns that will follow it, and the names of those that cannot.

    When and with whom it was reported stays: the record begins with it. The kind of a ticket with promises stays, as they were made
    for that kind, and an open complaint neither becomes one nor stops being one: it has its loop.
    """
    differ = {name: value for name, value in _wanted(ticket, past).items() if not _is(ticket, name, value)}
    fixed = [name for name in differ if not _may_follow(ticket, past, name)]
    if past.created_at != ticket.created_at:
        fixed.append("created_at")
    return {name: value for name, value in differ.items() if name not in fixed}, fixed


def _wanted(ticket: Ticket, past: Past) -> dict[str, Any]:
    said: dict[str, Any] = {name: getattr(past, name) for name in FOLLOWED if name not in ("resolved_at", "closed_at")}
    said["subject"], said["description"] = past.subject.strip()[:200], past.description.strip()
    for name in ("contract", "reporter"):
        if said[name] is None:  # nobody named one, which takes none away
            del said[name]
    if past.status == Status.CLOSED and (ticket.status != Status.CLOSED or past.closed_at or past.resolved_at):
        said["resolved_at"], said["closed_at"] = ended(past)
    elif past.status not in ENDS and not ticket.is_open:
        said["resolved_at"] = said["closed_at"] = None
    return said


def _is(ticket: Ticket, name: str, value: Any) -> bool:
    is_row = Ticket._meta.get_field(name).is_relation
    return bool(getattr(ticket, f"{name}_id") == (value.pk if value else None) if is_row else getattr(ticket, name) == value)


def _may_follow(ticket: Ticket, past: Past, name: str) -> bool:
    if name == "kind":
        complains = Kind.COMPLAINT in (ticket.kind, past.kind) and (ticket.is_open or past.status not in ENDS)
        return ticket.commitment_id is None and not complains
    if name in ("site", "equipment", "contract"):
        return past.site.organization_id == ticket.organization_id
    return True


@transaction.atomic
def follow_past(ticket: Ticket, past: Past, *, actor: User | None, at: datetime, why: str) -> list[Event]:
    """Bring an imported ticket to where a newer file says it stands; the new lines of its record, none where nothing differs.

    The last line says by which import and when, and what of it. What the clocks read is a line of its own, as if it had been done
    here: another severity, an end, and that it was opened again. The caller has made sure that nobody has worked on it here, and
    tells what cannot follow (:func:`changes_of`).
    """
    row = locked(ticket)
    found, _fixed = changes_of(row, past)
    if not found:
        return []
    before, was_open = row.severity, row.is_open
    for name, value in found.items():
        setattr(row, name, value)
    if "site" in found:
        row.office = row.site.region.office
    events = _lines(row, past, before, was_open=was_open, actor=actor, at=at)
    facts = {"followed": list(found), "imported": dict(past.origin)}
    events.append(log.entry(row, Event.Type.NOTED, actor=actor, at=at, facts=facts, public=False))
    insert_many(events)
    settle_behind(row, at=at)
    if row.status in ENDS:
        row.queue_at = FAR
    row.search_text = search.index_text(
        row.number, row.subject, row.description, str(row.organization), row.site.name,
        row.equipment.name if row.equipment else "", row.contact_name, row.external_id, str(past.origin.get("number", "")),
    )  # fmt: skip
    sign(row, actor, at)
    row._change_reason = why[:100]  # type: ignore[attr-defined]  # noqa: SLF001 - the documented way of the history library
    row.updated_at, row.is_counted = at, False
    row.save()
    return events


def _lines(row: Ticket, past: Past, before: int, *, was_open: bool, actor: User | None, at: datetime) -> list[Event]:
    """Answer what the clocks have to read of it."""
    events = []
    imported = {"imported": dict(past.origin)}
    if row.is_open and not was_open:
        events.append(log.entry(row, Event.Type.REOPENED, actor=actor, at=at, facts=imported))
    if row.is_open and row.severity != before:
        facts = {"from": before, "to": row.severity, "situation": {"severity": row.severity}, **imported}
        events.append(log.entry(row, Event.Type.SEVERITY_CHANGED, actor=actor, at=at, facts=facts))
    if was_open and not row.is_open:
        events += ending(past, row)
    return events

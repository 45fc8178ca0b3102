"""A merge patch (RFC 7396) changes what a caller said, adds notes and files, moves the ticket; a deletion takes it from their sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role
from core.plain import keepable
from tickets import services as tickets
from tickets import workflow
from tickets.services import concerning
from tickets.services.record import locked
from tmf import mapping, selectors
from tmf.errors import AdministratorOnly, BadDocument
from tmf.services.adding import add_files, add_notes
from tmf.services.keeping import ADDED, mark_line, row_of, save_words
from tmf.services.moving import move_to
from tmf.shapes import KNOWN, OURS
from tmf.statuses import STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from accounts.models import User
    from tickets.models import Ticket

_SHOWN_OF_A_CHANGE = 500


@transaction.atomic
def change(ticket: Ticket, patch: Mapping[str, Any], version: str, *, actor: User, at: datetime) -> Ticket:
    """Change a ticket by a merge patch whose form was checked; what only the server says is passed over. All of it or nothing."""
    row_locked = locked(ticket)
    concerning.refuse(row_locked, actor)
    row = row_of(row_locked)
    row.ticket = row_locked
    words, names = _merged(row.words, patch, version)
    if names:
        save_words(row, words)
        said = "\n".join(f"{name}: {_brief(words.get(name))}" for name in names)
        mark_line(row_locked, {"changed": names}, actor=actor, at=at, text=said)
        _regrade(row_locked, names, words, actor=actor, at=at)
    add_notes(row, patch.get("note") or (), actor=actor, at=at, is_new=False)
    add_files(row, patch.get("attachment") or (), actor=actor, at=at)
    if patch.get("status") is not None:
        status = patch["status"]
        if status not in STATUSES:
            raise BadDocument(_("Choose one of: %(choices)s.") % {"choices": ", ".join(STATUSES)}, field="status", code="invalid_choice")
        move_to(row, locked(ticket), status, keepable(str(patch.get("statusChangeReason") or "")), actor=actor, at=at)
    return locked(ticket)


def _merged(words: dict[str, Any], patch: Mapping[str, Any], version: str) -> tuple[dict[str, Any], list[str]]:
    """Answer the words after the patch, and which of them are others than before."""
    after = dict(words)
    for name, value in patch.items():
        if name not in KNOWN[version] - OURS - ADDED or (name == "statusChangeReason" and patch.get("status")):
            continue  # why the status changes is said by the line that changes it
        if value is None:
            after.pop(name, None)
        elif isinstance(value, dict):
            after[name] = _merge(after.get(name), value)
            if not after[name].get("id"):
                raise BadDocument(_("“%(name)s” names something by its id.") % {"name": name}, field=name)
        else:
            after[name] = value
    _settle_external(words, after, patch)
    return after, [name for name in sorted({*words, *after}) if words.get(name) != after.get(name)]


def _merge(old: Any, patch: Mapping[str, Any]) -> dict[str, Any]:
    after = dict(old) if isinstance(old, dict) else {}
    for name, value in patch.items():
        if value is None:
            after.pop(name, None)
        else:
            after[name] = _merge(after.get(name), value) if isinstance(value, dict) else value
    return after


def _settle_external(before: Mapping[str, Any], after: dict[str, Any], patch: Mapping[str, Any]) -> None:
    """Keep one list of external ids, whichever version wrote: version 4 knows the newest only and leaves the others as they are."""
    if "externalIdentifier" in patch:
        after.pop("externalId", None)
    elif "externalId" in patch and before.get("externalIdentifier"):
        rest = list(before["externalIdentifier"][1:])
        first = {**before["externalIdentifier"][0], "id": patch["externalId"]}
        after.pop("externalId", None)
        after["externalIdentifier"] = [first, *rest] if patch["externalId"] else rest


def _regrade(ticket: Ticket, names: list[str], words: Mapping[str, Any], *, actor: User, at: datetime) -> None:
    """Give the ticket the severity that our side now says; the other side's word is theirs and changes no promise.

    Once the work has ended it is only written down: the clocks were settled under the one before.
    """
    if actor.is_customer or "severity" not in names:
        return
    profile = selectors.profile_of(actor)
    severity = mapping.severity_of(words["severity"], profile.severities if profile else None)
    if severity is not None and severity != ticket.severity:
        reason = keepable(str(words.get("statusChangeReason") or "")) or words["severity"]
        change = tickets.set_severity if ticket.status in workflow.OPEN else tickets.correct_severity
        change(ticket, severity=severity, reason=keepable(reason), actor=actor, at=at)


def _brief(value: Any) -> str:
    words = keepable(value if isinstance(value, str) else "" if value is None else str(value))
    return words if len(words) <= _SHOWN_OF_A_CHANGE else f"{words[:_SHOWN_OF_A_CHANGE]}…"


@transaction.atomic
def delete(ticket: Ticket, *, actor: User, at: datetime) -> None:
    """Take a ticket from the sight of TMF621, as an administrator only may; work that is owed is cancelled, the record stays."""
    if actor.role != Role.ADMIN:
        raise AdministratorOnly(_("Only an administrator deletes trouble tickets; cancel it instead."))
    found = locked(ticket)
    row = row_of(found)
    if found.status in workflow.OPEN and not workflow.belongs_to_loop("cancel", found.kind):
        found = tickets.cancel(found, reason=_("Deleted by an administrator."), actor=actor, at=at)
    row.deleted_at = at
    row.save(update_fields=["deleted_at"])
    mark_line(locked(found), {"deleted": True}, actor=actor, at=at)

"""The notifications of TMF621: their names, which line of a record makes which, and how they are written. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tmf.documents import moment, typed
from tmf.shapes import V5
from tmf.statuses import PENDING, RESOLVED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

CREATE, CHANGE, STATUS, DELETE, SOLVED, ASKED = TYPES = (
    "TroubleTicketCreateEvent", "TroubleTicketAttributeValueChangeEvent", "TroubleTicketStatusChangeEvent", "TroubleTicketDeleteEvent",
    "TroubleTicketResolvedEvent", "TroubleTicketInformationRequiredEvent",
)  # fmt: skip
SPECIFICATION = tuple(f"TroubleTicketSpecification{what}Event" for what in ("Create", "AttributeValueChange", "StatusChange", "Delete"))
"""Notifications about specifications, of version 5 only: taken when they are pushed to us."""
TITLES = {
    CREATE: "Trouble ticket created",
    CHANGE: "Trouble ticket changed",
    STATUS: "Trouble ticket has another status",
    DELETE: "Trouble ticket deleted",
    SOLVED: "Trouble ticket resolved",
    ASKED: "Information required for trouble ticket",
}
VISIBLE = {
    "replied": "note", "contacted": "note", "attached": "attachment", "severity_changed": "priority", "registered": "priority",
    "arrival_moved": "expectedResolutionDate", "calendar_changed": "expectedResolutionDate", "stopgap": "expectedResolutionDate",
    "diagnosis_delivered": "lastUpdate", "diagnosis_rejected": "lastUpdate", "remote_agreed": "lastUpdate", "assigned": "lastUpdate",
    "onsite_requested": "lastUpdate", "followed_up": "lastUpdate", "accepted": "lastUpdate", "checked_in": "lastUpdate",
}  # fmt: skip
"""Which attribute a line changes that does not change the status."""


def path_of(type_: str) -> str:
    """Answer the event as the addresses of listeners spell it: ``troubleTicketCreateEvent``."""
    return type_[:1].lower() + type_[1:]


def told_by(line: str, facts: Mapping[str, Any], status: str | None) -> list[tuple[str, str]]:
    """Answer the notifications a line of the record makes, each with the attribute it is about.

    Args:
        line: the line's type.
        facts: what it says.
        status: the TMF621 state the ticket came into with it; None where it stayed as it was.
    """
    marked = facts.get("tmf")
    ours: Mapping[str, Any] = marked if isinstance(marked, dict) else {}
    if line == "reported":
        return [(CREATE, "")]
    if ours.get("deleted"):
        return [(DELETE, "")]
    if status is not None:
        more = {RESOLVED: [(SOLVED, "status")], PENDING: [(ASKED, "note")]}.get(status, [])
        return [(STATUS, "status"), *more]
    if ours.get("changed"):
        return [(CHANGE, ",".join(ours["changed"]))]
    return [(CHANGE, VISIBLE[line])] if line in VISIBLE else []


def written(
    type_: str,
    *,
    event_id: str,
    at: datetime,
    document: Mapping[str, Any],
    version: str,
    field_path: str = "",
    asked: str = "",
) -> dict[str, Any]:
    """Answer a notification with the whole ticket in it.

    Args:
        type_: its name, of ``TYPES``.
        event_id: its id, the same for every try.
        at: when it happened.
        document: the ticket in the version of the subscription.
        version: that version.
        field_path: which attribute changed.
        asked: what is wanted of the other side (information required).
    """
    payload: dict[str, Any] = {"troubleTicket": dict(document)}
    if type_ == ASKED and version == V5:
        # A hint in JSON Patch: where the answer belongs.
        hint = {"@type": "Note", "author": "", "text": asked}
        payload["informationRequired"] = {"op": "add", "path": "/note/-", "value": hint}
    event: dict[str, Any] = {
        "eventId": event_id,
        "eventTime": moment(at),
        "eventType": type_,
        "correlationId": str(document.get("id", "")),
        "domain": "TroubleTicket",
        "title": TITLES[type_],
        "description": asked or f"{TITLES[type_]}: {document.get('name') or document.get('id', '')}",
        "priority": document.get("priority", ""),
        "timeOccurred" if version == V5 else "timeOcurred": moment(at),
        "event": payload,
    }
    if field_path:
        event["fieldPath"] = f"troubleTicket.{field_path}" if "," not in field_path else field_path
    if version == V5:
        source = {"@type": "EntityRef", "id": "desk", "name": "Trouble ticket management"}
        event |= {"@type": type_, "source": source, "reportingSystem": source}
        event["event"]["troubleTicket"] = typed(payload["troubleTicket"])
    return event

"""The notifications of TMF646: their names, which line of a visit's record makes which, and how they are written. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tmf.documents import moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

CREATE, CHANGE, STATE, DELETE = TYPES = tuple(
    f"Appointment{what}Event" for what in ("Create", "AttributeValueChange", "StateChange", "Delete")
)
SEARCH = tuple(f"SearchTimeSlot{what}Event" for what in ("Create", "AttributeValueChange", "StateChange", "Delete"))
"""Notifications about searches: taken when they are pushed to us. A search of ours concerns only who makes it, and they know of it."""
TITLES = {
    CREATE: "Appointment created",
    CHANGE: "Appointment changed",
    STATE: "Appointment has another state",
    DELETE: "Appointment deleted",
}
VISIBLE = {"scheduled": "validFor", "photo": "attachment", "departed": "lastUpdate", "checked_in": "lastUpdate", "noted": "note"}
"""Which attribute a line changes that does not change the state, or not it alone."""


def told_by(line: str, facts: Mapping[str, Any], state: str | None) -> list[tuple[str, str]]:
    """Answer the notifications a line of a visit's record makes, each with the attribute it is about.

    Args:
        line: the line's type.
        facts: what it says.
        state: the TMF646 state the visit came into with it; None where it stayed as it was.
    """
    marked = facts.get("tmf")
    ours: Mapping[str, Any] = marked if isinstance(marked, dict) else {}
    if line == "planned":
        return [(CREATE, "")]
    if ours.get("deleted"):
        return [(DELETE, "")]
    if ours.get("changed"):
        return [(CHANGE, ",".join(ours["changed"]))]
    found = [(STATE, "status")] if state is not None else []
    if line == "scheduled" or (state is None and line in VISIBLE):
        found.append((CHANGE, VISIBLE[line]))
    return found


def written(type_: str, *, event_id: str, at: datetime, document: Mapping[str, Any], field_path: str = "") -> dict[str, Any]:
    """Answer a notification with the whole appointment in it.

    Args:
        type_: its name, of ``TYPES``.
        event_id: its id, the same for every try.
        at: when it happened.
        document: the appointment.
        field_path: which attribute changed.
    """
    event: dict[str, Any] = {
        "eventId": event_id,
        "eventTime": moment(at),
        "eventType": type_,
        "correlationId": str(document.get("id", "")),
        "domain": "Appointment",
        "title": TITLES[type_],
        "description": f"{TITLES[type_]}: {document.get('description') or document.get('id', '')}",
        "priority": "",
        "timeOcurred": moment(at),
        "event": {"appointment": dict(document)},
    }
    if field_path:
        event["fieldPath"] = f"appointment.{field_path}" if "," not in field_path else field_path
    return event

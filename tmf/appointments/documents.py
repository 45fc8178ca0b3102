"""A visit as an appointment of TMF646, and a search for a time. Pure: no HTTP, no database.

What a caller sent comes back as it was sent. Beside it stands what the desk says: the ticket, the place, the customer, who comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tmf.documents import moment, without_odd_places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

TYPE, SEARCH = "Appointment", "SearchTimeSlot"
DONE, REJECTED = "done", "rejected"
"""The states of a search: it is answered at once, with times or without, or it cannot be searched."""
ENGINEER, ASSISTANT = "engineer", "assistant"
"""The roles of those who come: the desk's to say."""
CATEGORIES = {"support": "onSiteSupport", "inspection": "inspection"}
"""What a visit is called whose planner had no word of their own, by its purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is known of a visit that is shown: what a caller said of it (``words``), and what the desk says."""

    id: str
    words: Mapping[str, Any]
    purpose: str
    description: str
    status: str
    starts_at: datetime | None
    ends_at: datetime | None
    created_at: datetime
    updated_at: datetime
    place: Mapping[str, Any]
    calendar_event: Mapping[str, Any]
    entities: Sequence[Mapping[str, Any]] = ()
    parties: Sequence[Mapping[str, Any]] = ()
    contacts: Sequence[Mapping[str, Any]] = ()
    notes: Sequence[Mapping[str, Any]] = ()
    attachments: Sequence[Mapping[str, Any]] = ()


def written(shown: Shown, base: str) -> dict[str, Any]:
    """Answer the document; ``base`` is the address of the collection, without a slash at its end."""
    words = shown.words
    document = {
        "id": shown.id,
        "href": f"{base}/{shown.id}",
        "category": words.get("category", CATEGORIES[shown.purpose]),
        "description": words.get("description", shown.description),
        "externalId": words.get("externalId"),
        "status": shown.status,
        "validFor": period(shown.starts_at, shown.ends_at),
        "creationDate": moment(shown.created_at),
        "lastUpdate": moment(shown.updated_at),
        "relatedEntity": _beside(words.get("relatedEntity", ()), shown.entities),
        "relatedParty": _beside(parties_said(words), shown.parties),
        "relatedPlace": words.get("relatedPlace", dict(shown.place)),
        "contactMedium": words.get("contactMedium", list(shown.contacts)),
        "calendarEvent": words.get("calendarEvent", dict(shown.calendar_event)),
        "note": [dict(note) for note in shown.notes],
        "attachment": [dict(file) for file in shown.attachments],
        "@type": TYPE,
        **{name: words[name] for name in ("@baseType", "@schemaLocation", "@type") if name in words},
    }
    shown_of_it: dict[str, Any] = without_odd_places({name: value for name, value in document.items() if value is not None and value != []})
    return shown_of_it


def parties_said(words: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Answer the parties a caller named, without those who are to come: who comes in the end is the desk's to say."""
    return [each for each in words.get("relatedParty") or () if not comes(each)]


def comes(party: Mapping[str, Any]) -> bool:
    """Whether a party is named as somebody who comes."""
    return str(party.get("role") or "").casefold() in {ENGINEER, ASSISTANT}


def _beside(said: Sequence[Mapping[str, Any]], ours: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    named = {str(each.get("id")) for each in said}
    return [dict(each) for each in (*said, *(each for each in ours if each["id"] not in named))]


def period(start: datetime | None, end: datetime | None) -> dict[str, Any]:
    """Write from when until when; nothing of both while nobody knows."""
    return {"startDateTime": moment(start), "endDateTime": moment(end)} if start and end else {}


def engineer(pk: int, name: str, role: str = ENGINEER) -> dict[str, str]:
    """Write somebody who comes."""
    return {"id": str(pk), "name": name, "role": role, "@referredType": "Individual"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A search for a time as it is kept."""

    id: str
    words: Mapping[str, Any]
    is_done: bool
    slots: Sequence[Mapping[str, Any]]
    reason: str
    at: datetime


def search_written(searched: Searched, base: str) -> dict[str, Any]:
    """Answer the document of a search; ``base`` is the address of the collection."""
    document = {
        **searched.words,
        "id": searched.id,
        "href": f"{base}/{searched.id}",
        "status": DONE if searched.is_done else REJECTED,
        "searchDate": moment(searched.at),
        "searchResult": "success" if searched.slots else "fail",
        "reason": [searched.reason] if searched.reason else [],
        "availableTimeSlot": [_slot(each, number) for number, each in enumerate(searched.slots, 1)],
        "@type": searched.words.get("@type", SEARCH),
    }
    shown: dict[str, Any] = without_odd_places({name: value for name, value in document.items() if value is not None and value != []})
    return shown


def _slot(found: Mapping[str, Any], number: int) -> dict[str, Any]:
    period = {"startDateTime": found["starts_at"], "endDateTime": found["ends_at"]}
    party = engineer(found["lead"], found["name"])
    return {"id": str(number), "validFor": period, "relatedParty": party, "reason": list(found["reasons"]), "@type": "TimeSlot"}

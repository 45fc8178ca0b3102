"""What appointments and searches for a time are made of, as the official file of TMF646 has it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tmf.shapes import FILE, MOMENT, PERIOD, POLYMORPHIC, REF, TEXT, TRUTH, V4, List, Thing, complaints_about_patch, moment_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tmf.shapes import Complaint

WINDOW = Thing({"startDateTime": MOMENT, "endDateTime": MOMENT}, needs=("startDateTime", "endDateTime"))
"""The standard: who names a start has to name an end."""
_ADDRESS = dict.fromkeys(
    (
        "city", "contactType", "country", "emailAddress", "faxNumber", "phoneNumber", "postCode", "socialNetworkId", "stateOrProvince",
        "street1", "street2",
    ),
    TEXT,
)  # fmt: skip
_MEDIUM = Thing({"mediumType": TEXT, "preferred": TRUTH, "characteristic": Thing(_ADDRESS), "validFor": PERIOD})
_NOTE = Thing({"id": TEXT, "author": TEXT, "date": MOMENT, "text": TEXT})
_PARTY = Thing({**REF, "role": TEXT}, needs=("id", "@referredType"))
_PLACE = Thing({**REF, "role": TEXT}, needs=("role",))
_ENTITIES = List(Thing({**REF, "role": TEXT}, needs=("id", "role", "@referredType")))
_SLOT = Thing({"id": TEXT, "href": TEXT, "relatedParty": _PARTY, "validFor": WINDOW}, needs=("validFor",))

MANDATORY = ("validFor",)
OURS = frozenset({"id", "href", "creationDate", "lastUpdate", "status"})
"""What the server says; a caller's value is passed over, but for the status of a PATCH."""
APPOINTMENT: Mapping[str, Any] = {
    "id": TEXT, "href": TEXT, "category": TEXT, "description": TEXT, "externalId": TEXT,
    "attachment": List(FILE), "calendarEvent": Thing(REF, needs=("id",)), "contactMedium": List(_MEDIUM), "note": List(_NOTE),
    "relatedEntity": _ENTITIES, "relatedParty": List(_PARTY), "relatedPlace": _PLACE, "validFor": WINDOW,
}  # fmt: skip
SEARCH: Mapping[str, Any] = {
    "id": TEXT, "href": TEXT, "relatedEntity": _ENTITIES, "relatedParty": _PARTY, "relatedPlace": _PLACE, "requestedTimeSlot": List(_SLOT),
}  # fmt: skip
ATTRIBUTES = frozenset(APPOINTMENT) | OURS | frozenset(POLYMORPHIC) - {"@referredType"}
SEARCH_SAID = frozenset(SEARCH) - {"id", "href"} | frozenset(POLYMORPHIC) - {"@referredType"}
SEARCH_ATTRIBUTES = SEARCH_SAID | {"id", "href", "status", "searchDate", "searchResult", "availableTimeSlot", "reason"}
"""``reason`` is ours: the standard has no word for why nothing was found."""


def complaints_about_new(document: Any) -> list[Complaint]:
    """Answer what is wrong with a document that is to become an appointment."""
    return list(Thing(APPOINTMENT, MANDATORY).complaints(document, "", V4))


def complaints_about_change(document: Any) -> list[Complaint]:
    """Answer what is wrong with a merge patch of an appointment."""
    return complaints_about_patch(document, APPOINTMENT, mandatory=MANDATORY, ours=OURS)


def complaints_about_search(document: Any) -> list[Complaint]:
    """Answer what is wrong with a document that asks for free times."""
    return list(Thing(SEARCH).complaints(document, "", V4))


def window_of(value: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """Answer from when until when, in whole seconds."""
    start, end = (moment_of(value.get(name)) for name in ("startDateTime", "endDateTime"))
    return start and start.replace(microsecond=0), end and end.replace(microsecond=0)

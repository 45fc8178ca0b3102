"""What the objects of TMF621 are made of, as the official files have it: checked when they are read, never guessed. Pure.

A shape answers the complaints about a value, each with the place it is about. Only types and what is mandatory are checked; any word
is taken as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

V4, V5 = "v4", "v5"
VERSIONS = (V4, V5)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)")
Complaint = tuple[str, str]
"""Where, and what is wrong."""


def moment_of(value: Any) -> datetime | None:
    """Answer the instant of a date-time of RFC 3339; None for anything else."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Plain:
    """A value without parts."""

    name: str

    def complaints(self, value: Any, place: str, version: str) -> Iterator[Complaint]:
        """Yield what is wrong with a value."""
        if not _FITS[self.name](value):
            yield place, f"must be {_CALLED[self.name]}"


_FITS: dict[str, Any] = {
    "text": lambda value: isinstance(value, str),
    "moment": lambda value: moment_of(value) is not None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "truth": lambda value: isinstance(value, bool),
}
_CALLED = {"text": "a string", "moment": "a date-time of RFC 3339", "number": "a number", "truth": "true or false"}
TEXT, MOMENT, NUMBER, TRUTH = Plain("text"), Plain("moment"), Plain("number"), Plain("truth")


@dataclass(frozen=True, slots=True)
class Thing:
    """An object; what it has beside its known parts is left alone."""

    parts: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    typed: bool = True
    """Whether version 5 wants ``@type`` on it."""

    def complaints(self, value: Any, place: str, version: str) -> Iterator[Complaint]:
        """Yield what is wrong with a value and its parts."""
        if not isinstance(value, dict):
            yield place, "must be an object"
            return
        wanted = (*self.needs, "@type") if self.typed and version == V5 else self.needs
        for name in wanted:
            if value.get(name) is None:
                yield f"{place}/{name}", "is mandatory"
        for name, part in {**POLYMORPHIC, **self.parts}.items():
            if value.get(name) is not None or (name in value and name not in wanted):
                yield from part.complaints(value[name], f"{place}/{name}", version)


@dataclass(frozen=True, slots=True)
class List:
    """A list of such."""

    of: Any

    def complaints(self, value: Any, place: str, version: str) -> Iterator[Complaint]:
        """Yield what is wrong with a value and what it holds."""
        if not isinstance(value, list):
            yield place, "must be a list"
            return
        for number, each in enumerate(value):
            yield from self.of.complaints(each, f"{place}/{number}", version)


POLYMORPHIC = {"@type": TEXT, "@baseType": TEXT, "@schemaLocation": TEXT, "@referredType": TEXT}
REF = {"id": TEXT, "href": TEXT, "name": TEXT}
_QUANTITY = Thing({"amount": NUMBER, "units": TEXT}, typed=False)
PERIOD = Thing({"startDateTime": MOMENT, "endDateTime": MOMENT}, typed=False)
_FILE = {
    **REF, "attachmentType": TEXT, "content": TEXT, "description": TEXT, "mimeType": TEXT, "url": TEXT,
    "size": _QUANTITY, "validFor": PERIOD,
}  # fmt: skip
NOTE = Thing({"id": TEXT, "author": TEXT, "date": MOMENT, "text": TEXT}, needs=("author", "text"))


class _File(Thing):
    """A file as a value or a reference; to version 5 a value without an id tells what it is."""

    def complaints(self, value: Any, place: str, version: str) -> Iterator[Complaint]:
        """Yield what is wrong with a file."""
        yield from super().complaints(value, place, version)
        if version == V5 and isinstance(value, dict) and not value.get("id"):
            yield from ((f"{place}/{name}", "is mandatory") for name in ("attachmentType", "mimeType") if not value.get(name))


FILE = _File(_FILE)
RELATION = {**REF, "relationshipType": TEXT}
_COMMON = {
    "id": TEXT, "href": TEXT,
    "name": TEXT, "description": TEXT, "severity": TEXT, "ticketType": TEXT, "priority": TEXT, "statusChangeReason": TEXT,
    "requestedResolutionDate": MOMENT, "expectedResolutionDate": MOMENT, "resolutionDate": MOMENT,
    "channel": Thing(REF, needs=("id",)), "note": List(NOTE), "attachment": List(FILE),
}  # fmt: skip
_LIKE_V4 = {
    **_COMMON,
    "externalId": TEXT,
    "relatedEntity": List(Thing({**REF, "role": TEXT}, needs=("id", "role", "@referredType"))),
    "relatedParty": List(Thing({**REF, "role": TEXT}, needs=("id", "@referredType"))),
    "troubleTicketRelationship": List(Thing(RELATION, needs=("id",))),
}
_PARTY = Thing({**REF, "partyId": TEXT, "partyName": TEXT}, needs=("id",))
_CHARACTERISTIC = Thing({"id": TEXT, "name": TEXT, "valueType": TEXT, "characteristicRelationship": List(Thing())}, needs=("name",))
_LIKE_V5 = {
    **_COMMON,
    "externalIdentifier": List(Thing({"owner": TEXT, "externalIdentifierType": TEXT, "id": TEXT}, needs=("id",))),
    "relatedEntity": List(Thing({"role": TEXT, "entity": Thing(REF, needs=("id",))}, needs=("role", "entity"))),
    "relatedParty": List(Thing({"role": TEXT, "partyOrPartyRole": _PARTY}, needs=("role",))),
    "troubleTicketRelationship": List(Thing(RELATION, needs=("id", "relationshipType"))),
    "troubleTicketCharacteristic": List(_CHARACTERISTIC),
    "troubleTicketSpecification": Thing({**REF, "version": TEXT}, needs=("id",)),
}
MANDATORY = ("description", "severity", "ticketType")
OURS = frozenset({"id", "href", "creationDate", "lastUpdate", "status", "statusChangeDate", "statusChange", "statusChangeHistory"})
"""What the server says; a caller's value is passed over, but for the status of a PATCH."""
TICKET = {V4: Thing(_LIKE_V4, typed=False), V5: Thing(_LIKE_V5)}
"""The ticket of each version as it is sent to be made."""
KNOWN = {version: frozenset(shape.parts) | OURS | frozenset(POLYMORPHIC) for version, shape in TICKET.items()}
"""The names of the first level."""


def complaints_about_new(document: Any, version: str) -> list[Complaint]:
    """Answer what is wrong with a document that is to become a ticket."""
    shape = TICKET[version]
    return list(Thing(shape.parts, MANDATORY, typed=shape.typed).complaints(document, "", version))


def complaints_about_change(document: Any, version: str) -> list[Complaint]:
    """Answer what is wrong with a merge patch of a ticket."""
    return complaints_about_patch(document, TICKET[version].parts, mandatory=MANDATORY, ours=OURS)


def complaints_about_patch(document: Any, parts: Mapping[str, Any], *, mandatory: Sequence[str], ours: frozenset[str]) -> list[Complaint]:
    """Answer what is wrong with a merge patch (RFC 7396): null takes an attribute away, and nothing but the mandatory ones must stay.

    A change says only what changes, so ``@type`` is asked of nothing in it; what is ``ours`` to say is passed over.
    """
    if not isinstance(document, dict):
        return [("", "must be an object")]
    found = [(f"/{name}", "cannot be taken away") for name in mandatory if name in document and document[name] is None]
    kept = {name: _without_null(value) for name, value in document.items() if value is not None and name not in ours - {"id", "href"}}
    # an object is merged into the one that is there, so it may leave out what that one has
    merged = {name: Thing(part.parts) if type(part) is Thing else part for name, part in parts.items()}
    return found + list(Thing(merged, typed=False).complaints(kept, "", "change"))


def _without_null(value: Any) -> Any:
    """Answer an object of a merge patch without what it takes away; lists are written over whole, so their null is a value."""
    return {name: _without_null(part) for name, part in value.items() if part is not None} if isinstance(value, dict) else value

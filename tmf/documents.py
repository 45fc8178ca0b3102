"""A ticket as a document of TMF621, version 4 or 5, and such a document as plain facts. Pure: no HTTP, no database.

Written by the server, and read and written by whoever speaks to another helpdesk as a client. What a caller sent comes back as it
was sent; only what the other version spells otherwise is spelt anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tmf import mapping
from tmf.shapes import V4, V5

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tmf.statuses import Change

TYPE = "TroubleTicket"
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")
"""RFC 3986, by its letters alone."""
MEDIA_TYPE = "application/json;charset=utf-8"


def moment(at: datetime | None) -> str | None:
    """Write an instant as TMF621 does: UTC, whole seconds."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is known of a ticket that is shown: what the caller said of it (``words``), and what the desk says."""

    id: str
    words: Mapping[str, Any]
    severity: int
    kind: str
    subject: str
    description: str
    status: str
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None = None
    expected_at: datetime | None = None
    external_id: str = ""
    changes: Sequence[Change] = ()
    notes: Sequence[Mapping[str, Any]] = ()
    attachments: Sequence[Mapping[str, Any]] = ()


def written(shown: Shown, version: str, base: str) -> dict[str, Any]:
    """Answer the document of a version; ``base`` is the address of the collection, without a slash at its end."""
    words, last = shown.words, shown.changes[-1] if shown.changes else None
    said = {
        "id": shown.id,
        "href": f"{base}/{shown.id}",
        "name": words.get("name", shown.subject),
        "description": words.get("description", shown.description or shown.subject),
        "severity": words.get("severity", mapping.SEVERITY_WORDS[shown.severity]),
        "ticketType": words.get("ticketType", shown.kind),
        "priority": words.get("priority", mapping.PRIORITY_WORDS[shown.severity]),
        "status": shown.status,
        "statusChangeDate": moment(last.at) if last else None,
        "statusChangeReason": (last.reason if last else "") or words.get("statusChangeReason"),
        "creationDate": moment(shown.created_at),
        "lastUpdate": moment(shown.updated_at),
        "requestedResolutionDate": words.get("requestedResolutionDate"),
        "expectedResolutionDate": moment(shown.expected_at) or words.get("expectedResolutionDate"),
        "resolutionDate": moment(shown.resolved_at) or words.get("resolutionDate"),
        "channel": words.get("channel"),
        "note": [dict(note) for note in shown.notes],
        "attachment": [dict(file) for file in shown.attachments],
    }
    spelt = _v5(shown) if version == V5 else _v4(shown)
    polymorphic = {"@type": TYPE, **{name: words[name] for name in ("@baseType", "@schemaLocation") if name in words}}
    document = {name: value for name, value in {**said, **spelt, **polymorphic}.items() if value is not None and value != []}
    return typed(document) if version == V5 else without_odd_places(document)


def without_odd_places(value: Any) -> Any:
    """Answer a document without each ``@schemaLocation`` that is no URI: version 5 takes any words, version 4 shows only URIs."""
    if isinstance(value, list):
        return [without_odd_places(each) for each in value]
    if not isinstance(value, dict):
        return value
    odd = "@schemaLocation" in value and not (isinstance(value["@schemaLocation"], str) and _URI.fullmatch(value["@schemaLocation"]))
    return {name: without_odd_places(part) for name, part in value.items() if not (odd and name == "@schemaLocation")}


def _v4(shown: Shown) -> dict[str, Any]:
    words = shown.words
    externals = external_ids(words) or ([("", "", shown.external_id)] if shown.external_id else [])
    return {
        "externalId": externals[0][2] if externals else None,
        "statusChange": [_told(change, "changeDate", "changeReason") for change in shown.changes],
        "relatedEntity": [_flat(item, "entity") for item in words.get("relatedEntity", ())],
        # version 5 may name a role without anybody in it, for which version 4 has no words
        "relatedParty": [_flat(item, "partyOrPartyRole") for item in words.get("relatedParty", ()) if _has_id(item, "partyOrPartyRole")],
        "troubleTicketRelationship": words.get("troubleTicketRelationship"),
    }


def _v5(shown: Shown) -> dict[str, Any]:
    words = shown.words
    externals = words.get("externalIdentifier")
    known = words.get("externalId") or shown.external_id
    if externals is None and known:
        externals = [{"@type": "ExternalIdentifier", "id": known}]
    return {
        "attachment": [_value(file) for file in shown.attachments],
        "externalIdentifier": externals,
        "statusChangeHistory": [_told(change, "statusChangeDate", "statusChangeReason") for change in shown.changes],
        "relatedEntity": [_nested(item, "entity", "EntityRef") for item in words.get("relatedEntity", ())],
        "relatedParty": [_nested(item, "partyOrPartyRole", "PartyRef") for item in words.get("relatedParty", ())],
        "troubleTicketRelationship": words.get("troubleTicketRelationship"),
        "troubleTicketCharacteristic": words.get("troubleTicketCharacteristic"),
        "troubleTicketSpecification": words.get("troubleTicketSpecification"),
    }


def _value(file: Mapping[str, Any]) -> dict[str, Any]:
    """Write a file as a value without an id: by that alone the official file of version 5 tells a value from a reference."""
    is_value = "attachmentType" in file and "mimeType" in file and file.get("@type") != "AttachmentRef"
    return {name: value for name, value in file.items() if name != "id"} if is_value else dict(file)


def _told(change: Change, date: str, reason: str) -> dict[str, Any]:
    told = {"status": change.status, date: moment(change.at)}
    return {**told, reason: change.reason} if change.reason else told


def _has_id(item: Mapping[str, Any], inner: str) -> bool:
    return bool(item.get(inner) or item.get("id"))


def _flat(item: Mapping[str, Any], inner: str) -> dict[str, Any]:
    """Write what version 5 nests as version 4 has it."""
    if inner not in item:
        return dict(item)
    thing = item[inner]
    flat = {name: thing[name] for name in ("id", "href", "name") if name in thing}
    rest = {name: value for name, value in item.items() if name not in {inner, "@type"}}
    return {**flat, **rest, "@referredType": thing.get("@referredType") or thing.get("@type") or "Entity"}


def _nested(item: Mapping[str, Any], inner: str, default: str) -> dict[str, Any]:
    """Write what version 4 has flat as version 5 nests it."""
    if inner in item or "id" not in item:
        return dict(item)
    thing = {name: item[name] for name in ("id", "href", "name", "@referredType") if name in item}
    rest = {name: value for name, value in item.items() if name not in thing}
    return {**rest, inner: {"@type": default, **thing}}


_TYPES = {
    "note": "Note",
    "channel": "ChannelRef",
    "externalIdentifier": "ExternalIdentifier",
    "relatedEntity": "RelatedEntity",
    "entity": "EntityRef",
    "relatedParty": "RelatedPartyRefOrPartyRoleRef",
    "partyOrPartyRole": "PartyRef",
    "statusChangeHistory": "StatusChange",
    "troubleTicketRelationship": "TroubleTicketRelationship",
    "troubleTicketCharacteristic": "StringCharacteristic",
    "troubleTicketSpecification": "TroubleTicketSpecificationRef",
    "attachment": "Attachment",
    "source": "EntityRef",
    "reportingSystem": "EntityRef",
}
"""What an object of version 5 is that does not say so itself."""


def typed(value: Any, default: str = TYPE) -> Any:
    """Answer a document in which each object that version 5 types has its ``@type``."""
    if isinstance(value, list):
        return [typed(each, default) for each in value]
    if not isinstance(value, dict):
        return value
    named = {name: typed(part, _TYPES[name]) if name in _TYPES else part for name, part in value.items()}
    return named if named.get("@type") else {**named, "@type": default}


def external_ids(words: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Answer the numbers that other systems know a ticket by, the newest first: owner, type, id."""
    found = [
        (str(item.get("owner") or ""), str(item.get("externalIdentifierType") or ""), str(item["id"]))
        for item in words.get("externalIdentifier") or ()
        if isinstance(item, dict) and item.get("id")
    ]
    return found or ([("", "", str(words["externalId"]))] if words.get("externalId") else [])


def chosen(
    document: Mapping[str, Any], fields: Sequence[str], always: Iterable[str] = (), known: Collection[str] | None = None
) -> dict[str, Any]:
    """Answer only the attributes that are asked for (``a``, ``note.text``); all of them where none of the names is ``known``."""
    wanted: dict[str, set[str]] = {}
    for name in (*fields, *always):
        head, _dot, rest = name.partition(".")
        wanted.setdefault(head, set()).add(rest)
    if not fields or not any(name.partition(".")[0] in (ATTRIBUTES if known is None else known) for name in fields):
        return dict(document)
    return {name: _part(value, wanted[name]) for name, value in document.items() if name in wanted}


def _part(value: Any, names: set[str]) -> Any:
    if "" in names:
        return value
    if isinstance(value, list):
        return [_part(each, names) for each in value]
    heads = {name.partition(".")[0] for name in names}
    return {name: part for name, part in value.items() if name in heads} if isinstance(value, dict) else value


ATTRIBUTES = frozenset(
    {
        "id", "href", "name", "description", "severity", "ticketType", "priority", "status", "statusChangeDate", "statusChangeReason",
        "statusChange", "statusChangeHistory", "creationDate", "lastUpdate", "requestedResolutionDate", "expectedResolutionDate",
        "resolutionDate", "externalId", "externalIdentifier", "channel", "note", "attachment", "relatedEntity", "relatedParty",
        "troubleTicketRelationship", "troubleTicketCharacteristic", "troubleTicketSpecification", "@type", "@baseType", "@schemaLocation",
    }
)  # fmt: skip
"""Names of the first level, of both versions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A document of either version as plain facts."""

    id: str = ""
    href: str = ""
    name: str = ""
    description: str = ""
    severity: str = ""
    ticket_type: str = ""
    priority: str = ""
    status: str = ""
    status_reason: str = ""
    external_ids: Sequence[tuple[str, str, str]] = ()
    """Owner, type, id."""
    entities: Sequence[Mapping[str, str]] = ()
    """What it is about: id, role, type, name."""
    parties: Sequence[Mapping[str, str]] = ()
    notes: Sequence[Mapping[str, Any]] = ()
    attachments: Sequence[Mapping[str, Any]] = ()
    characteristics: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)


def read(document: Mapping[str, Any]) -> Read:
    """Answer the facts of a document of either version; what has not the form it should is passed over."""

    def text(name: str) -> str:
        value = document.get(name)
        return value if isinstance(value, str) else ""

    return Read(
        id=text("id"),
        href=text("href"),
        name=text("name"),
        description=text("description"),
        severity=text("severity"),
        ticket_type=text("ticketType"),
        priority=text("priority"),
        status=text("status"),
        status_reason=text("statusChangeReason"),
        external_ids=external_ids(document),
        entities=[_fact(_flat(item, "entity")) for item in _objects(document, "relatedEntity")],
        parties=[_fact(_flat(item, "partyOrPartyRole")) for item in _objects(document, "relatedParty")],
        notes=_objects(document, "note"),
        attachments=_objects(document, "attachment"),
        characteristics={str(item.get("name", "")): item.get("value") for item in _objects(document, "troubleTicketCharacteristic")},
        raw=document,
    )


def _objects(document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = document.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _fact(item: Mapping[str, Any]) -> dict[str, str]:
    names = {"id": "id", "role": "role", "type": "@referredType", "name": "name"}
    return {ours: str(item.get(theirs) or "") for ours, theirs in names.items()}


def for_version(document: Mapping[str, Any], version: str) -> dict[str, Any]:
    """Answer a document that a client wrote, spelt as a version has it: what is nested, the external ids, ``@type``."""
    said = dict(document)
    flat = version == V4
    for name, inner, default in (("relatedEntity", "entity", "EntityRef"), ("relatedParty", "partyOrPartyRole", "PartyRef")):
        if isinstance(said.get(name), list):
            said[name] = [_flat(item, inner) if flat else _nested(item, inner, default) for item in said[name]]
    known = external_ids(said)
    for name in ("externalId", "externalIdentifier"):
        said.pop(name, None)
    if known:
        listed = [{"owner": owner, "externalIdentifierType": kind, "id": key} for owner, kind, key in known]
        full = [{name: value for name, value in item.items() if value} for item in listed]
        said |= {"externalId": known[0][2]} if flat else {"externalIdentifier": full}
    if flat:
        return {name: value for name, value in said.items() if name not in {"troubleTicketCharacteristic", "troubleTicketSpecification"}}
    typed_document: dict[str, Any] = typed(said)
    return typed_document

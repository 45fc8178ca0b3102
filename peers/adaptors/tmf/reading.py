"""What stands in a trouble ticket: its notes, files and changes one by one, and its fields as the rest of the exchange reads them. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tmf import documents
from tmf.shapes import moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

NOWHERE = "-"
"""Stands for the place of a ticket that names none."""
THINGS = frozenset({"equipment", "asset", "device", "resource", "product", "logicalresource", "physicalresource"})
PLACES = frozenset({"site", "place", "location", "geographicsite", "geographicaddress"})
CONTACT = "contact"
"""The role of whom our ticket names as the one to talk to."""
LONGEST_NAME = 250
_MARK = re.compile(r"(?:· |\[)([^\s\[\]]{1,120}?[#/]\d{1,12})\]?\s*$")
"""Our id of words or of a file, as we put it behind the author's name and into the description of a file."""
_TYPED = re.compile(r"([A-Z][A-Za-z]{3,}):(.+)")
"""An id with the type it is named by: ``GeographicSite:4711``."""


@dataclass(frozen=True, slots=True)
class Item:
    """A note, a file or a change as it stands there; ``name`` is by what it is known again, ``mark`` our id, if it bears one."""

    sort: str
    name: str
    at: datetime | None = None
    text: str = ""
    author: str = ""
    value: str = ""
    mark: str = ""
    print: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


def items(raw: Mapping[str, Any]) -> list[Item]:
    """Answer what stands in a ticket, each thing by a name that it keeps; what is there twice is told apart by counting."""
    seen: Counter[str] = Counter()
    found = []
    for item in (*_notes(raw), *_files(raw), *_changes(raw)):
        seen[item.name] += 1
        again = f"~{seen[item.name]}" if seen[item.name] > 1 else ""
        found.append(Item(**{**{name: getattr(item, name) for name in Item.__slots__}, "name": f"{_short(item.name)}{again}"}))
    return found


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 70]}~{_digest(name)}"


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode("utf-8", "replace")).hexdigest()


def print_of(text: str) -> str:
    """Answer the mark of words, whatever became of the spaces between them on the way."""
    return _digest(" ".join(text.split()))


def _objects(raw: Mapping[str, Any], *names: str) -> Iterator[Mapping[str, Any]]:
    for name in names:
        for item in raw.get(name) or ():
            if isinstance(item, dict):
                yield item


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return "" if value is None else str(value)


def _mark(item: Mapping[str, Any], words: str) -> str:
    own, found = _text(item, "id"), _MARK.search(words)
    if found:
        return found[1]
    return own if re.fullmatch(r"\S{1,100}[#/]\d{1,12}", own) else ""


def _notes(raw: Mapping[str, Any]) -> Iterator[Item]:
    for note in _objects(raw, "note"):
        text, author = _text(note, "text").strip(), _text(note, "author")
        key = _text(note, "id") or _digest([author, _text(note, "date"), text])
        at = moment_of(note.get("date"))
        yield Item("note", f"note:{key}", at, text, _MARK.sub("", author).strip(), mark=_mark(note, author), print=print_of(text), raw=note)


def _files(raw: Mapping[str, Any]) -> Iterator[Item]:
    for file in _objects(raw, "attachment"):
        name = file_name(file)
        known = _text(file, "id") or _text(file, "url") or _text(file, "href")
        key = known or _digest([name, _text(file, "mimeType"), file.get("content")])
        period = file.get("validFor")
        at = moment_of(period.get("startDateTime")) if isinstance(period, dict) else None
        yield Item("file", f"file:{key}", at, mark=_mark(file, _text(file, "description")), print=print_of(name), raw=file)


def file_name(file: Mapping[str, Any]) -> str:
    """Answer what a file is called."""
    return _text(file, "name") or _text(file, "url").rstrip("/").rpartition("/")[2] or "attachment"


def _changes(raw: Mapping[str, Any]) -> Iterator[Item]:
    """Yield how it went from state to state: version 4 and 5 call that otherwise, and some say only where it stands."""
    for change in _objects(raw, "statusChangeHistory", "statusChange"):
        status = _text(change, "status")
        date, reason = (_text(change, f"statusC{word}") or _text(change, f"c{word}") for word in ("hangeDate", "hangeReason"))
        yield Item("status", f"status:{status}@{date}", moment_of(date), reason, value=status, print=status)


def has_history(raw: Mapping[str, Any]) -> bool:
    """Whether a ticket says through which states it went."""
    return any(True for _each in _objects(raw, "statusChangeHistory", "statusChange"))


def values(raw: Mapping[str, Any]) -> dict[str, str]:
    """Answer status, severity and kind in their words."""
    return {"status": _text(raw, "status"), "severity": _text(raw, "severity"), "kind": _text(raw, "ticketType")}


def place(raw: Mapping[str, Any]) -> dict[str, str]:
    """Answer the equipment and the site that a ticket names."""
    found = {"equipment": "", "site": ""}
    for entity in documents.read(raw).entities:
        kind = entity["type"].casefold()
        what = "equipment" if kind in THINGS else "site" if kind in PLACES else ""
        if what and not found[what]:
            found[what] = entity["id"]
    return found if any(found.values()) else {**found, "site": NOWHERE}


def external_ids(raw: Mapping[str, Any]) -> list[str]:
    """Answer the numbers that other systems know a ticket by."""
    return [key for _owner, _type, key in documents.external_ids(raw)]


def view(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a ticket with the parts that mappings name: place and contact by themselves, a description only if it says more."""
    name, description = _text(raw, "name"), _text(raw, "description")
    subject = name or description.strip().partition("\n")[0]
    more = {"name": subject, "description": "" if description.strip() == subject.strip() else description}
    return {**raw, **more, **values(raw), **place(raw), CONTACT: _contact(raw)}


def _contact(raw: Mapping[str, Any]) -> dict[str, str]:
    for party in documents.read(raw).parties:
        if party["role"] == CONTACT:
            key = party["id"]
            kind = "email" if "@" in key else "phone" if key.lstrip("+").replace("-", "").replace(" ", "").isdecimal() else ""
            return {"name": party["name"], **({kind: key} if kind else {})}
    return {}


def written(draft: Mapping[str, Any], external_id: str, owner: str, version: str) -> dict[str, Any]:
    """Answer the trouble ticket that a draft of ours makes."""
    said = {name: value for name, value in draft.items() if name not in {"severity", "kind", "site", "equipment", CONTACT}}
    said |= {"severity": str(draft["severity"]), "ticketType": str(draft["kind"])}
    said["description"] = said.get("description") or said.get("name") or external_id
    entities = [_entity(name.capitalize(), str(draft[name])) for name in ("equipment", "site") if draft.get(name, NOWHERE) != NOWHERE]
    if entities:
        said["relatedEntity"] = entities
    contact = draft.get(CONTACT) or {}
    key = contact.get("phone") or contact.get("email") or contact.get("name")
    if key:
        party = {"id": key, "name": contact.get("name") or key, "role": CONTACT, "@referredType": "Individual"}
        said["relatedParty"] = [*said.get("relatedParty", ()), party]
    said["externalIdentifier"] = [{"owner": owner, "externalIdentifierType": "TroubleTicket", "id": external_id}]
    return documents.for_version(said, version)


def _entity(kind: str, words: str) -> dict[str, str]:
    typed = _TYPED.fullmatch(words)
    return {"id": typed[2] if typed else words, "role": "affected", "@referredType": typed[1] if typed else kind}

"""The caller's words beside a ticket: kept as they were sent, and taken apart into the terms that lists are searched by."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from core.bulk import insert_many
from core.plain import keepable
from tickets.models import Event
from tickets.services import log
from tickets.services.record import save_derived
from tmf import mapping
from tmf.documents import external_ids, moment
from tmf.models import TERM, Term, TroubleTicket
from tmf.shapes import KNOWN, OURS, moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from accounts.models import User
    from tickets.models import Ticket

ADDED = frozenset({"note", "attachment"})
"""Lists that are only ever added to, each item a row of its own."""
MOST = 400
"""Terms of one ticket."""
_INNER = {"relatedEntity": "entity", "relatedParty": "partyOrPartyRole"}
_LONGEST_PATH = 120


def digest_of(document: Any) -> str:
    """Answer by what the same document is known again."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def kept_words(document: Mapping[str, Any], version: str) -> dict[str, Any]:
    """Answer what of a document is the caller's to say and stays."""
    return {name: value for name, value in document.items() if name in KNOWN[version] - OURS - ADDED and value is not None}


def row_of(ticket: Ticket) -> TroubleTicket:
    """Answer the row beside a ticket; for one that has none, what the desk showed of it until now becomes its words."""
    row = TroubleTicket.objects.filter(ticket=ticket).first()
    if row is None:
        words = {"severity": mapping.SEVERITY_WORDS[ticket.severity], "ticketType": ticket.kind}
        row = TroubleTicket(ticket=ticket, severity=words["severity"], ticket_type=words["ticketType"])
        row.words = words
        row.save()
        write_terms(row)
    return row


def save_words(row: TroubleTicket, words: Mapping[str, Any]) -> None:
    """Keep the words, with the columns and terms that follow from them."""
    row.words = words
    row.severity, row.ticket_type = keepable(words["severity"])[:TERM], keepable(words["ticketType"])[:TERM]
    row.save()
    write_terms(row)


def write_terms(row: TroubleTicket) -> None:
    """Write anew what lists find the ticket by; notes and files have terms of their own."""
    row.terms.exclude(path__startswith="note.").exclude(path__startswith="attachment.").delete()
    ticket = row.ticket
    shown = {"name": ticket.subject, "description": ticket.description or ticket.subject, **_externals(row), **row.words}
    insert_many(_terms(row, shown, ""))


def _externals(row: TroubleTicket) -> dict[str, Any]:
    """Answer the external ids in the spelling of both versions."""
    found = external_ids(row.words) or ([("", "", row.ticket.external_id)] if row.ticket.external_id else [])
    return {"externalId": found[0][2], "externalIdentifier": [{"id": key} for _owner, _type, key in found]} if found else {}


def add_terms(row: TroubleTicket, name: str, item: Mapping[str, Any]) -> None:
    """Write what lists find the ticket by of one more note or file."""
    insert_many(_terms(row, {key: value for key, value in item.items() if key != "content"}, f"{name}."))


def _terms(row: TroubleTicket, words: Mapping[str, Any], above: str) -> list[Term]:
    pairs = dict.fromkeys((keepable(path)[:_LONGEST_PATH], keepable(value)[:TERM]) for path, value in _leaves(words, above))
    return [Term(row=row, path=path, value=value) for path, value in list(pairs)[:MOST]]


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield every word of a document with its path; what a version nests can be found by the other version's path as well."""
    if isinstance(value, dict):
        for name, part in value.items():
            below = f"{path}{name}"
            for each in part if isinstance(part, list) else [part]:
                yield from _leaves(each, f"{below}." if isinstance(each, dict) else below)
                if name in _INNER and isinstance(each, dict):
                    yield from _other_spelling(each, below, _INNER[name])
    elif isinstance(value, bool):
        yield path, str(value).lower()
    elif isinstance(value, str | int | float):
        words = str(value)
        yield path, (moment(moment_of(words)) or words) if path.endswith("Date") else words


def _other_spelling(item: Mapping[str, Any], path: str, inner: str) -> Iterator[tuple[str, str]]:
    if isinstance(item.get(inner), dict):
        yield from _leaves({name: value for name, value in item[inner].items() if name != "@type"}, f"{path}.")
    else:
        parts = {name: item[name] for name in ("id", "href", "name", "@referredType") if name in item}
        yield from _leaves(parts, f"{path}.{inner}.")


def mark_line(ticket: Ticket, facts: Mapping[str, Any], *, actor: User | None, at: datetime, text: str = "") -> None:
    """Add an internal line that says what another helpdesk changed; the caller holds the ticket's lock."""
    log.append(ticket, Event.Type.NOTED, actor=actor, at=at, text=text, facts={"tmf": dict(facts)}, public=False)
    save_derived(ticket)

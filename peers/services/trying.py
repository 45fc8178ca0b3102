"""What would be sent or taken, field by field, without doing either: a dry run of the mappings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core.errors import Invalid
from peers import adaptors, selectors
from peers.engine.maps import IN, OUT, at_path
from peers.models.exchange import Field
from peers.services.making import LENGTHS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peers.models import Connection
    from tickets.models import Ticket

LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Tried:
    """One field: what it is here, where it goes or comes from, what it is there, and whether something is missing."""

    name: str
    ours: str
    path: str
    theirs: str
    is_missing: bool = False


def sent(connection: Connection, ticket: Ticket) -> list[Tried]:
    """Answer what would go there for a ticket as it is now."""
    maps = selectors.maps_of(connection)
    rows = [
        Tried(ours, str(getattr(ticket, ours, "")), theirs, str(getattr(ticket, ours, ""))) for ours, theirs in maps.pairs("field", OUT)
    ]
    for name in Field.values:
        value = str(getattr(ticket, name))
        rows.append(_tried(connection, name, value, maps.out(name, value)))
    equipment = maps.out("equipment", ticket.equipment_id) if ticket.equipment_id else None
    site = maps.out("site", ticket.site_id)
    if equipment is not None:
        rows.append(_tried(connection, "equipment", str(ticket.equipment_id), equipment))
    else:
        rows.append(_tried(connection, "site", str(ticket.site_id), site))
    return rows


def _tried(connection: Connection, name: str, ours: str, theirs: str | None) -> Tried:
    return Tried(name, ours, adaptors.path(connection.adaptor, name), theirs or "", is_missing=theirs is None)


def received(connection: Connection, text: str) -> list[Tried]:
    """Answer what would be taken from a document of theirs.

    Raises Invalid where it is no JSON object.
    """
    document = dict(adaptors.view(connection.adaptor, _read(text)))
    maps = selectors.maps_of(connection)
    rows = [
        Tried(ours, at_path(document, theirs)[: LENGTHS.get(ours, 200)], theirs, at_path(document, theirs))
        for ours, theirs in maps.pairs("field", IN)
    ]
    for name in Field.values:
        there = at_path(document, name)
        here = maps.into(name, there) if there else None
        rows.append(Tried(name, here or "", adaptors.path(connection.adaptor, name), there, is_missing=here is None))
    return [*rows, *_places(connection, document, maps)]


def _places(connection: Connection, document: dict[str, Any], maps: Any) -> Iterator[Tried]:
    paths = {name: adaptors.path(connection.adaptor, name) for name in ("equipment", "site")}
    there = {name: at_path(document, name) for name in ("equipment", "site")}
    here = {name: maps.into(name, value) if value else None for name, value in there.items()}
    if here["equipment"]:
        yield Tried("equipment", here["equipment"], paths["equipment"], there["equipment"])
    else:
        yield Tried("site", here["site"] or "", paths["site"], there["site"], is_missing=here["site"] is None)


def _read(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise Invalid(_("This document is too long."), field="document")
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Invalid(_("This is no JSON: %(why)s") % {"why": error}, field="document") from error
    if not isinstance(found, dict):
        raise Invalid(_("A document of theirs is a JSON object."), field="document")
    return found

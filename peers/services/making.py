"""A ticket that is new on one side is made on the other, by what stands for its place and its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from customers.models import Equipment, Site
from peers.engine.maps import IN, OUT, at_path, put_at
from peers.errors import Unmapped
from peers.models import Link
from tickets import services as tickets
from tickets.models import Channel, Ticket

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.core.files.uploadedfile import SimpleUploadedFile

    from peers.adaptors.peer import Document
    from peers.engine.maps import Maps
    from peers.models import Connection

LENGTHS = {"subject": 200, "description": 20_000, "contact_name": 80, "contact_phone": 40, "contact_email": 254}
"""Fields that may be mapped, and how many characters they hold here."""
PLACES = ("equipment", "site")


def draft_of(ticket: Ticket, maps: Maps) -> dict[str, Any]:
    """Answer the document that makes a ticket of ours over there.

    Raises Unmapped, naming the field, where a value has no counterpart.
    """
    draft: dict[str, Any] = {}
    for ours, theirs in maps.pairs("field", OUT):
        value = getattr(ticket, ours, "") if ours in LENGTHS else ""
        if value:
            put_at(draft, theirs, value)
    for name, value in (("severity", ticket.severity), ("kind", ticket.kind)):
        there = maps.out(name, value)
        if there is None:
            raise _unmapped(name, value)
        draft[name] = int(there) if name == "severity" and there.isdecimal() else there
    return {**draft, **_place_there(ticket, maps)}


def _place_there(ticket: Ticket, maps: Maps) -> dict[str, Any]:
    equipment = maps.out("equipment", ticket.equipment_id) if ticket.equipment_id else None
    site = maps.out("site", ticket.site_id)
    if equipment:
        return {"equipment": equipment}
    if not site:
        raise _unmapped("site", ticket.site_id)
    return {"site": site}


def _unmapped(name: str, value: object) -> Unmapped:
    return Unmapped(_("Nothing stands there for our %(field)s “%(value)s”.") % {"field": name, "value": value}, field=name)


def place_here(document: Document, maps: Maps) -> tuple[Site | None, Equipment | None]:
    """Answer where a ticket over there belongs here; nothing where nothing stands for its place."""
    found = {name: maps.into(name, document.place[name]) for name in PLACES if document.place.get(name)}
    keys = {name: int(value) for name, value in found.items() if value and value.isdecimal()}
    equipment = Equipment.objects.select_related("site__organization", "site__region__office").filter(
        pk=keys.get("equipment", 0), is_active=True
    )
    if "equipment" in keys and (row := equipment.first()):
        return row.site, row
    site = Site.objects.select_related("organization", "region__office").filter(pk=keys.get("site", 0))
    return (site.first(), None) if "site" in keys else (None, None)


def fields_of(document: Document, maps: Maps) -> dict[str, str]:
    """Answer the mapped fields of a ticket over there, each as long as it may be here."""
    found = {ours: at_path(document.raw, theirs) for ours, theirs in maps.pairs("field", IN) if ours in LENGTHS}
    return {name: value[: LENGTHS[name]] for name, value in found.items()}


def make_here(
    connection: Connection, document: Document, maps: Maps, files: Sequence[SimpleUploadedFile], *, at: datetime
) -> Ticket | None:
    """Report a ticket of theirs here; None where it does not belong here.

    Raises Unmapped where its severity or kind has no counterpart.
    """
    site, equipment = place_here(document, maps)
    if site is None or (connection.organization_id not in (None, site.organization_id)):
        return None
    values = {name: maps.into(name, document.values[name]) for name in ("severity", "kind")}
    for name, value in values.items():
        if value is None:
            raise Unmapped(
                _("Nothing stands here for their %(field)s “%(value)s”.") % {"field": name, "value": document.values[name]}, field=name
            )
    if values["kind"] not in connection.kinds:
        return None
    fields: dict[str, Any] = fields_of(document, maps)
    draft = tickets.Report(
        **{**fields, "subject": fields.get("subject") or document.key},
        kind=str(values["kind"]),
        severity=int(str(values["severity"])),
        site=site,
        equipment=equipment,
        channel=Channel.API,
        external_id=document.key,
        external_source=connection.source,
        files=files,
    )
    return tickets.report(draft, actor=connection.account, at=at)


def is_ours(connection: Connection, document: Document, link: Link) -> bool:
    """Whether a ticket over there is one that we made there, under a link of its own."""
    others = Link.objects.filter(connection=connection, ticket__number=document.external_id or "-").exclude(pk=link.pk)
    return others.filter(Q(key="") | Q(key=document.key)).exists()

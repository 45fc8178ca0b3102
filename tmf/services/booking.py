"""A document becomes an appointment: the same plan of a visit as on the board, with the caller's words beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import NotAllowed
from core.plain import keepable
from tmf.appointments.documents import comes, parties_said
from tmf.appointments.shapes import ATTRIBUTES, OURS
from tmf.documents import moment
from tmf.errors import BadDocument, Taken
from tmf.models import TERM, Appointment, SlotSearch
from tmf.services.about import check_place, lead_of, ticket_of, times_of
from tmf.services.keeping import digest_of
from tmf.services.slots import KEPT
from visits import services as visits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from accounts.models import User
    from tickets.models import Ticket
    from visits.models import Visit

DECIDED = frozenset({"note", "attachment", "validFor"})
"""What is the visit's own: it is not kept as the caller's words."""
_SHOWN_OF_A_CONTACT = 300


def create(document: Mapping[str, Any], *, actor: User, at: datetime, is_decided: bool = False) -> Visit:
    """Plan a visit as a document says; a status in it is passed over. The same document with the same external id is one visit.

    Without an engineer it waits on the board at the time that is wished. ``is_decided``: what speaks against it is known, and it is to
    be done all the same. Raises BadDocument, PlaceUnknown, Taken, and what the
    services of visits refuse.
    """
    if not actor.is_provider:
        raise NotAllowed(_("Visits are planned by us. Ask for on-site work on the ticket."))
    external, digest = external_of(document), digest_of(document)
    known = _known(actor, external, digest)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _planned(document, external, digest, actor=actor, at=at, is_decided=is_decided)
    except IntegrityError:  # two at once: the other one was first
        known = _known(actor, external, digest)
        if known is None:
            raise
        return known


def _planned(document: Mapping[str, Any], external: str, digest: str, *, actor: User, at: datetime, is_decided: bool) -> Visit:
    refuse_files(document.get("attachment") or (), ())
    ticket = ticket_of(document.get("relatedEntity") or (), actor)
    check_place(document.get("relatedPlace"), ticket.site)
    start, end = times_of(document["validFor"], at)
    lead = lead_of(document.get("relatedParty") or ())
    reason = keepable(str(document.get("description") or ""))
    draft = visits.VisitDraft(ticket=ticket, reason=reason, lead=lead, starts_at=start, ends_at=end)
    known = visits.DECIDABLE if is_decided else agreed(actor, ticket, lead, (start, end), at)
    visit = visits.book(draft, actor=actor, at=at, agreed=known)
    row = Appointment(visit=visit, account=actor, digest=digest)
    keep(row, kept_words(document), external)
    add_notes(visit, document.get("note") or (), actor=actor, at=at)
    tell_contacts(visit, row.words, actor=actor, at=at)
    return visit


def agreed(actor: User, ticket: Ticket | None, lead: User | None, span: tuple[datetime, datetime], at: datetime) -> list[str]:
    """Answer what speaks against a time and was said openly when this account was offered it: it need not be asked about again."""
    if lead is None or ticket is None:
        return []
    wanted = (lead.pk, moment(span[0]), moment(span[1]))
    offered = SlotSearch.objects.filter(account=actor, ticket=ticket, searched_at__gt=at - KEPT)
    slots = (slot for found in offered.values_list("found", flat=True) for slot in found)
    return next((slot["agreed"] for slot in slots if (slot["lead"], slot["starts_at"], slot["ends_at"]) == wanted), [])


def external_of(document: Mapping[str, Any]) -> str:
    """Answer what the caller calls it. Raises BadDocument."""
    external = keepable(document.get("externalId") or "")
    if len(external) > TERM:
        raise BadDocument(_("An external id has at most %(limit)s characters.") % {"limit": TERM}, field="externalId")
    return external


def _known(actor: User, external: str, digest: str) -> Visit | None:
    rows = Appointment.objects.filter(account=actor, external_id=external, deleted_at__isnull=True).select_related("visit")
    known = rows.first() if external else None
    if known is None:
        return None
    if known.digest == digest:
        return known.visit
    sentence = _("Appointment %(number)s has this external id already; change that one.")
    raise Taken(sentence % {"number": known.visit.number}, field="externalId")


def kept_words(document: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what of a document is the caller's to say and stays; who comes is the desk's."""
    said = {name: value for name, value in document.items() if name in ATTRIBUTES - OURS - DECIDED and value is not None}
    if any(comes(party) for party in said.get("relatedParty", ())):
        said["relatedParty"] = parties_said(said)
    return {name: value for name, value in said.items() if value != []}


def keep(row: Appointment, words: Mapping[str, Any], external: str) -> None:
    """Keep the words, with the columns that lists find the visit by."""
    row.words = words
    row.external_id = external
    row.category, row.description = (keepable(str(words.get(name) or ""))[:TERM] for name in ("category", "description"))
    row.save()


def refuse_files(files: Sequence[Mapping[str, Any]], shown: Sequence[Mapping[str, Any]]) -> None:
    """Refuse files that are not there yet: nothing that is sent is to be lost in silence."""
    known = {each["id"] for each in shown}
    if any(file.get("id") not in known for file in files):
        sentence = _("Files are added to the trouble ticket (TMF621); the pictures of a visit are taken on site.")
        raise BadDocument(sentence, field="attachment", code="attachments_elsewhere")


def add_notes(visit: Visit, notes: Sequence[Mapping[str, Any]], *, actor: User, at: datetime, known: frozenset[str] = frozenset()) -> str:
    """Add the notes that are not known yet to the visit's record; answer the words of the last one."""
    last = ""
    for note in notes:
        text = keepable(str(note.get("text") or "")).strip()
        key = keepable(str(note.get("id") or ""))
        if not text or key in known:
            continue
        said = {name: keepable(str(note[name])) for name in ("id", "author", "date") if note.get(name)}
        visits.remark(visit, actor=actor, at=at, text=text, facts={"tmf": {"note": said}})
        last = text
    return last


def tell_contacts(visit: Visit, words: Mapping[str, Any], *, actor: User, at: datetime) -> None:
    """Put down in the record whom to ring, where the one who goes reads it."""
    told = []
    for medium in words.get("contactMedium") or ():
        parts = medium.get("characteristic") or {}
        told += [str(value) for name, value in parts.items() if isinstance(value, str) and not name.startswith("@")]
    if told:
        said = keepable(_("Contact for this visit: %(words)s") % {"words": ", ".join(told)})[:_SHOWN_OF_A_CONTACT]
        visits.remark(visit, actor=actor, at=at, text=said, facts={"tmf": {"changed": ["contactMedium"]}})


def same_words(one: Any, other: Any) -> bool:
    """Whether two values say the same."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)

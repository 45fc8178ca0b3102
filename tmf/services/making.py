"""A document becomes a ticket: the same report as from anywhere, with the caller's words beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.plain import keepable
from tickets import services as tickets
from tickets.models import Channel, Ticket
from tmf import mapping, selectors
from tmf.documents import external_ids
from tmf.errors import Taken
from tmf.models import TERM, TroubleTicket
from tmf.services.adding import add_files, add_notes
from tmf.services.keeping import digest_of, kept_words, write_terms
from tmf.services.placing import place_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from accounts.models import User
    from customers.models import Organization

SUBJECT, EXTERNAL = 200, 120
"""Characters that the desk's own columns hold."""


@transaction.atomic
def create(document: Mapping[str, Any], version: str, *, actor: User, at: datetime) -> Ticket:
    """Report what a document says; a status in it is passed over. The same document with the same external id is one report.

    Raises PlaceUnknown, Taken, and what `tickets.services.report` refuses.
    """
    words, digest = kept_words(document, version), digest_of(document)
    profile = selectors.profile_of(actor)
    site, equipment = place_of(document, profile, actor)
    external = _external(words)
    known = _known(site.organization, external)
    if known is not None and not _is_gone(known):
        return _same(known, digest, actor)
    draft = tickets.Report(
        kind=mapping.kind_of(words["ticketType"], profile.kinds if profile else None) or mapping.KIND,
        severity=mapping.severity_of(words["severity"], profile.severities if profile else None) or mapping.SEVERITY,
        subject=_subject(words),
        description=keepable(words["description"]),
        site=site,
        equipment=equipment,
        channel=Channel.API,
        external_id="" if known else external,
    )
    ticket = tickets.report(draft, actor=actor, at=at)
    if not ticket.is_new:  # two at once: the other one was first
        return _same(ticket, digest, actor)
    return _with_words(ticket, words, document, digest, actor=actor, at=at)


def _with_words(ticket: Ticket, words: Mapping[str, Any], document: Mapping[str, Any], digest: str, *, actor: User, at: datetime) -> Ticket:
    row = TroubleTicket(ticket=ticket, account=actor, digest=digest)
    row.words = words
    row.severity, row.ticket_type = keepable(words["severity"])[:TERM], keepable(words["ticketType"])[:TERM]
    row.save(force_insert=True)
    write_terms(row)
    add_notes(row, document.get("note") or (), actor=actor, at=at, is_new=True)
    add_files(row, document.get("attachment") or (), actor=actor, at=at)
    return ticket


def _subject(words: Mapping[str, Any]) -> str:
    said = (str(words.get("name") or ""), *words["description"].splitlines(), words["ticketType"])
    return next((line for line in (keepable(each).strip() for each in said) if line), str(_("Trouble ticket")))[:SUBJECT]


def _external(words: Mapping[str, Any]) -> str:
    found = external_ids(words)
    external = keepable(found[0][2]) if found else ""
    return external if len(external) <= EXTERNAL else ""


def _known(organization: Organization, external: str) -> Ticket | None:
    named = Ticket.objects.filter(organization=organization, external_source="")
    return named.filter(external_id=external).first() if external else None


def _is_gone(ticket: Ticket) -> bool:
    return TroubleTicket.objects.filter(ticket=ticket, deleted_at__isnull=False).exists()


def _same(known: Ticket, digest: str, actor: User) -> Ticket:
    """Answer the ticket if it was made of the same document; refuse a second one with its external id."""
    if TroubleTicket.objects.filter(ticket=known, digest=digest).exists():
        return known
    sentence = _("Another ticket has this external id already.")
    if selectors.visible(actor).filter(pk=known.pk).exists():
        sentence = _("Ticket %(number)s has this external id already; change that one.") % {"number": known.number}
    raise Taken(sentence, field="externalId")

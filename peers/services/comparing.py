"""Once a night linked tickets are compared field by field and message by message; what differs is listed, and can be mended."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import NotAllowed
from peers import selectors
from peers.errors import NotConnected, Refused
from peers.models import Connection, Difference, Link, Outgoing
from peers.models.exchange import Field
from peers.services.hearing import WORDS, stir
from peers.services.making import fields_of
from peers.services.waking import wake_after_commit
from tickets.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from accounts.models import User
    from peers.adaptors.peer import Document, Line
    from peers.services.fencing import Lease
    from peers.services.syncing import Turn

WHAT = Difference.What
SHOWN = 500
GONE = 404
TEXTS = ("subject", "description")


def begin_comparisons(at: datetime) -> int:
    """Have each connection that was not compared for a day be compared."""
    late = Q(compared_at=None) | Q(compared_at__lte=at - selectors.COMPARED_EVERY)
    rows = Connection.objects.filter(late, state=Connection.State.ACTIVE, compare_since=None)
    return rows.update(compare_since=at)


@transaction.atomic
def compare_now(connection: Connection, *, actor: User, at: datetime) -> None:
    """Compare at once, without waiting for the night."""
    if not actor.manages:
        raise NotAllowed(_("Connections to peer helpdesks are for managers."))
    row = Connection.objects.select_for_update().get(pk=connection.pk)
    if row.compare_since is None:
        # Instants are whole seconds here: a comparison begins after the last one, even where both are asked for within one.
        since = max(at, row.compared_at + timedelta(seconds=1)) if row.compared_at else at
        Connection.objects.filter(pk=row.pk).update(compare_since=since)
    wake_after_commit()


def compare(turn: Turn, lease: Lease) -> None:
    """Compare what is left of a connection's linked tickets; a task that ends in between is gone on with by the next."""
    connection = turn.connection
    while time.monotonic() < turn.ends:
        link = selectors.to_compare(connection).select_related("ticket").first()
        if link is None:
            with lease.writing():
                Connection.objects.filter(pk=connection.pk).update(compared_at=_at(turn), compare_since=None)
            return
        lease.renew()
        _compare(turn, lease, link)


def _at(turn: Turn) -> datetime:
    """Answer when a ticket is compared: not before the comparison began."""
    return max(turn.now(), turn.connection.compare_since or turn.now())


def _compare(turn: Turn, lease: Lease, link: Link) -> None:
    """Look at one; what is still being exchanged differs for the moment, and is looked at the next night."""
    at, found = _at(turn), list[Difference]()
    is_quiet = not (link.is_due or link.outgoing.filter(state=Outgoing.State.WAITING).exists())
    if is_quiet:
        try:
            found = list(_found(turn, link, turn.peer.read(link.key, 0)))
        except Refused as refusal:
            if refusal.status != GONE:
                raise
            found = [Difference(what=WHAT.GONE, theirs=refusal.text[:SHOWN])]
    with lease.writing():
        Link.objects.filter(pk=link.pk).update(compared_at=at)
        if is_quiet and Link.objects.filter(pk=link.pk, is_due=False, stirs=link.stirs).exists():  # nothing happened while we looked
            _keep(link, found, at)


def _keep(link: Link, found: list[Difference], at: datetime) -> None:
    """Leave what was found before with its day, add what is new, remove what has ended."""
    link.differences.exclude(what__in=[each.what for each in found]).delete()
    for each in found:
        values = {"ours": each.ours[:SHOWN], "theirs": each.theirs[:SHOWN]}
        Difference.objects.update_or_create(
            link=link, what=each.what, defaults=values, create_defaults={**values, "connection_id": link.connection_id, "found_at": at}
        )


def _found(turn: Turn, link: Link, document: Document) -> Iterator[Difference]:
    ticket = link.ticket
    if ticket is None:
        return
    for name in Field.values:
        ours, theirs = turn.maps.out(name, getattr(ticket, name)), turn.maps.canon(name, document.values[name])
        if ours != theirs:
            yield Difference(what=name, ours=str(getattr(ticket, name)), theirs=document.values[name])
    said = fields_of(document, turn.maps)
    for name in TEXTS:
        if name == "description" and not said.get(name) and ticket.description.strip() == ticket.subject.strip():
            continue  # who has to say something says the subject again
        if name in said and said[name].strip() != getattr(ticket, name).strip():
            yield Difference(what=name, ours=getattr(ticket, name), theirs=said[name])
    missing = _missing_there(turn.connection, link, document)
    if missing and turn.connection.tells:
        yield Difference(what=WHAT.MISSING_THERE, ours="\n".join(event.text or _("file") for event in missing))
    lost = _missing_here(turn.connection, link, document)
    if lost and turn.connection.receives:
        yield Difference(
            what=WHAT.MISSING_HERE, theirs="\n".join(line.text or ", ".join(file.name for file in line.files) for line in lost)
        )


def _missing_there(connection: Connection, link: Link, document: Document | None = None) -> list[Event]:
    """Answer our lines that say something and that they do not have; without a document those that were never on their way."""
    rows = Event.objects.filter(ticket=link.ticket, type__in=WORDS).exclude(actor=connection.account_id)
    rows = rows if connection.shares_notes else rows.filter(is_public=True)
    rows = rows.select_related("ticket").prefetch_related("attachments").order_by("seq")
    there = {line.external_id for line in document.lines if line.is_mine} if document else set()
    return [event for event in rows if not _ids(event) <= there]


def _ids(event: Event) -> set[str]:
    """Answer under which ids a line and its files are known over there."""
    files = {f"{event.ticket.number}/{file.pk}" for file in event.attachments.all()}
    words = (
        {f"{event.ticket.number}#{event.seq}"} if event.type != Event.Type.ATTACHED and (event.text or event.facts.get("cause")) else set()
    )
    return words | files


def _missing_here(connection: Connection, link: Link, document: Document) -> list[Line]:
    rows = Event.objects.filter(ticket=link.ticket, actor=connection.account_id, facts__has_key="external_id")
    here = set(rows.values_list("facts__external_id", flat=True))
    said = [line for line in document.lines[1:] if not line.is_mine and line.is_words and (line.is_public or connection.shares_notes)]
    return [line for line in said if not _theirs(link, line) <= here]


def _theirs(link: Link, line: Line) -> set[str]:
    return ({f"{link.key}#{line.seq}"} if line.text else set()) | {f"{link.key}/{file.key}" for file in line.files}


@transaction.atomic
def mend(difference: Difference, *, ours: bool, actor: User, at: datetime) -> None:
    """Make one side follow the other: ``ours`` says that ours is right."""
    if not actor.manages:
        raise NotAllowed(_("Connections to peer helpdesks are for managers."))
    link = Link.objects.select_for_update(of=("self",)).select_related("connection", "ticket").get(pk=difference.link_id)
    if not difference.is_mendable or link.ticket is None:
        raise NotConnected(_("This difference is for people to settle."))
    if difference.what in Field.values:
        _lead(link, difference, ours=ours, at=at)
    elif difference.what == WHAT.MISSING_THERE:
        for event in _missing_there(link.connection, link):
            if not link.outgoing.filter(event=event, state__in=selectors.OPEN).exists():
                Outgoing.objects.create(link=link, event=event, made_at=at)
    else:
        link.wants_words = True
        link.save(update_fields=["wants_words"])
    stir([link.pk], afresh=True)
    wake_after_commit()


def _lead(link: Link, difference: Difference, *, ours: bool, at: datetime) -> None:
    """Take it that only the side that is right has changed it since both agreed; what is sent is what ours is now."""
    name, maps = difference.what, selectors.maps_of(link.connection)
    value = getattr(link.ticket, name)
    if ours:
        Outgoing.objects.create(link=link, values={name: value}, made_at=at)
    link.base[name] = maps.canon(name, difference.theirs) if ours else maps.out(name, value)
    link.save(update_fields=["base"])

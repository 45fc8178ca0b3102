"""One linked ticket is served: read over there, taken over here in one transaction, then told what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from peers import adaptors, selectors
from peers.adaptors.peer import Recorder
from peers.errors import Refused, Stale, Unmapped
from peers.known import applying
from peers.models import Connection, Link, Outgoing
from peers.models.exchange import Field
from peers.services import making
from peers.services.applying import apply
from peers.services.standing import Meeting
from peers.services.telling import Teller
from tickets.models import Ticket

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from peers.adaptors.peer import Document, Peer
    from peers.engine.maps import Maps
    from peers.services.fencing import Lease

READS = 4
"""How often a ticket that somebody changes over there while we send is read again in one turn."""
SHOWN = 500


class Turn:
    """One worker's turn with one connection's tickets, one after another."""

    lease: Lease
    is_cut = False
    """Whether the time was over before all of the last ticket was sent."""

    def __init__(self, connection: Connection, now: Callable[[], datetime], ends: float) -> None:
        self.now, self.connection, self.ends = now, connection, ends
        self.peer: Peer = adaptors.of(connection)
        self.maps: Maps = selectors.maps_of(connection)

    def sync(self, lease: Lease, link: Link) -> None:
        """Serve a ticket until nothing of it waits; raises Unreachable or Broken where the other side fails."""
        self.lease, self.is_cut = lease, False
        stirs, problems = link.stirs, list[str]()
        if self._is_echo(link):
            self._done(link, stirs, problems)
            return
        for _each in range(READS):
            try:
                problems = self._once(link)
            except Stale:
                continue  # somebody was quicker over there: read again
            except Refused as refusal:
                problems = [_("Ticket %(number)s cannot be read there: %(why)s") % {"number": link.key, "why": refusal.text}]
            self._done(link, -1 if self.is_cut else stirs, problems)
            return
        self._done(link, -1, problems)

    def _once(self, link: Link) -> list[str]:
        teller = Teller(self.lease, link, self.peer, self.maps, self.now)
        document = self._read(link) if link.key else teller.make()
        problems = self._take(link, document) if document is not None and not teller.is_new else []  # what is new there says what ours does
        if document is not None and link.ticket_id is not None and self.connection.tells:
            try:
                self.is_cut = teller.send(document, self.ends)
            finally:
                if teller.has_sent:
                    Connection.objects.filter(pk=self.connection.pk).update(sent_at=self.now())
        return problems + teller.problems

    def _is_echo(self, link: Link) -> bool:
        """Whether all that is new there is what we sent, and nothing of ours waits: then it is read no further."""
        may_be = link.is_echoed and link.key and link.ticket_id is not None and not link.wants_words
        if not may_be or not isinstance(self.peer, Recorder) or selectors.open_of(link).exists():
            return False
        lines = self.peer.lines(link.key, link.seq)
        if not all(line.is_mine for line in lines):
            return False
        link.seq = max([link.seq, *(line.seq for line in lines)])
        return True

    def _read(self, link: Link) -> Document:
        return self.peer.read(link.key, 0 if link.wants_words else link.seq)

    # --- What came -------------------------------------------------------------------------------

    def _take(self, link: Link, document: Document) -> list[str]:
        """Do here what was done there, in one transaction with how far their record was read."""
        if not self.connection.receives and link.ticket_id is not None:
            return self._only_read(link, document)
        files = self._fetched(link, document)
        at = self.now()
        with self.lease.writing(ticket=True), applying(self.connection):
            ticket = Ticket.objects.select_for_update(of=("self",)).filter(pk=link.ticket_id).first() if link.ticket_id else None
            row = Link.objects.select_for_update(of=("self",)).filter(pk=link.pk).first()
            if row is None:
                link.ticket_id = None
                return []
            problems: list[str] = []
            if ticket is None:
                ticket = self._made(row, document, files, at, problems)
            if ticket is not None:
                meeting = Meeting(self.connection, row, ticket, document, self.maps, self.peer, at, problems)
                before = row.seq
                apply(meeting, files)
                self._log(row, document, before, at)
            row.exchanged_at = at if ticket is not None else row.exchanged_at
            if row.pk is not None:
                row.is_echoed = False
                row.save(update_fields=["ticket", "seq", "base", "is_outside", "wants_words", "exchanged_at", "is_echoed"])
                link.ticket, link.seq, link.base, link.wants_words = ticket, row.seq, row.base, False
        return problems

    def _only_read(self, link: Link, document: Document) -> list[str]:
        """Where nothing comes from there, what they have is only what ours is compared with."""
        link.base = {name: self.maps.canon(name, value) for name, value in document.values.items()}
        link.seq = max([link.seq, *(line.seq for line in document.lines)])
        with self.lease.writing():
            Link.objects.filter(pk=link.pk).update(base=link.base, seq=link.seq, is_echoed=False)
        return []

    def _made(self, row: Link, document: Document, files: dict[str, bytes], at: datetime, problems: list[str]) -> Ticket | None:
        """Make a ticket of theirs here; one that we made there has a link of its own, one of a third connection is left alone."""
        if making.is_ours(self.connection, document, row):
            row.delete()
            return None
        if document.external_id and Ticket.objects.filter(number=document.external_id).exists():
            row.is_outside = True
            problems.append(_("They made it from our %(number)s: let one side alone do the asking.") % {"number": document.external_id})
            return None
        first = document.lines[0] if document.lines else None
        uploads = (
            [SimpleUploadedFile(file.name, files[file.key], file.content_type) for file in first.files if file.key in files]
            if first
            else []
        )
        try:
            ticket = making.make_here(self.connection, document, self.maps, uploads, at=at)
        except Unmapped as refusal:
            problems.append(str(refusal))
            return None
        if ticket is None:
            row.is_outside = True
            return None
        row.ticket, row.seq = ticket, first.seq if first else 0
        row.base = {name: self.maps.out(name, getattr(ticket, name)) for name in Field.values}
        return Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)

    def _fetched(self, link: Link, document: Document) -> dict[str, bytes]:
        """Fetch the files of lines that are new to us, before anything is locked; one that is not to be had holds nothing up."""
        if link.ticket_id is None and making.place_here(document, self.maps)[0] is None:
            return {}
        wanted = [line for line in document.lines if not line.is_mine and (line.is_public or self.connection.shares_notes)]
        found = {}
        for file in (file for line in wanted for file in line.files):
            try:
                found[file.key] = self.peer.fetch(document.key, file)
            except Refused as refusal:
                with self.lease.writing():
                    self.lease.log(self.now(), "in", f"{file.name} · {document.key}", error=refusal.text)
        return found

    def _log(self, row: Link, document: Document, before: int, at: datetime) -> None:
        new = [line for line in document.lines if line.seq > before and not line.is_mine]
        for line in new:
            self.lease.log(at, "in", f"{line.type} · {document.key}#{line.seq}")

    # --- What became of it -----------------------------------------------------------------------

    def _done(self, link: Link, stirs: int, problems: list[str]) -> None:
        """Take back that it is due, unless it was stirred again meanwhile; say what is wrong, or that nothing is any more."""
        with self.lease.writing():
            row = Link.objects.select_for_update(of=("self",)).select_related("ticket").filter(pk=link.pk).first()
            if row is None:
                return
            held = row.outgoing.filter(state=Outgoing.State.REFUSED).exists()
            row.is_due = row.stirs != stirs
            row.attempts, row.lease, row.leased_until = 0, None, None
            row.seq = max(row.seq, link.seq)
            if problems:
                row.problem = " ".join(dict.fromkeys(problems))[:SHOWN]
            elif not held and self._agrees(row):
                row.problem = ""
            row.save(update_fields=["is_due", "attempts", "problem", "lease", "leased_until", "seq"])

    def _agrees(self, row: Link) -> bool:
        """Whether ours is what we know theirs to be."""
        if row.ticket is None:
            return True
        return all(row.base.get(name) == self.maps.out(name, getattr(row.ticket, name)) for name in Field.values)

"""What waits for the other side is sent in its order: a message that cannot go holds what is behind it, of its own ticket only."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from peers import selectors, words
from peers.adaptors.peer import Words
from peers.errors import Broken, InFlight, Refused, Stale, Unmapped
from peers.models import Conflict, Connection, Link, Outgoing
from peers.models.exchange import Field
from peers.services.hearing import WORDS, stir
from peers.services.making import draft_of
from tickets import workflow
from tickets.models import Event

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from peers.adaptors.peer import Document, Peer
    from peers.engine.maps import Maps
    from peers.services.fencing import Lease

SHOWN = 500
NOT_NOW = "move_not_allowed"
"""The code with which a desk refuses what its state does not allow."""


class Teller:
    """Sends what waits of one linked ticket."""

    def __init__(self, lease: Lease, link: Link, peer: Peer, maps: Maps, now: Callable[[], datetime]) -> None:
        self.lease, self.link, self.peer, self.maps, self.now = lease, link, peer, maps, now
        self.connection: Connection = lease.connection
        self.problems: list[str] = []
        self.has_sent = self.has_yielded = self.has_spoken = self.is_new = False

    def make(self) -> Document | None:
        """Make the ticket over there, if that is what waits first; under our number, so that it is one however often this is sent."""
        row = selectors.open_of(self.link).first()
        if row is None or not row.is_creation or row.state == Outgoing.State.REFUSED or self.link.ticket is None:
            return None
        try:
            draft = draft_of(self.link.ticket, self.maps)
            document = self.peer.make(draft, self.link.ticket.number)
        except (Refused, Unmapped) as refusal:
            self._refused(row, str(refusal))
            return None
        began = {"status": self.maps.out("status", workflow.NEW), **{name: str(draft[name]) for name in ("severity", "kind")}}
        with self.lease.writing():
            Link.objects.filter(connection=self.connection, key=document.key, ticket=None).delete()
            try:
                with transaction.atomic():
                    Link.objects.filter(pk=self.link.pk).update(key=document.key, base=began, exchanged_at=self.now())
            except IntegrityError as error:  # whoever asks what is new has just heard of it: the next try finds that out
                raise Broken(_("The ticket was heard of while it was made.")) from error
        self.link.key, self.link.base = document.key, began
        is_fresh = all(self.maps.canon(name, document.values[name]) == value for name, value in began.items())
        self.is_new = is_fresh
        return document if is_fresh else self.peer.read(document.key, 0)  # it was made by a sending before this one, and has moved on

    def send(self, document: Document, ends: float) -> bool:
        """Send in order what waits now, until something cannot go. What is written meanwhile stirs the ticket again.

        Answer whether the time was over (``ends``, on the monotonic clock) before the end; one message is sent in any case.
        """
        for row in selectors.open_of(self.link):
            if row.state != Outgoing.State.WAITING:
                return False
            if self.has_sent and time.monotonic() >= ends:
                return True
            try:
                document, made = self._values(row, document)
                self._words(row, document, made=made)
            except Refused as refusal:
                self._refused(row, refusal.text)
                return False
            except InFlight:
                row.progress["claims"] = int(row.progress.get("claims", 0)) + 1  # whoever died over it may hold the name for a while
                self._note(row)
                raise
            self._sent(row)
        return False

    def _name(self, row: Outgoing) -> str:
        """Answer the name under which a message is known over there, the same however often it is sent."""
        return f"{self.connection.hook.hex}-{row.pk}-{row.progress.get('claims', 0)}"

    def _values(self, row: Outgoing, document: Document) -> tuple[Document, bool]:
        """Make theirs what ours was after that line; answer how they stand now, and whether a move has taken the words along."""
        made = bool(row.progress.get("carried"))
        for name, ours in row.values.items():
            wanted = self.maps.out(name, ours)
            if wanted is None:
                self.problems.append(_("Nothing stands there for our %(field)s “%(value)s”.") % {"field": Field(name).label, "value": ours})
            elif self.maps.canon(name, document.values[name]) != wanted:
                document, moved = self._value(row, self._anew(document), name, wanted)
                made = made or moved
        return document, made

    def _anew(self, document: Document) -> Document:
        """What we said has changed the ticket over there: read its tag anew. Raises Stale where somebody else did something too."""
        if not self.has_spoken:
            return document
        found = self.peer.read(document.key, max([self.link.seq, *(line.seq for line in document.lines)]))
        is_same = all(self.maps.canon(name, value) == self.maps.canon(name, document.values[name]) for name, value in found.values.items())
        if not is_same or not all(line.is_mine for line in found.lines):
            raise Stale(_("The ticket was changed over there meanwhile."))
        self.has_spoken = False
        return found

    def _value(self, row: Outgoing, document: Document, name: str, wanted: str) -> tuple[Document, bool]:
        facts = words.reasons(row.event.text if row.event else "", row.event.facts if row.event else {}, self.connection.name)
        if name != Field.STATUS:
            return self._tried(document, name, lambda: self.peer.change(document, name, wanted, facts, name=self._name(row))), False
        row.progress["moving"] = wanted
        self._note(row)
        after = self._tried(document, name, lambda: self.peer.move(document, wanted, facts, name=self._name(row)))
        return after, after is not document

    def _tried(self, document: Document, name: str, act: Callable[[], Document | None]) -> Document:
        """Answer how they stand after a change; what they do not take is a problem for people and holds nothing up."""
        why = ""
        try:
            after = act()
        except Refused as refusal:
            after, why = None, refusal.text
            if name == Field.SEVERITY and refusal.code == NOT_NOW:
                self._yield(document, name)
                return document
        if after is None:
            said = _("Our %(field)s cannot be taken there: it stands at “%(value)s”. %(why)s")
            self.problems.append((said % {"field": Field(name).label, "value": document.values[name], "why": why}).strip())
            return document
        self.link.base[name] = self.maps.canon(name, after.values[name])
        return after

    def _yield(self, document: Document, name: str) -> None:
        """Their work has ended, after which they change no severity: theirs counts, and ours follows when it is served next."""
        ours = self.maps.out(name, getattr(self.link.ticket, name)) or ""
        theirs, at = self.maps.canon(name, document.values[name]), self.now()
        if ours == theirs:
            return
        self.link.base[name] = ours
        with self.lease.writing():
            Conflict.objects.create(
                link=self.link, connection=self.connection, at=at, field=name, ours=ours, theirs=theirs, before=theirs, winner="theirs",
                rule=self.connection.rule(name), is_final=True,
            )  # fmt: skip
            Link.objects.filter(pk=self.link.pk).update(base=self.link.base)
            stir([self.link.pk], afresh=True)
        self.has_yielded = True

    def _words(self, row: Outgoing, document: Document, *, made: bool) -> None:
        """Say what the line says, unless a move has taken it along, and send its files."""
        event = row.event
        if event is None or (row.is_creation and not event.attachments.exists()):
            return
        text = (
            words.composed(event.text, event.facts) if event.type in WORDS else ("" if made or "status" not in row.values else event.text)
        )
        if text and event.type != Event.Type.ATTACHED and not row.is_creation and not row.progress.get("said"):
            said = Words(text, words.author_of(event), event.is_public, f"{event.ticket.number}#{event.seq}")
            self.has_spoken = True
            self.peer.say(document.key, said, name=f"{self._name(row)}-words")
            row.progress["said"] = True
            self._note(row)
        for file in event.attachments.order_by("id"):
            if file.pk in row.progress.get("files", []):
                continue
            said = Words("", words.author_of(event), event.is_public, f"{event.ticket.number}/{file.pk}")
            self.has_spoken = True
            with file.file.open("rb") as content:
                self.peer.attach(document.key, (file.name, content.read(), file.content_type), said, name=f"{self._name(row)}-{file.pk}")
            row.progress["files"] = [*row.progress.get("files", []), file.pk]
            self._note(row)

    def _note(self, row: Outgoing) -> None:
        with self.lease.writing():
            Outgoing.objects.filter(pk=row.pk, state=Outgoing.State.WAITING).update(progress=row.progress)

    def _sent(self, row: Outgoing) -> None:
        at = self.now()
        with self.lease.writing():
            Outgoing.objects.filter(pk=row.pk).update(state=Outgoing.State.SENT, sent_at=at, error="")
            Link.objects.filter(pk=self.link.pk).update(base=self.link.base, exchanged_at=at, is_echoed=not self.has_yielded)
            self.lease.log(at, "out", _what(row))
        self.has_sent = True

    def _refused(self, row: Outgoing, why: str) -> None:
        at = self.now()
        with self.lease.writing():
            Outgoing.objects.filter(pk=row.pk).update(state=Outgoing.State.REFUSED, error=why[:SHOWN])
            self.lease.log(at, "out", _what(row), error=why)
        self.problems.append(_("It is held until somebody decides: %(why)s") % {"why": why})


def _what(row: Outgoing) -> str:
    said: list[Any] = [row.event.type] if row.event else []
    return " · ".join([*said, *(f"{name}={value}" for name, value in row.values.items())])

"""Another helpdesk over TMF621 (docs/tmf621.md): tickets, notes, files and states by the standard's own words, in version 4 or 5.

What the standard has no means for is made good here: an order of what stands in a ticket (``ledger``), news (``listing``), and that what
is sent again is not said twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from peers.adaptors.calling import Caller
from peers.adaptors.peer import Document, Line, News
from peers.adaptors.tmf import files, reading, ways
from peers.adaptors.tmf.ledger import SORT, Ledger
from peers.adaptors.tmf.listing import Lists
from peers.errors import Broken, Refused, Stale
from peers.models import Link
from tmf.documents import typed
from tmf.shapes import V4, V5

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from peers.adaptors.calling import Said
    from peers.adaptors.peer import File, Words
    from peers.adaptors.tmf.reading import Item
    from peers.models import Connection, Piece

MERGE, JSON = "application/merge-patch+json", "application/json"
OTHER_TYPE, TAKEN, GONE = 415, 409, 404
NAMES = {"status": "status", "severity": "severity", "kind": "ticketType"}
"""What our fields are called there."""
Ticket = dict[str, Any]


class TmfPeer:
    """A helpdesk that speaks TMF621; ``spoken`` is the version."""

    spoken: ClassVar[str] = V4
    PATHS: ClassVar[dict[str, str]] = {"kind": "ticketType", "site": "relatedEntity", "equipment": "relatedEntity"}
    """Where a dry run shows what is not called as it is here."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.caller = Caller(connection, self._base(connection))
        self.ledger = Ledger(connection)
        self.lists = Lists(self.caller, connection.created_at)
        self.attached: dict[tuple[str, str], Mapping[str, Any]] = {}
        self.tags: dict[tuple[str, str], str] = {}
        """Which tag a ticket has had since we ourselves changed it, for who still holds the one before."""
        self.patches = MERGE

    @classmethod
    def _base(cls, connection: Connection) -> str:
        """Answer the address below which tickets are: what was entered, or the standard's own place where only a host was."""
        url = connection.url.rstrip("/")
        return url if urlsplit(url).path.strip("/") else f"{url}/tmf-api/troubleTicket/{cls.spoken}"

    @staticmethod
    def usual() -> list[tuple[str, str, str, str]]:
        """Answer what stands for what unless somebody says otherwise."""
        return ways.usual()

    @staticmethod
    def view(raw: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a document of theirs with the parts that mappings name."""
        return reading.view(raw)

    # --- News ------------------------------------------------------------------------------------

    def newest(self) -> int:
        """Answer where to begin: now, by their clock."""
        return self.lists.newest()

    def news(self, after: int) -> News:
        """Answer what changed after a number."""
        return self.lists.news(after)

    def since(self, at: datetime) -> list[str]:
        """Answer the tickets that were changed at an instant or later."""
        return self.lists.since(at)

    def subscribe(self, callback: str) -> str:
        """Have them tell us of changes at an address of ours; answer the id of that over there."""
        body = {"@type": "Hub", "callback": callback} if self.spoken == V5 else {"callback": callback}
        said = self.caller.post("/hub", body)
        told = said.body if isinstance(said.body, dict) else {}
        key = str(told.get("id") or said.headers.get("location", "").rstrip("/").rpartition("/")[2])
        if not key:
            raise Refused(_("They do not say under which id they tell us."))
        return key[:200]

    def unsubscribe(self, key: str) -> None:
        """Have them tell us no more; what is not there any more is as good."""
        try:
            self.caller.delete(f"/hub/{quote(key, safe='')}")
        except Refused as refusal:
            if refusal.status != GONE:
                raise

    # --- Tickets ---------------------------------------------------------------------------------

    def read(self, key: str, after: int) -> Document:
        """Answer a ticket with what is new in it."""
        raw, tag = self._get(key)
        found = [self._line(key, piece, item) for piece, item in self._numbered(key, raw)]
        return self._document(raw, tag, [line for line in found if line.seq > after])

    def make(self, draft: Mapping[str, Any], external_id: str) -> Document:
        """Report the ticket under our number; where that was tried before it is looked for first, for not everybody knows it again."""
        if self.ledger.begin("", SORT.REPORTED, external_id, external_id) and (found := self._known(external_id)):
            return found
        body = reading.written(draft, external_id, settings.PUBLIC_URL, self.spoken)
        try:
            said = self.caller.post("/troubleTicket", body)
        except Refused as refusal:
            if refusal.status == TAKEN and (found := self._known(external_id)):
                return found
            raise
        raw = said.body
        if isinstance(raw, dict) and raw.get("id") and raw.get("status"):
            return self._document(raw, _tag(said), ())
        where = said.headers.get("location", "").rstrip("/").rpartition("/")[2]
        if not where:
            raise Broken(_("The other side does not answer as a helpdesk with TMF621 does."))
        return self._document(*self._get(where), ())

    def _known(self, external_id: str) -> Document | None:
        queries: list[dict[str, str]] = [{"externalId": external_id}]
        if self.spoken == V5:
            queries.insert(0, {"externalIdentifier.id": external_id})
        found = self.lists.named(queries, lambda row: external_id in reading.external_ids(row))
        return self._document(*self._get(str(found["id"])), ()) if found else None

    def move(self, document: Document, wanted: str, facts: Mapping[str, str], *, name: str) -> Document | None:
        """Ask for the states that lead there, one after another."""
        way = ways.route(document.values["status"], wanted)
        if way is None:
            return None
        for status in way:
            document = self._change(document, "status", status, ways.reason(status, facts))
            if document.values["status"] != status:
                return None
        return document

    def reaches(self, document: Document, wanted: str) -> bool:
        """Whether the standard's steps lead there."""
        return ways.route(document.values["status"], wanted) is not None

    def change(self, document: Document, what: str, value: str, facts: Mapping[str, str], *, name: str) -> Document:
        """Change the severity or the type."""
        after = self._change(document, what, value, "")
        if after.values[what] != value:
            raise Refused(_("They answer that it was done, but it was not."))
        return after

    def _change(self, document: Document, what: str, value: str, reason: str) -> Document:
        self.ledger.begin(document.key, what, value, value[:200])
        body = {NAMES[what]: value, **({"statusChangeReason": reason} if reason else {})}
        try:
            raw, tag = self._patch(document.key, body, document.tag)
        except (Refused, Stale):
            self.ledger.drop(document.key, what)
            raise
        self._numbered(document.key, raw)
        self.ledger.drop(document.key, what)
        return self._document(raw, tag, ())

    # --- Words and files -------------------------------------------------------------------------

    def say(self, key: str, said: Words, *, name: str) -> None:
        """Add a note that bears our id, unless it is there."""
        note = {"id": said.external_id, "author": f"{said.author} · {said.external_id}", "text": said.text}
        self._add(key, SORT.NOTE, note, said.external_id, reading.print_of(said.text))

    def attach(self, key: str, file: tuple[str, bytes, str], said: Words, *, name: str) -> None:
        """Add a file that bears our id, unless it is there."""
        by = self.spoken if self.connection.sends_addresses else ""
        self._add(key, SORT.FILE, files.written(file, said.external_id, by), said.external_id, reading.print_of(file[0]))

    def fetch(self, key: str, file: File) -> bytes:
        """Answer the content of a file."""
        return files.content(self.caller, self.attached[key, file.key])

    def _add(self, key: str, sort: str, item: Mapping[str, Any], external_id: str, mark: str) -> None:
        """Look whether it is there, write down that it is about to be, send it, and look again."""
        raw, tag = self._get(key)
        self._numbered(key, raw)
        if self.ledger.has(key, external_id):
            return
        self.ledger.begin(key, sort, external_id, mark)
        name = "note" if sort == SORT.NOTE else "attachment"
        whole = self.connection.adds == self.connection.Adds.WHOLE
        there = raw.get(name) if whole else None
        after, _tag = self._patch(key, {name: [*(there if isinstance(there, list) else ()), item]}, tag)
        self._numbered(key, after)

    # --- Asking ----------------------------------------------------------------------------------

    def _where(self, key: str) -> str:
        return f"/troubleTicket/{quote(key, safe='')}"

    def _get(self, key: str) -> tuple[Ticket, str]:
        said = self.caller.get(self._where(key))
        return self._ticket(said), _tag(said)

    def _patch(self, key: str, body: Mapping[str, Any], tag: str) -> tuple[Ticket, str]:
        """Change a ticket as it was read, where its state has a tag; answer it as it is then."""
        while (key, tag) in self.tags:
            tag = self.tags[key, tag]
        sent = typed(dict(body)) if self.spoken == V5 else body
        headers = {"If-Match": tag} if tag else {}
        try:
            said = self.caller.patch(self._where(key), sent, self.patches, headers=headers)
        except Refused as refusal:
            if refusal.status != OTHER_TYPE or self.patches == JSON:
                raise
            self.patches = JSON
            said = self.caller.patch(self._where(key), sent, self.patches, headers=headers)
        whole = isinstance(said.body, dict) and said.body.get("id") and said.body.get("status")
        raw, after = (self._ticket(said), _tag(said)) if whole else self._get(key)
        if tag and whole and after and after != tag:
            self.tags[key, tag] = after
        return raw, after

    def _ticket(self, said: Said) -> Ticket:
        body = said.body
        if not isinstance(body, dict) or not body.get("id") or not body.get("status"):
            raise Broken(_("The other side does not answer as a helpdesk with TMF621 does."))
        return body

    # --- Reading ---------------------------------------------------------------------------------

    def _numbered(self, key: str, raw: Mapping[str, Any]) -> list[tuple[Piece, Item]]:
        own = Link.objects.filter(connection=self.connection, key=key).values_list("ticket__number", flat=True).first()
        return self.ledger.number(key, raw, reading.items(raw), own or "")

    def _line(self, key: str, piece: Piece, item: Item) -> Line:
        given: dict[str, Any] = {
            "seq": piece.seq, "type": ways.LINES[piece.sort], "at": item.at or self.connection.created_at, "author": item.author,
            "is_mine": piece.is_ours, "is_public": True, "text": item.text,
            "facts": {"external_id": piece.external_id} if piece.sort in (SORT.NOTE, SORT.FILE) and piece.is_ours else {},
        }  # fmt: skip
        if piece.sort == SORT.FILE:
            file, told = files.read(self.caller, item.raw, str(piece.seq))
            self.attached[key, str(piece.seq)] = item.raw
            return Line(**{**given, "text": told}, files=(file,) if file else (), is_words=True)
        if piece.sort == SORT.NOTE:
            return Line(**given, is_words=True)
        if piece.sort == SORT.STATUS:
            return Line(**given, status=item.value or None)
        return Line(**given, touches=(str(piece.sort),) if piece.sort in (SORT.SEVERITY, SORT.KIND) else ())

    def _document(self, raw: Ticket, tag: str, lines: Any) -> Document:
        externals = reading.external_ids(raw)
        known = Link.objects.filter(connection=self.connection, ticket__number__in=externals[:20]) if len(externals) > 1 else None
        own = known.values_list("ticket__number", flat=True).first() if known is not None else None
        external_id = own or (externals[0] if externals else "")
        return Document(str(raw["id"]), reading.values(raw), reading.place(raw), external_id, tag, reading.view(raw), tuple(lines))


def _tag(said: Said) -> str:
    """Answer the tag of a ticket; by a weak one nothing may be changed (RFC 9110), so it is as good as none."""
    tag = said.headers.get("etag", "")
    return "" if tag.startswith("W/") else tag


class TmfV4(TmfPeer):
    """Version 4 (4.0.0)."""

    spoken = V4


class TmfV5(TmfPeer):
    """Version 5 (5.0.1)."""

    spoken = V5

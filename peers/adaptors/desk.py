"""Another desk of this product, over its REST interface (docs/api.md): the feed of changes, tickets, their record, moves and files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from peers import words
from peers.adaptors.calling import Caller
from peers.adaptors.peer import Document, File, Line, News
from peers.engine import routes
from peers.engine.maps import IN, OUT
from peers.errors import Broken, Refused
from tickets import workflow
from tickets.models import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from peers.adaptors.calling import Said
    from peers.adaptors.peer import Words
    from peers.models import Connection

API = "/api/v1"
PAGE = 200
READS = 3
"""How often a ticket that changes while it is read is read again."""
STANDING = {"in_progress": "accepted"}
"""A status that nobody can be led to by a move alone, and the one that is as good: somebody has it."""
FIELDS = (
    ("subject", "subject"),
    ("description", "description"),
    ("contact_name", "contact.name"),
    ("contact_phone", "contact.phone"),
    ("contact_email", "contact.email"),
)


class Desk:
    """A desk that holds a client of ours, or a person's token."""

    def __init__(self, connection: Connection) -> None:
        self.caller = Caller(connection)
        self.side = workflow.PROVIDER
        """As whom we act there: ours is taken for one of its provider's people until it says otherwise."""

    @staticmethod
    def usual() -> list[tuple[str, str, str, str]]:
        """Answer what stands for what unless somebody says otherwise: the same words, since it is the same product."""
        same = [("severity", str(number), str(number)) for number in (1, 2, 3, 4)]
        same += [("kind", kind, kind) for kind in Kind.values]
        rows = [(what, way, ours, theirs) for what, ours, theirs in same for way in (OUT, IN)]
        for status in workflow.STATUSES:
            stands = STANDING.get(status, status)
            rows += [("status", OUT, status, stands), ("status", IN, stands, status)]
        return [(what, way, ours, theirs) for what, way, ours, theirs in rows] + [
            ("field", way, ours, theirs) for ours, theirs in FIELDS for way in (OUT, IN)
        ]

    def newest(self) -> int:
        """Answer the number of the newest change."""
        return int(self._object(self.caller.get(f"{API}/changes/?limit=1"))["newest"])

    def news(self, after: int) -> News:
        """Answer the tickets that changed after a number, each once."""
        body = self._object(self.caller.get(f"{API}/changes/?{urlencode({'after': after, 'limit': PAGE})}"))
        found = [row for row in body["results"] if row["resource"] == "tickets"]
        keys = dict.fromkeys(str(row["url"]).rstrip("/").rpartition("/")[2] for row in found)
        return News(list(keys), int(body["last"]), bool(body["more"]))

    def since(self, at: datetime) -> list[str]:
        """Answer the tickets that were changed since."""
        path: str | None = f"{API}/tickets/?{urlencode({'updated_since': at.isoformat(), 'page_size': PAGE})}"
        keys: list[str] = []
        while path:
            body = self._object(self.caller.get(path))
            keys += [str(row["number"]) for row in body["results"]]
            path = self._below(body.get("next"))
        return keys

    def _below(self, address: str | None) -> str | None:
        """Answer the path of the next page, whatever host the desk thinks it has."""
        _host, found, rest = (address or "").partition(f"{API}/")
        return f"{API}/{rest}" if found else None

    def read(self, key: str, after: int) -> Document:
        """Answer a ticket with its new lines.

        The lines are read after the ticket: words that came in between do no harm. Where one may have changed what the ticket says, it
        is asked for again, until both are as of one moment.
        """
        where = self._where(key)
        for _each in range(READS):
            said = self.caller.get(f"{where}/")
            lines = self.lines(key, after)
            found = _document(said, lines)
            if _agree(found):
                return found
            tag = said.headers.get("etag", "")
            if self.caller.get(f"{where}/", headers={"If-None-Match": tag}).status == 304:  # noqa: PLR2004 - not changed
                return found
        raise Broken(_("The ticket changes too quickly to be read."))

    def lines(self, key: str, after: int) -> tuple[Line, ...]:
        """Answer the lines of a ticket's record after a number."""
        return tuple(_line(row) for row in self._list(self.caller.get(f"{self._where(key)}/events/?after={after}")))

    def make(self, draft: Mapping[str, Any], external_id: str) -> Document:
        """Report the ticket; the id makes it one, however often it is sent, and whatever was changed here in between."""
        try:
            said = self.caller.post(f"{API}/tickets/", {**draft, "external_id": external_id})
        except Refused as refusal:
            key = refusal.place.rstrip("/").rpartition("/")[2]
            if refusal.code != "external_id_differs" or not key:
                raise
            said = self.caller.get(f"{self._where(key)}/")
        return _document(said, ())

    def say(self, key: str, said: Words, *, name: str) -> None:
        """Comment; once a ticket is closed there, what is public can only be kept as a note."""
        body = {"text": said.text, "author": said.author, "external_id": said.external_id, "internal": not said.is_public}
        try:
            self.caller.post(f"{self._where(key)}/comment/", body, headers={"Idempotency-Key": name})
        except Refused as refusal:
            if not (said.is_public and refusal.code == "move_not_allowed"):
                raise
            self.caller.post(f"{self._where(key)}/comment/", {**body, "internal": True}, headers={"Idempotency-Key": f"{name}-note"})

    def attach(self, key: str, file: tuple[str, bytes, str], said: Words, *, name: str) -> None:
        """Attach a file."""
        fields = {"internal": str(not said.is_public).lower(), "author": said.author, "external_id": said.external_id}
        self.caller.post_file(f"{self._where(key)}/attach/", file, fields, headers={"Idempotency-Key": name})

    def fetch(self, key: str, file: File) -> bytes:
        """Answer the content of a file."""
        path = f"{self._where(key)}/files/{quote(file.key, safe='')}/"
        return self.caller.get(path, headers={"Accept": "*/*"}, limit=settings.ATTACHMENT_MAX_BYTES).content

    def move(self, document: Document, wanted: str, facts: Mapping[str, str], *, name: str) -> Document | None:
        """Make the moves that lead there; who turns out to be a customer's account makes those that are a customer's."""
        try:
            return self._moved(document, wanted, facts, name)
        except Refused as refusal:
            if refusal.code != "not_yours" or self.side == workflow.CUSTOMER:
                raise
            self.side = workflow.CUSTOMER
            return self._moved(document, wanted, facts, name)

    def _moved(self, document: Document, wanted: str, facts: Mapping[str, str], name: str) -> Document | None:
        way = self._route(document, wanted)
        if way is None:
            return None
        for move in way:
            body = {key: facts[key] for key in BODIES[move] if facts.get(key)}
            document = self._change(document, move, {**DEFAULTS.get(move, {}), **body}, name)
        return document

    def reaches(self, document: Document, wanted: str) -> bool:
        """Whether any of their moves leads there."""
        return self._route(document, wanted) is not None

    def _route(self, document: Document, wanted: str) -> tuple[str, ...] | None:
        return routes.route(document.values["status"], lambda status: STANDING.get(status, status) == wanted, side=self.side)

    def change(self, document: Document, what: str, value: str, facts: Mapping[str, str], *, name: str) -> Document:
        """Set the severity, or register the ticket under another kind."""
        if what == "severity":
            return self._change(document, "set-severity", {"severity": int(value), "reason": facts["reason"]}, name)
        return self._change(document, "register", {"kind": value, "text": facts["reason"]}, name)

    def _change(self, document: Document, move: str, body: Mapping[str, Any], name: str) -> Document:
        """Make a move of the ticket as it was read; the tag is in the key, since another state makes it another request."""
        headers = {"If-Match": document.tag, "Idempotency-Key": f"{name}-{move}-{document.tag.strip(chr(34))}"}
        return _document(self.caller.post(f"{self._where(document.key)}/{move}/", body, headers=headers), ())

    def _where(self, key: str) -> str:
        return f"{API}/tickets/{quote(key, safe='')}"

    def _object(self, said: Said) -> dict[str, Any]:
        if not isinstance(body := said.body, dict):
            raise Broken(_("The other side does not answer as a desk does."))
        return body

    def _list(self, said: Said) -> list[dict[str, Any]]:
        if not isinstance(body := said.body, list):
            raise Broken(_("The other side does not answer as a desk does."))
        return body


BODIES: dict[str, tuple[str, ...]] = {
    "accept": (),
    "resume": ("text",),
    "hold": ("owner", "cause"),
    "resolve": ("cause", "solution", "prevention"),
    "confirm": ("text",),
    "close": ("reason",),
    "reject": ("reason",),
    "reopen": ("reason",),
    "cancel": ("reason",),
}
"""What each move says, of what is known."""
DEFAULTS: dict[str, dict[str, str]] = {
    "hold": {"owner": "third_party", "cause": "–"},
    "resolve": {"cause": "–", "solution": "–"},
}
"""What a move must say where nobody has said it."""


WORDS = frozenset({"contacted", "replied", "noted", "diagnosis_delivered", "stopgap", "attached"})
"""Lines that were written to be read."""
TOUCHES = {"severity_changed": ("severity",), "registered": ("severity", "kind")}


def _agree(document: Document) -> bool:
    """Whether no line can have come after the ticket was read and have changed what it says: the last one left it as it stands."""
    moves = [line.status for line in document.lines if line.status]
    status = document.values["status"]
    return not any(line.touches for line in document.lines) and (not moves or moves[-1] == status)


def _document(said: Said, lines: tuple[Line, ...]) -> Document:
    body = said.body
    try:
        values = {name: str(body[name]) for name in ("status", "severity", "kind")}
        place = {name: "" if body[name] is None else str(body[name]) for name in ("site", "equipment")}
        return Document(str(body["number"]), values, place, body["external_id"], said.headers.get("etag", ""), body, lines)
    except (KeyError, TypeError) as error:
        raise Broken(_("The other side does not answer as a desk does.")) from error


def _line(row: Mapping[str, Any]) -> Line:
    try:
        files = tuple(File(str(each["id"]), each["name"], each["size"], each["content_type"]) for each in row["attachments"])
        return Line(
            seq=row["seq"],
            type=row["type"],
            at=datetime.fromisoformat(row["at"]).astimezone(UTC),
            author=row["facts"].get("author") or row["actor"] or "",
            is_mine=row["mine"],
            is_public=row["is_public"],
            text=words.composed(row["text"], row["facts"]) if row["type"] in WORDS else row["text"],
            facts=row["facts"],
            files=files,
            status=routes.TARGETS.get(row["type"]),
            touches=TOUCHES.get(row["type"], ()),
            is_words=row["type"] in WORDS,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Broken(_("The other side does not answer as a desk does.")) from error

"""HTTP between desks: who we are is shown with every request, and what is answered is sorted by what can be done about it."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext as _

from core import plain
from integrations import sending
from peers import sealing
from peers.errors import Broken, Forgotten, InFlight, Refused, SecretUnreadable, Stale, Unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from peers.models import Connection

LARGEST_ANSWER = 20 * 1024 * 1024
"""Bytes of an answer in JSON; files may be as large as attachments may."""
AGENT = "PledgeDesk-Peers/1"
SHOWN = 300
EARLY_SECONDS = 60.0
"""How long before its end a token is not used any more."""
AGAIN_SECONDS = (0.05, 0.25)
"""After what pauses a request is sent again over a new line."""
QUICK_SECONDS = 2.0
"""Who says nothing for longer than this is not asked again at once."""
AWAY = frozenset({502, 503, 504})
"""What a proxy says of a desk that is away."""
NOT_BUILT = 501

_tokens: dict[tuple[int, str, str], tuple[str, float]] = {}
"""Tokens of this process, with when they end; keyed by what they were fetched with, so that a new secret fetches a new one."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that was not refused."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        """Answer what is said in it."""
        try:
            return plain.mended(self.content.decode()) if self.content else None
        except (ValueError, RecursionError) as error:
            raise Broken(_("The other side does not answer in JSON.")) from error


@dataclass(slots=True)
class Caller:
    """Asks one connection's other side."""

    connection: Connection
    base: str = ""
    tokens_at: str = field(init=False)

    def __post_init__(self) -> None:
        """Take the address without its end, unless what speaks through this knows it better."""
        self.base = self.base or self.connection.url.rstrip("/")
        parts = urlsplit(self.base)
        own = f"{parts.scheme}://{parts.netloc}" if self.connection.speaks_tmf else self.base
        self.tokens_at = self.connection.token_url or f"{own}/oauth/token/"

    def get(self, path: str, *, headers: Mapping[str, str] | None = None, limit: int = LARGEST_ANSWER) -> Said:
        """Read."""
        return self._ask("GET", path, b"", dict(headers or {}), limit)

    def post(self, path: str, body: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> Said:
        """Send JSON."""
        content = json.dumps(body, ensure_ascii=False).encode()
        return self._ask("POST", path, content, {"Content-Type": "application/json", **(headers or {})}, LARGEST_ANSWER)

    def patch(self, path: str, body: Mapping[str, Any], kind: str, *, headers: Mapping[str, str] | None = None) -> Said:
        """Send a patch of some type."""
        content = json.dumps(body, ensure_ascii=False).encode()
        return self._ask("PATCH", path, content, {"Content-Type": kind, **(headers or {})}, LARGEST_ANSWER)

    def delete(self, path: str) -> Said:
        """Have something removed."""
        return self._ask("DELETE", path, b"", {}, LARGEST_ANSWER)

    def file(self, url: str, limit: int, *, shows_who: bool) -> bytes:
        """Fetch a file from an address; who we are is shown to the other side itself and to nobody else."""
        headers = {"User-Agent": AGENT, "Accept": "*/*"} | ({"Authorization": self._authorization()} if shows_who else {})
        return _sorted_out(self._call(sending.Request("GET", url, headers, b"", self._private, limit, needs_all=True))).content

    def post_file(self, path: str, file: tuple[str, bytes, str], fields: Mapping[str, str], *, headers: Mapping[str, str]) -> Said:
        """Send a file with fields, as a form does (RFC 7578)."""
        kind, content = _form(file, fields)
        return self._ask("POST", path, content, {"Content-Type": kind, **headers}, LARGEST_ANSWER)

    def _ask(self, method: str, path: str, content: bytes, headers: dict[str, str], limit: int) -> Said:
        said = self._once(method, path, content, headers, limit)
        if said.status == 401 and self.connection.auth == self.connection.Auth.CLIENT:  # noqa: PLR2004 - the token may have ended early
            _tokens.pop(self._whose(), None)
            said = self._once(method, path, content, headers, limit)
        return _sorted_out(said)

    def _once(self, method: str, path: str, content: bytes, headers: dict[str, str], limit: int) -> Said:
        shown = {"Authorization": self._authorization(), "User-Agent": AGENT, "Accept": "application/json", "Accept-Language": "en"}
        return self._call(sending.Request(method, self.base + path, {**shown, **headers}, content, self._private, limit, needs_all=True))

    @property
    def _private(self) -> bool:
        return self.connection.allow_private or settings.WEBHOOKS_ALLOW_PRIVATE

    def _call(self, request: sending.Request) -> Said:
        """Ask; at once again where the line only broke, if what is asked is done once however often it comes.

        What another kind of system might do twice goes over a line of its own, which has not been closed over there meanwhile.
        """
        is_once = request.method == "GET" or self.connection.adaptor == self.connection.Adaptor.DESK
        request = replace(request, is_alone=not is_once)
        for pause in (*(AGAIN_SECONDS if is_once else ()), None):
            started = time.monotonic()
            reply = sending.call(request)
            if reply.status is not None or pause is None or time.monotonic() - started > QUICK_SECONDS:
                break
            time.sleep(pause)
        if reply.status is None:
            raise Unreachable(reply.error)
        return Said(reply.status, reply.headers, reply.body)

    def _whose(self) -> tuple[int, str, str]:
        return self.connection.pk or 0, self.tokens_at, self.connection.secret

    def _authorization(self) -> str:
        if self.connection.auth == self.connection.Auth.BASIC:
            return f"Basic {_named(self.connection.username, self._secret())}"
        return f"Bearer {self._token()}"

    def _secret(self) -> str:
        try:
            return sealing.opened(self.connection.secret)
        except SecretUnreadable as refusal:
            raise Unreachable(str(refusal)) from refusal

    def _token(self) -> str:
        secret = self._secret()
        if self.connection.auth == self.connection.Auth.BEARER:
            return secret
        token, ends = _tokens.get(self._whose(), ("", 0.0))
        if time.monotonic() < ends:
            return token
        return self._fetched(secret)

    def _fetched(self, secret: str) -> str:
        """Fetch a token (RFC 6749, section 4.4)."""
        headers = {
            "Authorization": f"Basic {_named(self.connection.username, secret)}",
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": AGENT,
        }
        content = urlencode({"grant_type": "client_credentials"}).encode()
        request = sending.Request("POST", self.tokens_at, headers, content, self._private, SHOWN * 100, needs_all=True)
        said = self._call(request)
        body = said.body if said.status == 200 else None  # noqa: PLR2004 - OK
        if not isinstance(body, dict) or not body.get("access_token"):
            raise Unreachable(_("The other side gives us no token (%(status)s).") % {"status": said.status}, seconds=_wait(said))
        lives = max(0.0, float(body.get("expires_in") or 0) - EARLY_SECONDS)
        _tokens[self._whose()] = str(body["access_token"]), time.monotonic() + lives
        return str(body["access_token"])


def _named(name: str, secret: str) -> str:
    return base64.b64encode(f"{name}:{secret}".encode()).decode()


def _sorted_out(said: Said) -> Said:
    """Answer what was taken; raise what can be done about the rest."""
    if 200 <= said.status < 300 or said.status == 304:  # noqa: PLR2004 - taken, or not changed
        return said
    code, words = _problem(said)
    match said.status:
        case 401:
            raise Unreachable(_("The other side does not let us in (401): %(words)s") % {"words": words})
        case 403 if code in ("scope_missing", "token_reads_only"):
            raise Unreachable(_("What we log in with may do too little over there: %(words)s") % {"words": words})
        case 409 if code == "idempotency_in_flight":
            raise InFlight(words)
        case 410 if code == "changes_forgotten":
            raise Forgotten(words)
        case 412:
            raise Stale(words)
        case 429:
            raise Unreachable(_("The other side asks us to be slower."), seconds=_wait(said))
        case status if status in AWAY or 300 <= status < 400:  # noqa: PLR2004 - redirections
            raise Unreachable(_("The other side is not there (%(status)s).") % {"status": status}, seconds=_wait(said))
        case status if status >= 500 and status != NOT_BUILT:  # noqa: PLR2004 - its own failures
            raise Broken(_("The other side failed (%(status)s).") % {"status": status})
    raise Refused(words or str(said.status), status=said.status, code=code)


def _problem(said: Said) -> tuple[str, str]:
    """Answer code and sentence of a problem document (RFC 9457), or of an error as TMF630 has it: message and reason."""
    try:
        body = plain.mended(said.content.decode())
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(body, dict):
        return "", ""
    fields = [f"{each.get('pointer', '')} {each.get('detail', '')}".strip() for each in body.get("errors") or () if isinstance(each, dict)]
    sentence = next((body[name] for name in ("detail", "message", "reason", "title") if body.get(name)), "")
    words = "; ".join([str(sentence), *fields])
    return str(body.get("code", "")), words[:SHOWN]


def _wait(said: Said) -> int:
    given = said.headers.get("retry-after", "")
    return min(int(given), 3600) if given.isascii() and given.isdecimal() else 0


def _form(file: tuple[str, bytes, str], fields: Mapping[str, str]) -> tuple[str, bytes]:
    """Answer the type and the bytes of a form with a file."""
    edge = uuid4().hex
    name, content, kind = file
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
    shown = name.replace("\\", "_").replace('"', "%22").replace("\r", " ").replace("\n", " ")
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{shown}"\r\nContent-Type: {kind}\r\n\r\n'
    return f"multipart/form-data; boundary={edge}", b"".join([*parts, head.encode(), content, f"\r\n--{edge}--\r\n".encode()])

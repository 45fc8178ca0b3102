"""One request to another system: to a checked address, followed nowhere, over after a fixed time. No database here."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Timer
from typing import TYPE_CHECKING

from standardwebhooks import Webhook

from integrations import addresses
from integrations.errors import BadAddress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

CONNECT_SECONDS, TOTAL_SECONDS = 5.0, 15.0
ANSWER_BYTES = 2000
"""How much of an answer is read."""
ANSWER_SHOWN, ERROR_SHOWN = 500, 300
AGENT = "PledgeDesk-Webhooks/1"
GONE = 410
KEPT_SECONDS = 1.0
"""How long a line that nobody uses is taken to be open still: other servers close theirs after two seconds and more."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes where, and the secrets that sign it, the newest first."""

    url: str
    message_id: str
    body: str
    secrets: Sequence[str]
    allow_private: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it."""

    milliseconds: int
    status: int | None = None
    text: str = ""
    error: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the other side has it."""
        return self.status is not None and http.HTTPStatus.OK <= self.status < http.HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_gone(self) -> bool:
        """Whether the other side wants nothing more."""
        return self.status == GONE

    @property
    def is_silent(self) -> bool:
        """Whether nobody answered: the next message would only wait as long."""
        return self.status is None


def headers(letter: Letter, at: datetime) -> dict[str, str]:
    """Answer the headers of Standard Webhooks: id, time, and a signature by each secret that holds."""
    signed = [Webhook(secret).sign(letter.message_id, at, letter.body) for secret in letter.secrets]
    return {
        "content-type": "application/json",
        "user-agent": AGENT,
        "webhook-id": letter.message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signed),
    }


def send(letter: Letter, at: datetime) -> Answer:
    """Post it once; whatever goes wrong is part of the answer."""
    started = time.monotonic()

    def answer(**facts: object) -> Answer:
        return Answer(int((time.monotonic() - started) * 1000), **facts)  # type: ignore[arg-type]

    try:
        status, _headers, body = _ask(_request(letter, headers(letter, at)), started)
        text = body.decode("utf-8", "replace").replace("\0", "")[:ANSWER_SHOWN]
    except BadAddress as refusal:
        return answer(error=str(refusal)[:ERROR_SHOWN])
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        if time.monotonic() - started >= TOTAL_SECONDS:
            return answer(error=f"No answer within {TOTAL_SECONDS:.0f} s.")
        return answer(error=(str(error) or repr(error)).replace("\0", "")[:ERROR_SHOWN])
    return answer(status=status, text=text)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of another system; its answer is read up to a limit."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    allow_private: bool
    limit: int = ANSWER_BYTES
    needs_all: bool = False
    """Whether an answer that is cut off or longer than the limit is none; else how it begins is enough."""
    is_alone: bool = False
    """Whether it goes over a new line even where one is kept."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What another system answers; without a status nobody did, and ``error`` says why."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str = ""


def call(request: Request) -> Reply:
    """Ask once, and answer all of what is said; whatever goes wrong is part of the reply."""
    started = time.monotonic()
    try:
        status, given, body = _ask(request, started)
    except BadAddress as refusal:
        return Reply(error=str(refusal)[:ERROR_SHOWN])
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        if time.monotonic() - started >= TOTAL_SECONDS:
            return Reply(error=f"No answer within {TOTAL_SECONDS:.0f} s.")
        return Reply(error=(str(error) or repr(error)).replace("\0", "")[:ERROR_SHOWN])
    return Reply(status, given, body)


def _request(letter: Letter, signed: Mapping[str, str]) -> Request:
    return Request("POST", letter.url, signed, letter.body.encode(), letter.allow_private)


@contextmanager
def lines_kept() -> Iterator[None]:
    """Meanwhile, and in this thread alone, use a line that answered whole for what is asked of the same place next.

    Names are looked up and checked when a line is opened; it leads to the address that was checked for as long as it is kept.
    """
    kept: dict[Where, _Line] = {}
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)
        for line in kept.values():
            line.close()


def _ask(request: Request, started: float) -> tuple[int, dict[str, str], bytes]:
    place = addresses.taken_apart(request.url, allow_private=request.allow_private)
    where: Where = (place.is_tls, place.host, place.port, request.allow_private)
    kept, is_whole = _kept.get(), False
    line = _opened(place, where, request, ends=started + TOTAL_SECONDS)
    try:
        with _cut_after(line.sock, line.ends - time.monotonic()):
            line.request(request.method, place.path, request.body or None, dict(request.headers))
            answer = line.getresponse()
            if time.monotonic() >= line.ends:
                raise TimeoutError  # a line that is cut within the headers looks as if they had ended
            body = _whole(answer, request.limit) if request.needs_all else _beginning(answer, request.limit)
        is_whole = request.needs_all and answer.isclosed() and not answer.will_close
    finally:
        if kept is not None and is_whole:
            line.answered_at = time.monotonic()
            kept[where] = line
        else:
            line.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def _opened(place: addresses.Place, where: Where, request: Request, *, ends: float) -> _Line:
    """Answer a line to a place: one that was kept, if it was used just now, else a new one."""
    line = (_kept.get() or {}).pop(where, None)
    if line is not None and not request.is_alone and line.sock is not None and time.monotonic() - line.answered_at < KEPT_SECONDS:
        line.ends = ends
        line.sock.settimeout(max(0.1, ends - time.monotonic()))
        return line
    if line is not None:
        line.close()
    line = _Line(place, allow_private=request.allow_private, ends=ends)
    line.connect()
    return line


def _beginning(answer: http.client.HTTPResponse, limit: int) -> bytes:
    """Answer how the body begins; the status counts, even where the rest does not come."""
    try:
        return answer.read(limit)
    except (OSError, http.client.HTTPException, ValueError):
        return b""


def _whole(answer: http.client.HTTPResponse, limit: int) -> bytes:
    """Answer the body; one that is cut off or too long raises."""
    body = answer.read(limit + 1)
    if len(body) > limit:
        raise ValueError(f"The answer is longer than {limit} bytes.")
    if answer.length:  # bytes that were announced and did not come
        raise http.client.IncompleteRead(body, answer.length)
    return body


class _Line(http.client.HTTPConnection):
    """A connection to an address that was looked up once and checked; the name goes into the request and the certificate's check."""

    def __init__(self, place: addresses.Place, *, allow_private: bool, ends: float) -> None:
        super().__init__(place.host, place.port)
        self.default_port = addresses.PORTS["https" if place.is_tls else "http"]
        self.place, self.allow_private, self.ends, self.answered_at = place, allow_private, ends, 0.0

    def connect(self) -> None:
        """Take the first address that answers."""
        found = addresses.resolved(self.place.host, self.place.port, allow_private=self.allow_private)
        ends, trouble = min(self.ends, time.monotonic() + CONNECT_SECONDS), OSError("no address")
        for family, address in found:
            raw = socket.socket(family, socket.SOCK_STREAM)
            try:
                raw.settimeout(max(0.1, ends - time.monotonic()))
                raw.connect(address)
                self.sock = _tls().wrap_socket(raw, server_hostname=self.place.host) if self.place.is_tls else raw
            except OSError as error:
                raw.close()
                trouble = error
            else:
                self.sock.settimeout(max(0.1, self.ends - time.monotonic()))
                return
        raise trouble


Where = tuple[bool, str, int, bool]
_kept: ContextVar[dict[Where, _Line] | None] = ContextVar("lines_kept", default=None)


class _cut_after:  # noqa: N801 - a statement, not a thing
    """Shut the line when the time is over: a server that sends a byte now and then outlasts every timeout of a single read."""

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        self._timer = Timer(max(0.1, seconds), self._cut, [sock])
        self._timer.daemon = True

    @staticmethod
    def _cut(sock: socket.socket) -> None:
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)  # not the TLS socket's own, which would take the layer away under the reader

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()


@lru_cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()

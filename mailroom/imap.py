"""One conversation with a mail server by IMAP, to a checked address, over after a fixed time. No database here."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError
from imap_tools.utils import encode_folder

from integrations import addresses
from mailroom.errors import Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

CONNECT_SECONDS, READ_SECONDS = 8.0, 20.0
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
NAME = '("name" "PledgeDesk" "version" "1" "vendor" "PledgeDesk")'
"""NetEase's servers show no folder to a program that does not say its name (RFC 2971)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mailbox is and how to get in."""

    host: str
    port: int
    security: str
    username: str
    password: str
    folder: str
    allow_private: bool


class _Client(imaplib.IMAP4):
    """A line to an address that was looked up once and checked; the certificate is checked against the name."""

    def __init__(self, place: Place) -> None:
        self.place = place
        super().__init__(place.host, place.port, timeout=CONNECT_SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        trouble = OSError("no address")
        for family, address in addresses.resolved(self.place.host, self.place.port, allow_private=self.place.allow_private):
            raw = socket.socket(family, socket.SOCK_STREAM)
            try:
                raw.settimeout(timeout)
                raw.connect(address)
                line = tls().wrap_socket(raw, server_hostname=self.place.host) if self.place.security == "tls" else raw
            except OSError as error:
                raw.close()
                trouble = error
            else:
                line.settimeout(READ_SECONDS)
                return line
        raise trouble


@lru_cache
def tls() -> ssl.SSLContext:
    """Answer how lines are made safe: by certificates that the system trusts."""
    return ssl.create_default_context()


class Line(BaseMailBox):
    """A mailbox that is open, in its folder."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.abilities: set[str] = set()
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        client = _Client(self.place)
        if self.place.security == "starttls":
            client.starttls(tls())
        return client

    def enter(self) -> None:
        """Log in and open the folder."""
        plain = self.place.username.isascii() and self.place.password.isascii()
        (self.login if plain else self.login_utf8)(self.place.username, self.place.password, initial_folder=None)
        self.abilities = set(str(self.client.capability()[1][0], "ascii", "replace").upper().split())
        if "ID" in self.abilities:
            self.client.xatom("ID", NAME)
        self.folder.set(self.place.folder)

    def numbering(self) -> tuple[int, int]:
        """Answer the folder's numbering and its next number (RFC 9051, section 2.3.1.1)."""
        told = self.folder.status(self.place.folder, ["UIDVALIDITY", "UIDNEXT"])
        return told["UIDVALIDITY"], told["UIDNEXT"]

    def unread_since(self, day: datetime) -> list[int]:
        """Answer the numbers of what nobody has read and that came since a day."""
        return sorted(int(uid) for uid in self.uids(f"UNSEEN SINCE {day.day}-{MONTHS[day.month - 1]}-{day.year}"))

    def after(self, uid: int) -> list[int]:
        """Answer the numbers that follow one; a server answers the last one even where none follows."""
        return sorted(found for found in map(int, self.uids(f"UID {uid + 1}:*")) if found > uid)

    def size(self, uid: int) -> int | None:
        """Answer how many bytes a message has; None where it is gone."""
        told = self._told(uid, "(RFC822.SIZE)")
        found = SIZE.search(b" ".join(part if isinstance(part, bytes) else b" ".join(part) for part in told))
        return int(found[1]) if found else None

    def raw(self, uid: int, *, head_only: bool = False) -> bytes | None:
        """Answer a message as it is, without marking it as read."""
        wanted = "(BODY.PEEK[HEADER])" if head_only else "(BODY.PEEK[])"
        return next((part[1] for part in self._told(uid, wanted) if isinstance(part, tuple) and part[1]), None)

    def _told(self, uid: int, what: str) -> list[Any]:
        status, told = self.client.uid("FETCH", str(uid), what)
        if status != "OK":
            raise Unreachable(f"FETCH: {status}")
        return [part for part in told if part is not None]

    def put_away(self, uid: int, done_folder: str) -> None:
        """Move a message that was taken to where it is kept, or mark it as read.

        By hand: the library expunges with it whatever somebody else has marked as deleted.
        """
        if not done_folder:
            self._done("STORE", str(uid), "+FLAGS", r"(\Seen)")
            return
        folder = encode_folder(done_folder)
        if "MOVE" in self.abilities:
            self._done("MOVE", str(uid), folder)
            return
        self._done("COPY", str(uid), folder)
        self._done("STORE", str(uid), "+FLAGS", r"(\Deleted)")
        if "UIDPLUS" in self.abilities:
            self._done("EXPUNGE", str(uid))

    def has(self, folder: str) -> bool:
        """Whether there is such a folder."""
        return self.folder.exists(folder)

    def _done(self, command: str, *given: Any) -> None:
        try:
            status, told = self.client.uid(command, *given)
        except imaplib.IMAP4.abort:
            raise  # the line is gone
        except imaplib.IMAP4.error as refusal:  # the server calls the command bad
            raise Unreachable(f"{command}: {_words(refusal)}") from refusal
        if status != "OK":
            raise Unreachable(f"{command}: {_words(ValueError(told))}")


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@contextmanager
def opened(place: Place) -> Iterator[Line]:
    """Open a mailbox. Raises :class:`Unreachable`, with what went wrong, also for what goes wrong within."""
    started = time.monotonic()
    line: Line | None = None
    try:
        line = Line(place)
        line.enter()
        yield line
    except TimeoutError as error:
        raise Unreachable(f"No answer within {time.monotonic() - started:.0f} s") from error
    except (OSError, imaplib.IMAP4.error, ImapToolsError, ValueError, KeyError, UnicodeError) as error:
        raise Unreachable(_words(error)) from error
    finally:
        if line is not None:
            _leave(line)


def _leave(line: Line) -> None:
    try:
        line.client.logout()
    except (OSError, imaplib.IMAP4.error):
        return


def _words(error: Exception) -> str:
    """Answer what a server said, in one line; it never repeats a password, and neither do we."""
    said = " ".join(str(error).replace("\0", "").split()) or repr(error)
    return said[:280]

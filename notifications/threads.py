"""What makes the mails about one ticket a conversation, and an answer to any of them find its way back.

An answer is proved by something that only the reader of the mail was sent: the address to answer to, and the mail's own id, which
every mail program repeats in the answer (RFC 5322, section 3.6.4). Both carry a keyed hash, so that nobody can make one up.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from email.utils import parseaddr
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from notifications.kinds import INTERNAL_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from notifications.models import Message

    Known = Callable[[Message], Sequence[str]]

SALT = "notifications.threads"
SIGNED_BYTES = 10
"""80 bits: nobody tries that many addresses out by mail, and the part before the @ has room for 64 characters (RFC 5321)."""
TAG = re.compile(r"\+([a-z0-9-]{1,24})\.([ucn][0-9a-f]{1,18})\.([a-z2-7]{16})$")
OURS = re.compile(r"<?([0-9a-f]{32})\.(\d{1,18})\.([a-z2-7]{16})@[^<>\s]+>?$")
LINE = "##-"
"""Begins the line above which an answer is written; its end is the same backwards."""

_known: list[Known] = []


@dataclass(frozen=True, slots=True)
class Holder:
    """Who was sent an address to answer to: an account, or a contact by a digest of their address."""

    number: str
    user: int | None = None
    contact: str = ""
    is_internal: bool = False
    """Whether it was sent with what is among us: the answer stays among us."""


def on_references(known: Known) -> None:
    """Have a function asked which mails of the reader's own a mail answers (their ids, oldest first); called when an app is ready."""
    if known not in _known:
        _known.append(known)


def domain() -> str:
    """Answer the domain that our mails come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def root(number: str) -> str:
    """Answer the id under which mail programs show all mails of a ticket together."""
    return f"<{number}@{domain()}>"


def message_id(message: Message) -> str:
    """Answer the id of a mail: the same on every try, and signed."""
    named = f"{message.fingerprint}.{message.pk}"
    return f"<{named}.{_signature(named)}@{domain()}>"


def own_id(text: str) -> tuple[int, str] | None:
    """Answer the key and the fingerprint of the message a mail's id is of; none for an id that was not made here."""
    found = OURS.match(text.strip().lower())
    if found is None or not constant_time_compare(found[3], _signature(f"{found[1]}.{found[2]}")):
        return None
    return int(found[2]), found[1]


def headers(message: Message) -> dict[str, str]:
    """Answer the headers that keep a ticket's mails together and bring the answer back."""
    found = {"Message-ID": message_id(message)}
    number = message.context.get("ticket_number")
    if not number:
        return found
    theirs = [name for known in _known for name in known(message)][-20:]
    found["References"] = " ".join([root(number), *theirs])
    found["In-Reply-To"] = theirs[-1] if theirs else root(number)
    if answer_to := reply_address(message):
        found["Reply-To"] = answer_to
    return found


def subject(message: Message) -> str:
    """Answer the subject that all mails of a ticket share, since mail programs take another one for another conversation; else none."""
    number, about = message.context.get("ticket_number"), message.context.get("subject")
    return " ".join(f"[{number}] {about}".split())[:200] if number and about else ""


def reply_address(message: Message) -> str:
    """Answer where an answer to this mail goes: signed for its ticket and its reader; nothing where no answers are read."""
    number, address = message.context.get("ticket_number"), settings.MAIL_REPLY_ADDRESS
    if not number or not address or message.kind == "canary":
        return ""
    if not settings.MAIL_REPLY_TAGS:
        return str(address)
    kind = "n" if is_internal(message) else "u"
    who = f"{kind}{message.recipient_id:x}" if message.recipient_id else f"c{contact_digest(message.to)}"
    local, _at, host = address.rpartition("@")
    named = f"{number.lower()}.{who}"
    return f"{local}+{named}.{_signature(named)}@{host}"


def holder(address: str) -> Holder | None:
    """Answer for whom and what an address to answer to was made; none for one that was not made here."""
    local = address.strip().lower().rpartition("@")[0]
    found = TAG.search(local)
    if found is None or not constant_time_compare(found[3], _signature(f"{found[1]}.{found[2]}")):
        return None
    number, who = found[1].upper(), found[2]
    if who[0] == "c":
        return Holder(number, contact=who[1:])
    return Holder(number, user=int(who[1:], 16), is_internal=who[0] == "n")


def is_internal(message: Message) -> bool:
    """Whether an answer to this mail is a note among us."""
    return message.recipient is not None and message.recipient.is_provider and message.kind in INTERNAL_KINDS


def audience(message: Message) -> str:
    """Answer who reads an answer to this mail: the desk, the customer, or us alone; nobody where no answers are read."""
    if not reply_address(message):
        return ""
    if is_internal(message):
        return "us"
    return "customer" if message.recipient is not None and message.recipient.is_provider else "desk"


def contact_digest(address: str) -> str:
    """Answer by what a contact without an account is known in an address."""
    return sha256(address.strip().lower().encode()).hexdigest()[:10]


def _signature(named: str) -> str:
    digest = salted_hmac(SALT, named, algorithm="sha256").digest()[:SIGNED_BYTES]
    return base64.b32encode(digest).decode().lower()

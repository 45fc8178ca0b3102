"""A mail taken apart: who, to whom, about what, the words that are new, the whole, and the files."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from mailroom.engine import charsets, headers, html, quoting, tnef
from mailroom.engine import nature as natures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mailroom.engine.nature import Failure

MOST_PARTS, DEEPEST, MOST_NESTS = 120, 20, 100
MOST_STEPS = 30_000_000
"""Lines times parts within parts: each line is held against every border around it."""
LONGEST_TEXT, HEAD_BYTES = 100_000, 200_000
NESTS = re.compile(rb"(?:^|\r)content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
KINDS = re.compile(rb"(?:^|\r)content-(?:type|disposition):[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE)
"""The lines whose parameters Python's library takes apart in the square of their length."""
AGAIN = re.compile(r"^\s*(?:(?:re|fw|fwd|aw|sv|回复|答复|回覆|答覆|转发|轉寄|轉發|回信)(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE)
FORWARDED = re.compile(r"^\s*(?:fw|fwd|转发|轉寄|轉發)(?:\[\d+\])?\s*[:：]", re.IGNORECASE)
SEALED = {"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"}
NOTES = {"message/delivery-status", "message/disposition-notification", "text/rfc822-headers"}
"""What programs write for programs."""
WINMAIL = {"application/ms-tnef", "application/vnd.ms-tnef"}
ENDINGS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
}
RECIPIENTS = (
    "To",
    "Cc",
    "Bcc",
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Forwarded-To",
    "Apparently-To",
    "Resent-To",
)


class Unreadable(ValueError):
    """Nothing can be made of it within bounds: far too many parts, or parts within parts without end."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that a mail carries; one that the text shows is no news of its own."""

    name: str
    kind: str
    content: bytes
    is_inline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What a mail says."""

    message_id: str
    sender: str
    sender_name: str
    recipients: list[str]
    subject: str
    topic: str
    """The subject without signs of answers."""
    is_forward: bool
    references: list[str]
    nature: str
    hops: int
    sent_at: datetime | None
    text: str
    quoted: str
    whole: str
    markup: str = ""
    files: list[File] = field(default_factory=list)
    is_sealed: bool = False
    """Encrypted: what it says is known to its reader only."""
    failure: Failure | None = None
    authentication: list[str] = field(default_factory=list)
    """What servers on the way say of the sender (Authentication-Results)."""
    left_out: int = 0
    """Parts beyond those that are looked at."""


def parsed(raw: bytes) -> Message:
    """Answer the mail's tree. Raises :class:`Unreadable`."""
    nests = len(NESTS.findall(raw))
    if nests > MOST_NESTS or nests * raw.count(b"\n") > MOST_STEPS:
        raise Unreadable("too many parts within parts")
    if any(len(found[0]) > headers.LONGEST for found in KINDS.finditer(raw)):
        raise Unreadable("a part is described at far too great length")
    try:
        return message_from_bytes(raw.lstrip(b"\r\n"), policy=policy.compat32)
    except (RecursionError, ValueError, LookupError) as error:
        raise Unreadable(str(error)) from error


def head_and_rest(raw: bytes) -> tuple[Message, bytes]:
    """Answer the head of any mail, however it is built, and what follows; without a body there are no parts within parts to count."""
    head, _gap, body = raw.lstrip(b"\r\n").replace(b"\r\n", b"\n").partition(b"\n\n")
    return BytesHeaderParser(policy=policy.compat32).parsebytes(head[:HEAD_BYTES] + b"\n\n"), body


def key_of(raw: bytes) -> tuple[str, str]:
    """Answer by what a mail is known whichever way and however often it comes, and its message id.

    Servers add lines at the top and change line ends; the id, who wrote it and what it says stay.
    """
    top, body = head_and_rest(raw)
    named = next(iter(headers.ids(top, "Message-ID")), "")
    said = [named, headers.raw(top, "From"), headers.raw(top, "Subject"), headers.raw(top, "Date")]
    digest = hashlib.sha256("\0".join(said).encode("utf-8", "surrogateescape"))
    digest.update(body.rstrip())
    return digest.hexdigest(), charsets.clean(named)[:250]


def read(raw: bytes) -> Mail:
    """Answer what a mail says. Raises :class:`Unreadable` for what no mail program made."""
    message = parsed(raw)
    try:
        return _read(message)
    except RecursionError as error:
        raise Unreadable("too deeply nested") from error


def _read(message: Message) -> Mail:
    name, sender = next(iter(headers.addresses(message, "From", "Sender", "Reply-To")), ("", ""))
    subject = headers.text(message, "Subject")[:500]
    written = natures.nature(message)
    parts, left_out = _leaves(message)
    words, markup, files = _sorted(parts)
    text = (words if words.strip() else html.as_text(markup))[:LONGEST_TEXT]
    if quoted_at_once := _quoted_by_markup(words, markup):
        new, rest = quoted_at_once
    else:
        new, rest = quoting.split(text)
    return Mail(
        message_id=next(iter(headers.ids(message, "Message-ID")), ""),
        sender=sender, sender_name=name,
        recipients=list(dict.fromkeys(address for _name, address in headers.addresses(message, *RECIPIENTS))),
        subject=subject, topic=AGAIN.sub("", subject).strip(), is_forward=bool(FORWARDED.match(subject)),
        references=headers.ids(message, "References", "In-Reply-To"),
        nature=written, hops=natures.hops(message), sent_at=_date(message),
        text=new, quoted=rest, whole=quoting.whole(text), markup=markup, files=files,
        authentication=headers.every(message, "Authentication-Results"), is_sealed=_is_sealed(message),
        failure=natures.failure(message) if written == natures.BOUNCE else None, left_out=left_out,
    )  # fmt: skip


def _quoted_by_markup(words: str, markup: str) -> quoting.Split | None:
    """Answer the new part by the HTML where it marks the quotation and the plain text hides it: some programs write none there."""
    if not words or not markup:
        return None
    by_words = quoting.split(words)
    if by_words.quoted:
        return by_words
    by_markup = quoting.split(html.as_text(markup)[:LONGEST_TEXT])
    return by_markup if by_markup.quoted and len(by_markup.new) < len(by_words.new) else by_words


def _leaves(message: Message) -> tuple[list[Message], int]:
    found: list[Message] = []
    beyond = 0
    for part in _walk(message, 0):
        if len(found) < MOST_PARTS:
            found.append(part)
        else:
            beyond += 1
    return found, beyond


def _walk(message: Message, depth: int) -> Iterator[Message]:
    """Yield what holds something: a mail within a mail is a file, it is not walked into."""
    payload = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(payload, list):
        if depth >= DEEPEST:
            return
        for part in payload:
            if isinstance(part, Message):
                yield from _walk(part, depth + 1)
    else:
        yield message


def _sorted(parts: list[Message]) -> tuple[str, str, list[File]]:
    """Answer the plain text, the HTML and the files."""
    words: list[str] = []
    markup: list[str] = []
    files: list[File] = []
    for part in parts:
        kind, name = part.get_content_type(), headers.filename(part)
        disposed = headers.text(part, "Content-Disposition").lower().partition(";")[0].strip()
        is_body = disposed != "attachment" and not name
        if is_body and kind == "text/plain":
            words.append(_words(part))
        elif is_body and kind == "text/html":
            markup.append(_words(part))
        elif kind in WINMAIL or name.lower() == "winmail.dat":
            _unpack(part, words, files)
        elif not (is_body and kind in NOTES):
            files.append(_file(part, kind, name, disposed, len(files) + 1))
    return "\n".join(words).strip("\n"), "\n".join(markup), [each for each in files if each.content]


def _words(part: Message) -> str:
    data = _bytes(part)
    text = charsets.decoded(data, str(part.get_param("charset", "", unquote=True) or "")[:60])
    if str(part.get_param("format", "") or "").lower() == "flowed":
        text = _unflowed(text, deletes=str(part.get_param("delsp", "") or "").lower() == "yes")
    return text


def _unflowed(text: str, *, deletes: bool) -> str:
    """Join lines that were broken to fit a width (RFC 3676)."""
    lines: list[str] = []
    flows = False
    for line in text.split("\n"):
        quoted = line.startswith(">")
        words = line.removeprefix(" ")
        if flows and not quoted:
            lines[-1] = (lines[-1][:-1] if deletes else lines[-1]) + words
        else:
            lines.append(words)
        flows = line.endswith(" ") and line != "-- " and not quoted
    return "\n".join(lines)


def _bytes(part: Message) -> bytes:
    """Answer the content, however its transfer encoding was damaged."""
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        payload = None
    if isinstance(payload, bytes):
        broken = (
            payload
            and headers.text(part, "Content-Transfer-Encoding").lower() == "base64"
            and b"".join(payload.split()) == _as_it_stands(part)
        )
        return headers.unpacked(payload.decode("ascii", "ignore")) if broken else payload
    whole = part.get_payload()
    if isinstance(whole, list) and whole and isinstance(whole[0], Message):
        return _as_bytes(whole[0])
    return str(whole or "").encode("utf-8", "surrogateescape") if isinstance(whole, str) else b""


def _as_it_stands(part: Message) -> bytes:
    """Answer the content before its transfer encoding was taken off; the same as after, where it could not be."""
    whole = part.get_payload()
    return "".join(whole.split()).encode("utf-8", "surrogateescape") if isinstance(whole, str) else b""


def _as_bytes(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (UnicodeError, ValueError, LookupError, AttributeError, TypeError):
        return str(message.get_payload() or "").encode("utf-8", "replace")


def _file(part: Message, kind: str, name: str, disposed: str, number: int) -> File:
    if kind == "message/rfc822" and not name:
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload and isinstance(payload[0], Message) else None
        name = (headers.text(inner, "Subject").replace("/", " ")[:80] if inner is not None else "") or "message"
        name += ".eml"
    is_inline = part.get("Content-ID") is not None and disposed != "attachment" and kind.startswith("image/")
    return File(name or f"part-{number}{ENDINGS.get(kind, '.bin')}", kind, _bytes(part), is_inline)


def _unpack(part: Message, words: list[str], files: list[File]) -> None:
    data = _bytes(part)
    found = tnef.unpacked(data)
    for each in found:
        if each.name:
            name = headers.charsets_name(each.name)
            files.append(File(name, "application/octet-stream", each.content))
        elif not any(text.strip() for text in words):
            words.append(charsets.decoded(each.content))
    if not found:
        files.append(File("winmail.dat", "application/ms-tnef", data))


def _is_sealed(message: Message) -> bool:
    kinds = {message.get_content_type(), *(part.get_content_type() for part in message.get_payload() if isinstance(part, Message))} if (
        isinstance(message.get_payload(), list)
    ) else {message.get_content_type()}  # fmt: skip
    if kinds & {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        return str(message.get_param("smime-type", "enveloped-data", unquote=True)).lower() != "signed-data"
    return "multipart/encrypted" in kinds


def _date(message: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(headers.raw(message, "Date"))
        return found if found.tzinfo and 1990 < found.year < 2100 else None  # noqa: PLR2004 - what a mail can be of
    except (ValueError, TypeError, IndexError, OverflowError):
        return None

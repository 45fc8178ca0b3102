"""Headers as people write them and programs garble them: RFC 2047 and 2231, and everything that is neither."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from email.utils import getaddresses, unquote
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from mailroom.engine.charsets import clean, decoded

if TYPE_CHECKING:
    from email.message import Message

LONGEST = 10_000
"""Characters of a header that are looked at."""
WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
BETWEEN = re.compile(r"(\?=)\s+(=\?)")
ID = re.compile(r"<([^<>\s]{1,240})>")
ADDRESS = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\[\]\\]{1,190}")
MOST_ADDRESSES = 100


def raw(message: Message, name: str) -> str:
    """Answer a header as it stands, its bytes as words; empty where there is none."""
    return next(iter(every(message, name)), "")


def every(message: Message, name: str) -> list[str]:
    """Answer a header that may stand there several times."""
    wanted = name.lower()
    # Asked for by name, a header with bytes in it would come back with question marks in their place.
    found = [str(value) for each, value in message.raw_items() if each.lower() == wanted]
    return [_words(value)[:LONGEST] for value in found[:50]]


def text(message: Message, name: str) -> str:
    """Answer what a header says, on one line."""
    return " ".join(unfolded(raw(message, name)).split())


def unfolded(value: str) -> str:
    """Decode encoded words, also those that stand in quotes, hold spaces, or cut a character in two (RFC 2047 and what is done to it)."""
    joined = BETWEEN.sub(r"\1\2", value.replace("\r", "").replace("\n", ""))
    parts: list[str] = []
    pending: list[bytes] = []
    label, end = "", 0
    for found in WORD.finditer(joined):
        charset = found[1].partition("*")[0]
        if pending and (found.start() > end or charset.lower() != label.lower()):
            parts.append(decoded(b"".join(pending), label))
            pending = []
        parts.append(joined[end : found.start()])
        label, end = charset, found.end()
        pending.append(_bytes(found[2], found[3]))
    if pending:
        parts.append(decoded(b"".join(pending), label))
    return clean("".join([*parts, joined[end:]]))


def _bytes(kind: str, word: str) -> bytes:
    if kind in "qQ":
        return quopri.decodestring(word.replace("_", " ").encode("utf-8", "replace"), header=False)
    return unpacked(word)


def unpacked(word: str) -> bytes:
    """Answer what stands in Base64, whatever else was put between."""
    packed = re.sub(r"[^A-Za-z0-9+/]", "", word)
    if len(packed) % 4 == 1:
        packed = packed[:-1]  # no byte is left of a single character
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4))
    except binascii.Error:
        return b""


def _words(value: str) -> str:
    """Read bytes that stand in a header as they are: in UTF-8, or in what Chinese programs write."""
    if value.isascii():
        return value
    return decoded(value.encode("utf-8", "surrogateescape"))


def addresses(message: Message, *names: str) -> list[tuple[str, str]]:
    """Answer names and addresses (in small letters) of these headers, of each that can be read as one."""
    values = [value for name in names for value in every(message, name)]
    found: list[tuple[str, str]] = []
    for value in values:
        try:
            pairs = getaddresses([BETWEEN.sub(r"\1\2", value)])
        except RecursionError:  # the library calls itself for every colon
            pairs = []
        good = [(unfolded(name), address.strip().lower()) for name, address in pairs if ADDRESS.fullmatch(address.strip())]
        found += good or [("", address.lower()) for address in ADDRESS.findall(unfolded(value))]
    return [(" ".join(name.split())[:120], address) for name, address in found[:MOST_ADDRESSES]]


def ids(message: Message, *names: str) -> list[str]:
    """Answer the ids of messages that these headers name, without brackets, each once, the oldest first."""
    return list(dict.fromkeys(found for name in names for value in every(message, name) for found in ID.findall(value)))[-40:]


def filename(message: Message) -> str:
    """Answer what a part is called: RFC 2231 with its pieces, RFC 2047 where it is not allowed, bare bytes; never a path."""
    name = _parameter(message, "content-disposition", "filename") or _parameter(message, "content-type", "name")
    name = unfolded(name)
    name = PurePosixPath(" ".join(name.replace("\\", "/").split())).name.strip(". ")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:120]}{dot}{ending[:20]}" if dot else name[:120]


def _parameter(message: Message, header: str, name: str) -> str:
    value = None
    if all(str(given).isascii() for each, given in message.raw_items() if each.lower() == header):
        try:
            value = message.get_param(name, None, header, unquote=True)
        except (ValueError, IndexError, UnicodeError):
            value = None
    if isinstance(value, tuple):
        charset, _language, words = value
        return decoded(words.encode("latin-1", "replace") if _is_latin(words) else words.encode("utf-8", "surrogateescape"), charset or "")
    if value:
        words = _words(str(value))
        return decoded(unquote_to_bytes(words)) if re.search(r"%[0-9A-Fa-f]{2}%[0-9A-Fa-f]{2}", words) else words
    found = re.search(rf"{name}\s*=\s*(\"[^\"]*\"|[^;]+)", raw(message, header), re.IGNORECASE)
    return unquote(found[1].strip()) if found else ""


def _is_latin(words: str) -> bool:
    return all(ord(letter) < 256 for letter in words)  # noqa: PLR2004 - a byte each


def charsets_name(name: bytes) -> str:
    """Answer the name of a file that stands in bytes without saying in which encoding."""
    words = decoded(name)
    return PurePosixPath(words.replace("\\", "/")).name.strip(". ")[:140] or "file"

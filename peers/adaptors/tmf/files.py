"""Files of trouble tickets: by value or by address, and from no host that nobody has allowed."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from django.conf import settings
from django.utils.translation import gettext as _

from peers.adaptors.peer import File
from peers.adaptors.tmf.reading import file_name
from peers.errors import Refused, Unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from peers.adaptors.calling import Caller

LONGEST_NAME = 200
OTHER = "application/octet-stream"


def written(file: tuple[str, bytes, str], external_id: str, by_address_of: str) -> dict[str, Any]:
    """Answer a file as an attachment that bears our id: by value, or by the address where this version of ours serves it."""
    name, content, kind = file
    said = {
        "id": external_id,
        "name": name,
        "attachmentType": "file",
        "mimeType": kind or OTHER,
        "description": f"[{external_id}]",
        "size": {"amount": len(content), "units": "bytes"},
    }
    if not by_address_of:
        return {**said, "content": base64.b64encode(content).decode()}
    number, _slash, key = external_id.rpartition("/")
    return {**said, "url": f"{settings.PUBLIC_URL}/tmf-api/troubleTicket/{by_address_of}/troubleTicket/{number}/attachment/{key}"}


def read(caller: Caller, raw: Mapping[str, Any], key: str) -> tuple[File | None, str]:
    """Answer a file that can be fetched, or else what is said instead of it: its name and where it is."""
    name, size = file_name(raw)[-LONGEST_NAME:], _size(raw)
    if size <= settings.ATTACHMENT_MAX_BYTES and (raw.get("content") or _shows_who(caller, _address(caller, raw)) is not None):
        return File(key, name, size, str(raw.get("mimeType") or OTHER)), ""
    return None, _("File “%(name)s”: %(url)s") % {"name": name, "url": str(raw.get("url") or raw.get("href") or "–")}


def _size(raw: Mapping[str, Any]) -> int:
    content, size = raw.get("content"), raw.get("size")
    if content:
        return len(str(content)) * 3 // 4
    amount = size.get("amount") if isinstance(size, dict) and str(size.get("units", "bytes")).casefold() in {"bytes", "byte", "b"} else 0
    return int(amount) if isinstance(amount, int | float) else 0


def _address(caller: Caller, raw: Mapping[str, Any]) -> str:
    """Answer where a file is; without a host it is below theirs, and so is what their tickets have, whatever host they think they have."""
    url = urljoin(f"{caller.base}/", str(raw.get("url") or "")) if raw.get("url") else ""
    parts, own = urlsplit(url), urlsplit(caller.base)
    is_theirs = parts.path.startswith(f"{own.path}/troubleTicket/") or parts.netloc.casefold() == own.netloc.casefold()
    return urlunsplit(parts._replace(scheme=own.scheme, netloc=own.netloc)) if url and is_theirs else url


def _shows_who(caller: Caller, url: str) -> bool | None:
    """Whether who fetches it shows who we are: to the other side itself; None where it may not be fetched at all."""
    parts, own = urlsplit(url), urlsplit(caller.base)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        return None
    if (parts.scheme, parts.netloc.casefold()) == (own.scheme, own.netloc.casefold()):
        return True
    allowed = caller.connection.file_hosts.casefold().replace(",", " ").split()
    return False if parts.scheme == "https" and parts.netloc.casefold() in allowed else None


def content(caller: Caller, raw: Mapping[str, Any]) -> bytes:
    """Answer what is in a file.

    Raises Refused where it is not what it says it is, or not there.
    """
    if raw.get("content"):
        try:
            return base64.b64decode(str(raw["content"]), validate=False)
        except (binascii.Error, ValueError) as error:
            raise Refused(_("The file “%(name)s” is not written in base64.") % {"name": file_name(raw)}) from error
    url = _address(caller, raw)
    shows_who = _shows_who(caller, url)
    if shows_who is None:
        raise Refused(_("The file “%(name)s” is at an address that nobody has allowed.") % {"name": file_name(raw)})
    try:
        return caller.file(url, settings.ATTACHMENT_MAX_BYTES, shows_who=shows_who)
    except Unreachable as trouble:
        if shows_who:
            raise
        raise Refused(_("The file “%(name)s” cannot be fetched: %(why)s") % {"name": file_name(raw), "why": trouble.text}) from trouble

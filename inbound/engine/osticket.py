"""The message by which scripts make tickets in osTicket (docs.osticket.com, Developer Documentation, API, Tickets), as JSON or XML."""

from __future__ import annotations

import base64
import binascii
import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes
from xml.etree import ElementTree

from django.core.exceptions import SuspiciousOperation, ValidationError
from django.core.validators import validate_email, validate_ipv46_address
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from inbound.engine.bodies import an_object, said
from inbound.engine.signals import SUBJECT, TEXT, File, Reading, Signal, cut
from inbound.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

NEEDED = ("email", "name", "subject", "message")
PRIORITIES: Mapping[str, int] = {"1": 4, "2": 3, "3": 2, "4": 1, "low": 4, "normal": 3, "high": 2, "emergency": 1}
"""osTicket's priorities as they are shipped, and the severity that is as bad."""
MOST_FILES = 10
BREAK = re.compile(r"(?i)<(?:br|/p|/div|/li|/tr|/h[1-6])\s*/?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a source makes of topics and priorities."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    """The kind of ticket for a topic, by its number."""
    severities: Mapping[str, int] = field(default_factory=dict)


def read_json(body: bytes, rules: Rules) -> Reading:
    """Answer what a JSON message says. Raises Unreadable."""
    return _read(an_object(body), rules)


def read_xml(body: bytes, rules: Rules) -> Reading:
    """Answer what an XML message says. Raises Unreadable."""
    if b"<!DOCTYPE" in body[:4096].upper() or b"<!ENTITY" in body.upper():
        raise Unreadable(_("A document type is not taken."), code="bad_xml")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - without a document type there are no entities to expand
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise Unreadable(_("This is no XML: %(why)s") % {"why": str(error)[:200]}, code="bad_xml") from error
    if root.tag != "ticket":
        raise Unreadable(_("Send one <ticket>."), code="bad_xml")
    data: dict[str, Any] = {child.tag: child.text or "" for child in root if child.tag != "attachments"}
    message = root.find("message")
    if message is not None and "html" in message.get("type", ""):
        data["message"] = f"data:text/html,{quote(message.text or '')}"
    files = root.find("attachments")
    data["attachments"] = [{file.get("name", "file"): _inline(file)} for file in (files if files is not None else ())]
    return _read(data, rules)


def _inline(file: ElementTree.Element) -> str:
    """Answer a file as JSON would have it; its words stand in XML as they are, so what looks like an escape is none."""
    kind, words = file.get("type", "text/plain"), file.text or ""
    if file.get("encoding", "").lower() == "base64":
        return f"data:{kind};base64,{words}"
    return f"data:{kind};charset=utf-8,{quote(words)}"


def _read(data: Mapping[str, Any], rules: Rules) -> Reading:
    missing = [name for name in NEEDED if not isinstance(data.get(name), str) or not data[name].strip()]
    if missing:
        raise Unreadable(_("Missing or empty: %(names)s.") % {"names": ", ".join(missing)}, field=missing[0], code="required")
    email = data["email"].strip()
    try:
        validate_email(email)
        if data.get("ip"):
            validate_ipv46_address(said(data["ip"]))
    except ValidationError as error:
        raise Unreadable(str(error.messages[0]), field="email", code="invalid") from error
    message = text_of(data["message"])
    if not message:
        raise Unreadable(_("Missing or empty: %(names)s.") % {"names": "message"}, field="message", code="required")
    files, left_out = _files(data.get("attachments") or [])
    topic, priority = said(data.get("topicId")), said(data.get("priority")).lower()
    return Reading(
        [
            Signal(
                key="",
                subject=cut(data["subject"], SUBJECT),
                description=cut(message, TEXT),
                severity=rules.severities.get(priority) or PRIORITIES.get(priority),
                kind=rules.kinds.get(topic.lower(), ""),
                contact_name=cut(data["name"], 80),
                contact_phone=cut(said(data.get("phone")), 40),
                contact_email=email[:254],
                files=files,
            )
        ],
        left_out=left_out,
    )


def text_of(message: str) -> str:
    """Answer a message as plain text: as it is, or what its data URL (RFC 2397) holds; HTML becomes its words."""
    if not message.lower().startswith("data:"):
        return message.strip()
    kind, content = _opened(message)
    charset = re.search(r"charset=([\w-]+)", kind)
    try:
        text = content.decode(charset[1] if charset else "utf-8", "replace")
    except LookupError as error:
        raise Unreadable(
            _("Nobody knows the character set “%(name)s”.") % {"name": charset[1] if charset else ""}, code="bad_encoding"
        ) from error
    if kind.startswith("text/html"):
        text = _words_of(text)
    return text.strip()


def _words_of(markup: str) -> str:
    try:
        return html.unescape(strip_tags(BREAK.sub("\n", markup)))
    except SuspiciousOperation as error:  # tags that open and never close, as nobody writes them
        raise Unreadable(_("The HTML of the message cannot be taken apart."), field="message", code="bad_html") from error


def _opened(url: str) -> tuple[str, bytes]:
    head, comma, content = url[5:].partition(",")
    if not comma:
        raise Unreadable(_("A data: URL has a comma before its content."), code="bad_data_url")
    kind = head.strip().lower()
    if not kind.endswith(";base64"):
        return kind, unquote_to_bytes(content.encode("utf-8", "replace"))
    try:
        return kind, base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable(_("A data: URL says base64 and holds something else."), code="bad_data_url") from error


def _files(rows: Any) -> tuple[list[File], list[str]]:
    """Answer the files; what is more than are taken is left out and named."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreadable(_("“%(name)s” is not a list of objects.") % {"name": "attachments"}, field="attachments", code="bad_type")
    pairs = [(name, content) for row in rows for name, content in row.items()]
    files: list[File] = []
    for name, content in pairs[:MOST_FILES]:
        if not isinstance(content, str):
            raise Unreadable(_("An attachment is no text."), field="attachments", code="bad_type")
        data = _opened(content)[1] if content.lower().startswith("data:") else content.encode("utf-8", "replace")
        files.append(File(cut(name, 150) or "file", data))
    more = [
        _("“%(name)s” was not kept: at most %(most)s files.") % {"name": cut(name, 150), "most": MOST_FILES}
        for name, _c in pairs[MOST_FILES:]
    ]
    return files, more

"""A kept mail as it is shown to our people: words, safe HTML, and what it carries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailroom.engine import html, reading

if TYPE_CHECKING:
    from datetime import datetime

    from mailroom.engine.reading import File
    from mailroom.models import IncomingMail


@dataclass(frozen=True, slots=True)
class Preview:
    """What is shown; ``is_readable`` is no where nothing can be made of the mail."""

    is_readable: bool
    text: str = ""
    quoted: str = ""
    markup: str = ""
    recipients: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    sent_at: datetime | None = None


def of(row: IncomingMail) -> Preview:
    """Take a mail apart for showing."""
    try:
        with row.raw.open("rb") as file:
            mail = reading.read(file.read())
    except (reading.Unreadable, OSError, ValueError):
        return Preview(is_readable=False, text=row.whole)
    markup = html.shown(mail.markup) if mail.markup else ""
    return Preview(True, mail.text, mail.quoted, markup, mail.recipients[:20], mail.files, mail.sent_at)  # noqa: FBT003 - it is the field

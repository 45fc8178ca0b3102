"""Notes and files that another helpdesk adds: into the record as who it is, and kept as they were sent."""

from __future__ import annotations

import base64
import binascii
import json
import mimetypes
import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from core.plain import keepable
from tickets import services as tickets
from tickets.models import Event
from tmf.errors import BadDocument
from tmf.models import TERM, Addition
from tmf.services.keeping import add_terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from accounts.models import User
    from tickets.models import Attachment
    from tmf.models import TroubleTicket

_SAID = (Event.Type.CONTACTED, Event.Type.REPLIED, Event.Type.NOTED)


def add_notes(row: TroubleTicket, notes: Sequence[Mapping[str, Any]], *, actor: User, at: datetime, is_new: bool) -> int:
    """Add the notes that are not known yet; answer how many.

    A customer's are replies. Ours are messages to the customer; those that come with a new ticket are notes among us, for a report by
    ourselves is no answer to it.
    """
    added = 0
    for note in _unknown(row, Addition.Kind.NOTE, notes):
        text, event = keepable(note["text"]), None
        if text.strip():
            said = tickets.comment(row.ticket, actor=actor, at=at, text=text, internal=is_new and not actor.is_customer)
            event = Event.objects.filter(ticket=said, type__in=_SAID, actor=actor).latest("seq")
        _keep(row, Addition.Kind.NOTE, note, at, event=event)
        added += 1
    return added


def add_files(row: TroubleTicket, files: Sequence[Mapping[str, Any]], *, actor: User, at: datetime) -> int:
    """Add the files that are not known yet: what has content is stored, a reference is kept as it is; answer how many."""
    if len(files) > settings.ATTACHMENTS_MAX:
        raise BadDocument(_("At most %(limit)s files at once.") % {"limit": settings.ATTACHMENTS_MAX}, field="attachment")
    added = 0
    for file in _unknown(row, Addition.Kind.ATTACHMENT, files):
        stored = tickets.attach(row.ticket, actor=actor, at=at, upload=_upload(file)) if file.get("content") else None
        _keep(row, Addition.Kind.ATTACHMENT, file, at, event=stored.event if stored else None, file=stored)
        added += 1
    return added


def _unknown(row: TroubleTicket, kind: str, items: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Answer the items that are new: without an id, or with one that neither we gave nor they sent before."""
    rows = list(Addition.objects.filter(ticket=row.ticket, kind=kind))
    known, places = {each.key for each in rows}, {str(each.words["url"]) for each in rows if each.words.get("url")}
    new = []
    for item in items:
        key, url = keepable(str(item.get("id") or ""))[:TERM], str(item.get("url") or "")
        is_ours = key.startswith(("line-", "file-")) or f"/troubleTicket/{row.ticket.number}/attachment/" in url
        if is_ours or key in known or (url and url in places and "content" not in item):
            continue  # what is missing in the list stays, what is known is not written over
        known |= {key} if key else set()
        new.append(item)
    return new


def _keep(
    row: TroubleTicket, kind: str, item: Mapping[str, Any], at: datetime, *, event: Event | None = None, file: Attachment | None = None
) -> None:
    words = {name: value for name, value in item.items() if name != "content"}
    key = keepable(str(item.get("id") or ""))[:TERM] or secrets.token_hex(8)
    Addition.objects.create(ticket=row.ticket, kind=kind, key=key, said=json.dumps(words), event=event, file=file, added_at=at)
    add_terms(row, kind, words)


def _upload(item: Mapping[str, Any]) -> SimpleUploadedFile:
    try:
        content = base64.b64decode(item["content"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadDocument(_("The content of a file is written in base64."), field="attachment") from error
    kind = keepable(str(item.get("mimeType") or ""))
    name = keepable(str(item.get("name") or "")) or f"attachment{mimetypes.guess_extension(kind) or ''}"
    return SimpleUploadedFile(name[-200:], content, content_type=kind)

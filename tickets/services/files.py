"""Files: known by what is in them, never by what they are called."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import TYPE_CHECKING

import filetype
from django.conf import settings
from django.utils.translation import gettext as _

from tickets.errors import BadUpload
from tickets.models import Attachment, Event, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User

SIGNED = {
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "application/pdf",
    "application/zip",
    "application/gzip",
    "application/x-7z-compressed",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/msword",
    "application/vnd.ms-excel",
    "video/mp4",
}
"""Types that a signature in the content tells."""
PLAIN = {
    ".txt": "text/plain",
    ".log": "text/plain",
    ".csv": "text/csv",
    ".json": "application/json",
    ".cfg": "text/plain",
    ".conf": "text/plain",
    ".ini": "text/plain",
}
INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Images that are safe to show from our own origin."""
HEAD = 8192


def content_type(upload: UploadedFile) -> str | None:
    """Answer the type that the content itself shows, or None for one that is not taken."""
    upload.seek(0)
    head = upload.read(HEAD)
    upload.seek(0)
    kind = filetype.guess(head)
    if kind is not None:
        return kind.mime if kind.mime in SIGNED else None
    return PLAIN.get(PurePath(upload.name or "").suffix.lower()) if _is_text(head) else None


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            head.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start >= len(head) - 4:
                return True  # a character cut in two at the end of what was read
        else:
            return True
    return False


def check(upload: UploadedFile) -> str:
    """Answer the content type of a file that may be kept; refuse another by name."""
    name = PurePath(upload.name or "file").name
    if not upload.size:
        raise BadUpload(_("The file “%(name)s” is empty.") % {"name": name}, field="files")
    if upload.size > settings.ATTACHMENT_MAX_BYTES:
        limit = settings.ATTACHMENT_MAX_BYTES // 1024 // 1024
        raise BadUpload(
            _("The file “%(name)s” is larger than %(limit)s MB.") % {"name": name, "limit": limit}, field="files", code="too_large"
        )
    found = content_type(upload)
    if found is None:
        raise BadUpload(
            _("The file “%(name)s” is not of a type that can be kept: send pictures, PDF, Office files, text, CSV, ZIP or MP4.")
            % {"name": name},
            field="files",
            code="bad_type",
        )
    return found


def check_all(files: Sequence[UploadedFile]) -> None:
    """Refuse the first file that cannot be kept, or too many of them."""
    if len(files) > settings.ATTACHMENTS_MAX:
        raise BadUpload(_("At most %(limit)s files at once.") % {"limit": settings.ATTACHMENTS_MAX}, field="files", code="too_many")
    for upload in files:
        check(upload)


def keep(ticket: Ticket, files: Iterable[UploadedFile], *, event: Event, actor: User | None, at: datetime) -> list[Attachment]:
    """Store files with a line of the record; call inside its transaction."""
    return [_keep(ticket, upload, event, actor, at) for upload in files]


def _keep(ticket: Ticket, upload: UploadedFile, event: Event, actor: User | None, at: datetime) -> Attachment:
    found = check(upload)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    row = Attachment(
        ticket=ticket,
        event=event,
        name=PurePath(upload.name or "file").name[-200:],
        size=upload.size or 0,
        content_type=found,
        sha256=digest.hexdigest(),
        is_public=event.is_public,
        uploaded_by=actor,
        uploaded_at=at,
    )
    row.file.save(row.name, upload, save=False)
    row.save()
    return row

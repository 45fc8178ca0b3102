"""Files of a form that was refused: kept aside for a day, so that nobody has to choose them again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User

FOLDER = "drafts"
SALT = "tickets.drafts"
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FileDraft:
    """A file kept aside; the token leads to it, for the person who sent it only."""

    token: str
    path: str
    name: str
    size: int

    def open(self) -> UploadedFile:
        """Answer the file as if it had just been sent."""
        return UploadedFile(default_storage.open(self.path), name=self.name, size=self.size)


def keep_draft(upload: UploadedFile, *, actor: User) -> FileDraft:
    """Put a file aside."""
    name, size = PurePath(upload.name or "file").name[-200:], upload.size or 0
    path = default_storage.save(f"{FOLDER}/{uuid.uuid4().hex}", upload)
    return FileDraft(signing.dumps([path, name, size, actor.pk], salt=SALT), path, name, size)


def recall_drafts(tokens: Iterable[str], *, actor: User) -> list[FileDraft]:
    """Answer the files these tokens lead to; a forged, foreign, used or forgotten one leads nowhere."""
    found = (_recall(token, actor) for token in list(dict.fromkeys(tokens))[: settings.ATTACHMENTS_MAX])
    return [draft for draft in found if draft is not None]


def _recall(token: str, actor: User) -> FileDraft | None:
    try:
        path, name, size, owner = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return FileDraft(token, path, name, size) if owner == actor.pk and default_storage.exists(path) else None


def forget_drafts(drafts: Iterable[FileDraft]) -> None:
    """Drop files that were taken over or are not wanted any more."""
    for draft in drafts:
        default_storage.delete(draft.path)


def forget_old_drafts(at: datetime) -> int:
    """Drop what nobody came back for within a day; answer how many."""
    if not default_storage.exists(FOLDER):
        return 0
    paths = [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]]
    old = [path for path in paths if default_storage.get_modified_time(path) < at - KEPT]
    for path in old:
        default_storage.delete(path)
    return len(old)

"""Pictures taken on site: known by what is in them, kept with their hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tickets.errors import BadUpload
from tickets.services import files as uploads
from visits.models import VisitPhoto

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from visits.models import Visit, VisitEvent


@dataclass(frozen=True, slots=True)
class Looked:
    """A picture that was looked at and can be kept."""

    upload: UploadedFile
    content_type: str
    sha256: str

    @property
    def name(self) -> str:
        """Answer what the phone called it."""
        return PurePath(self.upload.name or "photo").name[-100:]


def look(files: Sequence[UploadedFile]) -> list[Looked]:
    """Look at what was sent; refuse by name what is no picture that can be kept."""
    uploads.check_all(files)
    return [_look(upload) for upload in files]


def _look(upload: UploadedFile) -> Looked:
    found = uploads.check(upload)
    if found not in uploads.INLINE:
        name = PurePath(upload.name or "file").name
        raise BadUpload(_("The file “%(name)s” is not a picture.") % {"name": name}, field="photos", code="bad_type")
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return Looked(upload, found, digest.hexdigest())


def facts(looked: Iterable[Looked]) -> dict[str, Any]:
    """Answer what the record's line says of the pictures: so it is seen when one is changed."""
    said = [{"name": each.name, "sha256": each.sha256, "size": each.upload.size} for each in looked]
    return {"photos": said} if said else {}


def keep(
    visit: Visit, looked: Iterable[Looked], *, event: VisitEvent, actor: User | None, at: datetime, caption: str = ""
) -> list[VisitPhoto]:
    """Store pictures with a line of the record; call inside its transaction."""
    told = {"event": event, "taken_by": actor, "taken_at": at, "caption": caption.strip()[:120]}
    return [_keep(visit, each, told) for each in looked]


def _keep(visit: Visit, looked: Looked, told: Mapping[str, Any]) -> VisitPhoto:
    size = looked.upload.size or 0
    row = VisitPhoto(visit=visit, sha256=looked.sha256, size=size, content_type=looked.content_type, **told)
    row.file.save(looked.name, looked.upload, save=False)
    row.save()
    return row

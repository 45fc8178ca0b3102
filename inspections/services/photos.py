"""Pictures at an item: known by what is in them, kept until the visit is finished."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.record import save_by, touch
from inspections.models import InspectionPhoto, InspectionResult, Kind, Outcome, Status
from inspections.services.steps import locked, must_be, must_work
from tickets.services import files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from inspections.models import Inspection

MOST = 12
"""Pictures at one item."""
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


@transaction.atomic
def keep_photos(
    visit: Inspection, position: int, uploads: Sequence[UploadedFile], *, actor: User | None, at: datetime
) -> list[InspectionPhoto]:
    """Keep pictures taken at an item; a photo item is in order once it has one, unless it was judged otherwise."""
    row = locked(visit)
    must_work(row, actor)
    must_be(row, Status.UNDER_WAY)
    result = row.results.filter(position=position).first()
    if result is None:
        raise Invalid(_("The checklist has no item %(place)s.") % {"place": position}, field="position")
    types = [_checked(upload) for upload in uploads]
    if result.photos.count() + len(uploads) > MOST:
        raise Invalid(_("At most %(limit)s pictures at one item.") % {"limit": MOST}, field="photos")
    kept = [_keep(result, upload, kind, actor, at) for upload, kind in zip(uploads, types, strict=True)]
    if kept:
        _photographed(result, actor, at)
        touch(row, actor, at=at)
    return kept


def _checked(upload: UploadedFile) -> str:
    found = files.check(upload)
    if found not in files.INLINE:
        raise Invalid(_("The file “%(name)s” is not a picture: send PNG, JPEG, GIF or WebP.") % {"name": upload.name}, field="photos")
    return found


def _keep(result: InspectionResult, upload: UploadedFile, kind: str, actor: User | None, at: datetime) -> InspectionPhoto:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    photo = InspectionPhoto(result=result, content_type=kind, size=upload.size or 0, sha256=digest.hexdigest(), taken_at=at, taken_by=actor)
    photo.file.save(f"{result.inspection_id}-{result.position}.{ENDINGS[kind]}", upload, save=False)
    photo.save()
    return photo


def _photographed(result: InspectionResult, actor: User | None, at: datetime) -> None:
    if result.kind == Kind.PHOTO and not result.outcome:
        result.outcome = Outcome.OK
    result.recorded_at, result.recorded_by = at, actor
    save_by(result, actor, at=at)


@transaction.atomic
def drop_photo(photo: InspectionPhoto, *, actor: User | None, at: datetime) -> InspectionResult:
    """Take a picture away again; a photo item without any is open once more."""
    row = locked(photo.result.inspection)
    must_work(row, actor)
    must_be(row, Status.UNDER_WAY)
    result = InspectionResult.objects.get(pk=photo.result_id)
    stored, name = photo.file.storage, photo.file.name or ""
    photo.delete()
    transaction.on_commit(lambda: stored.delete(name), robust=True)
    if result.kind == Kind.PHOTO and result.outcome == Outcome.OK and not result.photos.exists():
        result.outcome, result.recorded_at, result.recorded_by = "", at, actor
        save_by(result, actor, at=at)
    touch(row, actor, at=at)
    return result

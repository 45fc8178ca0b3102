"""The catalogue of courses and its material."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.record import check, save_by
from tickets.services import files
from training.models import Course, Material
from training.services.rights import must_dispatch, must_manage, said

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import Skill, User


@transaction.atomic
def save_course(course: Course | None, *, actor: User | None, at: datetime, skills: Iterable[Skill] | None = None, **facts: Any) -> Course:
    """Take a course into the catalogue, or correct it; certificates that were issued stay as they are."""
    must_manage(actor)
    row = Course.objects.select_for_update().get(pk=course.pk) if course else Course()
    for name, value in facts.items():
        setattr(row, name, value)
    if row.hours is None or row.hours <= 0:
        raise Invalid(_("A course takes some time: give its hours."), field="hours")
    check(row)
    save_by(row, actor, at=at)
    if skills is not None:
        row.skills.set(skills)
    return row


@transaction.atomic
def add_material(course: Course, upload: UploadedFile, *, actor: User | None, at: datetime, title: str = "", note: str = "") -> Material:
    """Keep a file with a course; the same title again is its next version, the older ones stay."""
    must_dispatch(actor)
    found = files.check(upload)
    name = PurePath(upload.name or "file").name[-200:]
    row = Course.objects.select_for_update().get(pk=course.pk)
    called = said(title or PurePath(name).stem, "title", _("Say what the file is."))[:120]
    last = row.materials.filter(title=called).aggregate(last=Max("version"))["last"] or 0
    kept = Material(
        course=row, title=called, version=last + 1, note=note.strip(), name=name, size=upload.size or 0, content_type=found,
        sha256=_digest(upload), uploaded_by=actor, uploaded_at=at,
    )  # fmt: skip
    kept.file.save(name, upload, save=False)
    save_by(kept, actor, at=at)
    return kept


def _digest(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()

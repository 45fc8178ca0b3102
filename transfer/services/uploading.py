"""A file is uploaded, its mapping is suggested and changed, it is tried, brought in, stopped, and at last removed."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed, NotNow
from core.queue import claim
from notifications.nudge import Waker
from transfer.engine import mapping as mappings
from transfer.engine.reading import opened
from transfer.engine.suggesting import suggested
from transfer.errors import BadFile, Busy
from transfer.models import DataImport
from transfer.services.presets import fitting, preset, trimmed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User

waker = Waker("transfer.tasks.bring_in", "celery", "imports", pause=0)
KEPT = timedelta(days=30)
"""How long a file is kept after it was uploaded; what was brought in stays."""
ENCODINGS = ("", "utf-8", "gb18030", "big5", "utf-16", "latin-1")
DELIMITERS = ("", ",", ";", "\t", "|")
State = DataImport.State


def may_import(actor: User) -> None:
    """Refuse whoever is no manager: an import writes into the records of every customer."""
    if not actor.manages:
        raise NotAllowed(_("Imports are for managers."))


def upload(
    file: UploadedFile, *, source: str, actor: User, at: datetime, preset_name: str = "", mapping: Mapping[str, Any] | None = None,
    encoding: str = "", delimiter: str = "",
) -> DataImport:  # fmt: skip
    """Keep a file and answer the import of it, with the mapping that was given or one that fits. Raises BadFile and BadMapping."""
    may_import(actor)
    _check(file, source, encoding, delimiter)
    found = opened(file, file.name or "import", encoding=encoding, delimiter=delimiter)
    given = mapping if mapping is not None else trimmed(preset(preset_name), found) if preset_name else None
    if given is not None:
        mappings.read(given)
    else:
        preset_name, given = fitting(found)
        given = given or suggested(found)
    row = DataImport(source=source, preset=preset_name, asked_by=actor, asked_at=at, encoding=encoding, delimiter=delimiter)
    row.name, row.size, row.sha256, row.mapping = PurePath(file.name or "import").name[-200:], file.size or 0, _digest(file), dict(given)
    file.seek(0)
    try:
        with transaction.atomic():
            row.file.save(row.name, file, save=False)
            row.save(force_insert=True)
    except Exception:
        if row.file.name:
            default_storage.delete(row.file.name)
        raise
    return row


def _check(file: UploadedFile, source: str, encoding: str, delimiter: str) -> None:
    try:
        validate_slug(source)
    except ValidationError as error:
        raise Invalid(_("Name the other system in letters, digits and hyphens."), field="source") from error
    if len(source) > 40:  # noqa: PLR2004 - the column's length
        raise Invalid(_("Name the other system in letters, digits and hyphens."), field="source")
    if not file.size:
        raise BadFile(_("The file is empty."), field="file")
    if file.size > settings.IMPORT_MAX_BYTES:
        limit = settings.IMPORT_MAX_BYTES // 1024 // 1024
        raise BadFile(
            _("The file is larger than %(limit)s MB; send it in parts, or as a ZIP.") % {"limit": limit}, field="file", code="too_large"
        )
    if encoding not in ENCODINGS:
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": ", ".join(ENCODINGS[1:])}, field="encoding", code="invalid_choice")
    if delimiter not in DELIMITERS:
        raise Invalid(_("Choose one of: %(choices)s.") % {"choices": ", ; | TAB"}, field="delimiter", code="invalid_choice")


def _digest(file: UploadedFile) -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    return found.hexdigest()


def _locked(row: DataImport) -> DataImport:
    return DataImport.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=row.pk)


@transaction.atomic
def change_mapping(row: DataImport, *, mapping: Mapping[str, Any], actor: User, at: datetime) -> DataImport:
    """Map the file otherwise; it has to be tried again. Raises BadMapping."""
    may_import(actor)
    mappings.read(mapping)
    row = _locked(row)
    _not_live(row)
    row.mapping, row.state, row.preset = dict(mapping), State.DRAFT, ""
    row.save(update_fields=["mapping", "state", "preset"])
    return row


def _not_live(row: DataImport) -> None:
    if row.is_live:
        raise NotNow(_("The import is under way; stop it first."))


@transaction.atomic
def check(row: DataImport, *, actor: User, at: datetime) -> DataImport:
    """Try it: every row is read and placed, nothing is written. A worker does it."""
    may_import(actor)
    row = _locked(row)
    _not_live(row)
    if not row.file:
        raise NotNow(_("The file was removed after thirty days; upload it again."))
    mappings.read(row.mapping)
    row.problems.all().delete()
    row.sample, row.state, row.total = [], State.CHECKING, 0
    _begin(row, at)
    return row


@transaction.atomic
def run(row: DataImport, *, actor: User, at: datetime) -> DataImport:
    """Bring it in, after it was tried. Raises Busy while another import is under way. A worker does it."""
    may_import(actor)
    row = _locked(row)
    if row.state not in (State.CHECKED, State.CANCELLED, State.FAILED) or not row.file or not row.total:
        raise NotNow(_("Try it first; then it can be brought in."), code="not_checked")
    goes_on = row.state != State.CHECKED
    row.state = State.RUNNING
    try:
        with transaction.atomic():
            if goes_on:
                row.ended_at, row.ended_by, row.trouble, row.claimed_until = None, None, "", None
                row.save()
                waker.after_commit()
            else:
                row.problems.all().delete()
                _begin(row, at)
    except IntegrityError as error:
        raise Busy(_("Another import is under way; wait until it has ended.")) from error
    return row


def _begin(row: DataImport, at: datetime) -> None:
    row.step = row.row = row.done = row.refused = 0
    row.counts, row.trouble, row.begun_at, row.ended_at, row.ended_by, row.claimed_until = {}, "", at, None, None, None
    row.save()
    waker.after_commit()


@transaction.atomic
def cancel(row: DataImport, *, actor: User, at: datetime) -> DataImport:
    """Stop it: what is in stays, each ticket whole; started again it goes on there."""
    may_import(actor)
    row = _locked(row)
    if not row.is_live:
        raise NotNow(_("This import is not under way."))
    row.state = State.DRAFT if row.state == State.CHECKING else State.CANCELLED
    row.ended_at, row.ended_by, row.claimed_until = at, actor, None
    row.save(update_fields=["state", "ended_at", "ended_by", "claimed_until"])
    return row


@transaction.atomic
def remove_next_files(at: datetime, limit: int = 50) -> int:
    """Remove files that were kept long enough; the import stays and says what it brought."""
    old = DataImport.objects.exclude(file="").exclude(state__in=DataImport.LIVE).filter(asked_at__lte=at - KEPT).order_by("asked_at", "pk")
    rows = claim(old, limit)
    for row in rows:
        name, row.file = row.file.name or "", ""
        row.save(update_fields=["file"])
        transaction.on_commit(partial(default_storage.delete, name), robust=True)
    return len(rows)


def wake_if_more() -> None:
    """Ask for another task where an import is not at its end."""
    if DataImport.objects.filter(state__in=DataImport.LIVE).exists():
        waker.wake()

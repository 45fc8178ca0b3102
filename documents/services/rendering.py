"""Making the files of sealed documents, once each."""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core.queue import claim
from documents import pdf
from documents.errors import NotAwaited
from documents.models import LANGUAGES, Document, DocumentFile

if TYPE_CHECKING:
    from datetime import datetime

logger = logging.getLogger(__name__)

BATCH = 1
AGAIN = timedelta(minutes=5)
"""A document whose files could not be made is tried again after this: fonts or room on the disk may be back."""


@transaction.atomic
def render_next_batch(at: datetime) -> int:
    """Make the files of a few sealed documents; answer how many documents were looked at (one: on SQLite nobody else writes meanwhile)."""
    waiting = Document.objects.filter(render_at__lte=at).order_by("render_at", "pk")
    rows = claim(waiting, BATCH, of=("self",))
    for row in rows:
        _render(row, at)
    return len(rows)


def _render(row: Document, at: datetime) -> None:
    try:
        with transaction.atomic():
            for language in LANGUAGES:
                _file(row, language, at)
        row.render_at, row.problem = None, ""
    except Exception as error:
        logger.exception("The files of document %s could not be made", row.pk)
        row.render_at, row.problem = at + AGAIN, str(error)[:300]
    row.save(update_fields=["render_at", "problem"])


@transaction.atomic
def made_file(document: Document, language: str, *, at: datetime) -> DocumentFile:
    """Answer the file of a sealed document, made now where no worker has been there yet. Raises NotAwaited before it is sealed."""
    row = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if row.sealed_at is None:
        raise NotAwaited(_("%(number)s waits for a signature; its file is made after it.") % {"number": row.full_number})
    return _file(row, language, at)


def _file(row: Document, language: str, at: datetime) -> DocumentFile:
    known = row.files.filter(language=language).first()
    if known is not None:
        return known
    made = pdf.render(row.content, language, proof=proof_of(row))
    kept = DocumentFile(document=row, language=language, sha256=hashlib.sha256(made).hexdigest(), size=len(made), made_at=at)
    kept.file.save(f"{row.token}-{language}.pdf", ContentFile(made), save=False)
    kept.save()
    return kept


def proof_of(row: Document) -> pdf.Proof:
    """Answer what a document says of itself on paper."""
    signature = getattr(row, "signature", None)
    address = settings.PUBLIC_URL + reverse("documents:proof", args=[row.token])
    return pdf.Proof(address, row.content_hash, signature, awaited=row.awaits_signature)

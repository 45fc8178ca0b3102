"""Issuing: what a document says is frozen with the letterhead of the day, hashed, and never changed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import selectors as people
from core.errors import Invalid
from documents.errors import Superseded
from documents.models import LANGUAGES, Document, Status, hash_of
from documents.services.listeners import tell
from documents.services.waking import wake_after_commit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from accounts.models import Office, User
    from customers.models import Organization, Site

Sheet = dict[str, Any]
FIRST = 1
REASON_LENGTH = 300


@transaction.atomic
def issue(
    kind: str,
    *,
    about: str,
    number: str,
    organization: Organization,
    sheets: Mapping[str, Sheet],
    actor: User | None,
    at: datetime,
    site: Site | None = None,
    office: Office | None = None,
    awaits_signature: bool = False,
    replaces: Document | None = None,
    reason: str = "",
    record: Mapping[str, Any] | None = None,
) -> Document:
    """Put a document on record; a correction names the version it replaces and why.

    ``sheets``: what it says by language code (docs/documents.md); ``office``: whose address stands in the letterhead;
    ``record``: ``{"of", "count", "head"}`` of the hash chain it was written from. Raises Invalid and Superseded.
    """
    _check(sheets, replaces, reason)
    version = replaces.version + 1 if replaces else FIRST
    content: dict[str, Any] = {
        "kind": kind,
        "number": number,
        "version": version,
        "about": about,
        "issued_at": at.isoformat(),
        "issued_by": str(actor) if actor else "",
        "letterhead": {language: _letterhead(office, language) for language in LANGUAGES},
        "sheets": dict(sheets),
        "record": dict(record) if record else None,
        "corrects": {"number": replaces.full_number, "hash": replaces.content_hash, "reason": reason.strip()} if replaces else None,
    }
    row = Document(
        kind=kind,
        number=number,
        version=version,
        replaces=replaces,
        reason=reason.strip(),
        about=about,
        organization=organization,
        site=site,
        content=content,
        content_hash=hash_of(content),
        issued_at=at,
        issued_by=actor,
        status=Status.AWAITING if awaits_signature else Status.ISSUED,
        sealed_at=None if awaits_signature else at,
        render_at=None if awaits_signature else at,
    )
    row.save(force_insert=True)
    tell(row, at=at, is_new=True)
    if replaces is not None:
        tell(replaces, at=at)  # it has been corrected now
    if not awaits_signature:
        wake_after_commit()
    return row


def _check(sheets: Mapping[str, Sheet], replaces: Document | None, reason: str) -> None:
    if missing := [language for language in LANGUAGES if language not in sheets]:
        raise ValueError(missing)
    if replaces is None:
        return
    if not reason.strip():
        raise Invalid(_("Say why the document is corrected: it stands in the new version."), field="reason", code="required")
    if len(reason.strip()) > REASON_LENGTH:
        raise Invalid(_("Say it in at most %(limit)s characters.") % {"limit": REASON_LENGTH}, field="reason")
    if Document.objects.filter(replaces=replaces).exists():
        raise Superseded(_("%(number)s has been corrected already; correct its newest version.") % {"number": replaces.full_number})


def _letterhead(office: Office | None, language: str) -> dict[str, str]:
    """Answer the head of the paper: the company's name and logo, the address and phone of the office that serves."""
    head = people.head_office()
    with override(language):
        near = office or head
        return {
            "provider": people.company(head),
            "office": str(near) if near and near != head else "",
            "address": near.address if near else "",
            "phone": near.phone if near else "",
            "logo": (head.logo.name or "") if head and head.logo else "",
        }

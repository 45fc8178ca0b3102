"""Signed by both sides: a manager puts a name under the sheet, it becomes a document, and the customer signs that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from core.record import save_by
from documents import services as documents
from documents.models import Document, Kind
from documents.models import Status as Paper
from obligations import selectors as obligations
from scoresheets import paper
from scoresheets.errors import Settled, StillDisputed
from scoresheets.models import Dispute, Score, State
from scoresheets.services.disputing import locked

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


@transaction.atomic
def issue(score: Score, *, actor: User, at: datetime, name: str) -> Score:
    """Sign for the provider and issue the sheet for the customer to sign; one that was refused before is issued as a new version."""
    if not actor.manages:
        raise NotAllowed(_("A score sheet is signed for the provider by a manager."))
    if not name.strip():
        raise Invalid(_("Write the name of who signs."), field="name")
    row = locked(score.pk)
    if not row.is_movable:
        raise Settled(_("The sheet was issued to be signed; nothing in it moves any more."))
    if Dispute.objects.filter(line__score=row, answered_at=None).exists():
        raise StillDisputed(_("A line is still disputed; answer that first."))
    before = row.document
    row.signed_name, row.signed_at, row.signed_by = name.strip()[:80], at, actor
    row.state, row.document = State.ISSUED, None
    row.document = _issue(row, before, actor, at)
    save_by(row, actor, at=at)
    return row


def _issue(row: Score, before: Document | None, actor: User, at: datetime) -> Document:
    site = obligations.site_of(row.contract)
    return documents.issue(
        Kind.SCORE_SHEET,
        about=row.about,
        number=row.number,
        organization=row.organization,
        office=site.region.office if site else None,
        sheets=paper.sheets(row),
        actor=actor,
        at=at,
        awaits_signature=True,
        replaces=before,
        reason=_("Counted anew after it was not signed.") if before else "",
    )


def sealed(document: Document, *, actor: User, at: datetime) -> None:
    """Go on when the customer has signed the sheet, or refused to: then it may be disputed again."""
    row = locked(int(document.about.rpartition("/")[2]))
    row.state = State.REFUSED if document.status == Paper.REFUSED else State.SIGNED
    save_by(row, actor, at=at)

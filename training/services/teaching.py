"""The day itself and after: the attendance sheet, the close, what it fulfils, certificates, the evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.errors import Invalid
from core.record import save_by
from obligations import services as obligations
from training import selectors
from training.errors import SessionNotNow
from training.models import Attendee, Presence, Session, Status
from training.services import certifying, evaluating, papers
from training.services.rights import locked, must_allow, must_teach

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from documents.models import Document
    from obligations.models import Obligation


@transaction.atomic
def hold(session: Session, *, actor: User | None, at: datetime) -> Document:
    """Say that it was held: who is not noted as present was absent; answer the attendance sheet, to be signed by the customer."""
    row = locked(session)
    must_teach(row, actor)
    must_allow(row, "hold")
    if not row.has_begun(at):
        raise SessionNotNow(_("It has not begun yet."))
    if not row.attendees.filter(presence=Presence.PRESENT).exists():
        raise Invalid(_("Nobody is noted as present; note who was there first."), code="nobody_present")
    for who in row.attendees.exclude(presence__in=[Presence.PRESENT, Presence.ABSENT]).order_by("pk"):
        who.presence = Presence.ABSENT
        save_by(who, actor, at=at, fields=["presence"])
    row.status, row.held_at, row.remind_at = Status.HELD, at, None
    save_by(row, actor, at=at)
    return papers.attendance_sheet(row, actor=actor, at=at)


@transaction.atomic
def close(session: Session, *, actor: User | None, at: datetime) -> Session:
    """Close it once the attendance sheet is signed (or its refusal noted) and the test has its points.

    Certificates are issued, everybody who was there is asked how it was, and what the contract is owed is met (P0, P3).
    """
    row = locked(session)
    must_teach(row, actor)
    must_allow(row, "close")
    sheet = papers.sheet_of(row)
    if sheet is None or sheet.awaits_signature:
        raise SessionNotNow(_("The attendance sheet waits for the customer's signature."))
    present = list(row.attendees.filter(presence=Presence.PRESENT).select_related("session__course", "user").order_by("pk"))
    if row.course.pass_mark is not None and any(who.score is None for who in present):
        raise Invalid(_("Enter the points of everybody who was there first."), code="scores_missing")
    row.status, row.ended_at = Status.CLOSED, at
    row.obligation = _meet(row, present, actor=actor, at=at)
    save_by(row, actor, at=at)
    for who in present:
        who.session = row
    certifying.certify(row, [who for who in present if who.has_passed], actor=actor, at=at)
    evaluating.ask(row, present, at=at)
    return row


def _meet(row: Session, present: list[Attendee], *, actor: User | None, at: datetime) -> Obligation | None:
    owed = selectors.fulfilled_by(row.contract, row.course.kind, timezone.localdate(row.starts_at))
    if owed is None:
        return None
    facts = {"number": row.number, "course": row.course.name, "count": len(present)}
    with override(settings.LANGUAGE_CODE):  # whoever closed it: the record is in the desk's own language
        proof = _("Training %(number)s “%(course)s”, %(count)s present") % facts
    return obligations.meet(owed.key, actor=actor, at=at, proof=proof, link=row.get_absolute_url())

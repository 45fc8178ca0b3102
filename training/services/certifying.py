"""Certificates: issued when a session is closed, and reminded of before they end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone

from core.queue import claim
from core.record import save_by
from training import engine, workflow
from training.models import REMIND_DAYS, Certificate
from training.services import papers, telling

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from accounts.models import User
    from training.models import Attendee, Session

BATCH = 100


def certify(session: Session, people: Iterable[Attendee], *, actor: User | None, at: datetime) -> list[Certificate]:
    """Issue the certificates of those who passed, and send them; call inside the transaction that closes the session."""
    return [_certify(session, who, actor, at) for who in people]


def _certify(session: Session, who: Attendee, actor: User | None, at: datetime) -> Certificate:
    number = f"TC-{timezone.localdate(session.starts_at):%Y}-{who.pk:06d}"
    issued_on, months = timezone.localdate(at), session.course.valid_months
    valid_until = issued_on + relativedelta(months=months) if months else None
    row = Certificate(
        attendee=who, session=session, organization=session.organization, number=number, name=who.name, issued_on=issued_on,
        valid_until=valid_until, remind_on=engine.next_reminder(valid_until, issued_on, REMIND_DAYS),
        document=papers.certificate(who, number=number, valid_until=valid_until, actor=actor, at=at),
    )  # fmt: skip
    save_by(row, actor, at=at)
    telling.certified(row, at=at)
    return row


@transaction.atomic
def remind_of_ends(at: datetime, limit: int = BATCH) -> int:
    """Remind of certificates that end 60 or 30 days from now, each step once; answer how many were looked at, 0 when none is left.

    Late by days, only the nearest step is told; one that has ended, or that a newer one of the same course replaced, is left out.
    """
    today = timezone.localdate(at)
    waiting = Certificate.objects.filter(remind_on__lte=today).order_by("remind_on", "pk")
    rows = claim(waiting.select_related("attendee__user", "session__course", "session__office", "organization"), limit, of=("self",))
    for row in rows:
        _remind(row, today, at)
    return len(rows)


def _remind(row: Certificate, today: date, at: datetime) -> None:
    left = (row.valid_until - today).days if row.valid_until else 0
    step = workflow.reminder(left, REMIND_DAYS)
    if step is not None and left >= 0 and not _is_renewed(row):
        telling.ends(row, step, at=at)
    row.remind_on = engine.next_reminder(row.valid_until, today, REMIND_DAYS)
    save_by(row, None, at=at, fields=["remind_on"])


def _is_renewed(row: Certificate) -> bool:
    newer = Certificate.objects.filter(session__course=row.session.course_id, organization=row.organization_id, pk__gt=row.pk)
    who = row.attendee
    return (newer.filter(attendee__user=who.user_id) if who.user_id else newer.filter(name=row.name, attendee__user=None)).exists()

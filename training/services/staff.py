"""What our own people may do: certificates entered, corrected, withdrawn, and reminded of before they end."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.queue import claim
from core.record import check, save_by
from tickets.services import files
from training import engine, workflow
from training.errors import CertificateWithdrawn
from training.models import ENDLESS, STAFF_REMIND_DAYS, NamedEngineer, StaffCertificate
from training.services import telling_staff
from training.services.rights import must_keep_staff, said

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from training.models import RegionalRepresentative

BATCH = 100


@transaction.atomic
def save_staff_certificate(
    certificate: StaffCertificate | None, *, actor: User | None, at: datetime, upload: UploadedFile | None = None, **facts: Any
) -> StaffCertificate:
    """Enter a certificate of one of ours, or correct it; a scan given replaces the one before.

    Raises NotAllowed (dispatchers and managers do it), CertificateWithdrawn, Invalid naming the field.
    """
    must_keep_staff(actor)
    row = _locked(certificate) if certificate else StaffCertificate(entered_by=actor, entered_at=at)
    ended = row.expires_on
    for name, value in facts.items():
        setattr(row, name, value)
    must_be_ours(row.person, "person")
    if row.expires_on is not None and row.expires_on < row.issued_on:
        raise Invalid(_("A certificate ends after it is issued."), field="expires_on")
    row.lasts_until = row.expires_on or ENDLESS
    if certificate is None or row.expires_on != ended:
        row.remind_on = _first_reminder(row.expires_on, timezone.localdate(at))
    if upload is not None:
        _keep(row, upload)
    _must_be_new(row)
    check(row)
    save_by(row, actor, at=at)
    _look_again(row, at)
    return row


@transaction.atomic
def withdraw_staff_certificate(certificate: StaffCertificate, *, actor: User | None, at: datetime, reason: str) -> StaffCertificate:
    """Withdraw a certificate, saying why; it stays on record and counts for nothing any more."""
    must_keep_staff(actor)
    row = _locked(certificate)
    row.withdrawn_because = said(reason, "reason", _("Say why it is withdrawn."))
    row.withdrawn_at, row.remind_on = at, None
    save_by(row, actor, at=at, fields=["withdrawn_because", "withdrawn_at", "remind_on"])
    _look_again(row, at)
    return row


def must_be_ours(person: User | None, field: str) -> None:
    """Refuse who does not work for us."""
    if person is not None and not person.is_provider:
        raise Invalid(_("Choose one of our own people."), field=field)


def must_fit(row: NamedEngineer | RegionalRepresentative) -> None:
    """Refuse, at its field, a last day before the first and somebody as their own deputy."""
    if row.ends_on is not None and row.ends_on < row.starts_on:
        raise Invalid(_("The last day is not before the first."), field="ends_on")
    if row.deputy_id is not None and row.deputy_id == row.person_id:
        raise Invalid(_("Somebody else is the deputy."), field="deputy")


def _locked(certificate: StaffCertificate) -> StaffCertificate:
    rows = StaffCertificate.objects.select_for_update(of=("self",)).select_related("person", "skill")
    row = rows.get(pk=certificate.pk)
    if row.withdrawn_at is not None:
        raise CertificateWithdrawn(_("This certificate was withdrawn. Enter the new one."))
    return row


def _must_be_new(row: StaffCertificate) -> None:
    known = StaffCertificate.objects.filter(person=row.person, issuer=row.issuer, number=row.number, withdrawn_at=None)
    if known.exclude(pk=row.pk).exists():
        raise Invalid(_("This certificate of %(name)s is on record already.") % {"name": row.person.name}, field="number")


def _keep(row: StaffCertificate, upload: UploadedFile) -> None:
    row.content_type = files.check(upload)
    row.file_name = PurePath(upload.name or "scan").name[-200:]
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    row.sha256 = digest.hexdigest()
    row.file.save(row.file_name, upload, save=False)


def _first_reminder(ends_on: date | None, today: date) -> date | None:
    """Answer when somebody is reminded first: today where a step has come already, and the end has not."""
    if ends_on is None or ends_on < today:
        return None
    come = workflow.reminder((ends_on - today).days, STAFF_REMIND_DAYS)
    return today if come is not None else engine.next_reminder(ends_on, today, STAFF_REMIND_DAYS)


def _look_again(row: StaffCertificate, at: datetime) -> None:
    """Have the next sweep look at the contracts that name the person."""
    NamedEngineer.objects.filter(person=row.person_id, attend_on__isnull=False).update(attend_on=timezone.localdate(at))


@transaction.atomic
def remind_of_staff_certificates(at: datetime, limit: int = BATCH) -> int:
    """Remind of certificates of ours that end 90 or 30 days from now, each step once; answer how many were looked at.

    Late by days, only the nearest step is told; one that has ended, or was renewed, is left out, and so is who left.
    """
    today = timezone.localdate(at)
    waiting = StaffCertificate.objects.filter(remind_on__lte=today).order_by("remind_on", "pk")
    rows = claim(waiting.select_related("person__office__lead"), limit, of=("self",))
    for row in rows:
        _remind(row, today, at)
    return len(rows)


def _remind(row: StaffCertificate, today: date, at: datetime) -> None:
    left = (row.lasts_until - today).days
    step = workflow.reminder(left, STAFF_REMIND_DAYS)
    if step is not None and left >= 0 and row.person.is_active and not _is_renewed(row):
        telling_staff.certificate_ends(row, step, at=at)
    row.remind_on = engine.next_reminder(row.expires_on, today, STAFF_REMIND_DAYS)
    save_by(row, None, at=at, fields=["remind_on"])


def _is_renewed(row: StaffCertificate) -> bool:
    others = StaffCertificate.objects.filter(person=row.person_id, name=row.name, issuer=row.issuer, withdrawn_at=None)
    return others.filter(lasts_until__gt=row.lasts_until).exists()

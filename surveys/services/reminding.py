"""Who has not answered is reminded, a few times and never after the end; late by days, it is one reminder and not several."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.secrets import digest_of
from core.queue import claim
from core.record import save_by
from surveys import selectors
from surveys.models import Channel, SurveyLink
from surveys.services.asking import Asked, next_reminder, send

if TYPE_CHECKING:
    from datetime import datetime

    from surveys.models import SurveyInvitation

BATCH = 200


@transaction.atomic
def remind_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Remind a batch of those whose time has come; answer how many were looked at, 0 when none is left."""
    rows = claim(selectors.to_remind(at), limit, of=("self",))
    for row in rows:
        _remind(row, at)
    return len(rows)


def _remind(row: SurveyInvitation, at: datetime) -> None:
    asked = _asked(row)
    if row.is_pending(at) and (asked.people or asked.address):
        row.reminded += 1
        token = secrets.token_urlsafe(32)
        SurveyLink.objects.create(invitation=row, token_hash=digest_of(token), channel=Channel.MAIL, made_at=at)
        send(row, token, asked, "survey_reminder", at)
        row.remind_at = next_reminder(row, at)
    else:
        row.remind_at = None
    save_by(row, None, at=at, fields=["remind_at", "reminded"])


def _asked(row: SurveyInvitation) -> Asked:
    if row.recipient:
        return Asked([row.recipient] if row.recipient.is_active else ())
    return Asked(address=row.address) if row.address else Asked(selectors.supervisors(row.organization_id))

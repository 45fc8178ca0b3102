"""A call that nobody made in time turns late in view, and the office's lead is told once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from accounts import selectors as people
from care.models import OPEN, Call
from core.queue import claim
from core.record import save_by
from notifications.services import Draft, post

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import Office

BATCH = 200
SHOWN = 20


@transaction.atomic
def watch_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Mark what turned late by now and tell of it; answer how many were marked, 0 when none is left."""
    waiting = Call.objects.filter(status__in=OPEN, late_at=None, due_at__lt=at).order_by("due_at", "pk")
    rows = claim(waiting.select_related("organization", "office__lead"), limit, of=("self",))
    for row in rows:
        row.late_at = at
        save_by(row, None, at=at, fields=["late_at"])
    by_office: dict[Office, list[Call]] = defaultdict(list)
    for row in rows:
        if row.owed_key != row.key:  # of a call that is an obligation by itself the obligation tells
            by_office[row.office].append(row)
    for office, late in by_office.items():
        _tell(office, late, at)
    return len(rows)


def _tell(office: Office, late: Iterable[Call], at: datetime) -> None:
    rows = list(late)
    lead = people.office_lead(office)
    told = [lead] if lead else people.managers(office)
    lines = [{"call": row.number, "subject": row.subject, "customer": str(row.organization), "due_at": row.due_at} for row in rows[:SHOWN]]
    key, link = f"calls-late:{rows[0].pk}", reverse("care:list") + "?state=late"
    context = {"calls": lines, "count": len(rows), "office": office.name, "office_en": office.name_en or office.name}
    post([Draft(kind="calls_late", recipient=person, context=context, key=key, link=link) for person in told], at=at)

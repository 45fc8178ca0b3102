"""Customers are told of a release and reminded: each step once, also after their service term has ended (P1)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from catalogue.models import CampaignItem, Notice, State
from catalogue.services import telling
from core.queue import claim
from core.record import save_by

if TYPE_CHECKING:
    from datetime import datetime

GROUP = 500
"""Equipment of one customer that one message speaks of at most."""


@transaction.atomic
def tell_next_group(at: datetime, limit: int = GROUP) -> int:
    """Tell one customer of the equipment in one campaign that is due; answer how many were told of, 0 when nobody is left.

    Each step is a row of its own: run twice or by two workers it is the same, run late the steps keep their numbers and their plan.
    """
    due = CampaignItem.objects.filter(attend_at__lte=at, campaign__closed_at__isnull=True)
    first = claim(due.order_by("attend_at", "pk"), 1, of=("self",))
    if not first:
        return 0
    same = due.filter(
        campaign=first[0].campaign_id, organization=first[0].organization_id, reminded=first[0].reminded, state=first[0].state
    )
    wide = same.select_related("campaign__release", "organization", "contract", "equipment").order_by("pk")
    rows = claim(wide, limit, of=("self",))
    told: dict[bool, list[CampaignItem]] = {False: [], True: []}
    for row in rows:
        after = row.is_after_term(timezone.localdate(at))
        told[after].append(row)
        _step(row, at, after=after)
    for after, group in told.items():
        if group:
            telling.campaign(group, group[0].reminded, after_term=after, at=at)
    return len(rows)


def _step(row: CampaignItem, at: datetime, *, after: bool) -> None:
    planned = row.attend_at or at
    if row.state == State.APPLIES:
        row.state, row.told_at = State.TOLD, at
    else:
        row.reminded += 1
    Notice.objects.create(item=row, step=row.reminded, after_term=after, planned_at=planned, at=at)
    more = row.reminded < row.campaign.reminders
    row.attend_at = planned + timedelta(days=row.campaign.remind_days) if more else None
    row.updated_at = at
    save_by(row, None, at=at)

"""The canary: every few minutes the desk reports a fault to itself and watches it go the way of every other.

Report, clock, level, delivery: the same services, tables and workers as for a customer's ticket, so that what is measured is
what a customer would have waited. The ticket is gone once its times are known.
"""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import Region
from core.queue import claim
from customers.models import CANARY, Organization, Site
from sla.errors import Unreadable
from sla.loading import load_documents, read_files
from sla.models import Plan
from status import selectors
from status.models import Canary
from tickets import services as tickets
from tickets.models import Channel, Kind

if TYPE_CHECKING:
    from datetime import datetime

PLAN = Path(__file__).with_name("canary.yaml")
NAME = "Canary"
GIVEN_UP = timedelta(hours=1)
"""After this nobody learns anything from waiting on."""
KEPT = timedelta(days=31)


@transaction.atomic
def report_canary(at: datetime) -> Canary | None:
    """Report a fault to ourselves if the last one is five minutes old, however often this is asked for.

    Answers None where it is not yet time, or where there is no region, or no calendar, to report it in.
    """
    if Canary.objects.filter(reported_at__gt=at - selectors.EVERY).exists() or (place := _place(at)) is None:
        return None
    site, plan = place
    started = time.monotonic()  # a stopwatch, not the time of anything
    draft = tickets.Report(kind=Kind.FAULT, severity=1, subject="Canary", site=site, channel=Channel.API, canary=plan)
    ticket = tickets.report(draft, actor=None, at=at)
    took = int((time.monotonic() - started) * 1000)
    Canary.objects.filter(reported_at__lt=at - KEPT).delete()
    return Canary.objects.create(ticket=ticket, reported_at=at, report_ms=took, level_at=selectors.level_at(ticket) or at)


def _place(at: datetime) -> tuple[Site, Plan] | None:
    """Answer where canaries are reported and what they are promised, made when first needed."""
    region = Region.objects.order_by("pk").first()
    if region is None:
        return None
    try:
        load_documents(read_files([PLAN]), actor=None, at=at)
    except Unreadable:  # its calendar is not loaded yet
        return None
    organization, _new = Organization.objects.get_or_create(code=CANARY, defaults={"name": NAME, "is_active": False})
    site, _new = Site.objects.get_or_create(organization=organization, name=NAME, defaults={"region": region})
    return site, Plan.objects.get(code=CANARY)


@transaction.atomic
def watch_canaries(at: datetime) -> int:
    """Keep the times of the canaries under way, and let go of those that have arrived or are lost; answers how many were let go."""
    gone = 0
    for row in claim(Canary.objects.filter(ticket__isnull=False).select_related("ticket").order_by("pk"), 20, of=("self",)):
        row.fired_at, row.delivered_at = selectors.progress(row)
        if row.delivered_at is None and at >= row.reported_at + GIVEN_UP:
            row.lost_at = at
        if row.delivered_at or row.lost_at:
            ticket, row.ticket = row.ticket, None
            row.save()
            if ticket is not None:
                tickets.forget_canary(ticket)
            gone += 1
        else:
            row.save()
    return gone

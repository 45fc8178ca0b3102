"""Upgrades are scheduled as requests, one for each site, and carried out: the new version goes into the equipment's archive (P2)."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from catalogue.models import CampaignItem, Release, State
from catalogue.services.stepping import chosen, must_serve, saved
from core.errors import Invalid
from customers import services as customers
from tickets import services as tickets
from tickets.models import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from accounts.models import User
    from customers.models import Site
    from tickets.models import Ticket

SEVERITY = {Release.Severity.CRITICAL: 2, Release.Severity.IMPORTANT: 3, Release.Severity.ORDINARY: 4}
SHOWN = 20


@transaction.atomic
def schedule(items: Iterable[CampaignItem], *, on: date, actor: User, at: datetime) -> list[CampaignItem]:
    """Set the day for equipment whose customer agreed: a request for each site, on which visits are planned as on any other."""
    must_serve(actor)
    if on < timezone.localdate(at):
        raise Invalid(_("Choose a day that has not passed."), field="on")
    rows = chosen(items, State.AGREED, State.SCHEDULED)
    new = sorted((row for row in rows if row.ticket_id is None), key=lambda row: row.equipment.site_id)
    for _site, group in groupby(new, key=lambda row: row.equipment.site_id):
        together = list(group)
        ticket = _request(together[0].equipment.site, together, on, actor, at)
        for row in together:
            row.ticket = ticket
    for row in rows:
        row.state, row.planned_on = State.SCHEDULED, on
    return saved(rows, actor, at)


def _request(site: Site, rows: list[CampaignItem], on: date, actor: User, at: datetime) -> Ticket:
    campaign = rows[0].campaign
    with override(settings.LANGUAGE_CODE):  # one record, many readers: the service desk's own language
        lines = [f"{row.equipment}: {row.version_before or '?'} → {campaign.release.version}" for row in rows]
        words = [_("Upgrade campaign %(number)s, planned on %(day)s.") % {"number": campaign.number, "day": f"{on:%Y-%m-%d}"}]
        subject = _("Upgrade to %(release)s") % {"release": campaign.release}
    draft = tickets.Report(
        kind=Kind.REQUEST,
        severity=SEVERITY[Release.Severity(campaign.release.severity)],
        subject=subject,
        description="\n".join([*words, *lines[:SHOWN], *(["…"] if len(lines) > SHOWN else [])]),
        site=site,
        equipment=rows[0].equipment if len(rows) == 1 else None,
    )
    return tickets.report(draft, actor=actor, at=at)


@transaction.atomic
def carry_out(items: Iterable[CampaignItem], *, actor: User, at: datetime, version: str = "") -> list[CampaignItem]:
    """Note that chosen equipment runs the new version; each change goes into its archive with who, when, from and to."""
    must_serve(actor)
    rows = chosen(items, State.AGREED, State.SCHEDULED)
    for row in rows:
        release = row.campaign.release
        row.version_after = (version.strip() or release.version)[:60]
        with override(settings.LANGUAGE_CODE):
            what = _("%(product)s version") % {"product": release.product}
        source = row.ticket.number if row.ticket else row.campaign.number
        customers.record_configuration(
            row.equipment, what=what, before=row.version_before, after=row.version_after, source=source, actor=actor, at=at
        )
        row.state, row.done_at = State.DONE, at
    return saved(rows, actor, at)

"""Upgrades are scheduled as requests, one for each site, and carried out: the new version goes into the equipment's archive (P2)."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from catalogue import selectors
from catalogue.errors import NotApproved
from catalogue.models import CampaignItem, Release, Request, State
from catalogue.services.definitions import version_of
from catalogue.services.quoting import must_be_approved
from catalogue.services.requesting import enter
from catalogue.services.stepping import chosen, must_serve, saved
from core.errors import Invalid
from customers import services as customers
from tickets import services as tickets
from tickets.models import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from accounts.models import User
    from catalogue.models import ItemVersion
    from catalogue.selectors import Terms
    from tickets.models import Ticket

SEVERITY = {Release.Severity.CRITICAL: 2, Release.Severity.IMPORTANT: 3, Release.Severity.ORDINARY: 4}
SHOWN = 20
UPGRADE = "upgrade"
"""The item of the catalogue whose rules say what an upgrade costs."""


@transaction.atomic
def schedule(items: Iterable[CampaignItem], *, on: date, actor: User, at: datetime) -> list[CampaignItem]:
    """Set the day for equipment whose customer agreed: a request for each site, on which visits are planned as on any other.

    It costs what an upgrade from the catalogue costs on that day; what costs is a request of its own, quoted and approved before work.
    """
    must_serve(actor)
    if on < timezone.localdate(at):
        raise Invalid(_("Choose a day that has not passed."), field="on")
    rows = chosen(items, State.AGREED, State.SCHEDULED)
    version = version_of(UPGRADE, at=at)
    new = [(row, selectors.terms_at(version.definition, row.equipment, at)) for row in rows if row.ticket_id is None]
    new.sort(key=_together)
    for _key, group in groupby(new, key=_together):
        together = list(group)
        ticket = _request([row for row, _terms in together], together[0][1], version, on=on, actor=actor, at=at)
        for row, _terms in together:
            row.ticket = ticket
    for row in rows:
        row.state, row.planned_on = State.SCHEDULED, on
    return saved(rows, actor, at)


def _together(each: tuple[CampaignItem, Terms]) -> tuple[int, bool]:
    """Answer what makes one request: the same site, and whether it has to be approved, so that what is free waits for nobody's word."""
    row, terms = each
    return row.equipment.site_id, terms.needs_approval


def _request(rows: list[CampaignItem], terms: Terms, version: ItemVersion, *, on: date, actor: User, at: datetime) -> Ticket:
    campaign = rows[0].campaign
    with override(settings.LANGUAGE_CODE):  # one record, many readers: the service desk's own language
        lines = [f"{row.equipment}: {row.version_before or '?'} → {campaign.release.version}" for row in rows]
        words = [
            _("Upgrade campaign %(number)s, planned on %(day)s.") % {"number": campaign.number, "day": f"{on:%Y-%m-%d}"},
            _("Costs: %(costs)s") % {"costs": terms.label},
        ]
        subject = _("Upgrade to %(release)s") % {"release": campaign.release}
    draft = tickets.Report(
        kind=Kind.REQUEST,
        severity=SEVERITY[Release.Severity(campaign.release.severity)],
        subject=subject,
        description="\n".join([*words, *lines[:SHOWN], *(["…"] if len(lines) > SHOWN else [])]),
        site=rows[0].equipment.site,
        equipment=rows[0].equipment if len(rows) == 1 else None,
    )
    ticket = tickets.report(draft, actor=actor, at=at)
    enter(ticket, version, terms, actor=actor, at=at)
    return ticket


def _must_be_approved(rows: list[CampaignItem], at: datetime) -> None:
    """Refuse work that costs before plan and costs are approved, whether it was scheduled or not."""
    for request in Request.objects.filter(ticket__in=[row.ticket_id for row in rows if row.ticket_id]).select_related("ticket"):
        must_be_approved(request)
    unplanned = [row for row in rows if row.ticket_id is None]
    definition = version_of(UPGRADE, at=at).definition if unplanned else None
    for row in unplanned:
        if definition and selectors.terms_at(definition, row.equipment, at).needs_approval:
            sentence = _("The upgrade of %(equipment)s costs. Schedule it first, so that plan and costs are approved.")
            raise NotApproved(sentence % {"equipment": row.equipment})


@transaction.atomic
def carry_out(items: Iterable[CampaignItem], *, actor: User, at: datetime, version: str = "") -> list[CampaignItem]:
    """Note that chosen equipment runs the new version; each change goes into its archive with who, when, from and to.

    Raises NotApproved where it costs and the customer has not approved it.
    """
    must_serve(actor)
    rows = chosen(items, State.AGREED, State.SCHEDULED)
    _must_be_approved(rows, at)
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

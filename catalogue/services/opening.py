"""A release is entered, the equipment it concerns is found, and its assessment is owed to each contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from catalogue import selectors
from catalogue.errors import NotYours, StepNotNow
from catalogue.models import Campaign, CampaignItem, Release, State
from core.record import check, save_by
from customers import selectors as customers
from obligations import services as obligations
from obligations.models import Kind
from sla import selectors as sla

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from accounts.models import User
    from customers.models import Contract

WEEKEND = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDraft:
    """What a maker published, for what, and how the campaign goes on about it."""

    maker: str
    product: str
    version: str
    notes: str
    published_on: date
    notes_en: str = ""
    for_models: list[str] = field(default_factory=list)
    from_versions: list[str] = field(default_factory=list)
    equipment_kind: str = ""
    severity: str = Release.Severity.ORDINARY
    is_mandatory: bool = False
    assess_days: int = 10
    remind_days: int = 14
    reminders: int = 3

    def release(self) -> Release:
        """Answer the release it becomes, not yet saved: enough to look for what it concerns."""
        return Release(
            maker=self.maker.strip(), product=self.product.strip(), version=self.version.strip(), notes=self.notes.strip(),
            notes_en=self.notes_en.strip(), published_on=self.published_on, for_models=self.for_models, from_versions=self.from_versions,
            equipment_kind=self.equipment_kind, severity=self.severity, is_mandatory=self.is_mandatory,
        )  # fmt: skip


@transaction.atomic
def open_campaign(draft: ReleaseDraft, *, actor: User, at: datetime) -> Campaign:
    """Enter a release and begin its campaign; a release that has one already answers it, with what was found since."""
    _must_dispatch(actor)
    release = draft.release()
    known = Campaign.objects.filter(
        release__maker=release.maker, release__product=release.product, release__version=release.version
    ).first()
    if known is not None:
        refresh(known, actor=actor, at=at)
        return known
    check(release)
    save_by(release, actor, at=at)
    row = Campaign(
        release=release,
        assess_days=draft.assess_days,
        remind_days=draft.remind_days,
        reminders=draft.reminders,
        opened_at=at,
        opened_by=actor,
    )
    check(row)
    save_by(row, actor, at=at)
    _take_in(row, actor, at)
    return row


@transaction.atomic
def refresh(campaign: Campaign, *, actor: User, at: datetime) -> int:
    """Take in equipment that the release concerns by now; answer how many were new. What is in stays as it is."""
    _must_dispatch(actor)
    row = Campaign.objects.select_for_update(of=("self",)).select_related("release").get(pk=campaign.pk)
    if row.closed_at is not None:
        raise StepNotNow(_("The campaign is closed; nothing is added to it any more."))
    return _take_in(row, actor, at)


def _must_dispatch(actor: User) -> None:
    if not actor.dispatches:
        raise NotYours(_("Campaigns are opened and closed by dispatchers and managers."))


def _take_in(campaign: Campaign, actor: User, at: datetime) -> int:
    known = set(campaign.items.values_list("equipment_id", flat=True))
    new = [found for found in selectors.concerning(campaign.release) if found.equipment.pk not in known]
    rows = []
    for found in new:
        entitled = customers.entitlement(found.equipment, at)
        rows.append(
            CampaignItem(
                campaign=campaign,
                equipment=found.equipment,
                organization=found.equipment.site.organization,
                contract=entitled.contract,
                version_before=found.version[:60],
                updated_at=at,
            )
        )
    try:
        with transaction.atomic():
            for row in rows:
                save_by(row, actor, at=at)
    except IntegrityError:  # somebody else took them in at the same time
        return 0
    _owe({row.contract for row in rows if row.contract is not None and row.contract.is_in_force(timezone.localdate(at))}, campaign, at)
    return len(rows)


def assessment_key(campaign: Campaign, contract: Contract) -> str:
    """Answer the name of the assessment that is owed to a contract for a release."""
    return f"assessment:contract:{contract.pk}:release:{campaign.release_id}"


def _owe(contracts: Iterable[Contract], campaign: Campaign, at: datetime) -> None:
    """Owe the assessment of the release, once for each contract in force (P3: an assessment after each vendor release)."""
    titles = {}
    for language in ("zh-hans", "en"):
        with override(language):
            titles[language] = _("Upgrade assessment: %(release)s") % {"release": campaign.release}
    due = due_after(at, campaign.assess_days)
    for contract in contracts:
        owed = obligations.Owed(
            key=assessment_key(campaign, contract), kind=Kind.ASSESSMENT, code="assessment", title=titles["zh-hans"], title_en=titles["en"],
            organization=contract.organization, contract=contract, opens_at=at, due_at=due, link=campaign.get_absolute_url(),
        )  # fmt: skip
        obligations.owe(owed, at=at)


def due_after(at: datetime, days: int) -> datetime:
    """Answer the instant so many working days later: by the office hours that hold, else without Saturdays and Sundays (rule 15)."""
    hours = sla.office_hours(at)
    if hours is not None:
        return hours.add_workdays(at, days)
    due = at
    while days:
        due += timedelta(days=1)
        days -= due.weekday() < WEEKEND
    return due


@transaction.atomic
def close_campaign(campaign: Campaign, *, actor: User, at: datetime) -> Campaign:
    """End a campaign in which nothing is left to do; whoever has not answered is reminded no more."""
    _must_dispatch(actor)
    row = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if row.closed_at is not None:
        return row
    busy = row.items.filter(state__in=[State.TO_ASSESS, State.AGREED, State.SCHEDULED, State.DONE]).count()
    if busy:
        raise StepNotNow(_("%(number)s are still to be assessed, carried out or verified; finish them first.") % {"number": busy})
    row.closed_at = at
    save_by(row, actor, at=at)
    for item in row.items.filter(attend_at__isnull=False).select_for_update(of=("self",)):
        item.attend_at, item.updated_at = None, at
        save_by(item, actor, at=at)
    return row

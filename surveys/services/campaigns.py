"""A campaign goes to everybody its filter chooses, in batches; each person once, wherever a worker was killed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import foreign
from core.errors import Invalid, NotNow
from core.foreign import OURS, ForeignId
from core.queue import claim
from core.record import check, save_by
from surveys import selectors
from surveys.errors import NothingToAsk
from surveys.models import Cause, LeftOut, SurveyCampaign, SurveyInvitation
from surveys.services.asking import Asked, Asking, invite, is_drawn
from surveys.services.writing import must_manage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from accounts.models import User
    from surveys.models import SurveyVersion

BATCH = 100
MANY = ("organizations", "contracts")
State = SurveyCampaign.State


@transaction.atomic
def save_campaign(
    campaign: SurveyCampaign | None, *, actor: User, at: datetime, external: ForeignId = OURS, **facts: Any
) -> SurveyCampaign:
    """Write a campaign that has not begun: its template, its filter, and how people are asked. A new one is made once per external id."""
    must_manage(actor)
    if campaign is not None:
        return _save(_locked(campaign), facts, actor, at)

    def make() -> SurveyCampaign:
        row = SurveyCampaign(made_at=at, made_by=actor)
        foreign.sign(row, external)
        return _save(row, facts, actor, at)

    return foreign.made_once(SurveyCampaign, external, make)


def _save(row: SurveyCampaign, facts: Mapping[str, Any], actor: User, at: datetime) -> SurveyCampaign:
    if row.state != State.DRAFT:
        raise NotNow(_("This campaign has begun and stays as it is."))
    for name in facts.keys() - set(MANY):
        setattr(row, name, facts[name])
    check(row)
    save_by(row, actor, at=at)
    for name in MANY:
        if name in facts:
            getattr(row, name).set(facts[name])
    return row


def _locked(campaign: SurveyCampaign) -> SurveyCampaign:
    return SurveyCampaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)


@transaction.atomic
def start_campaign(campaign: SurveyCampaign, *, actor: User, at: datetime) -> SurveyCampaign:
    """Let it be sent; workers take it from here."""
    must_manage(actor)
    row = _locked(campaign)
    if row.state not in {State.DRAFT, State.STOPPED}:
        raise NotNow(_("This campaign has been started already."))
    if selectors.published(row.template) is None:
        raise NothingToAsk(_("Publish a version of this template first."), field="template")
    total = selectors.campaign_people(row, timezone.localdate(at)).count()
    if not total:
        raise Invalid(_("Nobody is chosen: widen the filter."))
    row.total, row.state, row.ended_at = total, State.SENDING, None
    row.started_at = row.started_at or at
    save_by(row, actor, at=at)
    return row


@transaction.atomic
def stop_campaign(campaign: SurveyCampaign, *, actor: User, at: datetime) -> SurveyCampaign:
    """Send no more of it; what was sent can be answered."""
    must_manage(actor)
    row = _locked(campaign)
    if row.state != State.SENDING:
        raise NotNow(_("This campaign is not being sent."))
    row.state, row.ended_at = State.STOPPED, at
    save_by(row, actor, at=at)
    return row


@transaction.atomic
def send_next_batch(at: datetime, limit: int = BATCH) -> int:
    """Ask the next people of a campaign that is being sent; answer how many, 0 when none is left."""
    waiting = SurveyCampaign.objects.filter(state=State.SENDING).select_related("template").order_by("pk")
    found = claim(waiting, 1, of=("self",))
    if not found:
        return 0
    campaign = found[0]
    people = list(selectors.campaign_people(campaign, timezone.localdate(at)).filter(pk__gt=campaign.cursor)[:limit])
    version = selectors.published(campaign.template)
    if version is None or not people:
        campaign.state, campaign.ended_at = State.SENT, at
        save_by(campaign, None, at=at)
        return 1
    _ask(campaign, version, people, at)
    campaign.cursor, campaign.reached = people[-1].pk, campaign.reached + len(people)
    campaign.total = max(campaign.total, campaign.reached)
    campaign.save(update_fields=["cursor", "reached", "total"])
    return len(people)


def _ask(campaign: SurveyCampaign, version: SurveyVersion, people: list[User], at: datetime) -> None:
    asked = SurveyInvitation.objects.filter(campaign=campaign, recipient__in=people).values_list("recipient_id", flat=True)
    known = set(asked)
    for person in people:
        if person.pk not in known:
            invite(asking_of(campaign, version, person), campaign, at)


def asking_of(campaign: SurveyCampaign, version: SurveyVersion, person: User) -> Asking:
    """Say what a person is asked by a campaign."""
    organization = person.membership.organization
    contract = next((row for row in campaign.contracts.all() if row.organization_id == organization.pk), None)
    site = selectors.site_of(contract) if contract else organization.sites.select_related("region__office").order_by("pk").first()
    return Asking(
        cause=Cause.CAMPAIGN,
        version=version,
        key=key_of(campaign, person),
        about=campaign.name,
        organization=organization,
        contract=contract,
        site=site,
        office=site.region.office if site else None,
        campaign=campaign,
        asked=Asked([person]),
    )


def foreseen(campaign: SurveyCampaign, people: list[User], *, at: datetime) -> list[tuple[User, str]]:
    """Answer of each person whether they would be left out now, and why; empty: they are asked."""
    lately: set[Any] = set()
    if campaign.cap_days:
        lately = selectors.asked_lately(people, "", at - timedelta(days=campaign.cap_days))
    return [(person, _why(campaign, person, is_capped=person.pk in lately)) for person in people]


def _why(campaign: SurveyCampaign, person: User, *, is_capped: bool) -> str:
    if not is_drawn(key_of(campaign, person), campaign.share):
        return str(LeftOut.SHARE.label)
    return str(LeftOut.CAP.label) if is_capped else ""


def key_of(campaign: SurveyCampaign, person: User) -> str:
    """Answer what makes a person asked once by a campaign."""
    return f"campaign:{campaign.pk}:{person.pk}"

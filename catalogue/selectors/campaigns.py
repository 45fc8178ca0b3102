"""Campaigns: what a release concerns, how far each equipment is, what a customer sees of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from catalogue.engine import concerns
from catalogue.models import Campaign, CampaignItem, State
from customers import selectors as customers
from customers.models import CANARY, ConfigurationChange, Equipment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.models import User
    from catalogue.models import Release

MOST = 5000
"""Equipment that one release is looked up for."""
PLAIN = re.compile(r"(软件|固件|系统|平台)?版本|((software|firmware|system|platform) )?version", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """An equipment that a release concerns, and the version it is known to run."""

    equipment: Equipment
    version: str


def versions_of(equipment: Iterable[int], product: str) -> dict[int, str]:
    """Answer the version each equipment runs, by its archive: of this product if it names one, else the plain version."""
    changes = ConfigurationChange.objects.filter(equipment__in=list(equipment)).filter(
        Q(what__icontains="版本") | Q(what__icontains="version")
    )
    found: dict[int, str] = {}
    exact: set[int] = set()
    for change in changes.order_by("at", "id"):
        names_it = product.lower() in change.what.lower()
        if names_it or (change.equipment_id not in exact and PLAIN.fullmatch(change.what.strip())):
            found[change.equipment_id] = change.after
            if names_it:
                exact.add(change.equipment_id)
    return found


def concerning(release: Release) -> list[Found]:
    """Answer the equipment in service that a release concerns: by maker, model, kind and the version that is known.

    A version that nobody knows is concerned: somebody has to look.
    """
    rows = Equipment.objects.filter(is_active=True, site__organization__is_active=True, maker__iexact=release.maker.strip())
    rows = rows.exclude(site__organization__code=CANARY)
    if release.equipment_kind:
        rows = rows.filter(kind=release.equipment_kind)
    if release.for_models:
        fits = Q()
        for model in release.for_models:
            fits |= Q(model__iexact=model)
        rows = rows.filter(fits)
    things = list(
        rows.select_related("site__organization", "site__region__office").order_by("site__organization__name", "site__name", "name", "pk")[
            :MOST
        ]
    )
    known = versions_of([row.pk for row in things], release.product)
    return [
        Found(row, known.get(row.pk, "")) for row in things if concerns(known.get(row.pk, ""), list(release.from_versions), release.version)
    ]


def campaigns_for(user: User) -> QuerySet[Campaign]:
    """Answer the campaigns: staff all, customers those in which they are told of equipment of theirs."""
    rows = Campaign.objects.select_related("release", "opened_by")
    return rows if user.is_provider else rows.filter(pk__in=items_for(user).values("campaign"))


def items_for(user: User) -> QuerySet[CampaignItem]:
    """Answer the equipment in campaigns: customers see what stands at their sites, once they were told of it."""
    if user.is_provider:
        return CampaignItem.objects.all()
    mine = CampaignItem.objects.filter(equipment__in=customers.equipment_for(user).values("pk"))
    return mine.filter(told_at__isnull=False)


def with_equipment(rows: QuerySet[CampaignItem]) -> QuerySet[CampaignItem]:
    """Add what a line of a list shows, in one query."""
    return rows.select_related("equipment__site", "organization", "contract", "ticket", "campaign__release", "assessed_by", "answered_by")


def counts_of(campaigns: Iterable[int], items: QuerySet[CampaignItem]) -> dict[int, dict[str, int]]:
    """Answer for each campaign how many of these items are in which state, in one query."""
    found: dict[int, dict[str, int]] = {pk: dict.fromkeys(State.values, 0) for pk in campaigns}
    for row in items.filter(campaign__in=list(found)).order_by().values("campaign", "state").annotate(number=Count("id")):
        found[row["campaign"]][row["state"]] = row["number"]
    return found


def releases_of(equipment: Equipment, user: User) -> QuerySet[CampaignItem]:
    """Answer the campaigns that concern an equipment, as far as a person may know, the newest first."""
    return with_equipment(items_for(user).filter(equipment=equipment)).order_by("-id")


def by_organization(campaign: Campaign, items: QuerySet[CampaignItem]) -> list[tuple[str, dict[str, int]]]:
    """Answer how far each customer is, those with most to do first."""
    found: dict[int, dict[str, int]] = {}
    names = {}
    rows = items.filter(campaign=campaign).order_by().values("organization", "organization__name", "organization__short_name", "state")
    for row in rows.annotate(number=Count("id")):
        counts = found.setdefault(row["organization"], dict.fromkeys(State.values, 0))
        counts[row["state"]] = row["number"]
        names[row["organization"]] = row["organization__short_name"] or row["organization__name"]
    return sorted(((names[pk], counts) for pk, counts in found.items()), key=lambda pair: (-open_of(pair[1]), pair[0]))


def open_of(counts: dict[str, int]) -> int:
    """Answer how many are not ended."""
    return sum(counts.values()) - counts[State.VERIFIED] - counts[State.DECLINED] - counts[State.NOT_CONCERNED]

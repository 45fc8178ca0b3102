"""What every step with chosen equipment of a campaign shares: locked, checked, saved one by one in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from catalogue.errors import NotYours, StepNotNow
from catalogue.models import CampaignItem, State
from core.errors import Invalid
from core.record import save_by

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User

MOST = 500
"""Rows that one step takes at most."""


def chosen(items: Iterable[CampaignItem], *states: str) -> list[CampaignItem]:
    """Answer the chosen rows under a lock; refuse them all if one is not in a state that allows the step."""
    keys = sorted({row.pk for row in items})
    if not keys:
        raise Invalid(_("Choose at least one equipment."), field="items", code="required")
    if len(keys) > MOST:
        raise Invalid(_("Choose at most %(limit)s at a time.") % {"limit": MOST}, field="items")
    rows = CampaignItem.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    found = list(rows.select_related("equipment__site__region__office", "organization", "contract", "campaign__release", "ticket"))
    for row in found:
        if row.campaign.closed_at is not None:
            raise StepNotNow(_("The campaign is closed."))
        if row.state not in states:
            facts = {"equipment": row.equipment, "state": State(row.state).label}
            raise StepNotNow(_("This is not possible: %(equipment)s is “%(state)s”.") % facts)
    return found


def must_serve(actor: User) -> None:
    """Refuse what only our own people do."""
    if not actor.is_provider:
        raise NotYours(_("This step is made by the service provider."))


def saved(rows: list[CampaignItem], actor: User | None, at: datetime) -> list[CampaignItem]:
    """Save the rows, each with a line in its history."""
    for row in rows:
        row.updated_at = at
        save_by(row, actor, at=at)
    return rows

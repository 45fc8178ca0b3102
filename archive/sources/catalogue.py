"""Upgrade campaigns: what became of the equipment that a release concerned. Service requests stand as their tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from archive.sources.source import Source
from catalogue import selectors

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from archive.engine import Entry
    from catalogue.models import CampaignItem


class Upgrades(Source):
    """A line for each equipment whose customer was told of a release."""

    kind = "upgrade"
    label = gettext_lazy("Upgrade")
    icon = "rocket"
    at = "told_at"
    site = "equipment__site"
    searched = ("campaign__release__product", "campaign__release__version", "equipment__name", "answer_text", "ticket__number")

    def visible(self, user: User) -> QuerySet[CampaignItem]:
        """Answer what customers were told of, among what a person may see."""
        return selectors.items_for(user).filter(told_at__isnull=False)

    def widened(self, rows: QuerySet[CampaignItem]) -> QuerySet[CampaignItem]:
        """Add names."""
        return selectors.with_equipment(rows)

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one equipment in a campaign."""
        return self.told(
            row,
            f"{row.campaign.release} · {row.equipment}",
            link=row.campaign.get_absolute_url(),
            state_label=row.get_state_display(),
            site=row.equipment.site,
            equipment=row.equipment,
            text=row.answer_text,
            facts=[
                (pgettext("version", "From"), row.version_before),
                (pgettext("version", "To"), row.version_after),
                (_("Ticket"), row.ticket.number if row.ticket else ""),
            ],
            moments=[(_("answered"), row.answered_at), (_("done"), row.done_at), (_("verified"), row.verified_at)],
        )


SOURCES = (Upgrades(),)

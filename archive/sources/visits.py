"""Visits on site for tickets; the journey of an inspection stands with the inspection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from archive.sources.source import Source
from visits import selectors
from visits.models import Purpose

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from archive.engine import Entry
    from visits.models import Visit


class Visits(Source):
    """Who came, when, and what they did."""

    kind = "visit"
    label = gettext_lazy("Visit on site")
    icon = "map-pin"
    at = Coalesce("arrived_at", "departed_at", "starts_at", "created_at")
    equipment = "ticket__equipment"
    ticket = "ticket"
    searched = ("subject", "work", "parts", "ended_because", "ticket__number", "site__name", "lead__name")

    def visible(self, user: User) -> QuerySet[Visit]:
        """Answer the visits a person may know of."""
        return selectors.visits_for(user).filter(purpose=Purpose.SUPPORT)

    def widened(self, rows: QuerySet[Visit]) -> QuerySet[Visit]:
        """Add the names of places and people."""
        return rows.select_related("site", "ticket__equipment", "lead")

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one visit."""
        return self.told(
            row,
            f"{row.number} {row.subject}",
            link=row.get_absolute_url(),
            state=row.status,
            state_label=row.get_status_display(),
            site=row.site,
            equipment=row.ticket.equipment if row.ticket else "",
            who=row.lead,
            text=row.work,
            facts=[
                (_("Ticket"), row.ticket.number if row.ticket else ""),
                (_("Result"), row.get_result_display() if row.result else ""),
                (_("Parts"), row.parts),
                (_("Why nothing was done"), row.get_failure_display() if row.failure else row.ended_because),
            ],
            moments=[(_("departed"), row.departed_at), (pgettext("visit", "arrived"), row.arrived_at), (_("left"), row.left_at)],
        )


SOURCES = (Visits(),)

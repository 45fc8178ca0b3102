"""Inspections that took place or should have, and what they found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.sources.source import Midnight, Source
from inspections import selectors
from inspections.models import InspectionResult

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from archive.engine import Entry
    from archive.scope import Scope
    from inspections.models import Finding, Inspection


class Inspections(Source):
    """Planned visits by a checklist: when they began, else the day they were planned for."""

    kind = "inspection"
    label = gettext_lazy("Inspection")
    icon = "checklist"
    at = Coalesce("started_at", Midnight(F("planned_on")))
    searched = ("summary", "advice", "changes", "period", "plan__template__name", "plan__template__name_en", "site__name", "engineer__name")

    def visible(self, user: User) -> QuerySet[Inspection]:
        """Answer the inspections a person may see."""
        return selectors.inspections_for(user)

    def within(self, user: User, scope: Scope) -> QuerySet[Inspection]:
        """Of an equipment: the inspections of its site in which it was looked at."""
        if scope.equipment is None:
            return super().within(user, scope)
        looked_at = InspectionResult.objects.filter(equipment=scope.equipment).values("inspection")
        return self.visible(user).filter(site=scope.site, pk__in=looked_at)

    def widened(self, rows: QuerySet[Inspection]) -> QuerySet[Inspection]:
        """Add names, and how many items were not in order."""
        return selectors.with_people_and_places(rows)

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one inspection."""
        return self.told(
            row,
            f"{row.number} {row.plan.template}",
            link=reverse("inspections:visit", args=[row.pk]),
            state=row.status,
            state_label=row.get_status_display(),
            site=row.site,
            who=row.engineer,
            text=row.summary,
            facts=[
                (_("Not in order"), row.failed or ""),
                (_("Advice"), row.advice),
                (_("Configuration changed"), row.changes),
                (_("Signed by"), row.signed_by_name),
                (_("Reason"), row.cancel_reason),
            ],
            moments=[(_("finished"), row.finished_at), (_("signed"), row.signed_at)],
        )


class Findings(Source):
    """What was not in order, from when it was first seen."""

    kind = "finding"
    label = gettext_lazy("Finding")
    icon = "flag"
    at = "opened_at"
    ticket = "ticket"
    searched = ("text", "text_en", "advice", "closed_because", "equipment__name", "site__name")

    def visible(self, user: User) -> QuerySet[Finding]:
        """Answer the findings a person may see."""
        return selectors.findings_for(user)

    def widened(self, rows: QuerySet[Finding]) -> QuerySet[Finding]:
        """Add names of places, and the ticket."""
        return selectors.with_places(rows)

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one finding."""
        return self.told(
            row,
            str(row),
            link=row.get_absolute_url(),
            state=row.state,
            state_label=row.get_state_display(),
            site=row.site,
            equipment=row.equipment,
            text=row.advice,
            facts=[
                (_("Inspection"), row.first_found.number),
                (_("Times found"), row.times_found if row.is_raised else ""),
                (_("Fault opened"), row.ticket.number if row.ticket else ""),
                (_("Closed because"), row.closed_because),
            ],
            moments=[(_("closed"), row.closed_at)],
        )


SOURCES = (Inspections(), Findings())

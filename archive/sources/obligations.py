"""Recurring work that was promised and done, or was not owed after all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.sources.source import Source
from obligations import selectors

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from archive.engine import Entry
    from obligations.models import Obligation


class Obligations(Source):
    """What was owed, when it ended; what is still owed stands on its own page."""

    kind = "obligation"
    label = gettext_lazy("Obligation")
    icon = "calendar-event"
    at = "ended_at"
    searched = ("title", "title_en", "clause", "period", "proof", "reason", "contract__number")

    def visible(self, user: User) -> QuerySet[Obligation]:
        """Answer what has ended of what a person may see."""
        return selectors.obligations_for(user).filter(ended_at__isnull=False)

    def widened(self, rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
        """Add names."""
        return selectors.with_names(rows)

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one obligation."""
        return self.told(
            row,
            str(row),
            link=row.get_absolute_url(),
            state=row.status,
            state_label=row.get_status_display(),
            site=row.site,
            equipment=row.equipment,
            who=row.ended_by,
            text=row.proof,
            facts=[(_("Period"), row.period), (_("Clause"), row.clause), (_("Contract"), row.contract), (_("Reason"), row.reason)],
            moments=[(_("due"), row.due_at), (_("turned late"), row.late_at)],
        )


SOURCES = (Obligations(),)

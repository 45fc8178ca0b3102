"""Training that was held for a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.sources.source import Source
from training import selectors

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from archive.engine import Entry
    from training.models import Session


class Trainings(Source):
    """A session, when it was held."""

    kind = "training"
    label = gettext_lazy("Training")
    icon = "school"
    at = "held_at"
    equipment = ""
    searched = ("course__name", "course__name_en", "course__code", "room", "note")

    def visible(self, user: User) -> QuerySet[Session]:
        """Answer the sessions that were held, of those a person may see."""
        return selectors.sessions_for(user).filter(held_at__isnull=False)

    def widened(self, rows: QuerySet[Session]) -> QuerySet[Session]:
        """Add names and how many came."""
        return selectors.with_places(rows)

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one session."""
        return self.told(
            row,
            str(row.course),
            link=row.get_absolute_url(),
            state_label=row.get_status_display(),
            site=row.site,
            facts=[(_("Came"), row.came), (_("Contract"), row.contract), (_("Room"), row.room)],
        )


SOURCES = (Trainings(),)

"""Monthly reports: what was promised and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.sources.source import Source
from reports import selectors

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from archive.engine import Entry
    from reports.models import MonthlyReport


class MonthlyReports(Source):
    """The current report of each month, when it was made."""

    kind = "report"
    label = gettext_lazy("Monthly report")
    icon = "chart-bar"
    at = "made_at"
    site = equipment = ""
    searched = ("contract__number", "contract__name", "reason")

    def visible(self, user: User) -> QuerySet[MonthlyReport]:
        """Answer the reports a person may see."""
        return selectors.listed(user)

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one report."""
        facts = [(_("Promises kept"), row.kept), (_("Promises missed"), row.missed), (_("Corrected because"), row.reason)]
        return self.told(row, f"{row.number} {row.month:%Y-%m}", link=row.get_absolute_url(), facts=facts)


SOURCES = (MonthlyReports(),)

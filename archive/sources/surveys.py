"""What customers said when they were asked how it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.sources.source import Source
from surveys import selectors

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from archive.engine import Entry
    from surveys.models import SurveyAnswer


class Surveys(Source):
    """Answers to surveys, when they were given; anonymous ones belong to nobody's history."""

    kind = "survey"
    label = gettext_lazy("Survey answer")
    icon = "star"
    at = "answered_at"
    equipment = "ticket__equipment"
    ticket = "ticket"
    searched = ("words", "ticket__number", "contract__number", "engineer__name")

    def visible(self, user: User) -> QuerySet[SurveyAnswer]:
        """Answer what was said by name, among what a person may read."""
        return selectors.answers_for(user).filter(is_anonymous=False, invitation__isnull=False)

    def widened(self, rows: QuerySet[SurveyAnswer]) -> QuerySet[SurveyAnswer]:
        """Add what was said and what it is about."""
        return selectors.with_values(rows).select_related("ticket__equipment", "ticket__site")

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one answer."""
        ticket = row.ticket
        about = ticket.number if ticket else f"{row.contract or row.organization} {row.invitation.period}".strip()
        average = "" if row.mean is None else f"{row.mean:.1f}"
        return self.told(
            row,
            _("Answer about %(about)s") % {"about": about},
            link=reverse("surveys:survey", args=[row.invitation_id]),
            site=row.site or (ticket.site if ticket else ""),
            equipment=ticket.equipment if ticket else "",
            who=row.answered_by,
            text=row.words,
            facts=[(_("Survey"), row.version.template.name), (_("Average"), average), (_("Channel"), row.get_channel_display())],
        )


SOURCES = (Surveys(),)

"""Tickets: what was reported, its cause, how it was solved, and when."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.sources.source import Source
from tickets import search, selectors
from tickets.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.models import User
    from archive.engine import Entry
    from tickets.models import Ticket

TYPE = Event.Type
MOMENTS = (TYPE.DIAGNOSIS_DELIVERED, TYPE.CHECKED_IN, TYPE.RESOLVED, TYPE.REJECTED, TYPE.REOPENED, TYPE.CLOSED, TYPE.CANCELLED)
"""The lines of the record that somebody new has to know."""


class Tickets(Source):
    """Faults, questions, complaints and requests: an entry each, at the time of the report."""

    kind = "ticket"
    label = gettext_lazy("Ticket")
    icon = "inbox"
    at = "created_at"

    def visible(self, user: User) -> QuerySet[Ticket]:
        """Answer the tickets a person may know of; confidential ones are not among them."""
        return selectors.tickets_for(user)

    def matching(self, rows: QuerySet[Ticket], words: str) -> QuerySet[Ticket]:
        """Search as the queue does: every word, Chinese in pairs of characters."""
        return selectors.matching(rows, words) if search.wanted(words) else rows.none()

    def widened(self, rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """Add the names of places and people."""
        return rows.select_related("site", "equipment", "assignee").defer("search_text", "counted_days")

    def entries(self, keys: Iterable[int], user: User) -> list[Entry]:
        """Answer the entries with the key lines of their records, as far as the person may read them: two queries."""
        rows = list(self.timed(self.widened(self.visible(user).filter(pk__in=list(keys)))))
        lines = Event.objects.filter(ticket__in=rows, type__in=MOMENTS).order_by("ticket", "seq")
        if user.is_customer:
            lines = lines.filter(is_public=True)
        record: defaultdict[int, list[Event]] = defaultdict(list)
        for line in lines:
            record[line.ticket_id].append(line)
        return [self._entry(row, record[row.pk]) for row in rows]

    def _entry(self, row: Any, record: list[Event]) -> Entry:
        said: dict[str, str] = {}
        for line in record:
            said |= {name: line.facts[name] for name in ("cause", "solution", "prevention") if line.facts.get(name)}
        return self.told(
            row,
            f"{row.number} {row.subject}",
            link=row.get_absolute_url(),
            state=row.status,
            state_label=row.get_status_display(),
            site=row.site,
            equipment=row.equipment,
            who=row.assignee,
            text=row.description if row.description != row.subject else "",
            facts=[
                (_("Kind"), row.get_kind_display()),
                (_("Severity"), row.severity),
                (_("Cause"), said.get("cause")),
                (_("Solution"), said.get("solution") or row.resolution),
                (_("Prevention"), said.get("prevention")),
            ],
            moments=[(line.get_type_display(), line.at) for line in record],
        )


SOURCES = (Tickets(),)

"""Calls to the customer: call-backs, inquiries and care, as they ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.sources.source import Source
from care import selectors
from care.models import CallItem, Status
from tickets.models import Ticket

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from archive.engine import Entry
    from archive.scope import Scope
    from care.models import Call


class Calls(Source):
    """What the customer was asked and said; a call that is still to be made stands on its own page."""

    kind = "call"
    label = gettext_lazy("Call")
    icon = "phone"
    at = "ended_at"
    equipment = ""  # by more than one path: see within
    ticket = "ticket"
    searched = ("subject", "words", "spoke_with", "contact_name", "ticket__number")

    def visible(self, user: User) -> QuerySet[Call]:
        """Answer the calls that were made, of those a person may see."""
        return selectors.calls_for(user).filter(status=Status.DONE, ended_at__isnull=False)

    def within(self, user: User, scope: Scope) -> QuerySet[Call]:
        """Of an equipment: the calls in which it was asked about, and the call-backs about its tickets, among its customer's."""
        if scope.equipment is None:
            return super().within(user, scope)
        asked = CallItem.objects.filter(equipment=scope.equipment.pk).values("call")
        about = Ticket.objects.filter(equipment=scope.equipment.pk).values("pk")
        rows = self.visible(user).filter(Q(pk__in=asked) | Q(ticket__in=about), organization=scope.organization.pk)
        return self._of_seen_tickets(rows, user, scope)

    def widened(self, rows: QuerySet[Call]) -> QuerySet[Call]:
        """Add names."""
        return selectors.with_people_and_places(rows)

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one call."""
        return self.told(
            row,
            row.subject,
            link=row.get_absolute_url(),
            state_label=row.get_kind_display(),
            site=row.site,
            who=row.ended_by,
            text=row.words,
            facts=[
                (_("Spoke with"), row.spoke_with),
                (_("Ticket"), row.ticket.number if row.ticket else ""),
                (_("Outcome"), row.get_outcome_display()),
            ],
        )


SOURCES = (Calls(),)

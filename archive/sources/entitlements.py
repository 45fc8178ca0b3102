"""Warranty: repairs, exchanges and compensation that were granted, and renewals that were answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from archive.sources.source import Source
from entitlements import selectors

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from archive.engine import Entry
    from entitlements.models import QuotationRequest, Remedy


class Remedies(Source):
    """What the customer was given, and whether it cost."""

    kind = "remedy"
    label = gettext_lazy("Warranty")
    icon = "shield-check"
    at = "approved_at"
    organization = "ticket__organization"
    site = "ticket__site"
    ticket = "ticket"
    searched = ("what", "why", "ticket__number", "equipment__name")

    def visible(self, user: User) -> QuerySet[Remedy]:
        """Answer what was approved of what a person may see."""
        return selectors.remedies_for(user).filter(approved_at__isnull=False)

    def widened(self, rows: QuerySet[Remedy]) -> QuerySet[Remedy]:
        """Add names."""
        return selectors.remedies_named(rows)

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one remedy."""
        return self.told(
            row,
            f"{row.get_kind_display()}: {row.what}",
            link=row.get_absolute_url(),
            state_label=row.get_status_display(),
            site=row.ticket.site,
            equipment=row.equipment,
            text=row.why,
            facts=[
                (_("Ticket"), row.ticket.number),
                (_("Charged, CNY"), row.charged or ""),
                (_("Paid to the customer, CNY"), row.paid or ""),
            ],
            moments=[(_("agreed"), row.agreed_at), (_("done"), row.done_at)],
        )


class Renewals(Source):
    """What was offered for the time after a term, and the customer's answer."""

    kind = "renewal"
    label = gettext_lazy("Renewal")
    icon = "repeat"
    at = "answered_at"
    site = "term__equipment__site"
    equipment = "term__equipment"
    searched = ("wish", "reason", "term__contract__number", "term__equipment__name")

    def visible(self, user: User) -> QuerySet[QuotationRequest]:
        """Answer what was answered of what a person may see."""
        return selectors.quotations_for(user).filter(answered_at__isnull=False)

    def widened(self, rows: QuerySet[QuotationRequest]) -> QuerySet[QuotationRequest]:
        """Add names."""
        return selectors.quotations_named(rows)

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one renewal."""
        return self.told(
            row,
            str(row.term),
            link=row.get_absolute_url(),
            state_label=row.get_status_display(),
            text=row.reason,
            facts=[(_("Amount, CNY"), row.amount), (_("Begins on"), row.starts_on), (_("Last day"), row.ends_on)],
            moments=[(pgettext("quotation", "asked"), row.asked_at), (_("quoted"), row.quoted_at)],
        )


SOURCES = (Remedies(), Renewals())

"""What stays open at a site, and who may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customers import selectors as customers
from inspections.models import Finding

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from inspections.models import Inspection


def findings_for(user: User) -> QuerySet[Finding]:
    """Answer the findings a person may see: staff all, customers those of their sites."""
    found = Finding.objects.all()
    return found if user.is_provider else found.filter(site__in=customers.sites_for(user))


def with_places(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """Add what a line of a list shows."""
    return findings.select_related("organization", "site", "equipment", "ticket", "first_found", "last_found", "closed_by", "photo")


def open_at(site: int) -> QuerySet[Finding]:
    """Answer what is open at a site, the worst first."""
    return Finding.objects.filter(site=site, state=Finding.State.OPEN).order_by("severity", "pk")


def known_as(visit: Inspection) -> dict[tuple[str, int | None], Finding]:
    """Answer what is open at a visit's site from the same checklist, by item and equipment."""
    found = open_at(visit.site_id).filter(template=visit.plan.template_id).select_related("ticket")
    return {(row.code, row.equipment_id): row for row in found}

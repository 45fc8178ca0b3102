"""Certificates of our own people, engineers whom contracts name, and regional representatives, as far as a person may see them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q

from accounts.models import PROVIDER_ROLES, User
from customers import selectors as customers
from training.models import STAFF_REMIND_DAYS, NamedEngineer, RegionalRepresentative, StaffCertificate

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from customers.models import Contract

GAPS_SHOWN = 20
"""More gaps than this are found with their contracts."""


def staff() -> QuerySet[User]:
    """Answer our own people who work here now."""
    return User.objects.filter(is_active=True, role__in=PROVIDER_ROLES).order_by("name", "pk")


def staff_for(user: User) -> QuerySet[User]:
    """Answer our own people, those who left as well; customers see none of them here."""
    return User.objects.filter(role__in=PROVIDER_ROLES) if user.is_provider else User.objects.none()


def staff_certificates_for(user: User) -> QuerySet[StaffCertificate]:
    """Answer the certificates of our people: ours see all, customers only those beside the names in their contracts."""
    rows = StaffCertificate.objects.select_related("person__office", "skill")
    return rows if user.is_provider else rows.none()


def searched_staff(
    rows: QuerySet[StaffCertificate], today: date, *, show: str = "", office: int | None = None, skill: int | None = None, find: str = ""
) -> QuerySet[StaffCertificate]:
    """Narrow certificates down: ends within 90 days, expired, withdrawn, else all that stand; by office, skill and words."""
    rows = rows.filter(withdrawn_at__isnull=show != "withdrawn")
    if show == "ending":
        rows = rows.filter(lasts_until__gte=today, lasts_until__lte=today + timedelta(days=max(STAFF_REMIND_DAYS)))
    elif show == "expired":
        rows = rows.filter(lasts_until__lt=today)
    if office:
        rows = rows.filter(person__office=office)
    if skill:
        rows = rows.filter(skill=skill)
    if words := find.strip():
        rows = rows.filter(
            Q(person__name__icontains=words) | Q(name__icontains=words) | Q(name_en__icontains=words) | Q(number__icontains=words)
        )
    return rows


def named_for(user: User) -> QuerySet[NamedEngineer]:
    """Answer whom contracts name: ours see all, customers those of the contracts they may see."""
    rows = NamedEngineer.objects.all()
    return rows if user.is_provider else rows.filter(contract__in=customers.contracts_for(user).values("pk"))


def with_papers(rows: QuerySet[NamedEngineer]) -> QuerySet[NamedEngineer]:
    """Add what a line shows, the persons' certificates too, in a constant number of queries."""
    papers = StaffCertificate.objects.select_related("skill").order_by("lasts_until", "pk")
    known = rows.select_related("contract__organization", "person", "deputy")
    return known.prefetch_related(Prefetch("person__staff_certificates", queryset=papers))


def named_in(user: User, contract: Contract, today: date) -> list[NamedEngineer]:
    """Answer whom a contract names now or from a later day on."""
    rows = named_for(user).filter(Q(ends_on=None) | Q(ends_on__gte=today), contract=contract)
    return list(with_papers(rows).order_by("starts_on", "pk"))


def with_gaps(user: User, today: date) -> list[NamedEngineer]:
    """Answer the named engineers with whom something is amiss, the longest first; as the last sweep found them."""
    rows = named_for(user).filter(Q(ends_on=None) | Q(ends_on__gte=today), gap_since__isnull=False)
    found = with_papers(rows).order_by("gap_since", "pk")[:GAPS_SHOWN]
    return [row for row in found if row.gaps_on(today)]


def representatives_for(user: User) -> QuerySet[RegionalRepresentative]:
    """Answer who represents us: ours see all, customers those of the regions in which they have sites."""
    rows = RegionalRepresentative.objects.select_related("region", "person", "deputy")
    return rows if user.is_provider else rows.filter(region__in=customers.sites_for(user).values("region"))


def representatives_of(user: User, contract: Contract, today: date) -> list[RegionalRepresentative]:
    """Answer who represents us today where the contract's customer has sites that somebody may see."""
    regions = customers.sites_for(user).filter(organization=contract.organization_id).values("region")
    return representatives_at(user, regions, today)


def representatives_at(user: User, regions: Any, today: date) -> list[RegionalRepresentative]:
    """Answer who represents us today in these regions, as far as somebody may see them."""
    rows = representatives_for(user).filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today, region__in=regions)
    return list(rows.filter(person__is_active=True).order_by("region__code", "pk"))

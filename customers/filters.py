"""What lists of customers can be narrowed by; ids are numbers, so that a stranger's id looks like one that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django_filters import rest_framework as filters

from accounts.models import Role, User
from core.api_filters import ChangedSince, IdFilter, OwnId
from customers.models import Contract, Equipment, HeightenedPeriod, Membership, Organization, Site

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet


class OrganizationFilter(filters.FilterSet):
    """By code."""

    external_id = OwnId()
    updated_since = ChangedSince()

    class Meta:
        model = Organization
        fields = ("code", "is_active")


class SiteFilter(filters.FilterSet):
    """By organization."""

    organization = IdFilter("organization_id")
    external_id = OwnId()
    updated_since = ChangedSince()

    class Meta:
        model = Site
        fields = ("organization",)


class EquipmentFilter(filters.FilterSet):
    """By place or label."""

    organization = IdFilter("site__organization_id")
    site = IdFilter("site_id")
    external_id = OwnId()
    updated_since = ChangedSince()

    class Meta:
        model = Equipment
        fields = ("organization", "site", "kind", "serial_number", "qr_id", "is_active")


class ContractFilter(filters.FilterSet):
    """By organization, number, plan or an equipment it names."""

    organization = IdFilter("organization_id")
    plan = filters.CharFilter("plan__code")
    equipment = IdFilter("equipment__id")
    external_id = OwnId()
    updated_since = ChangedSince(parts=("agreed",))

    class Meta:
        model = Contract
        fields = ("organization", "number", "plan", "equipment")


class _PersonChangedSince(ChangedSince):
    """Of the account as well as of the place."""

    def filter(self, qs: QuerySet[Any], value: datetime | None) -> QuerySet[Any]:
        """Keep those."""
        if value is None:
            return qs
        places: Any = Membership
        accounts: Any = User
        by_place = Q(pk__in=places.history.filter(history_date__gte=value).values("id"))
        return qs.filter(by_place | Q(user__in=accounts.history.filter(history_date__gte=value).values("id")))


class PersonFilter(filters.FilterSet):
    """By organization, address, or what they are."""

    organization = IdFilter("organization_id")
    email = filters.CharFilter("user__email", "iexact")
    role = filters.ChoiceFilter(field_name="user__role", choices=[(role.value, role.label) for role in (Role.CUSTOMER, Role.SUPERVISOR)])
    is_active = filters.BooleanFilter("user__is_active")
    external_id = OwnId()
    updated_since = _PersonChangedSince()

    class Meta:
        model = Membership
        fields = ("organization", "email", "role", "is_active")


class PeriodFilter(filters.FilterSet):
    """By whether it was announced, and by days."""

    announced = filters.BooleanFilter("announced_at", "isnull", exclude=True)
    ends_after = filters.IsoDateTimeFilter("ends_at", "gt", help_text="That end after this instant.")
    starts_before = filters.IsoDateTimeFilter("starts_at", "lt", help_text="That begin before this instant.")
    updated_since = ChangedSince(parts=("agreed",))

    class Meta:
        model = HeightenedPeriod
        fields = ("announced",)

"""What lists of customers can be narrowed by; ids are numbers, so that a stranger's id looks like one that is not there."""

from __future__ import annotations

from django_filters import rest_framework as filters

from core.api_filters import ChangedSince, IdFilter
from customers.models import Contract, Equipment, Organization, Site


class OrganizationFilter(filters.FilterSet):
    """By code."""

    updated_since = ChangedSince()

    class Meta:
        model = Organization
        fields = ("code", "is_active")


class SiteFilter(filters.FilterSet):
    """By organization."""

    organization = IdFilter("organization_id")
    updated_since = ChangedSince()

    class Meta:
        model = Site
        fields = ("organization",)


class EquipmentFilter(filters.FilterSet):
    """By place or label."""

    organization = IdFilter("site__organization_id")
    site = IdFilter("site_id")
    updated_since = ChangedSince()

    class Meta:
        model = Equipment
        fields = ("organization", "site", "kind", "serial_number", "qr_id", "is_active")


class ContractFilter(filters.FilterSet):
    """By organization, number, plan or an equipment it names."""

    organization = IdFilter("organization_id")
    plan = filters.CharFilter("plan__code")
    equipment = IdFilter("equipment__id")
    updated_since = ChangedSince()

    class Meta:
        model = Contract
        fields = ("organization", "number", "plan", "equipment")

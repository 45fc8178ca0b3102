"""Customers over REST, to read; strangers' are not found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import who
from core.api_pages import KeysetPagination
from core.time import now
from customers import selectors
from customers.filters import ContractFilter, EquipmentFilter, OrganizationFilter, SiteFilter
from customers.models import Contract, Equipment, Organization, Site
from customers.serializers import ContractOutput, EntitlementOutput, EquipmentOutput, OrganizationOutput, SiteOutput

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from rest_framework.request import Request


def described(many: str, one: str) -> Callable[[type], type]:
    """Name the two operations of a view set in the schema."""
    said = "What the caller may not see is as if it were not there."
    return extend_schema_view(list=extend_schema(summary=many, description=said), retrieve=extend_schema(summary=one, description=said))


class _Reading(ReadOnlyModelViewSet):
    pagination_class = KeysetPagination
    lookup_value_regex = "[0-9]+"


class _Place(_Reading):
    @extend_schema(summary="What holds there today", responses=EntitlementOutput, filters=False)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def entitlement(self, request: Request, pk: str) -> Response:
        """Tell which contract and plan hold today, whether it is in warranty, and whether work is free."""
        return Response(EntitlementOutput(selectors.entitlement(self.get_object(), now())).data)


@described("Organizations, newest first", "An organization")
class OrganizationViewSet(_Reading):
    """Organizations, newest first."""

    queryset = Organization.objects.none()
    serializer_class = OrganizationOutput
    filterset_class = OrganizationFilter

    def get_queryset(self) -> QuerySet[Organization]:
        """Answer those the caller may see."""
        return selectors.organizations_for(who(self.request))


@described("Sites, newest first", "A site")
class SiteViewSet(_Place):
    """Sites, newest first."""

    queryset = Site.objects.none()
    serializer_class = SiteOutput
    filterset_class = SiteFilter

    def get_queryset(self) -> QuerySet[Site]:
        """Answer those the caller may see."""
        return selectors.sites_for(who(self.request)).select_related("region__office")


@described("Equipment, newest first", "An equipment")
class EquipmentViewSet(_Place):
    """Equipment, newest first."""

    queryset = Equipment.objects.none()
    serializer_class = EquipmentOutput
    filterset_class = EquipmentFilter

    def get_queryset(self) -> QuerySet[Equipment]:
        """Answer those the caller may see."""
        return selectors.equipment_for(who(self.request)).select_related("site")


@described("Contracts, newest first", "A contract")
class ContractViewSet(_Reading):
    """Contracts, newest first."""

    queryset = Contract.objects.none()
    serializer_class = ContractOutput
    filterset_class = ContractFilter

    def get_queryset(self) -> QuerySet[Contract]:
        """Answer those the caller may see, naming only equipment they may see."""
        visible: QuerySet[Any] = selectors.equipment_for(who(self.request)).only("pk")
        return selectors.searched_contracts(who(self.request)).prefetch_related(Prefetch("equipment", visible), "agreed")

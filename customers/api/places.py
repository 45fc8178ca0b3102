"""Organizations, their sites and the equipment there."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.access import who
from accounts.keepers import ManagersOnly, StaffOnly
from core.time import now
from customers import selectors, services
from customers.api.keeping import Keeping, described, enters
from customers.filters import EquipmentFilter, OrganizationFilter, SiteFilter
from customers.models import ConfigurationChange, Downtime, Equipment, Organization, Site
from customers.serializers import (
    ConfigurationChangeInput,
    ConfigurationChangeOutput,
    DowntimeInput,
    DowntimeOutput,
    EntitlementOutput,
    EquipmentInput,
    EquipmentOutput,
    OrganizationInput,
    OrganizationOutput,
    SiteChangeInput,
    SiteInput,
    SiteOutput,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

MANAGED = {"create": ManagersOnly, "partial_update": ManagersOnly}
SWITCHED = {**MANAGED, "activate": ManagersOnly, "deactivate": ManagersOnly}


class _Place(Keeping):
    @extend_schema(summary="What holds there today", responses=EntitlementOutput, filters=False)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def entitlement(self, request: Request, pk: str) -> Response:
        """Tell which contract and plan hold today, whether it is in warranty, and whether work is free."""
        return Response(EntitlementOutput(selectors.entitlement(self.get_object(), now())).data)


@described("Organizations, newest first", "An organization")
class OrganizationViewSet(Keeping):
    """Organizations, newest first."""

    queryset = Organization.objects.none()
    serializer_class = OrganizationOutput
    filterset_class = OrganizationFilter
    keepers = SWITCHED

    def get_queryset(self) -> QuerySet[Organization]:
        """Answer those the caller may see."""
        return selectors.organizations_for(who(self.request))

    @enters("Take a customer on", OrganizationInput, OrganizationOutput)
    def create(self, request: Request) -> Response:
        """Enter an organization: managers. The same `external_id` again changes that one."""
        return self.entered(OrganizationInput, services.create_organization, services.update_organization)

    @extend_schema(summary="Change an organization", request=OrganizationInput, responses=OrganizationOutput)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Put right what is sent; the rest stays: managers."""
        return self.changed(OrganizationInput, services.update_organization)

    @extend_schema(summary="Serve an organization again", request=None, responses=OrganizationOutput)
    @action(detail=True, methods=["post"])
    def activate(self, request: Request, pk: str) -> Response:
        """Take reports of it again: managers."""
        return self.done(services.activate)

    @extend_schema(summary="End with an organization", request=None, responses=OrganizationOutput)
    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: str) -> Response:
        """Take no reports of it any more; what is open goes on: managers."""
        return self.done(services.deactivate)


@described("Sites, newest first", "A site")
class SiteViewSet(_Place):
    """Sites, newest first."""

    queryset = Site.objects.none()
    serializer_class = SiteOutput
    filterset_class = SiteFilter
    keepers = MANAGED

    def get_queryset(self) -> QuerySet[Site]:
        """Answer those the caller may see."""
        return selectors.sites_for(who(self.request)).select_related("region__office")

    @enters("Add a site", SiteInput, SiteOutput)
    def create(self, request: Request) -> Response:
        """Add a place of an organization: managers. The same `external_id` again changes that one."""
        return self.entered(SiteInput, services.create_site, services.update_site, of="organization", stays="organization")

    @extend_schema(summary="Change a site", request=SiteChangeInput, responses=SiteOutput)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Put right what is sent; the rest stays, and so does its organization: managers."""
        return self.changed(SiteChangeInput, services.update_site)


@described("Equipment, newest first", "An equipment")
class EquipmentViewSet(_Place):
    """Equipment, newest first."""

    queryset = Equipment.objects.none()
    serializer_class = EquipmentOutput
    filterset_class = EquipmentFilter
    keepers: ClassVar = {**SWITCHED, "take_down": StaffOnly, "reconfigure": StaffOnly}

    def get_queryset(self) -> QuerySet[Equipment]:
        """Answer those the caller may see."""
        return selectors.equipment_for(who(self.request)).select_related("site", "skill")

    @enters("Add equipment", EquipmentInput, EquipmentOutput)
    def create(self, request: Request) -> Response:
        """Add a system or device; it gets a label of its own: managers. The same `external_id` again changes that one."""
        return self.entered(EquipmentInput, services.create_equipment, services.update_equipment, of="site")

    @extend_schema(summary="Change equipment", request=EquipmentInput, responses=EquipmentOutput)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Put right what is sent, or move it to another site of its organization: managers."""
        return self.changed(EquipmentInput, services.update_equipment)

    @extend_schema(summary="Put equipment back into service", request=None, responses=EquipmentOutput)
    @action(detail=True, methods=["post"])
    def activate(self, request: Request, pk: str) -> Response:
        """Take reports of it again: managers."""
        return self.done(services.activate)

    @extend_schema(summary="Take equipment out of service", request=None, responses=EquipmentOutput)
    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: str) -> Response:
        """Retire it: nothing is reported of it any more, its archive stays: managers."""
        return self.done(services.deactivate)

    @extend_schema(summary="Planned downtime of an equipment, newest first", responses=DowntimeOutput(many=True), filters=False)
    @action(detail=True, filter_backends=[], page_by="starts_at")
    def downtimes(self, request: Request, pk: str) -> Response:
        """Answer when it was, or is to be, down on purpose."""
        return self.shown_of(self.get_object().downtimes.order_by(), DowntimeOutput)

    @enters("Enter planned downtime", DowntimeInput, DowntimeOutput)
    @downtimes.mapping.post
    def take_down(self, request: Request, pk: str) -> Response:
        """Enter when it was, or is to be, down on purpose; it counts as planned in the figures: our own people."""
        return self.hung(Downtime, DowntimeInput, DowntimeOutput, services.take_down)

    @extend_schema(
        operation_id="equipment_configuration_list",
        summary="Changes of an equipment's configuration, newest first",
        responses=ConfigurationChangeOutput(many=True),
        filters=False,
    )
    @action(detail=True, filter_backends=[], page_by="at")
    def configuration(self, request: Request, pk: str) -> Response:
        """Answer what was changed at it, and by whose report one knows."""
        return self.shown_of(self.get_object().configuration_changes.select_related("by").order_by(), ConfigurationChangeOutput)

    @enters("Record a change of configuration", ConfigurationChangeInput, ConfigurationChangeOutput)
    @configuration.mapping.post
    def reconfigure(self, request: Request, pk: str) -> Response:
        """Keep what was changed in its archive: our own people."""
        return self.hung(ConfigurationChange, ConfigurationChangeInput, ConfigurationChangeOutput, services.record_configuration)

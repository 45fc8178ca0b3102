"""Plans of inspections and checklists over REST, for our own people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import who
from accounts.rest import Deeds, DispatchersOnly, ProviderOnly, only
from core.api_filters import ChangedSince, IdFilter
from core.api_pages import KeysetPagination
from core.api_parsers import JsonParser
from core.time import now
from inspections import selectors, services
from inspections.models import ChecklistItem, ChecklistTemplate, InspectionPlan
from inspections.serializers.plans import (
    ChecklistOutput,
    ComingInspectionOutput,
    InspectionPlanInput,
    InspectionPlanOutput,
    NewInspectionPlanInput,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

STAFF = only(ProviderOnly)


class InspectionPlanFilter(filters.FilterSet):
    """By customer, contract, site, engineer, and whether it is active."""

    organization = IdFilter("contract__organization_id")
    contract = IdFilter("contract_id")
    site = IdFilter("site_id")
    engineer = IdFilter("engineer_id")
    checklist = filters.CharFilter("template__code")
    external_id = filters.CharFilter()
    updated_since = ChangedSince()

    class Meta:
        model = InspectionPlan
        fields = ("organization", "contract", "site", "engineer", "checklist", "is_active", "external_id")


@extend_schema_view(
    list=extend_schema(summary="Plans of inspections, newest first"), retrieve=extend_schema(summary="A plan of inspections")
)
class InspectionPlanViewSet(Deeds, ReadOnlyModelViewSet[InspectionPlan]):
    """Which sites are inspected how often, by whom, with which checklist."""

    queryset = InspectionPlan.objects.none()
    serializer_class = InspectionPlanOutput
    filterset_class = InspectionPlanFilter
    pagination_class = KeysetPagination
    permission_classes = STAFF
    writers = DispatchersOnly
    open_deeds = Deeds.open_deeds | {"coming"}
    parser_classes = (JsonParser,)
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[InspectionPlan]:
        """Answer the plans."""
        return selectors.plans_for(who(self.request)).prefetch_related("helpers")

    def _draft(self, given: dict[str, Any]) -> services.PlanDraft:
        return services.PlanDraft(**{**given, "helpers": given.get("helpers", [])})

    @extend_schema(
        summary="Make a plan of inspections",
        request=NewInspectionPlanInput,
        responses={
            201: InspectionPlanOutput,
            200: OpenApiResponse(
                InspectionPlanOutput, description="Made before with the same external_id; what was sent is put right in it."
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Make a plan; its inspections are made by themselves from now on. The same ``external_id`` again changes that plan."""
        given = self.given(NewInspectionPlanInput)
        external = self.foreign(given.pop("external_id"))
        plan = services.create_plan(self._draft(given), **self.facts(), external=external)
        return self.made_or_known(plan, "inspection-plan-detail", lambda row: self._change(row, self.sent_again(NewInspectionPlanInput)))

    def _change(self, row: InspectionPlan, sent: dict[str, Any]) -> None:
        services.change_plan(row, services.PlanDraft.of(row, **sent), **self.facts())

    @extend_schema(summary="Change a plan of inspections", request=InspectionPlanInput, responses=InspectionPlanOutput)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is sent, or switch it off and on; inspections that were made already stay as they are."""
        row = self.get_object()
        self._change(row, self.changed(InspectionPlanInput))
        return Response(self.whole(row.pk))

    @extend_schema(
        operation_id="inspection_plans_preview",
        summary="Days that a plan would make",
        request=InspectionPlanInput,
        responses=ComingInspectionOutput(many=True),
        filters=False,
    )
    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None)
    def preview(self, request: Request) -> Response:
        """Answer the next days of a plan before it is made; nothing is kept."""
        return _told(services.drawn(self._draft(self.given(InspectionPlanInput))))

    @extend_schema(
        operation_id="inspection_plans_coming",
        summary="Next days of a plan",
        responses=ComingInspectionOutput(many=True),
        filters=False,
    )
    @action(detail=True, filterset_class=None, pagination_class=None)
    def coming(self, request: Request, pk: str) -> Response:
        """Answer the next days of a plan."""
        return _told(self.get_object())


def _told(plan: InspectionPlan) -> Response:
    days = [{"turn": turn, "day": day} for turn, day in services.preview(plan, at=now())]
    return Response(ComingInspectionOutput(days, many=True).data)


@extend_schema_view(list=extend_schema(summary="Checklists"), retrieve=extend_schema(summary="A checklist"))
class ChecklistViewSet(ReadOnlyModelViewSet[ChecklistTemplate]):
    """What is looked at, as it is asked now; versions are loaded from files."""

    queryset = ChecklistTemplate.objects.none()
    serializer_class = ChecklistOutput
    pagination_class = KeysetPagination
    permission_classes = STAFF
    page_by = "code"
    page_descending = False
    lookup_field = "code"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    def get_queryset(self) -> QuerySet[ChecklistTemplate]:
        """Answer the checklists, each with its versions and their items."""
        items = Prefetch("items", ChecklistItem.objects.order_by("position"))
        return ChecklistTemplate.objects.prefetch_related(Prefetch("versions", selectors.newest_versions().prefetch_related(items)))

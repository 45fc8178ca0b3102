"""Visits over REST, to read; strangers' are not found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import who
from core.api_filters import IdFilter
from core.api_pages import KeysetPagination
from inspections import selectors
from inspections.models import Inspection
from inspections.serializers import InspectionOutput, InspectionReport

if TYPE_CHECKING:
    from django.db.models import QuerySet


class InspectionFilter(filters.FilterSet):
    """By place, person, state and day; ids are numbers, so that a stranger's id looks like one that is not there."""

    organization = IdFilter("organization_id")
    site = IdFilter("site_id")
    engineer = IdFilter("engineer_id")
    planned_from = filters.DateFilter("planned_on", "gte")
    planned_to = filters.DateFilter("planned_on", "lte")

    class Meta:
        model = Inspection
        fields = ("status", "period", "organization", "site", "engineer")


@extend_schema_view(
    list=extend_schema(summary="Inspections, latest day first", responses=InspectionOutput(many=True)),
    retrieve=extend_schema(summary="One inspection with its report", responses=InspectionReport),
)
class InspectionViewSet(ReadOnlyModelViewSet[Inspection]):
    """Planned visits and their reports."""

    queryset = Inspection.objects.none()
    serializer_class = InspectionOutput
    filterset_class = InspectionFilter
    pagination_class = KeysetPagination
    page_by = "planned_on"
    lookup_value_regex = "[0-9]+"

    def get_serializer_class(self) -> type[InspectionOutput]:
        """Answer the whole report for one visit only."""
        return InspectionReport if self.action == "retrieve" else InspectionOutput

    def get_queryset(self) -> QuerySet[Inspection]:
        """Answer those the caller may see."""
        visits = selectors.with_people_and_places(selectors.inspections_for(who(self.request)))
        return selectors.with_results(visits) if self.action == "retrieve" else visits

"""Findings over REST: read, raised as faults and closed between two inspections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import who
from accounts.rest import Deeds, ProviderOnly
from core.api_filters import ChangedSince, IdFilter
from core.api_pages import KeysetPagination
from core.api_parsers import JsonParser
from inspections import selectors, services
from inspections.models import Finding
from inspections.serializers.reading import FindingOutput
from inspections.serializers.steps import FindingCloseInput

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request


class FindingFilter(filters.FilterSet):
    """By place, equipment, severity and state."""

    organization = IdFilter("organization_id")
    site = IdFilter("site_id")
    equipment = IdFilter("equipment_id")
    severity = IdFilter("severity")
    updated_since = ChangedSince()

    class Meta:
        model = Finding
        fields = ("state", "organization", "site", "equipment", "severity")


@extend_schema_view(
    list=extend_schema(summary="Findings of inspections, newest first", responses=FindingOutput(many=True)),
    retrieve=extend_schema(summary="One finding", responses=FindingOutput),
)
class FindingViewSet(Deeds, ReadOnlyModelViewSet[Finding]):
    """What inspections found not in order, open until it is gone."""

    queryset = Finding.objects.none()
    serializer_class = FindingOutput
    filterset_class = FindingFilter
    pagination_class = KeysetPagination
    parser_classes = (JsonParser,)
    lookup_value_regex = "[0-9]+"
    writers = ProviderOnly

    def get_queryset(self) -> QuerySet[Finding]:
        """Answer those the caller may see."""
        return selectors.with_places(selectors.findings_for(who(self.request)))

    @extend_schema(operation_id="findings_raise", summary="Open a fault for a finding", request=None, responses=FindingOutput)
    @action(detail=True, methods=["post"], url_path="raise", url_name="raise")
    def raise_(self, request: Request, pk: str) -> Response:
        """Report a ticket for what was left as advice, in the words of the finding; what is worked on is not opened twice."""
        row = self.get_object()
        services.raise_finding(row, **self.facts())
        return Response(self.whole(row.pk))

    @extend_schema(
        operation_id="findings_close", summary="Close a finding between two inspections", request=FindingCloseInput, responses=FindingOutput
    )
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Say why it needs no further look: it was put in order, or it was none."""
        row = self.get_object()
        services.close_finding(row, **self.given(FindingCloseInput), **self.facts())
        return Response(self.whole(row.pk))

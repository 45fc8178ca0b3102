"""Visits and findings over REST, to read; figures for a visit under way, to write. Strangers' are not found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import who
from core.api_filters import ChangedSince, IdFilter
from core.api_pages import KeysetPagination
from core.api_parsers import CsvParser, JsonParser
from core.time import now
from inspections import selectors, services
from inspections.errors import BadReadings
from inspections.models import Finding, Inspection
from inspections.serializers import BatchOutput, FindingOutput, InspectionOutput, InspectionReport, ReadingsInput

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

BATCH = OpenApiParameter("batch", OpenApiTypes.STR, description="Names the batch where no Idempotency-Key is sent (CSV).")
COLUMNS = frozenset({"code", "value", "unit", "equipment"})


class InspectionFilter(filters.FilterSet):
    """By place, person, state and day; ids are numbers, so that a stranger's id looks like one that is not there."""

    organization = IdFilter("organization_id")
    site = IdFilter("site_id")
    engineer = IdFilter("engineer_id")
    planned_from = filters.DateFilter("planned_on", "gte")
    planned_to = filters.DateFilter("planned_on", "lte")
    updated_since = ChangedSince()

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
    parser_classes = (JsonParser, CsvParser)
    page_by = "planned_on"
    lookup_value_regex = "[0-9]+"

    def get_serializer_class(self) -> type[InspectionOutput]:
        """Answer the whole report for one visit only."""
        return InspectionReport if self.action == "retrieve" else InspectionOutput

    def get_queryset(self) -> QuerySet[Inspection]:
        """Answer those the caller may see."""
        visits = selectors.with_people_and_places(selectors.inspections_for(who(self.request)))
        return selectors.with_results(visits) if self.action == "retrieve" else visits

    @extend_schema(
        operation_id="inspections_readings",
        summary="Figures gathered by a program, into a visit under way",
        description="All rows are taken or none. As text/csv the first line names the columns: code, value, and if wanted unit and "
        "equipment (a serial number). The same key again answers the first batch (200).",
        parameters=[BATCH],
        request={"application/json": ReadingsInput, "text/csv": OpenApiTypes.STR},
        responses={201: BatchOutput, 200: OpenApiResponse(BatchOutput, description="Taken before under the same key.")},
        filters=False,
    )
    @action(detail=True, methods=["post"], filterset_class=None, pagination_class=None)
    def readings(self, request: Request, pk: str) -> Response:
        """Take figures; the limits of the items say what is in order."""
        visit = self.get_object()
        is_table = request.content_type.partition(";")[0] == CsvParser.media_type
        rows, key = _table(request) if is_table else _listed(request)
        try:
            batch, is_new = services.receive_readings(visit, rows, key=key, actor=who(request), at=now())
        except BadReadings as refusal:
            raise _row_by_row(refusal, "line" if is_table else "readings") from refusal
        return Response(BatchOutput(batch).data, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


def _key(request: Request, named: str = "") -> str:
    return request.headers.get("Idempotency-Key", "") or named


def _listed(request: Request) -> tuple[list[services.Reading], str]:
    given = ReadingsInput(data=request.data)
    given.is_valid(raise_exception=True)
    rows = [services.Reading(line=place, **row) for place, row in enumerate(given.validated_data["readings"])]
    return rows, _key(request, given.validated_data["batch"])


def _table(request: Request) -> tuple[list[services.Reading], str]:
    """Answer the rows of a table; a column that is not known is refused, it might be a misspelt one."""
    sent: Any = request.data
    columns = sent.get("columns", [])  # nothing was sent: no parser was asked
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown or not {"code", "value"} <= set(columns) or len(set(columns)) < len(columns):
        sentence = _("The first line names the columns code and value and, if wanted, unit and equipment.")
        raise ValidationError({"line": {"1": [ErrorDetail(sentence, "columns")]}})
    names = [name for name in columns if name in COLUMNS]
    rows = [services.Reading(line=row["line"], **{"value": "", **{name: row.get(name, "") for name in names}}) for row in sent["lines"]]
    return rows, _key(request, request.query_params.get("batch", ""))


def _row_by_row(refusal: BadReadings, name: str) -> ValidationError:
    said: dict[str, dict[str, list[ErrorDetail]]] = {}
    for line, column, sentence in refusal.rows:
        said.setdefault(str(line), {}).setdefault(column, []).append(ErrorDetail(sentence, refusal.stable_code))
    return ValidationError({name: said})


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
class FindingViewSet(ReadOnlyModelViewSet[Finding]):
    """What inspections found not in order, open until it is gone."""

    queryset = Finding.objects.none()
    serializer_class = FindingOutput
    filterset_class = FindingFilter
    pagination_class = KeysetPagination
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Finding]:
        """Answer those the caller may see."""
        return selectors.with_places(selectors.findings_for(who(self.request)))

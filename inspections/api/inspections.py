"""Inspections over REST: read, and moved from the day that is planned to the customer's word. Strangers' are not found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import DISPATCHER_ONLY, who
from accounts.rest import Deeds
from core.api_files import sent
from core.api_filters import ChangedSince, IdFilter
from core.api_negotiation import Anything
from core.api_pages import KeysetPagination
from core.api_parsers import CsvParser, FileParser, JsonParser
from core.errors import Invalid, NotAllowed
from core.time import now
from inspections import selectors, services
from inspections.api.readings import listed, row_by_row, table
from inspections.api.steps import STEPS
from inspections.errors import BadAnswer, BadReadings, NotYourVisit
from inspections.models import Inspection
from inspections.serializers.reading import (
    BatchOutput,
    InspectionEventOutput,
    InspectionOutput,
    InspectionReport,
    ReadingsInput,
)
from inspections.serializers.steps import InspectionPhotoInput

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import FileResponse
    from rest_framework.request import Request

    from inspections.api.steps import Step

BATCH = OpenApiParameter("batch", OpenApiTypes.STR, description="Names the batch where no Idempotency-Key is sent (CSV).")


class InspectionFilter(filters.FilterSet):
    """By place, person, state and day; ids are numbers, so that a stranger's id looks like one that is not there."""

    organization = IdFilter("organization_id")
    site = IdFilter("site_id")
    engineer = IdFilter("engineer_id")
    plan = IdFilter("plan_id")
    planned_from = filters.DateFilter("planned_on", "gte")
    planned_to = filters.DateFilter("planned_on", "lte")
    updated_since = ChangedSince()

    class Meta:
        model = Inspection
        fields = ("status", "period", "organization", "site", "engineer", "plan")


@extend_schema_view(
    list=extend_schema(summary="Inspections, latest day first", responses=InspectionOutput(many=True)),
    retrieve=extend_schema(summary="One inspection with its report", responses=InspectionReport),
)
class InspectionViewSet(Deeds, ReadOnlyModelViewSet[Inspection]):
    """Inspections and their reports."""

    queryset = Inspection.objects.none()
    serializer_class = InspectionOutput
    filterset_class = InspectionFilter
    pagination_class = KeysetPagination
    parser_classes = (JsonParser, CsvParser)
    page_by = "planned_on"
    lookup_value_regex = "[0-9]+"

    def get_serializer_class(self) -> type[InspectionOutput]:
        """Answer the whole report for one inspection only."""
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
        rows, key = table(request) if is_table else listed(request)
        try:
            batch, is_new = services.receive_readings(visit, rows, key=key, actor=who(request), at=now())
        except BadReadings as refusal:
            raise row_by_row(refusal, "line" if is_table else "readings") from refusal
        return Response(BatchOutput(batch).data, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(
        operation_id="inspections_events",
        summary="The record of an inspection",
        responses=InspectionEventOutput(many=True),
        filters=False,
    )
    @action(detail=True, filterset_class=None, pagination_class=None)
    def events(self, request: Request, pk: str) -> Response:
        """Answer its lines, oldest first, each chained to the one before by its hash."""
        return Response(InspectionEventOutput(selectors.record_of(self.get_object()), many=True).data)

    @extend_schema(
        operation_id="inspections_photos",
        summary="Keep a picture of an item",
        request={"multipart/form-data": InspectionPhotoInput},
        responses=InspectionReport,
    )
    @action(detail=True, methods=["post"], parser_classes=[FileParser])
    def photos(self, request: Request, pk: str) -> Response:
        """Keep a picture while the inspection is under way; a photo item is in order once it has one."""
        visit = self._to_work_on()
        given = self.given(InspectionPhotoInput)
        try:
            services.keep_photos(visit, given["position"], [given["file"]], **self.facts())
        except Invalid as refused:  # pages take several; here it is the one field
            field = "file" if refused.field in {"photos", "files"} else refused.field
            raise Invalid(refused.sentence, field=field, code=refused.stable_code) from refused
        return Response(self.whole(visit.pk))

    @extend_schema(
        operation_id="inspections_photo", summary="Fetch a picture of an inspection", responses={(200, "*/*"): OpenApiTypes.BINARY}
    )
    @action(detail=True, url_path=r"photos/(?P<file>[0-9]{1,18})", url_name="photo", content_negotiation_class=Anything)
    def photo(self, request: Request, pk: str, file: str) -> FileResponse:
        """Answer the picture, always as a download."""
        row = selectors.photos_for(who(request)).filter(result__inspection=self.get_object(), pk=file).first()
        if row is None:
            raise Http404
        return sent(row.file, name=f"{pk}-{row.pk}", kind=row.content_type, sha256=row.sha256)

    def _to_work_on(self) -> Inspection:
        """Answer the inspection if the caller may carry it out."""
        visit: Inspection = self.get_object()
        if not selectors.may_work_on(who(self.request), visit):
            raise NotYourVisit(services.NOT_YOURS)
        return visit

    def _found(self, step: Step) -> Inspection:
        """Answer the inspection if the step can be up to the caller, whatever was sent with it."""
        if step.whose == "customer":
            return self.get_object()
        visit = self._to_work_on()
        if step.whose == "dispatcher" and not who(self.request).dispatches:
            raise NotAllowed(DISPATCHER_ONLY)
        return visit

    def step(self, name: str) -> Response:
        """Take a step: find the inspection, see whose step it is, check the words, call the service, answer the inspection."""
        step = STEPS[name]
        visit = self._found(step)
        try:
            step.take(visit, **self.given(step.accepts), **self.facts())
        except BadAnswer as refusal:
            told = [ErrorDetail(str(refusal), refusal.stable_code)]
            raise ValidationError({step.rows: {str(refusal.place): {refusal.field: told} if refusal.field else told}}) from refusal
        return Response(self.whole(visit.pk))


def _add(name: str, step: Step) -> None:
    """Give the view set a POST for a step, described in the schema."""

    def view(self: InspectionViewSet, request: Request, pk: str) -> Response:
        return self.step(name)

    view.__name__ = name.replace("-", "_")
    view.__doc__ = step.more
    described = extend_schema(
        operation_id=f"inspections_{view.__name__}",
        summary=step.summary,
        request=step.accepts,
        responses=InspectionReport,
    )
    setattr(
        InspectionViewSet, view.__name__, described(action(detail=True, methods=["post"], url_path=name, parser_classes=[JsonParser])(view))
    )


for _name, _step in STEPS.items():
    _add(_name, _step)

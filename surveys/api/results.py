"""What came back over REST: answers, their scans, and the results; strangers' are not found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from accounts.access import PROVIDER_ONLY, who
from accounts.rest import DispatchersOnly, only
from core.api_files import sent
from core.api_filters import IdFilter
from core.api_negotiation import Anything
from core.api_pages import KeysetPagination
from core.errors import NotAllowed
from surveys import selectors
from surveys.models import SurveyAnswer, SurveyTemplate
from surveys.serializers.reading import ResultsOutput, SurveyAnswerOutput

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import FileResponse
    from rest_framework.request import Request


NO_FILTERS: list[Any] = []


class SurveyAnswerFilter(filters.FilterSet):
    """By what it is about, and whether it is low."""

    organization = IdFilter("organization_id")
    contract = filters.CharFilter("contract__number")
    engineer = IdFilter("engineer_id")
    office = filters.CharFilter("office__code")
    campaign = IdFilter("campaign_id")
    template = filters.CharFilter("version__template__code")
    low = filters.BooleanFilter("is_low")

    class Meta:
        model = SurveyAnswer
        fields: ClassVar[Any] = ()


@extend_schema_view(
    list=extend_schema(summary="What was said, newest first; a low answer with when its customer was satisfied again"),
    retrieve=extend_schema(summary="One answer"),
)
class SurveyAnswerViewSet(ReadOnlyModelViewSet[SurveyAnswer]):
    """Answers, those from posters and letters as well. Of anonymous ones fewer than five are not shown."""

    queryset = SurveyAnswer.objects.none()
    serializer_class = SurveyAnswerOutput
    filterset_class = SurveyAnswerFilter
    pagination_class = KeysetPagination
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[SurveyAnswer]:
        """Answer those the caller may read."""
        return selectors.with_values(selectors.answers_for(who(self.request)))

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Leave out the anonymous ones of a group that is too small."""
        return selectors.one_by_one(super().filter_queryset(queryset))[0]

    @extend_schema(
        operation_id="survey_answers_scan",
        summary="Fetch the scan of a letter",
        responses={(200, "*/*"): OpenApiTypes.BINARY},
        filters=False,
    )
    @action(detail=True, filterset_class=None, content_negotiation_class=Anything)
    def scan(self, request: Request, pk: str) -> FileResponse:
        """Answer the scan, for our own people, always as a download."""
        row = self.get_object()
        if not who(request).is_provider:
            raise NotAllowed(PROVIDER_ONLY)
        if not row.scan:
            raise Http404
        return sent(row.scan, name=f"letter-{row.pk}", kind=row.scan_type)


WANTED = [
    OpenApiParameter("template", str, description="The template's code; left out: the first."),
    OpenApiParameter("quarter", str, description="Such as 2026Q4; left out: all time."),
    *(OpenApiParameter(name, int, description="Its id.") for name in ("office", "engineer", "contract", "organization", "campaign")),
]


class ResultsViewSet(GenericViewSet[SurveyAnswer]):
    """What a template's questions came to."""

    queryset = SurveyAnswer.objects.none()
    serializer_class = ResultsOutput
    permission_classes = only(DispatchersOnly)
    pagination_class = None
    filter_backends = NO_FILTERS

    @extend_schema(summary="Results of a survey template, question by question", parameters=WANTED, responses=ResultsOutput)
    def list(self, request: Request) -> Response:
        """Answer averages, recommendation and shares."""
        known = SurveyTemplate.objects.filter(versions__published_at__isnull=False).order_by("pk").distinct()
        code = request.query_params.get("template")
        template = get_object_or_404(known, code=code) if code else known.first()
        if template is None:
            raise Http404
        wanted = selectors.filters_of(template, request.query_params.dict())
        answers, kept_back = selectors.answers_in(who(request), wanted)
        found = {
            "template": template.code,
            **selectors.response(who(request), wanted),
            "answers": answers.count(),
            "kept_back": kept_back,
            "results": selectors.results(answers, template),
        }
        return Response(ResultsOutput(found).data)

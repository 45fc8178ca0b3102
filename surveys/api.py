"""Surveys over REST: read, answer what one was asked, and the results; strangers' are not found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from accounts.access import who
from core.api_filters import ChangedSince, IdFilter
from core.api_pages import KeysetPagination
from core.time import now
from surveys import selectors, services
from surveys.models import Channel, SurveyAnswer, SurveyInvitation, SurveyQuestion, SurveyTemplate, SurveyVersion
from surveys.serializers import ResultsOutput, SurveyAnswerInput, SurveyAnswerOutput, SurveyOutput, TemplateOutput

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request


class StaffOnly(BasePermission):
    """Templates are ours; what a customer is asked stands in their surveys."""

    message = _("This is for the service provider's staff.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller works for the provider."""
        return who(request).is_provider


class WatchersOnly(BasePermission):
    """Results are for who watches."""

    message = _("Results are for dispatchers and managers.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller watches."""
        return who(request).dispatches


STAFF: list[Any] = [*api_settings.DEFAULT_PERMISSION_CLASSES, StaffOnly]
WATCHERS: list[Any] = [*api_settings.DEFAULT_PERMISSION_CLASSES, WatchersOnly]
NO_FILTERS: list[Any] = []


class SurveyFilter(filters.FilterSet):
    """By customer, occasion, ticket, template, and whether it was answered."""

    organization = IdFilter("organization_id")
    ticket = filters.CharFilter("ticket__number")
    contract = filters.CharFilter("contract__number")
    engineer = IdFilter("engineer_id")
    campaign = IdFilter("campaign_id")
    template = filters.CharFilter("version__template__code")
    answered = filters.BooleanFilter("answered_at", "isnull", exclude=True)
    updated_since = ChangedSince()

    class Meta:
        model = SurveyInvitation
        fields = ("cause", "period", "organization", "ticket", "contract", "engineer", "campaign", "template", "answered")


@extend_schema_view(
    list=extend_schema(summary="Surveys, newest first"),
    retrieve=extend_schema(summary="One survey"),
)
class SurveyViewSet(ReadOnlyModelViewSet[SurveyInvitation]):
    """Satisfaction surveys and their answers."""

    queryset = SurveyInvitation.objects.none()
    serializer_class = SurveyOutput
    filterset_class = SurveyFilter
    pagination_class = KeysetPagination
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[SurveyInvitation]:
        """Answer those the caller may see."""
        return selectors.with_everything(selectors.surveys_for(who(self.request)))

    @extend_schema(summary="Answer a survey, once, as the customer who was asked", request=SurveyAnswerInput, responses={200: SurveyOutput})
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """Take the answer."""
        survey, given = self.get_object(), SurveyAnswerInput(data=request.data)
        given.is_valid(raise_exception=True)
        services.answer(survey, given.validated_data["answers"], actor=who(request), at=now(), channel=Channel.API)
        return Response(SurveyOutput(self.get_queryset().get(pk=survey.pk)).data, status=status.HTTP_200_OK)


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


@extend_schema_view(list=extend_schema(summary="Survey templates"), retrieve=extend_schema(summary="One survey template"))
class TemplateViewSet(ReadOnlyModelViewSet[SurveyTemplate]):
    """What is asked."""

    queryset = SurveyTemplate.objects.none()
    serializer_class = TemplateOutput
    pagination_class = KeysetPagination
    permission_classes = STAFF
    page_by = "code"
    page_descending = False
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[SurveyTemplate]:
        """Answer the templates, each with what is published."""
        asked = Prefetch("questions", SurveyQuestion.objects.order_by("position"))
        published = SurveyVersion.objects.filter(published_at__isnull=False).order_by("-number").prefetch_related(asked)
        return selectors.templates().prefetch_related(Prefetch("versions", published, to_attr="now"))


WANTED = [
    OpenApiParameter("template", str, description="The template's code; left out: the first."),
    OpenApiParameter("quarter", str, description="Such as 2026Q4; left out: all time."),
    *(OpenApiParameter(name, int, description="Its id.") for name in ("office", "engineer", "contract", "organization", "campaign")),
]


class ResultsViewSet(GenericViewSet[SurveyAnswer]):
    """What a template's questions came to."""

    queryset = SurveyAnswer.objects.none()
    serializer_class = ResultsOutput
    permission_classes = WATCHERS
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

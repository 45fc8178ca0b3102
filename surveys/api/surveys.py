"""Surveys over REST: read, answered by who was asked, and sent or entered as letters by our own people; strangers' are not found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import who
from accounts.rest import Deeds, DispatchersOnly, ProviderOnly
from core.api_filters import ChangedSince, IdFilter
from core.api_pages import KeysetPagination
from surveys import selectors, services
from surveys.models import Channel, SurveyInvitation
from surveys.serializers.reading import QuestionOutput, SurveyAnswerInput, SurveyOutput
from surveys.serializers.writing import SurveyLetterInput, SurveyLinkOutput, SurveyVisitInput

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.permissions import BasePermission
    from rest_framework.request import Request

LETTERS = {"send_letter", "enter_letter"}


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
        fields = ("cause", "period", "organization", "ticket", "contract", "engineer", "campaign", "template", "answered", "left_out")


@extend_schema_view(
    list=extend_schema(summary="Surveys, newest first"),
    retrieve=extend_schema(summary="One survey"),
)
class SurveyViewSet(Deeds, ReadOnlyModelViewSet[SurveyInvitation]):
    """Satisfaction surveys and their answers."""

    queryset = SurveyInvitation.objects.none()
    serializer_class = SurveyOutput
    filterset_class = SurveyFilter
    pagination_class = KeysetPagination
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[SurveyInvitation]:
        """Answer those the caller may see."""
        return selectors.with_everything(selectors.surveys_for(who(self.request)))

    def needed(self) -> type[BasePermission] | None:
        """Letters are for who dispatches, the code after a visit for our own people; the answer is the customer's."""
        return DispatchersOnly if self.action in LETTERS else ProviderOnly if self.action == "visit_code" else None

    @extend_schema(summary="Answer a survey, once, as the customer who was asked", request=SurveyAnswerInput, responses={200: SurveyOutput})
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """Take the answer; of an anonymous one not even a hash stays beside the person who sent it."""
        survey = self.get_object()
        services.answer(survey, self.given(SurveyAnswerInput)["answers"], **self.facts(), channel=Channel.API)
        response = Response(self.whole(survey.pk))
        response.is_secret = survey.version.is_anonymous  # type: ignore[attr-defined]  # see servicedesk.repeats
        return response

    @extend_schema(operation_id="surveys_questions", summary="What a survey asks", responses=QuestionOutput(many=True), filters=False)
    @action(detail=True, filterset_class=None, pagination_class=None)
    def questions(self, request: Request, pk: str) -> Response:
        """Answer the questions of the version that was sent, in their order."""
        return Response(QuestionOutput(selectors.questions_of(self.get_object().version), many=True).data)

    @extend_schema(
        operation_id="surveys_send_letter",
        summary="Send it as a letter",
        description="Note that the letter goes out, and make a link to print on it. The link is told in this answer only, so the answer "
        "is not kept for an `Idempotency-Key`: sent again, there is a further link.",
        request=None,
        responses=SurveyLinkOutput,
    )
    @action(detail=True, methods=["post"], url_path="send-letter")
    def send_letter(self, request: Request, pk: str) -> Response:
        """Note that the letter goes out."""
        survey, facts = self.get_object(), self.facts()
        services.send_letter(survey, **facts)
        return _told(survey, services.new_link(survey, Channel.LETTER, at=facts["at"]))

    @extend_schema(
        operation_id="surveys_enter_letter", summary="Enter what came back by letter", request=SurveyLetterInput, responses=SurveyOutput
    )
    @action(detail=True, methods=["post"], url_path="enter-letter")
    def enter_letter(self, request: Request, pk: str) -> Response:
        """Enter what a customer wrote, who and when; of an anonymous survey nobody is named. A scan is added on the page."""
        survey, given = self.get_object(), self.given(SurveyLetterInput)
        services.enter_letter(survey, given.pop("answers"), **given, scan=None, **self.facts())
        return Response(self.whole(survey.pk))

    @extend_schema(
        operation_id="surveys_visit_code",
        summary="Ask the customer who stands beside, after a visit",
        description="Make a link to the survey about a finished visit, to be shown as a code. It is told in this answer only, so the "
        "answer is not kept for an `Idempotency-Key`: sent again, there is a further link.",
        request=SurveyVisitInput,
        responses=SurveyLinkOutput,
        filters=False,
    )
    @action(detail=False, methods=["post"], url_path="visit-code", filterset_class=None, pagination_class=None)
    def visit_code(self, request: Request) -> Response:
        """Answer the survey about a finished visit, made where there is none yet, and a link to it."""
        return _told(*services.visit_survey(self.given(SurveyVisitInput)["visit"], **self.facts()))


def _told(survey: SurveyInvitation, token: str) -> Response:
    """Answer a secret link, once: nothing keeps it."""
    address = settings.PUBLIC_URL + reverse("surveys:link", args=[token])
    response = Response(SurveyLinkOutput({"survey": survey.pk, "address": address}).data)
    response.is_secret = True  # type: ignore[attr-defined]  # see servicedesk.repeats
    return response

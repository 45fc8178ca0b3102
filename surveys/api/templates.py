"""Survey templates over REST: read by our own people; written as drafts and published by managers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from accounts.access import who
from accounts.rest import Deeds, ManagersOnly, ProviderOnly, only
from core.api_filters import ChangedSince
from core.api_pages import KeysetPagination
from core.api_parsers import JsonParser
from surveys import selectors, services
from surveys.errors import Frozen
from surveys.models import SurveyQuestion, SurveyTemplate, SurveyVersion
from surveys.serializers.reading import DraftQuestionOutput, SurveyVersionOutput, TemplateOutput
from surveys.serializers.writing import (
    NewSurveyQuestionInput,
    NewSurveyTemplateInput,
    SurveyDraftInput,
    SurveyMoveInput,
    SurveyQuestionInput,
    SurveyRemoveInput,
    SurveyTemplateInput,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

STAFF = only(ProviderOnly)
NO_FILTERS: list[Any] = []
OF_DRAFT = ("intro", "intro_en", "is_anonymous")
OF_QUESTION = ("kind", "label", "label_en", "hint", "hint_en", "is_required", "is_many", "choices", "low_at")


def _versions() -> QuerySet[SurveyVersion]:
    asked = Prefetch("questions", SurveyQuestion.objects.select_related("version__template").order_by("position", "pk"))
    return SurveyVersion.objects.order_by("-number").prefetch_related(asked)


def whole_templates() -> QuerySet[SurveyTemplate]:
    """Answer the templates, each with what is published and what is being written, in a constant number of queries."""
    published = Prefetch("versions", _versions().filter(published_at__isnull=False), to_attr="now")
    return selectors.templates().prefetch_related(published, Prefetch("versions", _versions().filter(published_at=None), to_attr="drafts"))


class SurveyTemplateFilter(filters.FilterSet):
    """By code, theme, and whether it is in use."""

    updated_since = ChangedSince()

    class Meta:
        model = SurveyTemplate
        fields = ("code", "theme_kind", "is_active")


@extend_schema_view(list=extend_schema(summary="Survey templates"), retrieve=extend_schema(summary="One survey template"))
class TemplateViewSet(Deeds, ReadOnlyModelViewSet[SurveyTemplate]):
    """What is asked."""

    queryset = SurveyTemplate.objects.none()
    serializer_class = TemplateOutput
    filterset_class = SurveyTemplateFilter
    pagination_class = KeysetPagination
    permission_classes = STAFF
    writers = ManagersOnly
    open_deeds = Deeds.open_deeds | {"versions"}
    page_by = "code"
    page_descending = False
    parser_classes = (JsonParser,)
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[SurveyTemplate]:
        """Answer the templates, each with what is published and what is being written."""
        return whole_templates()

    def _draft(self) -> SurveyVersion:
        return draft_of(self.get_object())

    def _answer(self, row: SurveyTemplate) -> Response:
        return Response(self.whole(row.pk))

    @extend_schema(summary="Begin a survey template", request=NewSurveyTemplateInput, responses={201: TemplateOutput})
    def create(self, request: Request) -> Response:
        """Begin a template, with an empty draft."""
        row = services.make_template(**self.given(NewSurveyTemplateInput), **self.facts())
        return self.made(row, self.whole(row.pk), "survey-template-detail")

    @extend_schema(summary="Change what a survey template is called", request=SurveyTemplateInput, responses=TemplateOutput)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is sent; one that is no longer in use is retired and can be taken back."""
        row = self.get_object()
        services.save_template(row, **self.changed(SurveyTemplateInput), **self.facts())
        return self._answer(row)

    @extend_schema(
        operation_id="survey_templates_versions",
        summary="Every version of a survey template",
        responses=SurveyVersionOutput(many=True),
        filters=False,
    )
    @action(detail=True, filterset_class=None, pagination_class=None)
    def versions(self, request: Request, pk: str) -> Response:
        """Answer the versions with their questions, the newest first."""
        return Response(SurveyVersionOutput(_versions().filter(template=self.get_object()), many=True).data)

    @extend_schema(operation_id="survey_templates_edit", summary="Begin the next version", request=None, responses=TemplateOutput)
    @action(detail=True, methods=["post"])
    def edit(self, request: Request, pk: str) -> Response:
        """Begin a draft, a copy of what is published; one that is being written already stays as it is."""
        row = self.get_object()
        services.edit(row, **self.facts())
        return self._answer(row)

    @extend_schema(
        operation_id="survey_templates_draft", summary="Write the top of the draft", request=SurveyDraftInput, responses=TemplateOutput
    )
    @action(detail=True, methods=["patch"])
    def draft(self, request: Request, pk: str) -> Response:
        """Change the words at the top, and whether it is anonymous."""
        draft = self._draft()
        kept = {name: getattr(draft, name) for name in OF_DRAFT}
        services.save_version(draft, actor=who(request), **{**kept, **self.changed(SurveyDraftInput)})
        return self._answer(draft.template)

    @extend_schema(
        operation_id="survey_templates_questions",
        summary="Add a question to the draft",
        request=NewSurveyQuestionInput,
        responses=TemplateOutput,
    )
    @action(detail=True, methods=["post"])
    def questions(self, request: Request, pk: str) -> Response:
        """Add a question at the end of the draft; a score is low from 2 down unless it is said otherwise."""
        draft, given = self._draft(), self.given(NewSurveyQuestionInput)
        given.setdefault("low_at", services.default_low(given["kind"]))
        services.add_question(draft, services.Question(**_plain(given)), actor=who(request))
        return self._answer(draft.template)

    @extend_schema(operation_id="survey_templates_publish", summary="Publish the draft", request=None, responses=TemplateOutput)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Freeze the draft: from now on it is what is sent."""
        draft = self._draft()
        services.publish(draft, **self.facts())
        return self._answer(draft.template)


def draft_of(template: SurveyTemplate) -> SurveyVersion:
    """Answer what is being written. Raises Frozen where nothing is."""
    draft = selectors.draft_of(template)
    if draft is None:
        raise Frozen(_("No version is being written; begin one first."))
    return draft


def _plain(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "choices": [dict(choice) for choice in given.get("choices", ())]}


@extend_schema_view(retrieve=extend_schema(summary="A question of a draft"))
class SurveyQuestionViewSet(Deeds, RetrieveModelMixin, GenericViewSet[SurveyQuestion]):
    """Questions of drafts; those of published versions stay as they are."""

    queryset = SurveyQuestion.objects.none()
    serializer_class = DraftQuestionOutput
    pagination_class = None
    filter_backends = NO_FILTERS
    permission_classes = STAFF
    writers = ManagersOnly
    parser_classes = (JsonParser,)
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[SurveyQuestion]:
        """Answer the questions of what is being written."""
        return SurveyQuestion.objects.select_related("version__template").filter(version__published_at=None)

    @extend_schema(summary="Change a question of a draft", request=SurveyQuestionInput, responses=DraftQuestionOutput)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is sent; the code stays, by which its answers are compared with earlier ones."""
        row = self.get_object()
        kept = {name: getattr(row, name) for name in OF_QUESTION}
        services.change_question(row, services.Question(**_plain({**kept, **self.changed(SurveyQuestionInput)})), actor=who(request))
        return Response(self.whole(row.pk))

    @extend_schema(
        operation_id="survey_questions_move", summary="Move a question of a draft", request=SurveyMoveInput, responses=DraftQuestionOutput
    )
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Let it change places with its neighbour; the first goes no further up, the last no further down."""
        row = self.get_object()
        services.move_question(row, actor=who(request), **self.given(SurveyMoveInput))
        return Response(self.whole(row.pk))

    @extend_schema(
        operation_id="survey_questions_remove",
        summary="Take a question out of a draft",
        request=SurveyRemoveInput,
        responses=TemplateOutput,
    )
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: str) -> Response:
        """Take it out; the template is answered as it is now."""
        row = self.get_object()
        self.given(SurveyRemoveInput)
        services.remove_question(row, actor=who(request))
        return Response(TemplateOutput(whole_templates().get(pk=row.version.template_id)).data)

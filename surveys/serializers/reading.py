"""How surveys look to other programs."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from core.api_fields import Input, Output, moment
from surveys.models import QuestionKind, SurveyAnswer, SurveyInvitation, SurveyQuestion, SurveyTemplate, SurveyValue, SurveyVersion

if TYPE_CHECKING:
    from surveys.selectors import Result


class ValueOutput(Output[SurveyValue]):
    """What was said to one question: a number (a score, or the place of a choice from 0), or words."""

    question = serializers.CharField(source="question.code", read_only=True)
    kind = serializers.ChoiceField(QuestionKind.choices, source="question.kind", read_only=True)
    said = serializers.CharField(read_only=True)

    class Meta:
        model = SurveyValue
        fields = ("question", "kind", "value", "said", "is_low")
        read_only_fields = fields


def _common(code: str, answer: SurveyAnswer) -> int | None:
    return next((row.value for row in answer.values.all() if row.question.code == code), None)


class AnswerOutput(Output[SurveyAnswer]):
    """What was said; `speed`, `quality` and `engineer` are the common scores from 1 to 5, null where they were not asked for.

    `follow_up` is the number of the complaint that a low answer opened.
    """

    speed = serializers.SerializerMethodField()
    quality = serializers.SerializerMethodField()
    engineer = serializers.SerializerMethodField()
    values = ValueOutput(many=True, read_only=True)
    follow_up = serializers.CharField(source="follow_up.number", read_only=True, allow_null=True, default=None)

    class Meta:
        model = SurveyAnswer
        fields = ("speed", "quality", "engineer", "mean", "is_low", "values", "words", "channel", "follow_up")
        read_only_fields = fields

    @extend_schema_field({"type": ["integer", "null"]})
    def get_speed(self, answer: SurveyAnswer) -> int | None:
        """Answer the score of the speed."""
        return _common("speed", answer)

    @extend_schema_field({"type": ["integer", "null"]})
    def get_quality(self, answer: SurveyAnswer) -> int | None:
        """Answer the score of the quality."""
        return _common("quality", answer)

    @extend_schema_field({"type": ["integer", "null"]})
    def get_engineer(self, answer: SurveyAnswer) -> int | None:
        """Answer the score of the engineer."""
        return _common("manner", answer)


NARROW = ("contract", "ticket", "office", "engineer_id")
"""What would tell of an anonymous answer whose it is: few were asked about the same."""


class SurveyAnswerOutput(AnswerOutput):
    """What was said, with what it is about. An anonymous answer names the customer alone, and the first day of its month as its time."""

    template = serializers.CharField(source="version.template.code", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    survey = serializers.IntegerField(source="invitation_id", read_only=True, allow_null=True)
    contract = serializers.CharField(source="contract.number", read_only=True, allow_null=True, default=None)
    ticket = serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None)
    office: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    engineer_id = serializers.IntegerField(read_only=True, allow_null=True)
    satisfied_at = serializers.DateTimeField(
        source="follow_up.loop.satisfied_at", read_only=True, allow_null=True, default=None, default_timezone=UTC
    )
    answered_at = moment()

    class Meta:
        model = SurveyAnswer
        fields = (
            "id", "template", "version", "survey", "is_anonymous", "cause", "period", "organization", "contract", "ticket", "office",
            "engineer_id", "answered_at", *AnswerOutput.Meta.fields, "satisfied_at",
        )  # fmt: skip
        read_only_fields = fields

    def to_representation(self, instance: SurveyAnswer) -> dict[str, Any]:
        """Answer it; of an anonymous one nothing that narrows down who gave it."""
        written: dict[str, Any] = super().to_representation(instance)
        return {**written, **dict.fromkeys(NARROW)} if instance.is_anonymous else written


class SurveyOutput(Output[SurveyInvitation]):
    """A survey; `answer` is null until somebody answers, and of an anonymous one for good."""

    organization_name = serializers.CharField(source="organization.name", read_only=True)
    ticket = serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None)
    contract = serializers.CharField(source="contract.number", read_only=True, allow_null=True, default=None)
    template = serializers.CharField(source="version.template.code", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    is_anonymous = serializers.BooleanField(source="version.is_anonymous", read_only=True)
    office: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    engineer_name = serializers.CharField(source="engineer.name", read_only=True, allow_null=True, default=None)
    sent_at = moment()
    letter_at = moment()
    expires_at = moment()
    answered_at = moment()
    answer = serializers.SerializerMethodField()

    class Meta:
        model = SurveyInvitation
        fields = (
            "id", "cause", "period", "template", "version", "is_anonymous", "about", "organization", "organization_name", "ticket",
            "contract", "office", "engineer", "engineer_name", "left_out", "sent_at", "expires_at", "answered_at", "answer",
            "campaign", "letter_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(AnswerOutput(allow_null=True))
    def get_answer(self, survey: SurveyInvitation) -> dict[str, Any] | None:
        """Answer what was said, if anything was and it is known whose it is."""
        said = getattr(survey, "answer", None)
        return AnswerOutput(said).data if said else None


class SurveyAnswerInput(Input):
    """The answers by the codes of the questions (`/surveys/{id}/questions/`): a number, a list of numbers, or words."""

    answers = serializers.DictField(child=serializers.JSONField(), allow_empty=False)


class QuestionOutput(Output[SurveyQuestion]):
    """A question; `choices` are numbered from 0, an answer of `low_at` or less opens a follow-up."""

    class Meta:
        model = SurveyQuestion
        fields: tuple[str, ...] = ("code", "kind", "label", "label_en", "hint", "hint_en", "is_required", "is_many", "choices", "low_at")
        read_only_fields: tuple[str, ...] = fields


class DraftQuestionOutput(QuestionOutput):
    """A question of a draft, changed and moved at `/survey-questions/{id}/`."""

    template = serializers.CharField(source="version.template.code", read_only=True)

    class Meta(QuestionOutput.Meta):
        fields = ("id", "template", "position", *QuestionOutput.Meta.fields)
        read_only_fields = fields


class SurveyVersionOutput(Output[SurveyVersion]):
    """A version of a template; a draft until it is published."""

    questions = QuestionOutput(many=True, read_only=True)
    made_at = moment()
    published_at = moment()

    class Meta:
        model = SurveyVersion
        fields = ("number", "intro", "intro_en", "is_anonymous", "made_at", "made_by", "published_at", "questions")
        read_only_fields = fields


class SurveyDraftOutput(SurveyVersionOutput):
    """The version that is being written."""

    questions = DraftQuestionOutput(many=True, read_only=True)


class TemplateOutput(Output[SurveyTemplate]):
    """A template with the questions of its published version, and the draft of the next one, if it is being written."""

    version = serializers.IntegerField(read_only=True, allow_null=True)
    questions = serializers.SerializerMethodField()
    draft = serializers.SerializerMethodField()

    class Meta:
        model = SurveyTemplate
        fields = ("id", "code", "name", "name_en", "theme_kind", "theme", "theme_en", "is_active", "version", "questions", "draft")
        read_only_fields = fields

    @extend_schema_field(SurveyDraftOutput(allow_null=True))
    def get_draft(self, template: SurveyTemplate) -> dict[str, Any] | None:
        """Answer what is being written."""
        draft = next(iter(vars(template)["drafts"]), None)  # prefetched by the view
        return SurveyDraftOutput(draft).data if draft else None

    @extend_schema_field(QuestionOutput(many=True))
    def get_questions(self, template: SurveyTemplate) -> list[dict[str, Any]]:
        """Answer what is asked now."""
        version = next(iter(vars(template)["now"]), None)  # prefetched by the view
        return list(QuestionOutput(version.questions.all(), many=True).data) if version else []


class ShareOutput(serializers.Serializer[Any]):
    """How often an answer was given."""

    answer = serializers.CharField()
    times = serializers.IntegerField()
    percent = serializers.IntegerField()


class QuestionResultOutput(serializers.Serializer[Any]):
    """What was said to one question."""

    question = serializers.CharField(source="question.code")
    kind = serializers.ChoiceField(QuestionKind.choices, source="question.kind")
    text = serializers.CharField(source="question.label")
    answered = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    nps = serializers.FloatField(allow_null=True)
    shares = serializers.SerializerMethodField()

    @extend_schema_field(ShareOutput(many=True))
    def get_shares(self, result: Result) -> list[dict[str, Any]]:
        """Answer the shares."""
        return [{"answer": words, "times": times, "percent": percent} for words, times, percent, _low in result.shares]


@extend_schema_serializer(many=False)
class ResultsOutput(serializers.Serializer[Any]):
    """The results of a template; `kept_back`: anonymous answers were left out because they are too few."""

    template = serializers.CharField()
    asked = serializers.IntegerField()
    answered = serializers.IntegerField()
    answers = serializers.IntegerField()
    kept_back = serializers.BooleanField()
    results = QuestionResultOutput(many=True)

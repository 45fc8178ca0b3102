"""How surveys look to other programs."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from surveys.models import SurveyAnswer, SurveyInvitation


def _moment() -> serializers.DateTimeField:
    return serializers.DateTimeField(read_only=True, allow_null=True, default_timezone=UTC)


class AnswerOutput(serializers.ModelSerializer[SurveyAnswer]):
    """Scores from 1 to 5 and words; `follow_up` is the number of the complaint a low score opened."""

    engineer = serializers.IntegerField(source="manner", read_only=True)
    follow_up = serializers.CharField(source="follow_up.number", read_only=True, allow_null=True, default=None)

    class Meta:
        model = SurveyAnswer
        fields = ("speed", "quality", "engineer", "words", "follow_up")
        read_only_fields = fields


class SurveyOutput(serializers.ModelSerializer[SurveyInvitation]):
    """A survey; `answer` is null until somebody answers."""

    organization_name = serializers.CharField(source="organization.name", read_only=True)
    ticket = serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None)
    contract = serializers.CharField(source="contract.number", read_only=True, allow_null=True, default=None)
    office: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    engineer_name = serializers.CharField(source="engineer.name", read_only=True, allow_null=True, default=None)
    sent_at = _moment()
    expires_at = _moment()
    answered_at = _moment()
    answer = serializers.SerializerMethodField()

    class Meta:
        model = SurveyInvitation
        fields = (
            "id", "cause", "period", "organization", "organization_name", "ticket", "contract", "office", "engineer", "engineer_name",
            "sent_at", "expires_at", "answered_at", "answer",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(AnswerOutput(allow_null=True))
    def get_answer(self, survey: SurveyInvitation) -> dict[str, Any] | None:
        """Answer what was said, if anything was."""
        return AnswerOutput(survey.answer).data if survey.answered_at else None

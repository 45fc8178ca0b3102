"""How visits look to other programs."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from rest_framework import serializers

from inspections.models import Inspection, InspectionResult


def _moment() -> serializers.DateTimeField:
    return serializers.DateTimeField(read_only=True, allow_null=True, default_timezone=UTC)


class ResultOutput(serializers.ModelSerializer[InspectionResult]):
    """What was found at one item; `ticket` is the number of the fault it opened."""

    ticket = serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None)
    recorded_at = _moment()

    class Meta:
        model = InspectionResult
        fields = (
            "position", "section", "text", "text_en", "required", "outcome", "measured", "unit", "note", "equipment", "severity",
            "recorded_at", "ticket",
        )  # fmt: skip
        read_only_fields = fields


class InspectionOutput(serializers.ModelSerializer[Inspection]):
    """A visit; `findings` counts the items that were not in order."""

    number = serializers.CharField(read_only=True)
    organization_name = serializers.CharField(source="organization.name", read_only=True)
    site_name = serializers.CharField(source="site.name", read_only=True)
    office: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("code", read_only=True)
    contract = serializers.CharField(source="plan.contract.number", read_only=True)
    engineer_name = serializers.CharField(source="engineer.name", read_only=True)
    checklist = serializers.CharField(source="plan.template.code", read_only=True)
    every = serializers.CharField(source="plan.every", read_only=True)
    findings = serializers.IntegerField(source="failed", read_only=True)
    started_at = _moment()
    finished_at = _moment()
    signed_at = _moment()

    class Meta:
        model = Inspection
        fields: tuple[str, ...] = (
            "id", "number", "period", "every", "status", "planned_on", "organization", "organization_name", "site", "site_name",
            "office", "contract", "checklist", "engineer", "engineer_name", "admitted_by_name", "started_at", "finished_at",
            "findings", "signed_by_name", "signed_at", "refusal_reason",
        )  # fmt: skip
        read_only_fields = fields


class InspectionReport(InspectionOutput):
    """A visit with its report."""

    results = ResultOutput(many=True, read_only=True)

    class Meta(InspectionOutput.Meta):
        fields = (*InspectionOutput.Meta.fields, "summary", "advice", "changes", "results")
        read_only_fields = fields

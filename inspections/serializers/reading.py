"""How visits, findings and readings look to other programs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from core.api_fields import Input, Output, moment
from documents import selectors as papers
from documents.models import Document
from inspections.models import (
    CarriedFinding,
    Finding,
    Inspection,
    InspectionEvent,
    InspectionPhoto,
    InspectionResult,
    ReadingBatch,
)


class InspectionPhotoOutput(Output[InspectionPhoto]):
    """A picture taken at an item."""

    taken_at = moment()

    class Meta:
        model = InspectionPhoto
        fields = ("id", "content_type", "size", "sha256", "taken_at", "taken_by")
        read_only_fields = fields


class ResultOutput(Output[InspectionResult]):
    """What was found at one item; `value` is the figure of a number, `ticket` the number of the fault it opened."""

    ticket = serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None)
    outcome = serializers.CharField(read_only=True, help_text="ok, failed, not_applicable; empty where nothing was recorded.")
    part = serializers.CharField(read_only=True, help_text="software, hardware, power, alarms, or empty.")
    value = serializers.FloatField(read_only=True, allow_null=True)
    low = serializers.FloatField(read_only=True, allow_null=True)
    high = serializers.FloatField(read_only=True, allow_null=True)
    recorded_at = moment()
    options = serializers.ListField(child=serializers.DictField(), read_only=True, help_text="Of a choice: code, text, text_en, bad.")
    photos = InspectionPhotoOutput(many=True, read_only=True)

    class Meta:
        model = InspectionResult
        fields = (
            "position", "code", "kind", "section", "part", "text", "text_en", "required", "outcome", "measured", "value", "unit", "low",
            "high", "note", "equipment", "severity", "finding", "recorded_at", "ticket",
            "options", "photos",
        )  # fmt: skip
        read_only_fields = fields


class InspectionOutput(Output[Inspection]):
    """A visit; `findings` counts the items that were not in order, `due_to` is the last day it can be done on in time."""

    number = serializers.CharField(read_only=True)
    organization_name = serializers.CharField(source="organization.name", read_only=True)
    site_name = serializers.CharField(source="site.name", read_only=True)
    office: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("code", read_only=True)
    contract = serializers.CharField(source="plan.contract.number", read_only=True)
    engineer_name = serializers.CharField(source="engineer.name", read_only=True)
    checklist = serializers.CharField(source="plan.template.code", read_only=True)
    every = serializers.CharField(source="plan.every", read_only=True)
    findings = serializers.IntegerField(source="failed", read_only=True)
    missed_at = moment()
    started_at = moment()
    finished_at = moment()
    signed_at = moment()

    class Meta:
        model = Inspection
        fields: tuple[str, ...] = (
            "id", "number", "period", "every", "status", "planned_on", "due_from", "due_to", "missed_at", "organization",
            "organization_name", "site", "site_name", "office", "contract", "checklist", "engineer", "engineer_name", "admitted_by_name",
            "started_at", "finished_at", "findings", "signed_by_name", "signed_at", "refusal_reason",
        )  # fmt: skip
        read_only_fields = fields


class CarriedFindingOutput(Output[CarriedFinding]):
    """A finding of an earlier inspection that is asked about; `verdict` is empty until it was looked at."""

    text = serializers.CharField(source="finding.text", read_only=True)
    text_en = serializers.CharField(source="finding.text_en", read_only=True)
    severity = serializers.IntegerField(source="finding.severity", read_only=True)
    ticket = serializers.CharField(source="finding.ticket.number", read_only=True, allow_null=True, default=None)
    recorded_at = moment()

    class Meta:
        model = CarriedFinding
        fields = ("finding", "text", "text_en", "severity", "verdict", "note", "becomes", "ticket", "recorded_at")
        read_only_fields = fields


class InspectionPaperOutput(Output[Document]):
    """A paper of an inspection: read, signed and fetched below `/documents/`; `hash` is of what it says."""

    number = serializers.CharField(source="full_number", read_only=True)
    hash = serializers.CharField(source="content_hash", read_only=True)
    issued_at = moment()

    class Meta:
        model = Document
        fields = ("id", "kind", "number", "version", "status", "hash", "issued_at")
        read_only_fields = fields


class InspectionReport(InspectionOutput):
    """A visit with its report."""

    helpers = serializers.PrimaryKeyRelatedField[User](many=True, read_only=True)
    results = ResultOutput(many=True, read_only=True)
    carried = CarriedFindingOutput(many=True, read_only=True)
    papers = serializers.SerializerMethodField()

    class Meta(InspectionOutput.Meta):
        fields = (
            *InspectionOutput.Meta.fields, "summary", "advice", "changes", "results", "plan", "visit", "helpers", "cancel_reason",
            "carried", "papers",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(InspectionPaperOutput(many=True))
    def get_papers(self, visit: Inspection) -> list[dict[str, Any]]:
        """Answer the newest version of each paper, the newest first."""
        return list(InspectionPaperOutput(papers.documents_about(visit.about), many=True).data)


class InspectionEventOutput(Output[InspectionEvent]):
    """A line of an inspection's record, chained to the one before by its hash."""

    actor_name = serializers.StringRelatedField[Any](source="actor", allow_null=True)
    facts = serializers.DictField()
    at = moment()

    class Meta:
        model = InspectionEvent
        fields = ("seq", "type", "at", "actor", "actor_name", "text", "facts", "hash")
        read_only_fields = fields


class FindingOutput(Output[Finding]):
    """What stays open at a site; `severity` went up by one when it was found the second time."""

    organization_name = serializers.CharField(source="organization.name", read_only=True)
    site_name = serializers.CharField(source="site.name", read_only=True)
    equipment_name = serializers.CharField(source="equipment.name", read_only=True, allow_null=True, default=None)
    ticket = serializers.CharField(source="ticket.number", read_only=True, allow_null=True, default=None)
    first_found_number = serializers.CharField(source="first_found.number", read_only=True)
    opened_at = moment()
    closed_at = moment()

    class Meta:
        model = Finding
        fields = (
            "id", "organization", "organization_name", "site", "site_name", "equipment", "equipment_name", "code", "text", "text_en",
            "advice", "severity", "times_found", "first_found", "first_found_number", "last_found", "opened_at", "state", "ticket",
            "closed_at", "closed_because",
        )  # fmt: skip
        read_only_fields = fields


class ReadingInput(Input):
    """One figure: the code of the item, its value (a number, an option's code, or ok, failed, not_applicable), and where it was read."""

    code = serializers.CharField(max_length=40)
    value = serializers.CharField(max_length=60)
    unit = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    equipment = serializers.CharField(
        max_length=80, required=False, allow_blank=True, default="", help_text="Serial number; empty for the site as a whole."
    )


class ReadingsInput(Input):
    """Figures of one sending; `batch` names it where no `Idempotency-Key` is sent."""

    batch = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    readings = ReadingInput(many=True)


class BatchOutput(Output[ReadingBatch]):
    """What was taken."""

    batch = serializers.CharField(source="key", read_only=True)
    received_at = moment()

    class Meta:
        model = ReadingBatch
        fields = ("inspection", "batch", "rows", "received_at")
        read_only_fields = fields

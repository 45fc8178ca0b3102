"""Plans and checklists."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import PROVIDER_ROLES, User
from core.api_fields import Day, Input, Known, Output, Text
from customers import selectors as customers
from customers.models import Contract, Site
from inspections import selectors
from inspections.models import ChecklistItem, ChecklistTemplate, Every, InspectionPlan
from inspections.models.plans import OFFICE_CALENDAR


def staff(_caller: User) -> Any:
    """Answer who can carry out an inspection."""
    return User.objects.filter(is_active=True, role__in=PROVIDER_ROLES)


def person(help_text: str = "The engineer's id.", **given: Any) -> Known:
    """Answer a field for one of our own people."""
    return Known(among=staff, queryset=User.objects.none(), help_text=help_text, **given)


class InspectionPlanOutput(Output[InspectionPlan]):
    """A plan; `attend_on` is the day from which its next inspection is made, null once it is switched off."""

    organization = serializers.IntegerField(source="contract.organization_id", read_only=True)
    organization_name = serializers.CharField(source="contract.organization.name", read_only=True)
    contract_number = serializers.CharField(source="contract.number", read_only=True)
    site_name = serializers.CharField(source="site.name", read_only=True)
    checklist = serializers.CharField(source="template.code", read_only=True)
    engineer_name = serializers.CharField(source="engineer.name", read_only=True)
    helpers = serializers.PrimaryKeyRelatedField[User](many=True, read_only=True)

    class Meta:
        model = InspectionPlan
        fields = (
            "id", "external_id", "organization", "organization_name", "contract", "contract_number", "site", "site_name", "checklist",
            "every", "rule", "starts_on", "window_from", "window_to", "calendar", "lead_days", "engineer", "engineer_name", "helpers",
            "is_active", "attend_on",
        )  # fmt: skip
        read_only_fields = fields


def _day_of_month(help_text: str) -> serializers.IntegerField:
    return serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=31, help_text=help_text)


class InspectionPlanInput(Input):
    """What a plan says. With `is_active` false no inspection is made from it until it is true again."""

    contract = Known(among=customers.contracts_for, queryset=Contract.objects.none(), help_text="The contract's id.")
    site = Known(among=customers.sites_for, queryset=Site.objects.none(), help_text="The site's id.")
    checklist = serializers.SlugRelatedField(
        "code", source="template", queryset=ChecklistTemplate.objects.filter(versions__isnull=False).distinct(), help_text="Its code."
    )
    engineer = person()
    helpers = serializers.ListField(child=person(), required=False, max_length=20, help_text="Others who come along.")
    starts_on = Day(help_text="The first inspection; those that follow fall on the same day of the month.")
    every = serializers.ChoiceField(Every.choices, required=False, default=Every.QUARTER.value)
    rule = Text.maybe(max_length=200, help_text="Only with `every` = `rule`: as in calendars (RFC 5545), such as FREQ=MONTHLY;BYDAY=2TU.")
    window_from = _day_of_month("Only from this day of the month on; with window_to or not at all.")
    window_to = _day_of_month("Only until this day of the month.")
    calendar = Text(required=False, default=OFFICE_CALENDAR, max_length=40, help_text="The code of the calendar with the working days.")
    lead_days = serializers.IntegerField(required=False, default=30, min_value=1, max_value=90, help_text="Announced so many days before.")
    is_active = serializers.BooleanField(required=False, default=True)

    def validate_calendar(self, code: str) -> str:
        """Refuse a calendar that there is not; of the usual one, not loaded, every day is a working day."""
        known = [OFFICE_CALENDAR, *(code for code, _name in selectors.calendars())]
        if code not in known:
            field = serializers.ChoiceField([(each, each) for each in known])
            field.fail("invalid_choice", input=code)
        return code


class NewInspectionPlanInput(InspectionPlanInput):
    """A new plan; under the same `external_id` it is made once, and changed where it is sent again."""

    external_id = Text.maybe(max_length=120)


class ComingInspectionOutput(serializers.Serializer[Any]):
    """An inspection that a plan will make."""

    period = serializers.CharField(source="turn.key")
    due_from = serializers.DateField(source="turn.first", allow_null=True)
    due_to = serializers.DateField(source="turn.last", allow_null=True)
    planned_on = serializers.DateField(source="day")


class ChecklistItemOutput(Output[ChecklistItem]):
    """What is to be looked at, and how."""

    low = serializers.FloatField(read_only=True, allow_null=True)
    high = serializers.FloatField(read_only=True, allow_null=True)

    class Meta:
        model = ChecklistItem
        fields = (
            "position", "code", "kind", "section", "part", "text", "text_en", "hint", "hint_en", "unit", "low", "high", "options",
            "required",
        )  # fmt: skip
        read_only_fields = fields


class ChecklistOutput(Output[ChecklistTemplate]):
    """A checklist with what it asks now."""

    version = serializers.SerializerMethodField()
    items = serializers.SerializerMethodField()

    class Meta:
        model = ChecklistTemplate
        fields = ("id", "code", "name", "name_en", "version", "items")
        read_only_fields = fields

    @extend_schema_field({"type": ["integer", "null"]})
    def get_version(self, checklist: ChecklistTemplate) -> int | None:
        """Answer the number of the version that is asked now."""
        newest = _newest(checklist)
        return newest.number if newest else None

    @extend_schema_field(ChecklistItemOutput(many=True))
    def get_items(self, checklist: ChecklistTemplate) -> list[dict[str, Any]]:
        """Answer what is asked now."""
        newest = _newest(checklist)
        return list(ChecklistItemOutput(newest.items.all(), many=True).data) if newest else []


def _newest(checklist: ChecklistTemplate) -> Any:
    return next(iter(checklist.versions.all()), None)  # prefetched by the view, the newest first

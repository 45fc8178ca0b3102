"""Checklists, plans and visits for administrators, each with its history."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from core.admin import Reading
from core.time import now
from inspections import services
from inspections.models import (
    ChecklistItem,
    ChecklistTemplate,
    ChecklistVersion,
    Finding,
    Inspection,
    InspectionEvent,
    InspectionPlan,
    InspectionResult,
)


@admin.register(ChecklistTemplate)
class ChecklistTemplateAdmin(SimpleHistoryAdmin):
    """Checklists by name; their versions come from ``manage.py load_checklists``."""

    list_display = ("code", "name", "name_en")
    search_fields = ("code", "name", "name_en")


class ChecklistItemInline(Reading, admin.TabularInline):
    """What a version asks."""

    model = ChecklistItem
    extra = 0


@admin.register(ChecklistVersion)
class ChecklistVersionAdmin(Reading, admin.ModelAdmin):
    """Versions, never changed once made."""

    list_display = ("template", "number", "created_at", "created_by")
    list_select_related = ("template", "created_by")
    inlines = (ChecklistItemInline,)


@admin.register(InspectionPlan)
class InspectionPlanAdmin(SimpleHistoryAdmin):
    """Plans."""

    list_display = ("contract", "site", "every", "template", "engineer", "starts_on", "is_active")
    list_filter = ("every", "is_active", "template")
    list_select_related = ("contract", "site", "template", "engineer")
    search_fields = ("contract__number", "site__name", "contract__organization__name")
    autocomplete_fields = ("contract", "site", "engineer", "helpers")

    def save_related(self, request: Any, form: Any, formsets: Any, change: Any) -> None:
        """Save, and let the planner look at the plan when its time comes."""
        super().save_related(request, form, formsets, change)
        services.attend(form.instance, at=now())


class InspectionResultInline(Reading, admin.TabularInline):
    """What was found."""

    model = InspectionResult
    extra = 0
    fields = ("position", "text", "outcome", "measured", "note", "equipment", "severity", "ticket")


class InspectionEventInline(Reading, admin.TabularInline):
    """What happened."""

    model = InspectionEvent
    extra = 0
    fields = readonly_fields = ("seq", "type", "at", "actor", "text", "hash")


@admin.register(Inspection)
class InspectionAdmin(Reading, SimpleHistoryAdmin):
    """Visits, to read: they change on their own pages."""

    list_display = ("number", "organization", "site", "planned_on", "status", "engineer", "signed_at")
    list_filter = ("status", "office")
    list_select_related = ("organization", "site", "engineer")
    search_fields = ("organization__name", "site__name", "period")
    date_hierarchy = "planned_on"
    inlines = (InspectionResultInline, InspectionEventInline)


@admin.register(Finding)
class FindingAdmin(Reading, SimpleHistoryAdmin):
    """Findings, to read: they change with inspections and on their own pages."""

    list_display = ("organization", "site", "text", "severity", "times_found", "state", "opened_at")
    list_filter = ("state", "severity")
    list_select_related = ("organization", "site")
    search_fields = ("organization__name", "site__name", "text", "text_en")

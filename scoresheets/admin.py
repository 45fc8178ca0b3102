"""Scores for administrators: to read."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from core.admin import Reading
from scoresheets.models import Agreement, Dispute, Line, Score, SheetVersion


@admin.register(Score)
class ScoreAdmin(Reading, SimpleHistoryAdmin):
    """What sheets came to."""

    list_display = ("period", "contract", "sheet", "score", "state")
    list_filter = ("state", "sheet")
    search_fields = ("contract__number", "organization__name")
    list_select_related = ("contract", "sheet")


@admin.register(Line)
class LineAdmin(Reading, SimpleHistoryAdmin):
    """Their lines."""

    list_display = ("score", "place", "name", "cases", "counted")
    list_select_related = ("score__contract", "score__sheet")


@admin.register(Dispute)
class DisputeAdmin(Reading, admin.ModelAdmin):
    """What was disputed."""

    list_display = ("raised_at", "line", "side", "before", "after")
    list_select_related = ("line",)


@admin.register(Agreement)
class AgreementAdmin(Reading, SimpleHistoryAdmin):
    """Who is scored by what."""

    list_display = ("contract", "sheet", "starts_on", "ends_on")
    list_select_related = ("contract", "sheet")


@admin.register(SheetVersion)
class SheetVersionAdmin(Reading, admin.ModelAdmin):
    """What sheets say."""

    list_display = ("sheet", "number", "created_at", "created_by")
    list_select_related = ("sheet", "created_by")

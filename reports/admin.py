"""Monthly reports for administrators, to read: their figures are frozen."""

from __future__ import annotations

from django.contrib import admin

from core.admin import Reading
from reports.models import MonthlyReport, MonthlyRun


@admin.register(MonthlyReport)
class MonthlyReportAdmin(Reading, admin.ModelAdmin):
    """Reports with all their revisions."""

    list_display = ("number", "organization", "month", "revision", "is_current", "kept", "missed", "made_at", "made_by", "sent_at")
    list_filter = ("is_current",)
    list_select_related = ("contract", "organization", "made_by")
    search_fields = ("contract__number", "organization__name")


@admin.register(MonthlyRun)
class MonthlyRunAdmin(Reading, admin.ModelAdmin):
    """Runs of the first of the month."""

    list_display = ("month", "begun_at", "finished_at", "made", "failed")

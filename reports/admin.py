"""Monthly reports for administrators, to read: their figures are frozen."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from reports.models import MonthlyReport, MonthlyRun


class _Reading(admin.ModelAdmin):
    def has_add_permission(self, request: Any) -> bool:
        """Answer no: they are made by the workers and by managers."""
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Answer no."""
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Answer no."""
        return False


@admin.register(MonthlyReport)
class MonthlyReportAdmin(_Reading):
    """Reports with all their revisions."""

    list_display = ("number", "organization", "month", "revision", "is_current", "kept", "missed", "made_at", "made_by", "sent_at")
    list_filter = ("is_current",)
    list_select_related = ("contract", "organization", "made_by")
    search_fields = ("contract__number", "organization__name")


@admin.register(MonthlyRun)
class MonthlyRunAdmin(_Reading):
    """Runs of the first of the month."""

    list_display = ("month", "begun_at", "finished_at", "made", "failed")

"""Visits for administrators, to read: they change on their own pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from visits.models import Visit, VisitEvent, VisitPhoto


class _Reading:
    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        """Answer no."""
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Answer no."""
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Answer no."""
        return False


class VisitEventInline(_Reading, admin.TabularInline):
    """The record."""

    model = VisitEvent
    extra = 0
    fields = ("seq", "type", "at", "actor", "text", "facts", "hash")


class VisitPhotoInline(_Reading, admin.TabularInline):
    """The pictures."""

    model = VisitPhoto
    extra = 0
    fields = ("caption", "sha256", "size", "taken_at", "taken_by")


@admin.register(Visit)
class VisitAdmin(_Reading, SimpleHistoryAdmin):
    """Visits."""

    list_display = ("number", "purpose", "organization", "site", "starts_at", "status", "lead")
    list_filter = ("status", "purpose", "office")
    list_select_related = ("organization", "site", "lead")
    search_fields = ("subject", "organization__name", "site__name", "ticket__number")
    date_hierarchy = "starts_at"
    inlines = (VisitEventInline, VisitPhotoInline)

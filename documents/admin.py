"""Documents for administrators: to read, never to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from documents.models import Document, DocumentFile, Signature


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


class SignatureInline(_Reading, admin.StackedInline):
    """Whose word stands under it."""

    model = Signature
    fields = ("name", "refusal", "at", "seen", "device_of")


class FileInline(_Reading, admin.TabularInline):
    """The files made of it."""

    model = DocumentFile


@admin.register(Document)
class DocumentAdmin(_Reading, admin.ModelAdmin):
    """Documents on record."""

    list_display = ("number", "version", "kind", "organization", "status", "issued_at", "problem")
    list_filter = ("kind", "status")
    list_select_related = ("organization",)
    search_fields = ("number", "about")
    show_full_result_count = False
    inlines = (SignatureInline, FileInline)

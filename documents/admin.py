"""Documents for administrators: to read, never to change."""

from __future__ import annotations

from django.contrib import admin

from core.admin import Reading
from documents.models import Document, DocumentFile, Signature


class SignatureInline(Reading, admin.StackedInline):
    """Whose word stands under it."""

    model = Signature
    fields = ("name", "refusal", "at", "seen", "device_of")


class FileInline(Reading, admin.TabularInline):
    """The files made of it."""

    model = DocumentFile


@admin.register(Document)
class DocumentAdmin(Reading, admin.ModelAdmin):
    """Documents on record."""

    list_display = ("number", "version", "kind", "organization", "status", "issued_at", "problem")
    list_filter = ("kind", "status")
    list_select_related = ("organization",)
    search_fields = ("number", "about")
    show_full_result_count = False
    inlines = (SignatureInline, FileInline)

"""Imports and exports for administrators, to read."""

from __future__ import annotations

from django.contrib import admin

from core.admin import Reading
from transfer.models import DataExport, DataImport, Imported


@admin.register(DataImport)
class DataImportAdmin(Reading, admin.ModelAdmin):
    """Who brought in what, and how it stands."""

    list_display = ("id", "source", "name", "asked_by", "asked_at", "state", "done", "total", "refused")
    list_filter = ("state", "source")
    list_select_related = ("asked_by",)
    exclude = ("file",)


@admin.register(Imported)
class ImportedAdmin(Reading, admin.ModelAdmin):
    """Where things came from."""

    list_display = ("source", "kind", "key", "thing", "is_made", "run", "at")
    list_filter = ("kind",)
    list_select_related = ("run",)
    search_fields = ("key",)
    show_full_result_count = False


@admin.register(DataExport)
class DataExportAdmin(Reading, admin.ModelAdmin):
    """Who asked for which exports; the files themselves are their askers'."""

    list_display = ("id", "asked_by", "organization", "state", "asked_at", "expires_at")
    list_filter = ("state",)
    list_select_related = ("asked_by", "organization")
    exclude = ("file",)

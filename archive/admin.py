"""Exports for administrators, to read."""

from __future__ import annotations

from django.contrib import admin

from archive.models import ArchiveExport
from core.admin import Reading


@admin.register(ArchiveExport)
class ArchiveExportAdmin(Reading, admin.ModelAdmin):
    """Who asked for which files, and how they stand; the files themselves are their askers'."""

    list_display = ("id", "asked_by", "organization", "site", "equipment", "first", "last", "form", "state", "asked_at", "expires_at")
    list_filter = ("state", "form")
    list_select_related = ("asked_by", "organization", "site", "equipment")
    search_fields = ("organization__name", "asked_by__name", "asked_by__email")
    exclude = ("file",)

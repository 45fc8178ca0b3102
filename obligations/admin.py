"""Obligations for administrators: to read."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from core.admin import Reading
from obligations.models import Obligation


@admin.register(Obligation)
class ObligationAdmin(Reading, SimpleHistoryAdmin):
    """What is owed."""

    list_display = ("due_at", "kind", "title", "organization", "period", "status")
    list_filter = ("kind", "status")
    search_fields = ("key", "title", "organization__name")
    list_select_related = ("organization",)

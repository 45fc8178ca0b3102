"""Sources for administrators, to read: they are made and changed on their pages, and no page shows what opens."""

from __future__ import annotations

from django.contrib import admin

from core.admin import Reading
from inbound.models import Source


@admin.register(Source)
class SourceAdmin(Reading, admin.ModelAdmin):
    """Who sends to us, as whom it acts, and when it was last heard of."""

    list_display = ("name", "kind", "account", "organization", "is_paused", "created_by", "created_at", "seen_at")
    list_filter = ("kind", "is_paused")
    list_select_related = ("account", "organization", "created_by")
    search_fields = ("name", "account__email")

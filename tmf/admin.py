"""TMF621 for administrators, to read."""

from __future__ import annotations

from django.contrib import admin

from core.admin import Reading
from tmf.models import Hub, ReceivedEvent


@admin.register(Hub)
class HubAdmin(Reading, admin.ModelAdmin):
    """Who subscribed to what."""

    list_display = ("callback", "standard", "version", "query", "account", "created_at")
    list_select_related = ("account",)


@admin.register(ReceivedEvent)
class ReceivedEventAdmin(Reading, admin.ModelAdmin):
    """What was pushed to us, and what became of it."""

    list_display = ("event_id", "type", "version", "account", "state", "received_at", "handled_at")
    list_filter = ("state", "version")
    list_select_related = ("account",)

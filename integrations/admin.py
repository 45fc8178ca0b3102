"""Webhooks for administrators, to read: secrets are shown to nobody, and what was sent stays as it was."""

from __future__ import annotations

from django.contrib import admin

from core.admin import Reading
from integrations.models import WebhookDelivery, WebhookEndpoint


class _Reading(Reading, admin.ModelAdmin):
    show_full_result_count = False


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(_Reading):
    """Who is told, and how that goes."""

    list_display = ("name", "url", "organization", "state", "reason", "failing_since", "created_by", "created_at")
    list_filter = ("state", "payload")
    list_select_related = ("organization", "created_by")
    search_fields = ("name", "url")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(_Reading):
    """Who was told what, and what they answered."""

    list_display = ("message_id", "endpoint", "type", "state", "attempts", "status", "tried_at", "next_at")
    list_filter = ("state",)
    list_select_related = ("endpoint",)
    search_fields = ("message_id", "ticket__number")
    raw_id_fields = ("ticket", "event")

"""Clients for administrators, to read: they are made and changed on their pages, and no page shows what opens."""

from __future__ import annotations

from django.contrib import admin
from oauth2_provider import models as library
from oauth2_provider.admin import application_model  # the library registers pages of its own, to be left out below

from clients.models import ApiClient
from core.admin import Reading

for model in (application_model, library.AccessToken, library.Grant, library.IDToken, library.RefreshToken):
    admin.site.unregister(model)


@admin.register(ApiClient)
class ApiClientAdmin(Reading, admin.ModelAdmin):
    """Who asks through the interface, as whom, and when last."""

    list_display = ("name", "client_id", "user", "rate", "is_enabled", "created_by", "created_at", "last_used_at", "revoked_at")
    list_filter = ("is_enabled",)
    list_select_related = ("user", "created_by")
    search_fields = ("name", "client_id", "user__email")

"""Visits for administrators, to read: they change on their own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from accounts.access import who
from core.admin import Reading
from core.time import now
from visits import services
from visits.models import CalendarFeed, Visit, VisitEvent, VisitPhoto

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class VisitEventInline(Reading, admin.TabularInline):
    """The record."""

    model = VisitEvent
    extra = 0
    fields = ("seq", "type", "at", "actor", "text", "facts", "hash")


class VisitPhotoInline(Reading, admin.TabularInline):
    """The pictures."""

    model = VisitPhoto
    extra = 0
    fields = ("caption", "sha256", "size", "taken_at", "taken_by")


@admin.register(Visit)
class VisitAdmin(Reading, SimpleHistoryAdmin):
    """Visits."""

    list_display = ("number", "purpose", "organization", "site", "starts_at", "status", "lead")
    list_filter = ("status", "purpose", "office")
    list_select_related = ("organization", "site", "lead")
    search_fields = ("subject", "organization__name", "site__name", "ticket__number")
    date_hierarchy = "starts_at"
    inlines = (VisitEventInline, VisitPhotoInline)


@admin.register(CalendarFeed)
class CalendarFeedAdmin(Reading, SimpleHistoryAdmin):
    """Secret addresses of calendars: who has one; they are made on a page of their own, and revoked there or here."""

    list_display = ("start", "owner", "office", "created_by", "created_at", "last_used_at", "revoked_at")
    list_filter = ("office",)
    list_select_related = ("owner", "office", "created_by")
    search_fields = ("owner__name", "owner__email", "created_by__email")
    actions = ("revoke",)

    @admin.action(description=_("Revoke the chosen addresses"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[CalendarFeed]) -> None:
        """Make the chosen addresses useless."""
        at = now()
        for feed in queryset:
            services.revoke_feed(feed, actor=who(request), at=at)

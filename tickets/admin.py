"""Tickets for administrators: looked at with their history, changed only by the moves; tags are tidied here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Count
from simple_history.admin import SimpleHistoryAdmin

from core.admin import Reading
from tickets.models import Event, Tag, Ticket

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class EventInline(Reading, admin.TabularInline):
    """The record."""

    model = Event
    fields = ("seq", "at", "type", "actor", "is_public", "text", "facts")
    ordering = ("seq",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """Read the actors along."""
        return super().get_queryset(request).select_related("actor")


@admin.register(Ticket)
class TicketAdmin(Reading, SimpleHistoryAdmin):
    """Tickets."""

    list_display = ("number", "subject", "organization", "kind", "severity", "status", "assignee", "created_at")
    list_filter = ("status", "kind", "severity", "channel", "office")
    list_select_related = ("organization", "assignee")
    search_fields = ("number", "external_id")
    search_help_text = Ticket._meta.get_field("number").verbose_name
    show_full_result_count = False
    date_hierarchy = "created_at"
    exclude = ("search_text",)
    inlines = (EventInline,)


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    """Tags, to be renamed or dropped."""

    list_display = ("name", "used")
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        """Count the tickets along."""
        return super().get_queryset(request).annotate(tickets_count=Count("tickets"))

    @admin.display(ordering="tickets_count", description=Ticket._meta.verbose_name_plural)
    def used(self, tag: Any) -> int:
        """Answer how many tickets have the tag."""
        count: int = tag.tickets_count
        return count

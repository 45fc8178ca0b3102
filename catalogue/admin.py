"""The catalogue for administrators, to read: everything changes on its own pages, which know the rules."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from catalogue.models import Campaign, CampaignItem, Item, ItemVersion, Notice, Quotation, QuotationLine, Release, Request
from core.admin import Reading


@admin.register(Item)
class ItemAdmin(Reading, SimpleHistoryAdmin):
    """Items."""

    list_display = ("code", "name", "name_en", "group", "position", "is_offered")
    list_filter = ("group", "is_offered")
    search_fields = ("code", "name", "name_en")


@admin.register(ItemVersion)
class ItemVersionAdmin(Reading, admin.ModelAdmin):
    """What items were."""

    list_display = ("item", "number", "published_at", "published_by", "note")
    list_select_related = ("item", "published_by")
    search_fields = ("item__code",)


@admin.register(Request)
class RequestAdmin(Reading, SimpleHistoryAdmin):
    """Requests."""

    list_display = ("ticket", "item", "charge", "approval", "approved_at", "overridden_at", "created_at")
    list_filter = ("approval", "charge", "item")
    list_select_related = ("ticket", "item")
    search_fields = ("ticket__number",)
    show_full_result_count = False


class QuotationLineInline(Reading, admin.TabularInline):
    """What is charged."""

    model = QuotationLine
    extra = 0


@admin.register(Quotation)
class QuotationAdmin(Reading, SimpleHistoryAdmin):
    """Quotations."""

    list_display = ("request", "number", "total", "valid_until", "status", "written_by", "answered_by")
    list_filter = ("status",)
    list_select_related = ("request__ticket", "request__item", "written_by", "answered_by")
    search_fields = ("request__ticket__number",)
    inlines = (QuotationLineInline,)


@admin.register(Release)
class ReleaseAdmin(Reading, SimpleHistoryAdmin):
    """Releases."""

    list_display = ("maker", "product", "version", "severity", "is_mandatory", "published_on")
    list_filter = ("severity", "is_mandatory")
    search_fields = ("maker", "product", "version")


@admin.register(Campaign)
class CampaignAdmin(Reading, SimpleHistoryAdmin):
    """Campaigns."""

    list_display = ("number", "release", "opened_at", "opened_by", "closed_at")
    list_select_related = ("release", "opened_by")
    search_fields = ("release__maker", "release__product", "release__version")


class NoticeInline(Reading, admin.TabularInline):
    """What the customer was told, and when."""

    model = Notice
    extra = 0


@admin.register(CampaignItem)
class CampaignItemAdmin(Reading, SimpleHistoryAdmin):
    """Equipment in campaigns."""

    list_display = ("campaign", "equipment", "organization", "state", "version_before", "version_after", "reminded", "planned_on")
    list_filter = ("state",)
    list_select_related = ("campaign__release", "equipment", "organization")
    search_fields = ("equipment__name", "equipment__serial_number", "organization__name")
    inlines = (NoticeInline,)

"""Parts for administrators: the catalogue to edit, everything that moves to read."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from core.admin import Reading
from parts.models import Depot, Fit, PartType, Purchase, Repair, Reservation, StockLevel, StockMovement


class FitInline(admin.TabularInline):
    """What a part fits."""

    model = Fit
    extra = 1


@admin.register(PartType)
class PartTypeAdmin(SimpleHistoryAdmin):
    """The catalogue."""

    list_display = ("code", "name", "name_en", "maker", "number", "price", "is_serialised", "is_active")
    list_filter = ("is_active", "is_serialised")
    search_fields = ("code", "name", "name_en", "number", "maker")
    inlines = (FitInline,)


@admin.register(Depot)
class DepotAdmin(SimpleHistoryAdmin):
    """Depots."""

    list_display = ("code", "name", "office", "keeper", "is_active")
    list_select_related = ("office", "keeper")
    search_fields = ("code", "name", "name_en")
    autocomplete_fields = ("keeper",)


@admin.register(StockLevel)
class StockLevelAdmin(Reading, SimpleHistoryAdmin):
    """The stock, to read: it changes by what is booked."""

    list_display = ("depot", "part", "on_hand", "reserved", "minimum", "defective", "in_repair", "low_since")
    list_filter = ("depot",)
    list_select_related = ("depot", "part")
    search_fields = ("part__code", "part__name")


@admin.register(StockMovement)
class StockMovementAdmin(Reading, admin.ModelAdmin):
    """The ledger, to read."""

    list_display = ("at", "kind", "part", "depot", "quantity", "condition", "serial_number", "ticket", "is_free", "amount", "actor")
    list_filter = ("kind", "depot")
    list_select_related = ("part", "depot", "ticket", "actor")
    search_fields = ("part__code", "serial_number", "ticket__number", "reference")
    show_full_result_count = False


@admin.register(Reservation)
class ReservationAdmin(Reading, admin.ModelAdmin):
    """What is set aside, to read."""

    list_display = ("part", "depot", "ticket", "quantity", "left", "created_by", "created_at")
    list_select_related = ("part", "depot", "ticket", "created_by")


@admin.register(Purchase)
class PurchaseAdmin(Reading, SimpleHistoryAdmin):
    """Purchases, to read: they change on their own pages."""

    list_display = ("number", "part", "depot", "quantity", "received", "status", "expected_at", "ticket")
    list_filter = ("status", "is_urgent")
    list_select_related = ("part", "depot", "ticket")
    search_fields = ("part__code", "tracking_number", "ticket__number")


@admin.register(Repair)
class RepairAdmin(Reading, SimpleHistoryAdmin):
    """Repairs, to read: they change on their own pages."""

    list_display = ("number", "part", "depot", "quantity", "serial_number", "status", "expected_on")
    list_filter = ("status",)
    list_select_related = ("part", "depot")
    search_fields = ("part__code", "serial_number", "tracking_number")

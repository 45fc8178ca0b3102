"""Entitlements for administrators: rates to edit, everything else to read."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from core.admin import Reading
from customers.models import Term
from entitlements.models import Charge, QuotationLine, QuotationRequest, Rate, Remedy


@admin.register(Term)
class TermAdmin(Reading, SimpleHistoryAdmin):
    """Terms, to read: they change on their own pages."""

    list_display = ("ends_on", "kind", "contract", "equipment", "organization", "scope", "origin", "withdrawn_at")
    list_filter = ("kind", "origin")
    list_select_related = ("contract", "equipment", "organization")
    search_fields = ("contract__number", "equipment__name", "equipment__serial_number", "organization__name")


class LineInline(Reading, admin.TabularInline):
    """What is offered."""

    model = QuotationLine
    extra = 0


@admin.register(QuotationRequest)
class QuotationRequestAdmin(Reading, SimpleHistoryAdmin):
    """Requests for quotations, to read."""

    list_display = ("number", "organization", "term", "status", "amount", "valid_until", "asked_at")
    list_filter = ("status",)
    list_select_related = ("organization", "term__contract", "term__equipment")
    search_fields = ("organization__name", "term__contract__number")
    inlines = (LineInline,)


@admin.register(Remedy)
class RemedyAdmin(Reading, SimpleHistoryAdmin):
    """Remedies, to read."""

    list_display = ("number", "ticket", "kind", "basis", "price", "charged", "paid", "status", "proposed_at")
    list_filter = ("kind", "status", "basis")
    list_select_related = ("ticket",)
    search_fields = ("ticket__number", "what")


@admin.register(Charge)
class ChargeAdmin(Reading, SimpleHistoryAdmin):
    """What was decided for visits, to read."""

    list_display = ("visit", "state", "rule", "about", "name", "how", "decided_at")
    list_filter = ("state",)
    list_select_related = ("visit__site",)


@admin.register(Rate)
class RateAdmin(SimpleHistoryAdmin):
    """What charged work costs."""

    list_display = ("work", "hourly", "flat", "valid_from")

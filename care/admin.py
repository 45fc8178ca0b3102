"""Calls for administrators, to read: they change on their own pages."""

from __future__ import annotations

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from care.models import Attempt, Call, CallItem, Considered, Quota, Script, ScriptVersion
from core.admin import Reading


class AttemptInline(Reading, admin.TabularInline):
    """The tries."""

    model = Attempt
    extra = 0
    fields = ("number", "at", "by", "result", "phone", "words")


class ItemInline(Reading, admin.TabularInline):
    """The equipment asked about."""

    model = CallItem
    extra = 0
    fields = ("equipment", "state", "level", "words", "asked_at")


@admin.register(Call)
class CallAdmin(Reading, SimpleHistoryAdmin):
    """Calls."""

    list_display = ("number", "kind", "organization", "subject", "due_at", "status", "outcome", "person")
    list_filter = ("kind", "status", "outcome", "office")
    list_select_related = ("organization", "person")
    search_fields = ("subject", "organization__name", "ticket__number", "key")
    inlines = (AttemptInline, ItemInline)


@admin.register(Script)
class ScriptAdmin(Reading, SimpleHistoryAdmin):
    """Scripts."""

    list_display = ("code", "kind", "name")


@admin.register(ScriptVersion)
class ScriptVersionAdmin(Reading, admin.ModelAdmin):
    """Versions of scripts."""

    list_display = ("script", "number", "created_at", "created_by")
    list_select_related = ("script", "created_by")


@admin.register(Quota)
class QuotaAdmin(Reading, SimpleHistoryAdmin):
    """Quotas."""

    list_display = ("plan", "contract", "percent", "other_department")
    list_select_related = ("plan", "contract")


@admin.register(Considered)
class ConsideredAdmin(Reading, admin.ModelAdmin):
    """What was decided about each solution, job and project."""

    list_display = ("event", "visit", "contract", "why", "call", "at")
    list_filter = ("why",)
    list_select_related = ("event", "visit", "contract", "call")

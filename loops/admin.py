"""Loops in the administration, to read: what customers said is changed by its steps only."""

from __future__ import annotations

from django.contrib import admin

from core.admin import Reading
from loops.models import Loop, Opinion, Round


@admin.register(Loop)
class LoopAdmin(Reading, admin.ModelAdmin):
    """What customers said; who does not want to be named is not named here either."""

    list_display = ("ticket", "source", "stage", "rounds", "created_at", "satisfied_at")
    list_filter = ("source", "stage")
    search_fields = ("ticket__number", "ticket__subject")
    list_select_related = ("ticket",)
    exclude = ("complainant", "key")  # the key names whose form it came by


@admin.register(Round)
class RoundAdmin(Reading, admin.ModelAdmin):
    """Rounds."""

    list_display = ("loop", "number", "opened_at", "verdict", "verified_at")
    list_filter = ("verdict", "measure_kind")
    list_select_related = ("loop__ticket",)


@admin.register(Opinion)
class OpinionAdmin(Reading, admin.ModelAdmin):
    """Departments' opinions."""

    list_display = ("round", "department", "asked_at", "due_at", "answered_at", "late_at")
    list_select_related = ("round__loop__ticket", "department")

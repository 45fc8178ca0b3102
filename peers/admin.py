"""Connections for administrators, to read: secrets are shown to nobody, and what was exchanged stays as it was."""

from __future__ import annotations

from django.contrib import admin

from core.admin import Reading
from peers.models import Conflict, Connection, Difference, Link, Outgoing, Subscription


class _Reading(Reading, admin.ModelAdmin):
    show_full_result_count = False


@admin.register(Connection)
class ConnectionAdmin(_Reading):
    """Who tickets are exchanged with, and how that goes."""

    list_display = ("name", "url", "direction", "state", "pulled_at", "sent_at", "failing_since", "created_by")
    list_filter = ("state", "direction")
    list_select_related = ("created_by",)
    search_fields = ("name", "url")


@admin.register(Subscription)
class SubscriptionAdmin(_Reading):
    """Whether other sides tell us of changes."""

    list_display = ("connection", "key", "since", "told_at", "error")
    list_select_related = ("connection",)


@admin.register(Link)
class LinkAdmin(_Reading):
    """Which tickets are the same."""

    list_display = ("ticket", "connection", "key", "problem", "exchanged_at")
    list_select_related = ("ticket", "connection")
    search_fields = ("key", "ticket__number")
    raw_id_fields = ("ticket",)


@admin.register(Outgoing)
class OutgoingAdmin(_Reading):
    """What was sent and what waits."""

    list_display = ("link", "event", "state", "error", "made_at", "sent_at")
    list_filter = ("state",)
    list_select_related = ("link", "event")
    raw_id_fields = ("link", "event")


@admin.register(Conflict)
class ConflictAdmin(_Reading):
    """Where both sides had changed the same."""

    list_display = ("link", "field", "ours", "theirs", "winner", "rule", "at")
    list_filter = ("field", "winner")
    list_select_related = ("link",)
    raw_id_fields = ("link",)


@admin.register(Difference)
class DifferenceAdmin(_Reading):
    """How linked tickets differ."""

    list_display = ("link", "what", "ours", "theirs", "found_at")
    list_filter = ("what",)
    list_select_related = ("link",)
    raw_id_fields = ("link",)

"""Mail for administrators, to read: passwords are shown to nobody, and what came stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from core.admin import Reading
from mailroom.models import BlockedSender, IncomingMail, Mailbox
from tickets import selectors as tickets

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class _Reading(Reading, admin.ModelAdmin):
    show_full_result_count = False


@admin.register(Mailbox)
class MailboxAdmin(_Reading):
    """Where mail is fetched, and how that goes."""

    list_display = ("name", "host", "username", "folder", "is_active", "checked_at", "failing_since", "created_by")
    list_select_related = ("created_by",)


@admin.register(IncomingMail)
class IncomingMailAdmin(_Reading):
    """What came and what became of it."""

    list_display = ("subject", "sender", "way", "state", "reason", "ticket", "came_at")
    list_filter = ("state", "reason", "way")
    list_select_related = ("ticket",)
    search_fields = ("sender", "message_id", "ticket__number")
    raw_id_fields = ("ticket", "account")
    exclude = ("raw",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[IncomingMail]:
        """Leave out what complains in confidence about who looks."""
        hidden = tickets.hidden_from(request.user).values("ticket")  # type: ignore[arg-type]
        return super().get_queryset(request).exclude(ticket__in=hidden)


@admin.register(BlockedSender)
class BlockedSenderAdmin(_Reading):
    """Whose mail is set aside."""

    list_display = ("address", "created_by", "created_at")
    list_select_related = ("created_by",)

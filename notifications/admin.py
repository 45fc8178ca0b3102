"""The outbox in the administration: to look at, not to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from notifications.models import Message

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    """Who was told what and when; neither content nor link, since an invitation's link is a key. Discreet messages are not found here."""

    list_display = ("created_at", "what", "channel", "whom", "state", "attempts", "sent_at")
    list_filter = ("state", "channel", "kind")
    list_select_related = ("recipient",)
    search_fields = ("recipient__email", "address")
    show_full_result_count = False
    fields = (
        "recipient", "address", "channel", "kind", "urgent", "at_once", "created_at", "state", "attempts", "waits",
        "next_try_at", "leased_until", "sent_at", "read_at", "last_error", "dedupe_key",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Leave out what goes to somebody who is named to nobody: a search by their address would tell."""
        return super().get_queryset(request).filter(is_discreet=False)

    @admin.display(description=_("kind"), ordering="kind")
    def what(self, row: Message) -> str:
        """Name the kind as people know it."""
        return row.label

    @admin.display(description=_("Recipient"))
    def whom(self, row: Message) -> str:
        """Name the account or the address."""
        return row.to

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Answer that messages come from the services only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        """Answer that what was said stays as it was."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        """Answer that a record is not taken back."""
        return False

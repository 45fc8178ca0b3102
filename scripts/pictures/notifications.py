"""Chats that are told what the inbox is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shots import Shot

NO_PAGES: set[str] = {"notifications:pause_channel", "notifications:remove_channel", "notifications:test_channel"}


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from django.urls import reverse
    from shots import Shot, person

    from core.time import now
    from notifications import services
    from notifications.models import ChatChannel

    made = ChatChannel.objects.first()
    if made is None:
        made = services.make_channel(
            url="wecombot://abcdefgh-1234", actor=person("engineer"), at=now(), name="企业微信值班群", what="urgent"
        )
    yield Shot("chats", "engineer", reverse("notifications:channels"))
    yield Shot("chat-new", "manager", reverse("notifications:new_channel"))
    yield Shot("chat", "engineer", made.get_absolute_url())

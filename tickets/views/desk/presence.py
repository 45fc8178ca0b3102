"""Who else is looking at a ticket: kept in the cache for as long as their page keeps saying so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.cache import cache

if TYPE_CHECKING:
    from accounts.models import User

GONE_AFTER = 45
"""Seconds without a word after which somebody has left; pages speak every 15."""


def looking(ticket_id: int, user: User, at: int) -> list[str]:
    """Note that a person looks at a ticket, and answer the names of the others who do.

    Two who speak in the same instant may overwrite each other: the next word, seconds later, mends it.
    """
    key = f"looking:{ticket_id}"
    seen: dict[int, tuple[str, int]] = cache.get(key) or {}
    here = {pk: (name, last) for pk, (name, last) in seen.items() if at - last < GONE_AFTER and pk != user.pk}
    cache.set(key, {**here, user.pk: (user.name, at)}, GONE_AFTER)
    return sorted(name for name, _last in here.values())

"""A person's quiet hours, and what waits for their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from accounts import services as people
from notifications import nudge
from notifications.models import AT_ONCE, Message, State, Wait
from notifications.quiet import quiet_end

if TYPE_CHECKING:
    from datetime import datetime, time

    from accounts.models import User


@transaction.atomic
def choose_quiet_hours(user: User, *, quiet_from: time | None, quiet_until: time | None, time_zone: str, actor: User, at: datetime) -> User:
    """Change a person's quiet hours; mail that waits for the end of the old ones waits for that of the new ones, or no longer."""
    people.change_quiet_hours(user, quiet_from=quiet_from, quiet_until=quiet_until, time_zone=time_zone, actor=actor)
    waiting = Message.objects.filter(recipient=user, state=State.PENDING, waits=Wait.QUIET, leased_until=None)
    end = quiet_end(user, at)
    if waiting.update(next_try_at=end or AT_ONCE, waits=Wait.QUIET if end else "") and not end:
        nudge.delivery.after_commit()
    return user

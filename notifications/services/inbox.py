"""What people do with messages: read them, send them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import NotAllowed, NotNow
from notifications.models import AT_ONCE, Channel, Message, State
from notifications.nudge import nudge_after_commit

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


def mark_read(message: Message, *, at: datetime) -> Message:
    """Note that its recipient has seen it; the first time counts."""
    if message.read_at is None:
        message.read_at = at
        message.save(update_fields=["read_at"])
    return message


def mark_all_read(user: User, *, at: datetime) -> int:
    """Note that a person has seen everything in their inbox; answer how many were new."""
    return Message.objects.filter(recipient=user, channel=Channel.INBOX, read_at=None).update(read_at=at)


@transaction.atomic
def resend(message: Message, *, actor: User, at: datetime) -> Message:
    """Try again, at once and with all tries, what was given up or waits for its next try."""
    _may_resend(actor)
    locked = Message.objects.select_for_update().get(pk=message.carried_by_id or message.pk)
    if locked.state == State.SENT:
        raise NotNow(_("This message has been delivered meanwhile."))
    if locked.leased_until and locked.leased_until > at:
        raise NotNow(_("This message is being sent at this moment."))
    if locked.waits_on_purpose:
        raise NotNow(_("This message waits on purpose: %(why)s.") % {"why": locked.get_waits_display()})
    Message.objects.filter(carried_by=locked, state=State.FAILED).update(state=State.PENDING)
    locked.state, locked.attempts, locked.next_try_at, locked.waits = State.PENDING, 0, AT_ONCE, ""
    locked.save(update_fields=["state", "attempts", "next_try_at", "waits"])
    nudge_after_commit()
    return locked


@transaction.atomic
def resend_all(*, actor: User) -> int:
    """Try everything again that was given up, as after the repair of a mail server; answer how many."""
    _may_resend(actor)
    count = Message.objects.filter(state=State.FAILED).update(state=State.PENDING, attempts=0, next_try_at=AT_ONCE, waits="")
    if count:
        nudge_after_commit()
    return count


def _may_resend(actor: User) -> None:
    if not actor.manages:
        raise NotAllowed(_("Only managers and administrators can send messages again."))

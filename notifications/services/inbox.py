"""What people do with messages: read them, send them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import NotAllowed, NotNow
from notifications import nudge
from notifications.kinds import COLLECTED_KINDS
from notifications.models import AT_ONCE, Channel, Message, State

if TYPE_CHECKING:
    from collections.abc import Iterable
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
    nudge.delivery.after_commit()
    return locked


@transaction.atomic
def resend_all(*, actor: User) -> int:
    """Try everything again that was given up, as after the repair of a mail server; answer how many."""
    _may_resend(actor)
    count = Message.objects.filter(state=State.FAILED).update(state=State.PENDING, attempts=0, next_try_at=AT_ONCE, waits="")
    if count:
        nudge.delivery.after_commit()
    return count


@transaction.atomic
def bounced(message: Message, *, reason: str) -> bool:
    """Note that a mail that was handed over came back for good: it stands among what was given up; answer whether that was news."""
    locked = Message.objects.select_for_update().filter(pk=message.pk, channel=Channel.EMAIL, state=State.SENT).first()
    if locked is None:
        return False
    words = str(_("The mail came back: %(reason)s")) % {"reason": reason}
    Message.objects.filter(pk=locked.pk).update(state=State.FAILED, sent_at=None, last_error=words[:500])
    Message.objects.filter(carried_by=locked.pk, state=State.SENT).update(state=State.FAILED, sent_at=None, last_error=words[:500])
    return True


def _may_resend(actor: User) -> None:
    if not actor.manages:
        raise NotAllowed(_("Only managers and administrators can send messages again."))


@transaction.atomic
def withdraw(people: Iterable[User], number: str) -> int:
    """Take back what people were told of a ticket they may no longer read, sent or not; answer how many messages it was in.

    A digest keeps what it says of others. A mail that has left the house cannot be called back.
    """
    theirs = Message.objects.filter(recipient__in=[person.pk for person in people])
    gone = theirs.filter(context__ticket_number=number).delete()[0]
    digests = [message for message in theirs.filter(kind__in=COLLECTED_KINDS) if _names(message, number)]
    for message in digests:
        _leave_out(message, number)
    return gone + len(digests)


def _names(message: Message, number: str) -> bool:
    return any(item.get("ticket_number") == number for item in message.context.get("items", ()))


def _leave_out(message: Message, number: str) -> None:
    items = [item for item in message.context["items"] if item.get("ticket_number") != number]
    if not items:
        message.delete()
        return
    left_out = len(message.context["items"]) - len(items)
    message.context = {**message.context, "items": items, "count": message.context.get("count", len(items) + left_out) - left_out}
    message.save(update_fields=["context"])
